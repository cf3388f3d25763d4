import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import { EffectFailed } from "#runtime/EffectHandler.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { eventually } from "#test/harness/Eventually.ts"
import { type Service, start } from "./service.ts"

const SESSION = "session-abc-123"
const question = { query: "Who?", session_id: SESSION }
const ANSWER =
  '{"message":"It was me.","status":"success","response":{"query":"Who?"},"session_id":"session-abc-123","status_code":200}'

const PARTS = [
  'event: part\ndata: {"text":"It "}\n\n',
  'event: part\ndata: {"text":"was\\n"}\n\n',
  'event: part\ndata: {"text":"me."}\n\n'
]
const KEEP_ALIVE = ": keep-alive\n\n"

/** All that was streamed, without what only keeps the connection alive. */
const read = ({ call, post }: Service, body: object = question) =>
  Effect.map(call("/api/analytics?stream=true", post(JSON.stringify(body))), (answer) => ({
    ...answer,
    text: answer.text.replaceAll(KEEP_ALIVE, "")
  }))

const inParts: Service["switches"]["answer"] = ({ part }) =>
  Effect.gen(function* () {
    for (const text of ["It ", "was\n", "me."]) yield* part(text)
    return "It was me."
  })

describe("an answer that is read along", () => {
  it.live("comes in parts and then whole, in exactly the documented body", () =>
    Effect.gen(function* () {
      const service = yield* start()
      service.switches.answer = inParts
      const { headers, status, text } = yield* read(service)
      expect([status, headers.get("content-type"), headers.get("cache-control")]).toEqual([
        200,
        "text/event-stream",
        "no-store"
      ])
      const events = text.split(/(?<=\n\n)/)
      expect(events.at(-1)).toBe(`event: answer\ndata: ${ANSWER}\n\n`)
      // In their order, from the first; the whole answer does not wait for the last of them.
      const parts = events.slice(0, -1)
      expect(parts.length).toBeGreaterThan(0)
      expect(PARTS.slice(0, parts.length)).toEqual(parts)
      expect((yield* service.listOf(SESSION)).map(({ content }) => content)).toEqual(["Who?", "It was me."])
    })
  )

  it.live("says at once that it is there, and each part while the rest is still being written", () =>
    Effect.gen(function* () {
      const { open, post, switches } = yield* start()
      const rest = yield* Latch.make()
      switches.answer = ({ part }) => Effect.andThen(part("It "), rest.whenOpen(Effect.succeed("It was me.")))
      const response = yield* open("/api/analytics?stream=true", post(JSON.stringify(question)))
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
      const until = (wanted: string) =>
        Effect.promise(async () => {
          let seen = ""
          while (!seen.includes(wanted)) {
            const chunk = await reader?.read()
            if (chunk === undefined || chunk.done) throw new Error(`ended before ${wanted}`)
            seen += chunk.value
          }
          return seen
        })
      expect(yield* until('event: part\ndata: {"text":"It "}\n\n')).not.toContain("event: answer")
      yield* rest.open
      expect(yield* until("event: answer")).toContain(ANSWER)
    })
  )

  it.live("has only the parts of its own question", () =>
    Effect.gen(function* () {
      const service = yield* start()
      service.switches.answer = ({ part, query }) => Effect.as(part(`part of ${query}`), `answer to ${query}`)
      const queries = ["one", "two", "three"]
      const texts = yield* Effect.forEach(
        queries,
        (query) => Effect.map(read(service, { query, session_id: SESSION }), ({ text }) => text),
        { concurrency: "unbounded" }
      )
      for (const [index, text] of texts.entries()) {
        expect(new Set(text.match(/(part of|answer to) \w+/g))).toContain(`answer to ${queries[index]}`)
        for (const other of queries.filter((query) => query !== queries[index])) expect(text).not.toContain(other)
      }
    })
  )

  it.live("is asked for by the Accept header, too", () =>
    Effect.gen(function* () {
      const { ask, switches } = yield* start()
      switches.answer = () => Effect.succeed("It was me.")
      const typeFor = (accept: string, path = "") =>
        Effect.map(ask(question, { headers: { accept } }), ({ headers }) => headers.get("content-type") ?? path)
      expect(yield* typeFor("text/event-stream")).toBe("text/event-stream")
      expect(yield* typeFor("application/json, text/event-stream;q=0.9")).toBe("text/event-stream")
      expect(yield* typeFor("*/*")).toBe("application/json")
      expect(yield* typeFor("application/json")).toBe("application/json")
    })
  )

  it.live("that does not come ends in an error with the whole body", () =>
    Effect.gen(function* () {
      const service = yield* start()
      service.switches.answer = () => Effect.fail(new EffectFailed({ code: "model_refused", retry: false }))
      const failed = yield* read(service)
      expect(failed.text).toBe(
        'event: error\ndata: {"message":"The question could not be answered.","status":"error","response":{},"session_id":"session-abc-123","status_code":500}\n\n'
      )
      const malformed = yield* read(service, { ...question, current_timestamp: "yesterday" })
      expect(malformed.text).toMatch(
        /^event: error\ndata: \{"message":"Invalid timestamp format\..*"status_code":400\}\n\n$/
      )
      const refused = yield* read(service, { ...question, evidence: [] })
      expect([refused.status, refused.headers.get("content-type")]).toEqual([422, "application/problem+json"])
    })
  )

  it.live("without a session is whole at once", () =>
    Effect.gen(function* () {
      const service = yield* start()
      const { text } = yield* read(service, { query: "Who?" })
      expect(text).toBe(
        'event: answer\ndata: {"message":"Direct answer to: Who?","status":"success","response":{"query":"Who?"},"session_id":null,"status_code":200}\n\n'
      )
    })
  )

  it.live("whose reader hangs up is written to its end, and kept", () =>
    Effect.gen(function* () {
      const { listOf, open, post, switches } = yield* start()
      const begun = yield* Latch.make()
      const rest = yield* Latch.make()
      switches.answer = () => Effect.andThen(begun.open, rest.whenOpen(Effect.succeed("It was me.")))
      const abort = new AbortController()
      const call = { ...post(JSON.stringify(question)), signal: abort.signal }
      const response = yield* open("/api/analytics?stream=true", call)
      yield* begun.await
      abort.abort()
      yield* Effect.promise(() => response.text().catch(() => "gone"))
      yield* rest.open
      yield* Effect.promise(() =>
        eventually(
          "the answer in the session",
          () => Effect.runPromise(listOf(SESSION)),
          (list) => list.at(-1)?.content === "It was me."
        )
      )
    })
  )
})
