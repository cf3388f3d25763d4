import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Latch from "effect/Latch"
import { describe, expect, it } from "#test/harness/effect.ts"
import { ADMIN, start } from "./service.ts"

const SESSION = "session-abc-123"
const question = { query: "Who?", session_id: SESSION }
const environment = { ADMIN_TOKEN: ADMIN }
const token = ADMIN

/** What every endpoint says while the store cannot be had. */
const WITHOUT_STORE = {
  answer:
    '{"message":"Direct answer to: Who?","status":"success","response":{"query":"Who?"},"session_id":"session-abc-123","status_code":200}',
  debug: '{"session_id":"session-abc-123","exists":false,"message_count":0,"messages":[],"redis_available":false}',
  clear:
    '{"session_id":"session-abc-123","status":"warning","message":"Redis is not available. The session may not be cleared; try again.","redis_available":false}'
}

describe("while the store is away", () => {
  it.live.each(["away", "hangs"] as const)("(%s) every endpoint answers, in little more than two seconds", (how) =>
    Effect.gen(function* () {
      const { ask, call, lines, listOf, switches } = yield* start(environment)
      switches.store = how
      const before = performance.now()
      const [answer, debug, clear, preflight] = yield* Effect.all(
        [
          ask(question),
          call(`/api/session/${SESSION}/debug`, { token }),
          call(`/api/session/${SESSION}`, { method: "DELETE", token }),
          call("/api/analytics", { method: "OPTIONS" })
        ],
        { concurrency: "unbounded" }
      )
      expect(performance.now() - before).toBeLessThan(how === "away" ? 1900 : 6000)
      expect([answer.status, answer.text]).toEqual([200, WITHOUT_STORE.answer])
      expect(answer.headers.get("session-kept")).toBe("false")
      expect([debug.status, debug.text]).toEqual([200, WITHOUT_STORE.debug])
      expect([clear.status, clear.text]).toEqual([200, WITHOUT_STORE.clear])
      expect(preflight.text).toBe('{"status":"ok"}')
      expect(lines.join("\n")).not.toMatch(/Who\?|session-abc/)
      switches.store = "here"
      expect(yield* listOf(SESSION)).toEqual([])
    })
  )

  it.live("a question that is read along is answered, too", () =>
    Effect.gen(function* () {
      const { call, post, switches } = yield* start()
      switches.store = "away"
      const { text } = yield* call("/api/analytics?stream=true", post(JSON.stringify(question)))
      expect(text).toContain(`event: not_kept\ndata: {}\n\nevent: answer\ndata: ${WITHOUT_STORE.answer}\n\n`)
    })
  )

  it.live("the session goes on where it was once the store is back", () =>
    Effect.gen(function* () {
      const { ask, listOf, switches } = yield* start()
      yield* ask({ ...question, query: "before" })
      switches.store = "away"
      yield* ask({ ...question, query: "meanwhile" })
      switches.store = "here"
      yield* ask({ ...question, query: "after" })
      const asked = (yield* listOf(SESSION)).filter(({ role }) => role === "user").map(({ content }) => content)
      expect(asked).toEqual(["before", "after"])
    })
  )

  it.live("whoever waits for an answer already goes on waiting, and gets it", () =>
    Effect.gen(function* () {
      const { ask, switches } = yield* start()
      const begun = yield* Latch.make()
      const written = yield* Latch.make()
      switches.answer = () => Effect.andThen(begun.open, written.whenOpen(Effect.succeed("at last")))
      const waiting = yield* Effect.forkChild(ask(question))
      yield* begun.await
      switches.store = "away"
      yield* written.open
      yield* Effect.yieldNow
      switches.store = "here"
      expect((yield* Fiber.join(waiting)).text).toContain('"message":"at last"')
    })
  )
})
