/**
 * A local, durable list of events that arrived while the store was away (G11). One file per process; nothing here is
 * shared, and nothing is removed before the store has the event.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { ActorEvent, Priority } from "#domain/Envelope.ts"
import type { StoreUnavailable } from "../RuntimeError.ts"

export interface JournalledEvent {
  readonly address: { readonly type: string; readonly id: string }
  /** The envelope id: the same id to the same address is kept once. */
  readonly id: string
  readonly event: ActorEvent
  readonly priority: Priority
}

export interface EventJournalService {
  /**
   * Durable when it answers `kept`, or `known`: it was there already. `full`: the journal is at its bound, nothing was kept.
   * **Fails with** `StoreUnavailable` when the file cannot be written.
   */
  readonly append: (entry: JournalledEvent) => Effect.Effect<"kept" | "known" | "full", StoreUnavailable>
  /** Entries with a higher number than `after`, in the order in which they came. */
  readonly read: (
    after: number,
    limit: number
  ) => Effect.Effect<ReadonlyArray<JournalledEvent & { readonly seq: number }>, StoreUnavailable>
  readonly remove: (seq: number) => Effect.Effect<void, StoreUnavailable>
  /** Removes an actor's entries; answers how many there were. */
  readonly forget: (address: JournalledEvent["address"]) => Effect.Effect<number, StoreUnavailable>
}

export class EventJournal extends Context.Service<EventJournal, EventJournalService>()("app/runtime/EventJournal") {}
