import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Latch from "effect/Latch"
import { DIRECT_AT_ONCE } from "#channels/http/analyst/Answering.ts"
import { address } from "#domain/ActorAddress.ts"
import { MAX_WAITING } from "#domain/analyst/AnalystSession.ts"
import { EffectFailed } from "#runtime/EffectHandler.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { eventually } from "#test/harness/Eventually.ts"
import { type Answer, type Service, start } from "./service.ts"

const SESSION = "session-abc-123"
const DOCUMENTED = {
  query: "What is a UFDR report?",
  session_id: SESSION,
  email_id: "investigator@example.com",
  current_timestamp: "2024-01-15T10:30:00Z"
}

const bodyOf = ({ text }: Answer) => JSON.parse(text) as { message: string; status_code: number; session_id: string }

/** Everything that is kept of a session: its dialogue, and its actor. */
const keptOf = ({ listOf, system }: Service) =>
  Effect.gen(function* () {
    return { list: yield* listOf(SESSION), actors: (yield* system.health).residents }
  })

describe("a question", () => {
  it.live("is answered with exactly the documented body, and kept in the documented shape", () =>
    Effect.gen(function* () {
      const { ask, listOf, switches } = yield* start()
      switches.answer = () => Effect.succeed("A UFDR report is...")
      const { headers, status, text } = yield* ask(DOCUMENTED)
      expect(text).toBe(
        '{"message":"A UFDR report is...","status":"success","response":{"query":"What is a UFDR report?"},"session_id":"session-abc-123","status_code":200}'
      )
      const about = [status, headers.get("content-type"), headers.get("session-kept")]
      expect(about).toEqual([200, "application/json", "true"])
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
      const service = yield* start()
      const nothing = { query: "Who?", session_id: null, email_id: null, current_timestamp: null }
      for (const question of [{ query: "Who?" }, nothing]) {
        const { headers, status, text } = yield* service.ask(question)
        expect(text).toBe(
          '{"message":"Direct answer to: Who?","status":"success","response":{"query":"Who?"},"session_id":null,"status_code":200}'
        )
        expect([status, headers.get("session-kept")]).toEqual([200, "false"])
      }
      expect(yield* keptOf(service)).toEqual({ list: [], actors: 0 })
    })
  )

  it.live("is asked with the dialogue before it, which stays in order", () =>
    Effect.gen(function* () {
      const { ask, switches } = yield* start()
      switches.answer = ({ messages, query }) =>
        Effect.succeed(`${query} after ${messages.map(({ content }) => content).join("|")}`)
      yield* ask({ query: "one", session_id: SESSION })
      const second = yield* ask({ query: "two", session_id: SESSION })
      expect(bodyOf(second).message).toBe("two after one|one after one|two")
    })
  )

  it.live.each([
    "2024-01-15",
    "2024-01-15 10:30:00",
    "2024-01-15T10:30:00",
    "2024-01-15T10:30:00+00:00",
    "2024-01-15T10:30:00.000Z",
    "2024-02-30T10:30:00Z",
    "2024-01-15T24:00:00Z",
    "yesterday",
    "",
    1705314600
  ])("with the timestamp %j is told which format is expected, with HTTP 200, and not kept", (current_timestamp) =>
    Effect.gen(function* () {
      const service = yield* start()
      const { headers, status, text } = yield* service.ask({ ...DOCUMENTED, current_timestamp })
      expect(text).toBe(
        '{"message":"Invalid timestamp format. Expected format: YYYY-MM-DDTHH:mm:ssZ. Example: 2024-01-15T10:30:00Z","status":"error","response":{},"session_id":"session-abc-123","status_code":400}'
      )
      expect([status, headers.get("session-kept")]).toEqual([200, "false"])
      expect(yield* keptOf(service)).toEqual({ list: [], actors: 0 })
    })
  )

  it.live("that cannot be answered is told so with HTTP 200, in words of ours", () =>
    Effect.gen(function* () {
      const { ask, lines, switches } = yield* start()
      const expected = (session: string) =>
        `{"message":"The question could not be answered.","status":"error","response":{},"session_id":${session},"status_code":500}`
      switches.answer = () => Effect.fail(new EffectFailed({ code: "model_refused", retry: false }))
      switches.direct = () => Effect.fail({ code: "model_refused" })
      expect(yield* ask(DOCUMENTED)).toMatchObject({ status: 200, text: expected('"session-abc-123"') })
      expect(yield* ask({ query: "Who?" })).toMatchObject({ status: 200, text: expected("null") })
      switches.direct = (query) => Effect.die(new Error(`cannot answer ${query}`))
      expect(yield* ask({ query: "a secret name" })).toMatchObject({ status: 200, text: expected("null") })
      expect(lines.join("\n")).toContain("answering a question broke")
      expect(lines.join("\n")).not.toMatch(/secret name|What is a UFDR|session-abc|investigator/)
    })
  )

  it.live("that takes too long is told so; its answer is in the session later", () =>
    Effect.gen(function* () {
      const service = yield* start({ ANALYST_ANSWER_WITHIN: "150 millis" })
      const { ask, listOf, switches } = service
      const written = yield* Latch.make()
      switches.answer = () => written.whenOpen(Effect.succeed("at last"))
      switches.direct = () => Effect.never
      const late = yield* ask(DOCUMENTED)
      expect(late.text).toBe(
        '{"message":"The answer takes longer than usual. It will be in the session.","status":"error","response":{},"session_id":"session-abc-123","status_code":504}'
      )
      expect(late.headers.get("session-kept")).toBe("true")
      expect(bodyOf(yield* ask({ query: "Who?" }))).toMatchObject({
        message: "The answer took too long. Try again.",
        status_code: 504,
        session_id: null
      })
      yield* written.open
      yield* Effect.promise(() =>
        eventually(
          "the answer in the session",
          () => Effect.runPromise(listOf(SESSION)),
          (list) => list.at(-1)?.content === "at last"
        )
      )
    })
  )
})

describe("many questions", () => {
  it.live("at once in one session are each answered with their own answer, one after the other", () =>
    Effect.gen(function* () {
      const { ask, listOf, switches } = yield* start()
      let atWork = 0
      switches.answer = ({ messages, query }) =>
        Effect.gen(function* () {
          expect(++atWork).toBe(1)
          yield* Effect.yieldNow
          atWork--
          return `${query}, after ${messages.length}`
        })
      const queries = Array.from({ length: 10 }, (_, index) => `Question ${index}`)
      const answers = yield* Effect.forEach(queries, (query) => ask({ query, session_id: SESSION }), {
        concurrency: "unbounded"
      })
      const messages = answers.map((answer) => bodyOf(answer).message)
      expect(messages.map((message) => message.split(",")[0])).toEqual(queries)
      // The dialogue each was asked with: one message, then two more for every one before it.
      const seen = messages.map((message) => Number(message.split("after ")[1])).toSorted((a, b) => a - b)
      expect(seen).toEqual(queries.map((_, index) => 2 * index + 1))
      const list = yield* listOf(SESSION)
      expect(list.map(({ role }) => role)).toEqual(queries.flatMap(() => ["user", "assistant"]))
    })
  )

  it.live("outside any session are worked on so many at once, and all answered", () =>
    Effect.gen(function* () {
      const { ask, switches } = yield* start()
      const open = yield* Latch.make()
      let running = 0
      let most = 0
      switches.direct = (query) =>
        Effect.gen(function* () {
          most = Math.max(most, ++running)
          yield* open.await
          running--
          return query
        })
      const asking = yield* Effect.forkChild(
        Effect.forEach(Array.from({ length: DIRECT_AT_ONCE + 9 }), (_, n) => ask({ query: `Question ${n}` }), {
          concurrency: "unbounded"
        })
      )
      yield* Effect.promise(() =>
        eventually(
          "all places are taken",
          () => running,
          (seen) => seen >= DIRECT_AT_ONCE
        )
      )
      yield* open.open
      const answers = yield* Fiber.join(asking)
      expect(answers.map((answer) => bodyOf(answer).message)).toEqual(answers.map((_, n) => `Question ${n}`))
      expect(most).toBe(DIRECT_AT_ONCE)
    })
  )

  it.live("of two sessions at once never mix", () =>
    Effect.gen(function* () {
      const { ask, listOf, switches } = yield* start()
      switches.answer = ({ messages, query }) =>
        Effect.succeed(`${query}: ${messages.every(({ content }) => content.startsWith(query.slice(0, 4)))}`)
      const questions = Array.from({ length: 8 }, (_, index) => {
        const session_id = index % 2 === 0 ? "even" : "odd-"
        return { session_id, query: `${session_id} ${index}` }
      })
      const answers = yield* Effect.forEach(questions, (question) => ask(question), { concurrency: "unbounded" })
      const seen = answers.map((answer) => [bodyOf(answer).session_id, bodyOf(answer).message])
      expect(seen).toEqual(questions.map(({ query, session_id }) => [session_id, `${query.slice(0, 6)}: true`]))
      for (const session of ["even", "odd-"]) {
        const list = yield* listOf(session)
        expect(list).toHaveLength(8)
        expect(list.filter(({ content }) => !content.startsWith(session))).toEqual([])
      }
    })
  )

  it.live("more than may wait are refused as busy; the same question is taken once there is room", () =>
    Effect.gen(function* () {
      const { ask, switches, system } = yield* start()
      const room = yield* Latch.make()
      switches.answer = ({ query }) => room.whenOpen(Effect.succeed(`Answer to: ${query}`))
      const to = address("session", SESSION)
      const common = { type: "QUERY_RECEIVED", emailId: null, clientTimestamp: null, at: yield* system.now }
      for (let n = 0; n <= MAX_WAITING; n++) {
        const question = { ...common, requestId: `r${n}`, query: `n${n}` }
        expect(yield* system.ask(to, question, { id: `r${n}` })).toEqual({ taken: true, because: null })
      }
      const headers = { "idempotency-key": "one-more" }
      const oneMore = { query: "one more", session_id: SESSION }
      const refused = yield* ask(oneMore)
      expect(refused.text).toBe(
        '{"message":"Too many questions are waiting in this session. Try again when one is answered.","status":"error","response":{},"session_id":"session-abc-123","status_code":429}'
      )
      expect([refused.status, refused.headers.get("session-kept")]).toEqual([200, "false"])
      expect(bodyOf(yield* ask(oneMore, { headers })).status_code).toBe(429)
      yield* room.open
      yield* system.drained
      expect(bodyOf(yield* ask(oneMore, { headers }))).toMatchObject({
        message: "Answer to: one more",
        status_code: 200
      })
    })
  )
})
