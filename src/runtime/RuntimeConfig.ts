/**
 * The runtime's bounds and intervals. Every field has a default; a test or an operator overrides what it needs.
 * Durations are milliseconds, as the suffix says.
 */
import * as Context from "effect/Context"
import * as Layer from "effect/Layer"

export interface RuntimeConfigService {
  /** Waiting envelopes per actor; one more is refused with `MailboxFull`, the rest are not touched. Default 1,000. */
  readonly mailboxCapacity: number
  /** Actors kept in memory; over it the longest unused idle ones are passivated. Default 10,000. */
  readonly maxResidents: number
  /** An actor unused for this long is passivated. Default 5 min. */
  readonly idleAfterMs: number
  /** `alwaysRehydrate` passivates after every turn: slower, same outcome. For tests. Default `resident`. */
  readonly residency: "resident" | "alwaysRehydrate"
  /** Largest event as JSON; a larger one is refused with `PayloadTooLarge`. Default 64 KiB. */
  readonly maxEventBytes: number
  /** Largest actor record; a turn that would exceed it is refused and its event quarantined. Default 1 MiB. */
  readonly maxRecordBytes: number
  /** How long an envelope id is remembered with its reply (G4). Default 24 h. */
  readonly dedupMs: number
  /** An actor with pending work expires no earlier than this after its last due time (G7). Default 30 days. */
  readonly pendingGraceMs: number
  /** Actors per commit call. Default 128. */
  readonly commitBatch: number
  /** Commit calls under way at once. Default 4. */
  readonly commitsInFlight: number
  /** Times a batch whose outcome is unknown is sent again, 50 ms apart and doubling. Default 3. */
  readonly commitRetries: number
  /** Longest time between two looks for due actors; bounds how late another process's due work is found. Default 1 s. */
  readonly pollIntervalMs: number
  /** Due actors taken per look. Default 256. */
  readonly wakeBatch: number
  /** A due actor taken by a process that then dies is handed out again after this. Default 10 s. */
  readonly wakeVisibilityMs: number
  /** An actor whose record cannot be read is looked at again after this. Default 60 s. */
  readonly quarantineRetryMs: number
  /** Compare-and-set losses in one turn before the caller gets `RevisionConflict`. Default 16. */
  readonly maxConflicts: number
  /**
   * How long a process holds an effect it is carrying out before another may take it over; extended while it runs, so
   * that a slow effect keeps its holder and a dead process loses it soon. Default 10 s.
   */
  readonly claimMs: number
  /** Effects of one name running at once in this process; more wait in the outbox for any process. Default 128. */
  readonly effectConcurrency: number
  /** How long a graceful stop waits for turns and effects before it releases what is left. Default 10 s. */
  readonly stopWithinMs: number
}

export const defaults: RuntimeConfigService = {
  mailboxCapacity: 1000,
  maxResidents: 10_000,
  idleAfterMs: 5 * 60_000,
  residency: "resident",
  maxEventBytes: 64 * 1024,
  maxRecordBytes: 1024 * 1024,
  dedupMs: 24 * 3600_000,
  pendingGraceMs: 30 * 24 * 3600_000,
  commitBatch: 128,
  commitsInFlight: 4,
  commitRetries: 3,
  pollIntervalMs: 1000,
  wakeBatch: 256,
  wakeVisibilityMs: 10_000,
  quarantineRetryMs: 60_000,
  maxConflicts: 16,
  claimMs: 10_000,
  effectConcurrency: 128,
  stopWithinMs: 10_000
}

export const RuntimeConfig = Context.Reference<RuntimeConfigService>("app/runtime/RuntimeConfig", {
  defaultValue: () => defaults
})

/** The defaults with some fields replaced. */
export const layer = (overrides: Partial<RuntimeConfigService>): Layer.Layer<never> =>
  Layer.succeed(RuntimeConfig, { ...defaults, ...overrides })
