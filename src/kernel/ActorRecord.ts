/**
 * What is stored of one actor: its snapshot and all that XState's own snapshot leaves out - absolute timers, pending
 * effects, running children with their generation, versions. One JSON text, one compare-and-set, one truth.
 *
 * A *generation* is the revision of the turn that created a timer, effect or child. XState's pure API would accept a
 * stale `after` or `done` event, so everything that comes back later names its generation and is dropped when it no
 * longer matches.
 */
import type { ActorEvent, Priority } from "#domain/Envelope.ts"
import { type RecentEvent, remember } from "./RecentEvents.ts"

/** Layout of this record itself; machine versions are separate. 1 kept the recent events as objects, and is still read. */
export const RECORD_FORMAT = 2

export type TimerTarget =
  | { readonly kind: "self" }
  | { readonly kind: "parent" }
  | { readonly kind: "child"; readonly id: string }

export interface Timer {
  readonly id: string
  /** Epoch milliseconds. Absolute, of any distance. */
  readonly dueAt: number
  readonly event: ActorEvent
  readonly target: TimerTarget
  readonly generation: number
}

/** Whether two readings are of one and the same timer: an id is used again when a state is entered again. */
export const isSameTimer = (a: Timer, b: Timer): boolean =>
  a.id === b.id && a.generation === b.generation && a.dueAt === b.dueAt

/** A process's hold on an effect. When `until` has passed, any process may take it over. */
export interface Claim {
  readonly by: string
  readonly until: number
}

export type Work =
  /** A custom action of the chart. */
  | { readonly kind: "action"; readonly name: string; readonly params: unknown }
  /** An invoked or spawned promise; its outcome returns as XState's done/error event of `child`. */
  | { readonly kind: "invoke"; readonly name: string; readonly params: unknown; readonly child: string }
  /** An event for another actor. */
  | {
      readonly kind: "message"
      readonly to: { readonly type: string; readonly id: string }
      readonly event: ActorEvent
      readonly priority: Priority
    }
  /** The first event of a spawned durable actor. */
  | {
      readonly kind: "start"
      readonly to: { readonly type: string; readonly id: string }
      readonly input: unknown
      readonly child: string
    }
  /** Ends a spawned durable actor. */
  | { readonly kind: "stop"; readonly to: { readonly type: string; readonly id: string } }

export interface OutboxEntry {
  /** Unique within the actor, over its whole life and the next ones: `<createdAt>-<revision>.<index>`. */
  readonly id: string
  readonly lane: string
  readonly work: Work
  readonly generation: number
  readonly requestedAt: number
  /** Attempts that count against the limit and have failed. */
  readonly attempts: number
  /** Not before this, epoch milliseconds. */
  readonly readyAt: number
  readonly claim: Claim | null
  /** Code of the last failure. */
  readonly lastError: string | null
}

export interface ChildRecord {
  readonly src: string
  readonly generation: number
  /** Where a spawned durable actor lives; `null` for promises and for actors that have ended. */
  readonly address: { readonly type: string; readonly id: string } | null
}

export interface ParentRecord {
  readonly address: { readonly type: string; readonly id: string }
  /** This actor's id among its parent's children, and the generation it was spawned with. */
  readonly child: string
  readonly generation: number
}

export interface PersistedSnapshot {
  readonly status: "active" | "done" | "error" | "stopped"
  readonly value: unknown
  readonly context: unknown
  readonly historyValue: Readonly<Record<string, ReadonlyArray<{ readonly id: string }>>>
  /**
   * Ids of the active states in XState's own order, which decides the order of `always` transitions of parallel states and
   * is not the one a restore gives. Absent where the order cannot matter.
   */
  readonly nodes?: ReadonlyArray<string>
  readonly output?: unknown
  readonly error?: unknown
}

/** Everything but the snapshot; the snapshot of a resident actor stays a live XState object between turns. */
export interface ActorMeta {
  readonly version: number
  readonly createdAt: number
  readonly updatedAt: number
  readonly revision: number
  readonly turn: string
  readonly parent: ParentRecord | null
  readonly children: Readonly<Record<string, ChildRecord>>
  readonly timers: ReadonlyArray<Timer>
  readonly outbox: ReadonlyArray<OutboxEntry>
  /** The last events, see `RecentEvents.ts`. */
  readonly recent: string
}

export interface ActorRecord extends ActorMeta {
  readonly format: number
  readonly snapshot: PersistedSnapshot
}

/** Reads a stored record. Throws `RecordUndecodable` on anything that is not one of ours. */
export const decodeRecord = (text: string): ActorRecord => {
  let record: unknown
  try {
    record = JSON.parse(text)
  } catch {
    throw new RecordUndecodable("not_json")
  }
  const format = isObject(record) ? record["format"] : undefined
  if (!isObject(record) || (format !== RECORD_FORMAT && format !== 1)) {
    throw new RecordUndecodable("unknown_record_format")
  }
  const { snapshot } = record
  const whole =
    isCount(record["version"]) &&
    isCount(record["revision"]) &&
    Number.isFinite(record["createdAt"]) &&
    Number.isFinite(record["updatedAt"]) &&
    typeof record["turn"] === "string" &&
    (record["parent"] === null || isObject(record["parent"])) &&
    isObject(record["children"]) &&
    Array.isArray(record["timers"]) &&
    Array.isArray(record["outbox"]) &&
    (format === 1 ? Array.isArray(record["recent"]) : typeof record["recent"] === "string") &&
    isObject(snapshot) &&
    STATUSES.has(snapshot["status"]) &&
    (typeof snapshot["value"] === "string" || isObject(snapshot["value"]))
  if (!whole) throw new RecordUndecodable("missing_field")
  return (format === 1 ? upgraded(record) : record) as unknown as ActorRecord
}

/** Format 1 kept the recent events as objects. They are only ever shown, so an odd one is no reason to refuse the record. */
const upgraded = (record: Readonly<Record<string, unknown>>) => {
  const events = record["recent"] as ReadonlyArray<Partial<Record<keyof RecentEvent, unknown>> | null>
  const recent = events.reduce((text, event) => {
    const { type, at } = event ?? {}
    return typeof type === "string" && typeof at === "number" ? remember(text, type, at) : text
  }, "")
  return { ...record, format: RECORD_FORMAT, recent }
}

const STATUSES: ReadonlySet<unknown> = new Set(["active", "done", "error", "stopped"])

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 1

/** `reason` is a fixed word. */
export class RecordUndecodable extends Error {
  override readonly name = "RecordUndecodable"
  readonly reason: string
  constructor(reason: string) {
    super(reason)
    this.reason = reason
  }
}
