/** Many records asked for at once are read together, and each for itself. */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { address } from "#domain/ActorAddress.ts"
import { describe, expect, inject, it } from "#test/harness/effect.ts"
import { alice, first, stamp } from "../Commits.ts"
import { openStore, operator } from "./Harness.ts"

const url = inject("redisUrl")
const COUNT = 300
const one = (n: number) => address("conversation", `+1555${n}`)
const calls = (stats: unknown): number => Number(/cmdstat_evalsha:calls=(\d+)/.exec(String(stats))?.[1] ?? 0)

const prepared = Effect.gen(function* () {
  const send = yield* operator(url)
  yield* send("FLUSHDB")
  return { send, store: yield* openStore(url) }
})

describe("loads", () => {
  it.live("of one moment go as few calls, and everybody gets their own", () =>
    Effect.gen(function* () {
      const { send, store } = yield* prepared
      const commits = Array.from({ length: COUNT }, (_, n) =>
        first({ address: one(n), next: { ...stamp(1), record: `{"n":${n}}`, ttlMs: null } })
      )
      yield* store.commit(commits)
      yield* store.load(alice)
      const before = calls(yield* send("INFO", "commandstats"))
      // Every third one is asked for that is not stored, too.
      const asked = Array.from({ length: COUNT }, (_, n) => (n % 3 === 0 ? one(COUNT + n) : one(n)))
      const found = yield* Effect.forEach(asked, store.load, { concurrency: "unbounded" })
      expect(found).toEqual(asked.map((_, n) => (n % 3 === 0 ? null : { stamp: stamp(1), record: `{"n":${n}}` })))
      expect(calls(yield* send("INFO", "commandstats")) - before).toBeLessThanOrEqual(6)
    }).pipe(Effect.scoped)
  )

  it.live("a key that is no record spoils no other", () =>
    Effect.gen(function* () {
      const { send, store } = yield* prepared
      yield* store.commit([first()])
      yield* send("LPUSH", `tardigrade:actor:conversation/${one(1).id}`, "x")
      yield* send("SET", `tardigrade:actor:conversation/${one(2).id}`, "no stamp")
      yield* send("SET", `tardigrade:actor:conversation/${one(3).id}`, "1 %FF\n{}")
      const [whole, list, text, escaped] = yield* Effect.forEach(
        [alice, one(1), one(2), one(3)],
        (of) => Effect.result(store.load(of)),
        { concurrency: "unbounded" }
      )
      expect(whole).toEqual(Result.succeed({ stamp: stamp(1), record: '{"n":1}' }))
      expect(list).toMatchObject({ _tag: "Failure", failure: { reason: "wrong_type" } })
      expect(text).toMatchObject({ _tag: "Failure", failure: { reason: "reply_unknown" } })
      expect(escaped).toMatchObject({ _tag: "Failure", failure: { reason: "reply_unknown" } })
    }).pipe(Effect.scoped)
  )
})
