import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { describe, expect, it } from "#test/harness/effect.ts"
import { eventually } from "#test/harness/Eventually.ts"
import { anotherProcess, start } from "./service.ts"

const question = { query: "Who?", session_id: "session-abc-123" }

describe("a question that another process answers", () => {
  it.live("is answered here, whole and read along", () =>
    Effect.gen(function* () {
      const service = yield* start({}, true)
      const { ask, call, listOf, post, system } = service
      const whole = yield* Effect.forkChild(ask(question))
      const along = yield* Effect.forkChild(call("/api/analytics?stream=true", post(JSON.stringify(question))))
      yield* Effect.promise(() =>
        eventually(
          "a question that waits in the session",
          () => Effect.runPromise(Effect.orDie(service.store.waiting(10))),
          (waiting) => waiting.length === 1
        )
      )
      expect(yield* listOf(question.session_id)).toEqual([])
      expect((yield* system.health).effectsInFlight).toBe(0)
      yield* anotherProcess(service)
      expect((yield* Fiber.join(whole)).text).toContain('{"message":"Answer to: Who?","status":"success"')
      expect((yield* Fiber.join(along)).text).toContain('event: answer\ndata: {"message":"Answer to: Who?"')
    })
  )
})
