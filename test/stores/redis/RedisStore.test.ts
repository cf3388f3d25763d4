/** The Redis store keeps the contract, on a real server. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { inject } from "#test/harness/effect.ts"
import { actorStoreContract } from "../ActorStoreContract.ts"
import { referenceContract } from "../ReferenceContract.ts"
import { operator, storeAt } from "./Harness.ts"

const url = inject("redisUrl")

/** Empties the tests' database, then connects. */
const fresh = Layer.unwrap(
  Effect.map(
    Effect.flatMap(operator(url), (send) => send("FLUSHDB")),
    () => storeAt(url)
  )
)
const store = { layer: fresh, time: "own" } as const

actorStoreContract("redis", store)
referenceContract("redis", store)
