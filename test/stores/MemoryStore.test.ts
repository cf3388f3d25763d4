/** The reference store keeps the contract. */
import * as MemoryStore from "#stores/memory/MemoryStore.ts"
import { actorStoreContract } from "./ActorStoreContract.ts"

const store = { layer: MemoryStore.layer, time: "virtual" } as const

actorStoreContract("memory", store)
