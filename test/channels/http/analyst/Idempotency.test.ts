import * as Effect from "effect/Effect"
import { MAX_WAITING } from "#domain/analyst/AnalystSession.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { start } from "./service.ts"

const SESSION = "session-abc-123"
const headers = { "idempotency-key": "key-1" }
const question = { query: "Who?", session_id: SESSION }

/** Counts what is answered. */
const counting = Effect.gen(function* () {
  const service = yield* start()
  const asked: Array<string> = []
  service.switches.answer = ({ query }) => Effect.sync(() => `${query} ${asked.push(query)}`)
  const message = (body: object, options: { readonly headers?: Readonly<Record<string, string>> } = {}) =>
    Effect.map(service.ask(body, options), ({ text }) => (JSON.parse(text) as { readonly message: string }).message)
  return { ...service, asked, message }
})

describe("a question with an Idempotency-Key", () => {
  it.live("is asked once however often it is sent, also at the same time", () =>
    Effect.gen(function* () {
      const { asked, listOf, message } = yield* counting
      const five = Array.from({ length: 5 }, () => message(question, { headers }))
      expect(yield* Effect.all(five, { concurrency: "unbounded" })).toEqual(Array(5).fill("Who? 1"))
      expect(yield* message(question, { headers })).toBe("Who? 1")
      expect(asked).toEqual(["Who?"])
      expect(yield* listOf(SESSION)).toHaveLength(2)
    })
  )

  it.live("is another one with another key, query or session, and without a key always", () =>
    Effect.gen(function* () {
      const { message } = yield* counting
      expect(yield* message(question, { headers })).toBe("Who? 1")
      expect(yield* message(question, { headers: { "idempotency-key": "key-2" } })).toBe("Who? 2")
      expect(yield* message({ ...question, query: "Where?" }, { headers })).toBe("Where? 3")
      expect(yield* message({ ...question, session_id: "another" }, { headers })).toBe("Who? 4")
      expect(yield* message(question)).toBe("Who? 5")
      expect(yield* message(question)).toBe("Who? 6")
    })
  )

  it.live("that was answered long ago is not asked again, and is told where its answer is", () =>
    Effect.gen(function* () {
      const { ask, asked, message } = yield* counting
      yield* message(question, { headers })
      for (let n = 0; n < MAX_WAITING; n++) yield* message({ ...question, query: `n${n}` })
      const { text } = yield* ask(question, { headers })
      expect(text).toBe(
        '{"message":"This question was answered a while ago. The answer is in the session.","status":"error","response":{},"session_id":"session-abc-123","status_code":410}'
      )
      expect(asked).toHaveLength(MAX_WAITING + 1)
    })
  )
})
