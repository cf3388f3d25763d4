/**
 * An actor's state as the JSON text that is stored, and back: through the migrations of its machine when an older version
 * wrote it. A record that cannot be read is never guessed at: the caller quarantines it untouched (G8).
 */
import type { AnyMachineSnapshot } from "xstate"
import type { MigratableState } from "#domain/ActorDefinition.ts"
import { type ActorRecord, decodeRecord, RECORD_FORMAT, RecordUndecodable, type Timer } from "./ActorRecord.ts"
import { firstUnsafe } from "./Json.ts"
import type { RegisteredActor } from "./RegisteredActor.ts"
import { persistSnapshot, restoreSnapshot, TurnInvalid } from "./Step.ts"
import type { ActorState } from "./Turn.ts"

/** A record of a machine version this build does not know. */
export class VersionUnknown extends Error {
  override readonly name = "VersionUnknown"
  readonly found: number
  constructor(found: number) {
    super("the record was written by a newer machine version")
    this.found = found
  }
}

/** Field by field: an object of one shape is encoded faster than one that was spread together. */
export const encodeState = ({ meta, snapshot }: ActorState): string =>
  JSON.stringify({
    format: RECORD_FORMAT,
    version: meta.version,
    createdAt: meta.createdAt,
    updatedAt: meta.updatedAt,
    revision: meta.revision,
    turn: meta.turn,
    parent: meta.parent,
    children: meta.children,
    timers: meta.timers,
    outbox: meta.outbox,
    recent: meta.recent,
    snapshot: persistSnapshot(snapshot)
  } satisfies ActorRecord)

/**
 * **Throws** `VersionUnknown` for a newer version, `RecordUndecodable` for everything else that cannot be read. A state
 * value that the machine would have to fill in or cut is not read either: the missing entry actions, timers and children
 * are a migration's to add.
 */
export const decodeState = (actor: RegisteredActor, text: string): ActorState => {
  const record = migrate(actor, decodeRecord(text))
  const { format: _format, snapshot: stored, ...meta } = record
  let snapshot: AnyMachineSnapshot
  try {
    snapshot = restoreSnapshot(actor, stored, meta.children)
  } catch (error) {
    throw new RecordUndecodable(error instanceof TurnInvalid ? error.code : "state_not_in_machine")
  }
  if (!sameValue(stored.value, snapshot.value)) throw new RecordUndecodable("state_not_in_machine")
  return { meta, snapshot }
}

const sameValue = (a: unknown, b: unknown): boolean => {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => sameValue((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]))
  )
}

const migrate = (actor: RegisteredActor, record: ActorRecord): ActorRecord => {
  const { version, migrations = [] } = actor.definition
  if (record.version > version) throw new VersionUnknown(record.version)
  if (record.version === version) return record
  const { revision } = record
  const { nodes: _nodes, ...snapshot } = record.snapshot
  let state: MigratableState = {
    value: snapshot.value,
    context: snapshot.context,
    historyValue: snapshot.historyValue,
    timers: record.timers
  }
  try {
    for (const migration of migrations.slice(record.version - 1)) state = migration(state)
    const { value, context } = state
    const historyValue = state.historyValue as ActorRecord["snapshot"]["historyValue"]
    const timers = state.timers.map((timer) => ({ target: { kind: "self" as const }, generation: revision, ...timer }))
    const whole = (typeof value === "string" || (typeof value === "object" && value !== null)) && timers.every(isTimer)
    if (!whole || firstUnsafe({ value, context, historyValue, timers }, "record") !== null) {
      throw new TypeError("a migration gave something else than a state")
    }
    return { ...record, version, snapshot: { ...snapshot, value, context, historyValue }, timers }
  } catch {
    throw new RecordUndecodable("migration_failed")
  }
}

const isTimer = ({ id, dueAt, event }: Timer): boolean =>
  typeof id === "string" && Number.isFinite(dueAt) && typeof event.type === "string"
