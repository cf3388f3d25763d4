/**
 * An actor store that breaks its contract on purpose: the negative controls of the fault scenarios. `STORE_LIES=forgets`
 * answers `Committed` to every fifth marked commit without writing it; `STORE_LIES=repeats` drops the dedup marks. A
 * scenario that stays green over such a store proves nothing.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { ActorStore, type ActorStoreService, type Commit, type CommitResult } from "#runtime/ports/ActorStore.ts"

const FORGOTTEN_EVERY = 5

const forgetting = (inner: ActorStoreService): ActorStoreService => {
  let marked = 0
  const commit: ActorStoreService["commit"] = (batch) => {
    const forgotten = new Set(batch.filter(({ mark }) => mark !== null && ++marked % FORGOTTEN_EVERY === 0))
    const kept = batch.filter((one) => !forgotten.has(one))
    return Effect.map(kept.length === 0 ? Effect.succeed([]) : inner.commit(kept), (results) => {
      const written = [...results]
      return batch.map((one) =>
        forgotten.has(one) ? { _tag: "Committed" as const } : (written.shift() as CommitResult)
      )
    })
  }
  return { ...inner, commit }
}

const unmarked = (commit: Commit): Commit => ({ ...commit, mark: null })

/** The store of the environment, lying as the process's environment says. */
export const layer: Layer.Layer<ActorStore, never, ActorStore> = Layer.effect(
  ActorStore,
  Effect.map(ActorStore, (inner) => {
    switch (process.env["STORE_LIES"]) {
      case "forgets":
        return forgetting(inner)
      case "repeats":
        return { ...inner, commit: (batch) => inner.commit(batch.map(unmarked)) }
      default:
        return inner
    }
  })
)
