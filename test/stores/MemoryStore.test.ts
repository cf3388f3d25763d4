/** The reference store keeps the contract. */
import * as MemoryStore from "#stores/memory/MemoryStore.ts"
import { actorStoreContract } from "./ActorStoreContract.ts"
import { twoWritersContract } from "./TwoWritersContract.ts"
import { wakeUpContract } from "./WakeUpContract.ts"

const store = { layer: MemoryStore.layer, time: "virtual" } as const

actorStoreContract("memory", store)
wakeUpContract("memory", store)
twoWritersContract("memory", store)
