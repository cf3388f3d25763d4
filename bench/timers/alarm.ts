/**
 * An actor that waits for one durable `after` timer, and how it is stored while it waits: by the same turn and the same
 * commit as the runtime's own, but many to a call and with nobody waiting for an answer, so that setting costs a benchmark
 * little.
 */
import * as Effect from "effect/Effect"
import { assign, setup } from "xstate"
import type { ActorDefinition } from "#domain/ActorDefinition.ts"
import { wakeAt } from "#kernel/Pending.ts"
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

const commitOf = (address: Commit["address"], at: number, dueAt: number): Commit => {
  const time = { now: at, turn: "set" }
  const { state } = runTurn(registered, address, null, { kind: "event", event: { type: "SET", at, dueAt } }, time)
  return {
    address,
    expected: null,
    next: { revision: state.meta.revision, turn: state.meta.turn, record: encodeState(state), ttlMs: DAY },
    wakeAt: wakeAt(state.meta),
    mark: null,
    projections: [],
    deadLetters: []
  }
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
  await drive(Math.ceil(count / BATCH), CALLS, async (call) => {
    const first = call * BATCH
    const commits = addresses.slice(first, first + BATCH).map((to, i) => commitOf(to, at, dueAt(first + i)))
    const results = await Effect.runPromise(store.commit(commits))
    if (!results.every(({ _tag }) => _tag === "Committed")) throw new Error("an alarm could not be set")
  })
}
