/**
 * Reads of records, gathered: all that are asked for in one turn of the event loop go to Redis as one call, because a call
 * costs several times what a record in it does. Whoever asks alone waits for nobody.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { ActorAddress } from "#domain/ActorAddress.ts"
import type { ActorStoreService, StoredActor } from "#runtime/ports/ActorStore.ts"
import type { StoreUnavailable } from "#runtime/RuntimeError.ts"
import { decodeRecord, MAX_BATCH } from "./Batch.ts"
import { type Connection, unavailable } from "./Connection.ts"
import * as Keys from "./Keys.ts"
import * as Scripts from "./Scripts.ts"

interface Asked {
  readonly address: ActorAddress
  readonly answer: Deferred.Deferred<StoredActor | null, StoreUnavailable>
}

/** `load` of the port over this connection. Actors do not share a failure, unless it is the call's. */
export const gatherLoads = (connection: Connection): ActorStoreService["load"] => {
  let asked: Array<Asked> = []

  const send = (batch: ReadonlyArray<Asked>): void => {
    const keys = batch.map(({ address }) => Keys.record(address))
    const call = connection.call("load", (redis) => Scripts.run(redis, Scripts.load, keys, []))
    Effect.runFork(
      Effect.map(Effect.exit(call), (exit) => {
        const values = Exit.isSuccess(exit) ? exit.value : []
        batch.forEach(({ answer }, index) => {
          const value = Array.isArray(values) ? (values as ReadonlyArray<unknown>)[index] : undefined
          Deferred.doneUnsafe(answer, Exit.isFailure(exit) ? Exit.failCause(exit.cause) : read(value))
        })
      })
    )
  }

  const flush = (): void => {
    const all = asked
    asked = []
    for (let from = 0; from < all.length; from += MAX_BATCH) send(all.slice(from, from + MAX_BATCH))
  }

  return (address) =>
    Effect.suspend(() => {
      const answer = Deferred.makeUnsafe<StoredActor | null, StoreUnavailable>()
      if (asked.push({ address, answer }) === 1) setImmediate(flush)
      return Deferred.await(answer)
    })
}

const read = (value: unknown): Exit.Exit<StoredActor | null, StoreUnavailable> => {
  if (value === null) return Exit.succeed(null)
  if (value === 0) return Exit.fail(unavailable("load", "wrong_type"))
  const stored = typeof value === "string" ? decodeRecord(value) : null
  return stored === null ? Exit.fail(unavailable("load", "reply_unknown")) : Exit.succeed(stored)
}
