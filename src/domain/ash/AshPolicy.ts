/**
 * How Ash decides, as its operator set it: what the charts need of the configuration. Charts are made with one policy, so a
 * new setting applies to every actor from its next turn; only an alert keeps the escalation it was opened with (B5).
 * Durations are milliseconds. Names, ranges and defaults of the variables: `app/AshConfig.ts` and the README.
 */
import type { CrisisSeverity } from "./Severity.ts"

export interface EscalationStep {
  /** After the alert was opened, raised, or came back to attention. */
  readonly afterMs: number
  readonly audience: "crt" | "wider" | "leads"
}

export interface AshPolicy {
  readonly history: {
    readonly ttlMs: number
    readonly maxMessages: number
    readonly minSeverity: CrisisSeverity
    /** Entries older than this are neither given out nor kept; `null` when retention is off (C1). */
    readonly maxAgeMs: number | null
  }
  readonly alerts: {
    readonly enabled: boolean
    readonly minSeverity: CrisisSeverity
    /**
     * After an alert closed, a signal of the same or lower severity opens no new one for this long (C29). One that is high or
     * critical always does.
     */
    readonly cooldownMs: number
    /** A new alert within this time after one closed is linked to it (B7). */
    readonly reopenWindowMs: number
    readonly escalation: Readonly<Record<CrisisSeverity, ReadonlyArray<EscalationStep>>>
    /** Acknowledged but not resolved: reminds, and calls again when nothing happens (B6). */
    readonly remindAfterMs: number
    /** Neither acknowledged nor resolved for this long: closed as expired, without a ping (B32). */
    readonly expireAfterMs: number
    /** A step that comes later than this after it was due is not taken: nobody is paged about the past (B32). */
    readonly staleAfterMs: number
    readonly keepMs: number
    readonly metrics: { readonly enabled: boolean; readonly ttlMs: number }
  }
  readonly autoInitiate: {
    readonly enabled: boolean
    readonly delayMs: number
    /** Instead of `delayMs` when every known responder is away (B21). */
    readonly delayWhenNobodyMs: number
    readonly minSeverity: CrisisSeverity
  }
  readonly ash: {
    readonly enabled: boolean
    /** The button to talk to Ash is shown from this severity on. */
    readonly minSeverity: CrisisSeverity
    readonly idleMs: number
    readonly maximumMs: number
    readonly sessionDataTtlMs: number
    readonly handoff: boolean
    readonly followUp: {
      readonly enabled: boolean
      readonly delayMs: number
      /** An answer within this time after the question counts as its answer; a later question is not asked. */
      readonly maximumMs: number
      readonly minSeverity: CrisisSeverity
      readonly minSessionMs: number
    }
  }
  readonly optOut: {
    readonly enabled: boolean
    /** `null` = for good (C28). */
    readonly ttlMs: number | null
  }
  /** Region whose help lines stand first in texts: `US`, `CA`, `GB`, ... or `INT`. */
  readonly region: string
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

export const defaultAshPolicy: AshPolicy = {
  history: { ttlMs: 14 * DAY, maxMessages: 100, minSeverity: "low", maxAgeMs: 7 * DAY },
  alerts: {
    enabled: true,
    minSeverity: "medium",
    cooldownMs: 300 * SECOND,
    reopenWindowMs: DAY,
    escalation: {
      critical: [
        { afterMs: 2 * MINUTE, audience: "crt" },
        { afterMs: 5 * MINUTE, audience: "wider" },
        { afterMs: 10 * MINUTE, audience: "leads" }
      ],
      high: [
        { afterMs: 5 * MINUTE, audience: "crt" },
        { afterMs: 10 * MINUTE, audience: "wider" },
        { afterMs: 20 * MINUTE, audience: "leads" }
      ],
      medium: [
        { afterMs: HOUR, audience: "crt" },
        { afterMs: 2 * HOUR, audience: "wider" }
      ],
      low: []
    },
    remindAfterMs: 2 * HOUR,
    expireAfterMs: 3 * DAY,
    staleAfterMs: DAY,
    keepMs: 90 * DAY,
    metrics: { enabled: true, ttlMs: 90 * DAY }
  },
  autoInitiate: { enabled: true, delayMs: 3 * MINUTE, delayWhenNobodyMs: 30 * SECOND, minSeverity: "medium" },
  ash: {
    enabled: true,
    minSeverity: "high",
    idleMs: 300 * SECOND,
    maximumMs: 600 * SECOND,
    sessionDataTtlMs: 30 * DAY,
    handoff: true,
    followUp: {
      enabled: true,
      delayMs: DAY,
      maximumMs: 2 * DAY,
      minSeverity: "medium",
      minSessionMs: 5 * MINUTE
    }
  },
  optOut: { enabled: true, ttlMs: 30 * DAY },
  region: "US"
}
