import * as Effect from "effect/Effect"
import { describe, expect, it } from "#test/harness/effect.ts"
import { start } from "./service.ts"

const SESSION = "session-abc-123"
const DOCUMENTED = {
  query: "What is a UFDR report?",
  session_id: SESSION,
  email_id: "investigator@example.com",
  current_timestamp: "2024-01-15T10:30:00Z"
}

describe("a question", () => {
  it.live("is answered with exactly the documented body, and kept in the documented shape", () =>
    Effect.gen(function* () {
      const { ask, listOf, switches } = yield* start()
      switches.answer = () => Effect.succeed("A UFDR report is...")
      const { headers, status, text } = yield* ask(DOCUMENTED)
      expect(text).toBe(
        '{"message":"A UFDR report is...","status":"success","response":{"query":"What is a UFDR report?"},"session_id":"session-abc-123","status_code":200}'
      )
      expect([status, headers.get("content-type"), headers.get("session-kept")]).toEqual([
        200,
        "application/json",
        "true"
      ])
      const [question, answer, ...more] = yield* listOf(SESSION)
      expect(question).toMatchObject({
        role: "user",
        content: "What is a UFDR report?",
        timestamp: "2024-01-15T10:30:00Z",
        metadata: { email_id: "investigator@example.com" }
      })
      expect(answer).toMatchObject({ role: "assistant", content: "A UFDR report is..." })
      expect(more).toEqual([])
    })
  )

  it.live("needs nothing but a query, and without a session nothing is kept", () =>
    Effect.gen(function* () {
      const { ask, store, system } = yield* start()
      const { headers, status, text } = yield* ask({ query: "What is a UFDR report?" })
      expect(text).toBe(
        '{"message":"Direct answer to: What is a UFDR report?","status":"success","response":{"query":"What is a UFDR report?"},"session_id":null,"status_code":200}'
      )
      expect([status, headers.get("session-kept")]).toEqual([200, "false"])
      expect((yield* system.health).residents).toBe(0)
      expect(yield* store.waiting(10)).toEqual([])
    })
  )
})
