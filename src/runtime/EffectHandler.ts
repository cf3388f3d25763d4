/**
 * How an outbox entry becomes an action in the world. A handler is registered per actor type under the name the chart
 * uses: an action's `type`, or an invoke's `src`.
 *
 * **Delivery**: at least once. `idempotencyKey` is the same for every attempt of the same entry, over processes and
 * restarts; pass it to whatever can deduplicate. **Ordering**: per actor and lane, one at a time.
 */
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { ActorAddress } from "#domain/ActorAddress.ts"
import type { ActorEvent } from "#domain/Envelope.ts"

/**
 * Why an attempt failed. `retry: true` tries again with backoff until `maxAttempts`; `false` ends in a dead letter.
 * `retryAfterMs` overrides the backoff and, with `counts: false`, does not use up an attempt (rate limits, quiet hours).
 * `code` is a fixed word such as `rate_limited`: never a person's words, number or token.
 */
export class EffectFailed extends Schema.TaggedError<EffectFailed>()("EffectFailed", {
  code: Schema.String,
  retry: Schema.Boolean,
  retryAfterMs: Schema.optionalKey(Schema.Number),
  counts: Schema.optionalKey(Schema.Boolean),
  cause: Schema.optionalKey(Schema.Defect())
}) {}

export interface EffectCall<P = unknown> {
  /** The action's params, or the invoke's input. */
  readonly params: P
  readonly address: ActorAddress
  /** Stable over attempts; 32 hex characters derived from address and effect id: safe to send and to log. */
  readonly idempotencyKey: string
  /** 1 for the first attempt. */
  readonly attempt: number
  /** When the turn asked for it, epoch milliseconds. */
  readonly requestedAt: number
  /** Tells `ActorSystem.emitted` how the work is coming along. **Delivery**: at most once, to this process only. */
  readonly emit: (event: ActorEvent) => Effect.Effect<void>
}

export interface EffectHandler<P = never, A = unknown, R = never> {
  readonly run: (call: EffectCall<P>) => Effect.Effect<A, EffectFailed, R>
  /** One attempt is interrupted after this and counts as failed with `timeout`. Default 30 s. Also the claim's length. */
  readonly timeout?: Duration.Input
  /** Attempts before the entry becomes a dead letter. Default 8. */
  readonly maxAttempts?: number
  /** First backoff; doubles up to `maxBackoff`, with jitter. Default 1 s. */
  readonly backoff?: Duration.Input
  /** Default 5 min. */
  readonly maxBackoff?: Duration.Input
  /** At most `limit` attempts per `window` for each destination; over it the entry waits without losing an attempt. */
  readonly rate?: {
    readonly destination: (params: P) => string
    readonly limit: number
    readonly window: Duration.Input
  }
}

/** Action type or invoke src → handler. */
export type EffectHandlers<R = never> = Readonly<Record<string, EffectHandler<never, unknown, R>>>
