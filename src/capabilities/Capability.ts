/**
 * What every capability says of itself: whether it calls a service over HTTP or is the one built in, and what that means
 * for the person running it. The start log line, health and the README read it; it never holds a key or a full address.
 */
import { EffectFailed } from "#runtime/EffectHandler.ts"
import type { StoreUnavailable } from "#runtime/RuntimeError.ts"

export interface CapabilityDescription {
  readonly kind: "embedded" | "http"
  /** One line for people. */
  readonly note: string
}

/** A failure that trying again may cure. */
export const retryable = (code: string, retryAfterMs?: number): EffectFailed =>
  new EffectFailed({ code, retry: true, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) })

/** A failure that stays: the entry becomes a dead letter and the chart hears of it. */
export const final = (code: string): EffectFailed => new EffectFailed({ code, retry: false })

/** The store's failure as an effect's. The cause stays behind: a driver's error may quote keys and values. */
export const storeFailed = (_: StoreUnavailable): EffectFailed => retryable("store_unavailable")
