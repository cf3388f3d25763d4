/**
 * What happens to an event when the store is away and its machine says `spool` (G11, C14): it is kept in the local journal
 * and applied, in order, when the store answers again. Nothing runs on a guess meanwhile - no state, no effect - so
 * nothing that was accepted can contradict what the store holds. The event's id makes a doubtful delivery harmless.
 */
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as Semaphore from "effect/Semaphore"
import { type ActorAddress, address as toAddress, format } from "#domain/ActorAddress.ts"
import type { ActorDefinition } from "#domain/ActorDefinition.ts"
import type { ActorEvent, Priority } from "#domain/Envelope.ts"
import * as Metrics from "./Metrics.ts"
import type { EventJournalService, JournalledEvent } from "./ports/EventJournal.ts"
import { StoreUnavailable, type TurnRefused } from "./RuntimeError.ts"

type Direct = (event: ActorEvent) => Effect.Effect<unknown, TurnRefused>

export interface Spool {
  /** Delivers, or keeps for later and answers `null`. An actor with kept events gets new ones behind them. */
  readonly deliver: (
    definition: ActorDefinition,
    to: ActorAddress,
    event: ActorEvent,
    id: string,
    priority: Priority,
    direct: Direct
  ) => Effect.Effect<unknown, TurnRefused>
  /** Applies what is kept, oldest first, until the store is away again or nothing is left. */
  readonly drain: Effect.Effect<void>
  /** Drops what is kept for an actor; answers how many events that was. */
  readonly forget: (address: ActorAddress) => Effect.Effect<number, StoreUnavailable>
  /** Events kept. */
  readonly pending: () => number
}

const BATCH = 64

const keyOf = ({ address }: JournalledEvent): string => format(toAddress(address.type, address.id))

export const makeSpool = Effect.fnUntraced(function* (
  journal: EventJournalService,
  apply: (entry: JournalledEvent) => Effect.Effect<unknown, TurnRefused>
) {
  /** Address → kept events. Rebuilt from the journal at start: what a killed process kept is not forgotten. */
  const kept = new Map<string, number>()
  let total = 0
  /** One drain at a time: an entry is applied and counted off once. */
  const one = Semaphore.makeUnsafe(1)
  const count = (key: string, change: number): Effect.Effect<void> => {
    const left = (kept.get(key) ?? 0) + change
    total += change
    if (left > 0) kept.set(key, left)
    else kept.delete(key)
    return Metric.update(Metrics.spooled, total)
  }

  const keep = Effect.fnUntraced(function* (entry: JournalledEvent, away: StoreUnavailable) {
    const appended = yield* journal.append(entry).pipe(Effect.orElseSucceed(() => "full" as const))
    if (appended === "full") return yield* Effect.fail(away)
    if (appended === "kept") yield* count(keyOf(entry), 1)
    return null
  })

  const deliver: Spool["deliver"] = (definition, to, event, id, priority, direct) => {
    const { whenStoreAway } = definition
    if (whenStoreAway === undefined || whenStoreAway === "refuse") return direct(event)
    const later = { address: to, id, event: whenStoreAway.spool(event), priority }
    const waiting = new StoreUnavailable({ store: "journal", operation: "append", reason: "journal_full" })
    if (kept.has(format(to))) return keep(later, waiting)
    return direct(event).pipe(Effect.catchTag("StoreUnavailable", (away) => keep(later, away)))
  }

  /** An entry the store will not take (an unreadable record, say) stays where it is and does not hold up the others. */
  const applyOne = (entry: JournalledEvent & { readonly seq: number }, skipped: Set<string>) => {
    const key = keyOf(entry)
    // What comes behind an event that could not be applied must not overtake it.
    if (skipped.has(key)) return Effect.void
    return apply(entry).pipe(
      // A poisonous event is a dead letter now: it has been dealt with.
      Effect.catchTag("EventQuarantined", () => Effect.void),
      Effect.andThen(journal.remove(entry.seq)),
      Effect.andThen(count(key, -1)),
      Effect.catch((error) => {
        if (error._tag === "StoreUnavailable" && error.reason !== "reply_unknown") return Effect.fail(error)
        return Effect.sync(() => void skipped.add(key))
      })
    )
  }

  const drain: Effect.Effect<void> = Effect.gen(function* () {
    if (total === 0) return
    let after = 0
    const skipped = new Set<string>()
    for (;;) {
      const entries = yield* journal.read(after, BATCH)
      const last = entries.at(-1)
      if (last === undefined) break
      yield* Effect.forEach(entries, (entry) => applyOne(entry, skipped), { discard: true })
      after = last.seq
    }
    yield* Effect.logInfo("kept events applied", { left: total })
  }).pipe(
    Effect.catch(() => Effect.void),
    (pass) => one.withPermit(pass)
  )

  const forget: Spool["forget"] = (address) =>
    one.withPermit(Effect.tap(journal.forget(address), (dropped) => count(format(address), -dropped)))

  for (const entry of yield* Effect.orDie(journal.read(0, Number.MAX_SAFE_INTEGER))) yield* count(keyOf(entry), 1)
  return { deliver, drain, forget, pending: () => total } satisfies Spool
})
