/** A writer for the test with two processes on one file: raises one actor's revision until it has won often enough. */
import { parentPort, workerData } from "node:worker_threads"
import * as Effect from "effect/Effect"
import { ActorStore } from "#runtime/ports/ActorStore.ts"
import * as SqliteStore from "#stores/sqlite/SqliteStore.ts"
import { alice, DAY_MS, first } from "./Commits.ts"

/** Answers how often its commits won; what the other writer won is tried again from what is stored. */
const runWriter = (file: string, name: string, rounds: number): Promise<number> =>
  Effect.gen(function* () {
    const store = yield* ActorStore
    let won = 0
    while (won < rounds) {
      const stored = (yield* store.load(alice))?.stamp ?? null
      const revision = (stored?.revision ?? 0) + 1
      const next = { revision, turn: `${name}-${won}`, record: "{}", ttlMs: DAY_MS }
      const [result] = yield* store.commit([first({ expected: stored, next })])
      if (result?._tag === "Committed") won++
    }
    return won
  }).pipe(Effect.provide(SqliteStore.layer({ file })), Effect.runPromise)

const { file, name, rounds } = workerData as { readonly file: string; readonly name: string; readonly rounds: number }
parentPort?.postMessage(await runWriter(file, name, rounds))
