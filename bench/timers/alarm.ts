/**
 * An actor that waits for one durable `after` timer, and how it is stored while it waits: the record is that of the runtime's
 * own turn and goes through the store's own commit, but one turn serves all as a template, so that setting costs little.
 */
import * as Effect from "effect/Effect"
import { assign, setup } from "xstate"
import { type ActorAddress, address } from "#domain/ActorAddress.ts"
import type { ActorDefinition } from "#domain/ActorDefinition.ts"
import { registerActor } from "#kernel/RegisteredActor.ts"
import { encodeState } from "#kernel/SnapshotCodec.ts"
import { runTurn } from "#kernel/Turn.ts"
import type { ActorStoreService, Commit } from "#runtime/ports/ActorStore.ts"
import { drive } from "../rig.ts"
import { addressesOf } from "../system.ts"

const DAY = 86_400_000

/** Stamped onto the event of a timer by the runtime, epoch milliseconds; a plain event has neither. */
interface Stamped {
  readonly scheduledAt?: number
  readonly firedAt?: number
}

export interface AlarmContext {
  readonly text: string
  /** How often it rang, by its timer or by a plain event. */
  readonly rings: number
  /** `firedAt - scheduledAt` of its timer, ms; `null` when a plain event had it ring. */
  readonly lateMs: number | null
}

const lateness = ({ firedAt, scheduledAt }: Stamped): number | null =>
  firedAt === undefined || scheduledAt === undefined ? null : firedAt - scheduledAt

/** `RING` does what the timer does: the same transition, and the timer is gone. */
export const alarm: ActorDefinition = {
  type: "alarm",
  machine: setup({
    types: {} as {
      context: AlarmContext
      events: { type: "SET"; at: number; dueAt: number } | { type: "RING" }
    },
    delays: { untilDue: ({ event }) => (event.type === "SET" ? event.dueAt - event.at : 0) },
    actions: {
      ring: assign({
        rings: ({ context }) => context.rings + 1,
        lateMs: ({ event }) => lateness(event as Stamped)
      })
    }
  }).createMachine({
    context: { text: "x".repeat(900), rings: 0, lateMs: null },
    initial: "unset",
    on: { RING: { target: ".rung", actions: "ring" } },
    states: {
      unset: { on: { SET: "set" } },
      set: { after: { untilDue: { target: "rung", actions: "ring" } } },
      rung: {}
    }
  }),
  version: 1,
  ttlMs: DAY
}

const registered = registerActor(alarm)

/** The record of an actor that was set at `at`, for any due time: what the runtime's own turn makes, cut where that time is. */
const recordOf = (at: number): ((dueAt: number) => string) => {
  const dueAt = at + DAY
  const input = { kind: "event", event: { type: "SET", at, dueAt } } as const
  const { state } = runTurn(registered, address(alarm.type, "template"), null, input, { now: at, turn: "set" })
  const [before, after, ...more] = encodeState(state).split(String(dueAt))
  const { revision, turn } = state.meta
  if (before === undefined || after === undefined || more.length > 0 || revision !== 1 || turn !== "set") {
    throw new Error("a set alarm's record is not as it is expected")
  }
  return (due) => before + due + after
}

/** Actors per commit call, and calls under way. */
const BATCH = 128
const CALLS = 2

/** Stores that many actors, the nth with a timer due at `dueAt(n)` (whole epoch milliseconds), all set at `at`. */
export const setAlarms = async (
  store: ActorStoreService,
  count: number,
  at: number,
  dueAt: (n: number) => number
): Promise<void> => {
  const addresses = addressesOf(alarm.type, count)
  const record = recordOf(at)
  const commitOf = (to: ActorAddress, due: number): Commit => ({
    address: to,
    expected: null,
    next: { revision: 1, turn: "set", record: record(due), ttlMs: DAY },
    wakeAt: due,
    ...{ mark: null, projections: [], deadLetters: [] }
  })
  await drive(Math.ceil(count / BATCH), CALLS, async (call) => {
    const first = call * BATCH
    const commits = addresses.slice(first, first + BATCH).map((to, i) => commitOf(to, dueAt(first + i)))
    const results = await Effect.runPromise(store.commit(commits))
    if (!results.every(({ _tag }) => _tag === "Committed")) throw new Error("an alarm could not be set")
  })
}
