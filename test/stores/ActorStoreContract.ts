/**
 * The conformance suite every store passes: what a commit does, how long things live, wake-ups, forgetting, documents and
 * whose they are, sorted sets and lists, dead letters, and a property over two writers. A store test hands in its layer and says whose clock it has.
 */
import { collectionsContract } from "./CollectionsContract.ts"
import { commitContract } from "./CommitContract.ts"
import { ownershipContract } from "./OwnershipContract.ts"
import { sortedSetsContract } from "./SortedSetsContract.ts"
import type { StoreUnderTest } from "./StoreUnderTest.ts"
import { timeContract } from "./TimeContract.ts"
import { twoWritersContract } from "./TwoWritersContract.ts"
import { wakeUpContract } from "./WakeUpContract.ts"

/** Runs all of it over one store. */
export const actorStoreContract = (name: string, under: StoreUnderTest): void => {
  commitContract(name, under)
  timeContract(name, under)
  wakeUpContract(name, under)
  ownershipContract(name, under)
  sortedSetsContract(name, under)
  collectionsContract(name, under)
  twoWritersContract(name, under)
}
