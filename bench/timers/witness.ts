/** Proof that the work was done: what the store acknowledged while it ran, and what it holds afterwards. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Redis } from "ioredis"
import type { ActorAddress } from "#domain/ActorAddress.ts"
import { decodeRecord as decodeActor } from "#kernel/ActorRecord.ts"
import { ActorStore } from "#runtime/ports/ActorStore.ts"
import * as Batch from "#stores/redis/Batch.ts"
import * as Keys from "#stores/redis/Keys.ts"
import { addressesOf } from "../system.ts"
import { alarm, type AlarmContext } from "./alarm.ts"

/** Which one of `addressesOf` this is. */
const numberOf = ({ id }: ActorAddress): number => Number(id.slice(-7))

export interface Witness {
  /** The store that is looked at, for an actor system. */
  readonly store: Layer.Layer<ActorStore, unknown>
  /** Actors in the order in which their commits were acknowledged. */
  readonly order: ReadonlyArray<number>
  /** By actor: when the answer to its commit was here, epoch ms; 0 = not yet. */
  readonly acknowledgedAt: Float64Array
  /** Completes with the last actor's commit; **rejects** when that takes longer than `patienceMs`. */
  readonly all: (patienceMs: number) => Promise<void>
}

/** Looks on while a store takes one commit from each of so many actors. **Throws**, in `all`, when one commits twice. */
export const witness = (store: Layer.Layer<ActorStore, unknown>, count: number): Witness => {
  const order: Array<number> = []
  const acknowledgedAt = new Float64Array(count)
  const { promise, reject, resolve } = Promise.withResolvers<void>()
  const acknowledge = (n: number, at: number): void => {
    if (acknowledgedAt[n] !== 0) reject(new Error("an actor committed twice"))
    acknowledgedAt[n] = at
    order.push(n)
    if (order.length === count) resolve()
  }
  return {
    store: Layer.effect(
      ActorStore,
      Effect.map(ActorStore, (inner) => ({
        ...inner,
        commit: (batch) =>
          Effect.tap(inner.commit(batch), (results) =>
            Effect.sync(() => {
              const at = Date.now()
              results.forEach(({ _tag }, i) => {
                const commit = batch[i]
                if (_tag === "Committed" && commit !== undefined) acknowledge(numberOf(commit.address), at)
              })
            })
          )
      }))
    ).pipe(Layer.provide(store)),
    order,
    acknowledgedAt,
    all: (patienceMs) => {
      const late = (): void => reject(new Error(`only ${order.length} of ${count} came within ${patienceMs} ms`))
      const timer = setTimeout(late, patienceMs)
      return promise.finally(() => clearTimeout(timer))
    }
  }
}

/** Records read per call. */
const PAGE = 500

/**
 * Reads all actors back and answers their context. **Throws** unless each of them rang exactly once, has been written exactly
 * once since it was set, and waits for nothing any more.
 */
export const rungOnce = async (redis: Redis, count: number): Promise<ReadonlyArray<AlarmContext>> => {
  const keys = addressesOf(alarm.type, count).map(Keys.record)
  const contexts: Array<AlarmContext> = []
  for (let first = 0; first < count; first += PAGE) {
    for (const value of await redis.mget(keys.slice(first, first + PAGE))) {
      const stored = value === null ? null : Batch.decodeRecord(value)
      if (stored === null) throw new Error("an actor is gone")
      const { revision, snapshot, timers } = decodeActor(stored.record)
      const context = snapshot.context as AlarmContext
      const once = snapshot.value === "rung" && context.rings === 1 && revision === 2 && timers.length === 0
      if (!once) throw new Error(`an actor rang ${context.rings} times and was written ${revision} times`)
      contexts.push(context)
    }
  }
  const waiting = await redis.zcard(Keys.DUE)
  if (waiting !== 0) throw new Error(`${waiting} actors still wait`)
  return contexts
}
