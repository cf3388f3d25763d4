/**
 * Puts an actor into a world's store as its own turns would have left it: what a driver of its chart came to, with its
 * wake-up time. So a scenario begins in the middle of a story, at any moment of it, without living through the beginning.
 */
import * as Effect from "effect/Effect"
import { type ActorAddress, address } from "#domain/ActorAddress.ts"
import type { Projection } from "#domain/Projection.ts"
import { wakeAt } from "#kernel/Pending.ts"
import { encodeState } from "#kernel/SnapshotCodec.ts"
import type { ActorState } from "#kernel/Turn.ts"
import type { ActorStoreService, Commit } from "#runtime/ports/ActorStore.ts"

const TTL_MS = 90 * 86_400_000
const none = { expected: null, wakeAt: null, mark: null, projections: [], deadLetters: [] } as const

const write = async (store: ActorStoreService, commit: Commit): Promise<void> => {
  const [result] = await Effect.runPromise(store.commit([commit]))
  if (result?._tag !== "Committed") throw new Error(`not written: ${result?._tag}`)
}

/** Stores an actor that is not stored yet. */
export const storeActor = (store: ActorStoreService, to: ActorAddress, state: ActorState): Promise<void> => {
  const { revision, turn } = state.meta
  const next = { revision, turn, record: encodeState(state), ttlMs: TTL_MS }
  return write(store, { ...none, address: to, next, wakeAt: wakeAt(state.meta) })
}

const CHUNK = 500
let writers = 0

/** Writes what turns of other actors left for readers. */
export const storeProjections = async (
  store: ActorStoreService,
  projections: ReadonlyArray<Projection>
): Promise<void> => {
  for (let from = 0; from < projections.length; from += CHUNK) {
    const next = { revision: 1, turn: "t", record: "{}", ttlMs: 60_000 }
    const writer = address("probe", `writer ${++writers}`)
    await write(store, { ...none, address: writer, next, projections: projections.slice(from, from + CHUNK) })
  }
}
