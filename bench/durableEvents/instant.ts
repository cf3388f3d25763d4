/** A store that answers every commit at once and keeps nothing: what is left is what Node must do. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { ActorStore, type Commit, type CommitResult } from "#runtime/ports/ActorStore.ts"
import * as MemoryStore from "#stores/memory/MemoryStore.ts"
import type { StoreLayer } from "../system.ts"

/** `saw` is shown every batch. */
export const instant = (saw: (batch: ReadonlyArray<Commit>) => void = () => {}): StoreLayer =>
  Layer.effect(
    ActorStore,
    Effect.map(ActorStore, (store) => ({
      ...store,
      commit: (batch: ReadonlyArray<Commit>) => {
        saw(batch)
        return Effect.succeed(batch.map((): CommitResult => ({ _tag: "Committed" })))
      }
    }))
  ).pipe(Layer.provide(MemoryStore.layer))
