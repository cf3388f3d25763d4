/**
 * Every operational failure the runtime can answer with. Each carries the actor's fingerprint (never its id, which may be
 * a phone number), codes and numbers only, and says whether trying again may help.
 */
import * as Schema from "effect/Schema"

/** The store did not answer, or refused for a reason that is not the caller's. The outcome of a write is unknown. */
export class StoreUnavailable extends Schema.TaggedError<StoreUnavailable>()("StoreUnavailable", {
  store: Schema.String,
  operation: Schema.String,
  /** `connection`, `timeout`, `out_of_memory`, `read_only`, `reply_unknown`, `closed`, or the driver's error code. */
  reason: Schema.String,
  cause: Schema.optionalKey(Schema.Defect())
}) {
  readonly isRetryable = true
}

/** The actor's mailbox is at its bound; nothing of the event was kept. */
export class MailboxFull extends Schema.TaggedError<MailboxFull>()("MailboxFull", {
  actor: Schema.String,
  capacity: Schema.Int
}) {
  readonly isRetryable = true
}

/** Other writers won this actor's compare-and-set more often than the configured number of tries. */
export class RevisionConflict extends Schema.TaggedError<RevisionConflict>()("RevisionConflict", {
  actor: Schema.String,
  attempts: Schema.Int
}) {
  readonly isRetryable = true
}

/** The stored snapshot was written by a machine version this process does not know. It is left untouched. */
export class UnknownMachineVersion extends Schema.TaggedError<UnknownMachineVersion>()("UnknownMachineVersion", {
  actor: Schema.String,
  found: Schema.Int,
  known: Schema.Int
}) {
  readonly isRetryable = false
}

/** The stored record cannot be read, or a migration failed on it. It is left untouched. */
export class SnapshotUndecodable extends Schema.TaggedError<SnapshotUndecodable>()("SnapshotUndecodable", {
  actor: Schema.String,
  reason: Schema.String
}) {
  readonly isRetryable = false
}

/** No machine is registered for this actor type. */
export class UnknownActorType extends Schema.TaggedError<UnknownActorType>()("UnknownActorType", {
  type: Schema.String
}) {
  readonly isRetryable = false
}

/** The event threw in the chart, or asked for more than the bounds allow; it is a dead letter now, the actor goes on. */
export class EventQuarantined extends Schema.TaggedError<EventQuarantined>()("EventQuarantined", {
  actor: Schema.String,
  event: Schema.String,
  reason: Schema.String
}) {
  readonly isRetryable = false
}

/** The event is larger than `RuntimeConfig.maxEventBytes`; nothing of it was kept. */
export class PayloadTooLarge extends Schema.TaggedError<PayloadTooLarge>()("PayloadTooLarge", {
  actor: Schema.String,
  bytes: Schema.Int,
  limit: Schema.Int
}) {
  readonly isRetryable = false
}

/**
 * A dead letter of an invoked effect: its chart was told that it failed, and goes by that. Done after all, it would be done
 * behind the chart's back, so it cannot be replayed.
 */
export class EffectNotAwaited extends Schema.TaggedError<EffectNotAwaited>()("EffectNotAwaited", {
  actor: Schema.String
}) {
  readonly isRetryable = false
}

/** The actor system is stopping and takes no new events. */
export class SystemStopping extends Schema.TaggedError<SystemStopping>()("SystemStopping", {}) {
  readonly isRetryable = true
}

/** Whatever `tell` and `ask` can answer with instead of a reply. */
export type TurnRefused =
  | StoreUnavailable
  | MailboxFull
  | RevisionConflict
  | UnknownMachineVersion
  | SnapshotUndecodable
  | UnknownActorType
  | EventQuarantined
  | PayloadTooLarge
  | SystemStopping
