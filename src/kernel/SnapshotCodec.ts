/**
 * An actor's state as the JSON text that is stored, and back: through the migrations of its machine when an older version
 * wrote it. A record that cannot be read is never guessed at: the caller quarantines it untouched (G8).
 */
import type { MigratableState } from "#domain/ActorDefinition.ts"
import { type ActorRecord, decodeRecord, RECORD_FORMAT, RecordUndecodable } from "./ActorRecord.ts"
import type { RegisteredActor } from "./RegisteredActor.ts"
import { persistSnapshot, restoreSnapshot } from "./Step.ts"
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

export const encodeState = ({ meta, snapshot }: ActorState): string =>
  JSON.stringify({ format: RECORD_FORMAT, ...meta, snapshot: persistSnapshot(snapshot) } satisfies ActorRecord)

/** **Throws** `VersionUnknown` for a newer version, `RecordUndecodable` for everything else that cannot be read. */
export const decodeState = (actor: RegisteredActor, text: string): ActorState => {
  const record = migrate(actor, decodeRecord(text))
  const { format: _format, snapshot, ...meta } = record
  try {
    return { meta, snapshot: restoreSnapshot(actor, snapshot, meta.children) }
  } catch {
    throw new RecordUndecodable("state_not_in_machine")
  }
}

const migrate = (actor: RegisteredActor, record: ActorRecord): ActorRecord => {
  const { version, migrations = [] } = actor.definition
  if (record.version > version || record.version < 1) throw new VersionUnknown(record.version)
  if (record.version === version) return record
  let state: MigratableState = {
    value: record.snapshot.value,
    context: record.snapshot.context,
    historyValue: record.snapshot.historyValue,
    timers: record.timers
  }
  try {
    for (const migration of migrations.slice(record.version - 1)) state = migration(state)
  } catch {
    throw new RecordUndecodable("migration_failed")
  }
  const { revision } = record
  return {
    ...record,
    version,
    snapshot: { ...record.snapshot, ...pick(state) },
    timers: state.timers.map((timer) => ({ target: { kind: "self" }, generation: revision, ...timer }))
  }
}

const pick = ({ value, context, historyValue }: MigratableState) => ({
  value,
  context,
  historyValue: historyValue as ActorRecord["snapshot"]["historyValue"]
})
