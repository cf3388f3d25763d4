import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import fc from "fast-check"
import { questionOf } from "#channels/http/analyst/Question.ts"
import { MAX_QUERY } from "#domain/analyst/AnalystSession.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { start } from "./service.ts"

const SESSION = "session-abc-123"
const QUERY_RULE = "text of 1 to 8000 characters that is not blank"
const SESSION_RULE = "1 to 128 of A-Z a-z 0-9 . _ ~ -, starting with a letter, a digit or _"
const EMAIL_RULE = "an e-mail address of at most 254 characters"
const JPEG = `data:image/jpeg;base64,${"/9j4AAQSkZJRg".repeat(3)}`
const DISK = "deadbeef".repeat(65)

const asked = (fields: object) => JSON.stringify({ query: "Who?", session_id: SESSION, ...fields })

const malformed = (field: string, rule: string) => ({
  status: 400,
  problem: {
    ...{ type: "urn:tardigrade:problem:malformed-request", status: 400, title: "Part of the request cannot be read" },
    ...{ code: "malformed_request", field, rule }
  }
})
const evidence = (field: string, rule: string) => ({
  status: 422,
  problem: {
    ...{ type: "urn:tardigrade:problem:evidence-refused", status: 422, title: "Evidence and media are not taken here" },
    ...{ code: "evidence_refused", field, rule }
  }
})

const NO_EVIDENCE = "no evidence, media or records"
const NO_OTHER = "no fields other than query, session_id, email_id, current_timestamp"

describe("the door refuses", () => {
  it.live.each([
    ["no body", "", malformed("body", "a JSON object")],
    ["no JSON", "{query: Who?}", malformed("body", "a JSON object")],
    ["a list", '["Who?"]', malformed("body", "a JSON object")],
    ["null", "null", malformed("body", "a JSON object")],
    ["no query", JSON.stringify({ session_id: SESSION }), malformed("query", QUERY_RULE)],
    ["an empty query", asked({ query: "" }), malformed("query", QUERY_RULE)],
    ["a blank query", asked({ query: " \n\t" }), malformed("query", QUERY_RULE)],
    ["a query that is no text", asked({ query: ["Who?"] }), malformed("query", QUERY_RULE)],
    ["half a character", '{"query":"\\ud83d"}', malformed("query", QUERY_RULE)],
    ["a query that is too long", asked({ query: "é ".repeat(4001) }), malformed("query", QUERY_RULE)],
    ["a file", asked({ files: [DISK] }), evidence("files", NO_EVIDENCE)],
    ["evidence", asked({ Evidence: DISK }), evidence("evidence", NO_EVIDENCE)],
    ["attachments", asked({ attachments: [] }), evidence("attachments", NO_EVIDENCE)],
    ["media", asked({ media: null }), evidence("media", NO_EVIDENCE)],
    ["an unknown field", asked({ John_Doe: "secret" }), malformed("body", NO_OTHER)],
    ["a data: URL", asked({ query: `Who is this? ${JPEG}` }), evidence("query", "no data: URLs")],
    ["a plain data: URL", asked({ query: "see DATA:text/html,<b>x</b>" }), evidence("query", "no data: URLs")],
    [
      "a hex dump",
      asked({ query: `What is ${DISK}` }),
      evidence("query", "no unbroken run of more than 512 encoded characters")
    ],
    [
      "base64",
      asked({ query: `What is ${"QUJD".repeat(200)}==` }),
      evidence("query", "no unbroken run of more than 512 encoded characters")
    ],
    ["an empty session id", asked({ session_id: "" }), malformed("session_id", SESSION_RULE)],
    ["a session id with a glob sign", asked({ session_id: "a*" }), malformed("session_id", SESSION_RULE)],
    ["a session id with a colon", asked({ session_id: "a:messages" }), malformed("session_id", SESSION_RULE)],
    ["a session id that is a path", asked({ session_id: ".." }), malformed("session_id", SESSION_RULE)],
    ["a session id that is too long", asked({ session_id: "a".repeat(129) }), malformed("session_id", SESSION_RULE)],
    ["a number as session id", asked({ session_id: 7 }), malformed("session_id", SESSION_RULE)],
    ["an e-mail address without @", asked({ email_id: "investigator" }), malformed("email_id", EMAIL_RULE)],
    ["an e-mail address with a line", asked({ email_id: "a@b\nBcc: c@d" }), malformed("email_id", EMAIL_RULE)],
    ["a long e-mail address", asked({ email_id: `a@${"b".repeat(253)}` }), malformed("email_id", EMAIL_RULE)]
  ] as const)("%s", ([, body, { problem, status }]) =>
    Effect.gen(function* () {
      const { call, lines, listOf, post, system } = yield* start()
      const answer = yield* call("/api/analytics", post(body))
      expect(answer.status).toBe(status)
      expect(answer.headers.get("content-type")).toBe("application/problem+json")
      expect(JSON.parse(answer.text)).toEqual(problem)
      expect(yield* listOf(SESSION)).toEqual([])
      expect((yield* system.health).residents).toBe(0)
      expect(lines.join("\n")).not.toMatch(/Who|session-abc|secret|deadbeef/)
    })
  )

  it.live("a body that is no JSON by its type, and one that is too large, announced or not", () =>
    Effect.gen(function* () {
      const { base, call } = yield* start()
      const body = asked({})
      for (const type of ["text/plain", "multipart/form-data; boundary=x", "application/jsonp"]) {
        const answer = yield* call("/api/analytics", { method: "POST", body, headers: { "content-type": type } })
        expect([answer.status, JSON.parse(answer.text)]).toMatchObject([415, { code: "unsupported_media_type" }])
      }
      const charset = { "content-type": "application/json; charset=utf-8" }
      expect((yield* call("/api/analytics", { method: "POST", body, headers: charset })).status).toBe(200)
      const large = asked({ query: "é ".repeat(30_000) })
      const announced = yield* call("/api/analytics", { method: "POST", body: large, headers: charset })
      expect([announced.status, JSON.parse(announced.text)]).toMatchObject([
        413,
        { code: "too_large", field: "body", rule: "at most 65536 bytes" }
      ])
      const streamed = yield* Effect.promise(() =>
        fetch(`${base}/api/analytics`, {
          method: "POST",
          headers: charset,
          body: new Blob([large]).stream(),
          duplex: "half"
        })
      )
      expect(streamed.status).toBe(413)
    })
  )

  it.live("an Idempotency-Key that cannot be one, and a wish that is none", () =>
    Effect.gen(function* () {
      const { ask, call, post } = yield* start()
      const long = yield* ask({ query: "Who?" }, { headers: { "idempotency-key": "k".repeat(256) } })
      expect([long.status, JSON.parse(long.text)]).toMatchObject([400, { field: "idempotency-key" }])
      const spaced = yield* ask({ query: "Who?" }, { headers: { "idempotency-key": "a b" } })
      expect(spaced.status).toBe(400)
      const perhaps = yield* call("/api/analytics?stream=perhaps", post(asked({})))
      expect([perhaps.status, JSON.parse(perhaps.text)]).toMatchObject([400, { field: "query string" }])
    })
  )
})

describe("the door takes", () => {
  it.each([
    ["the longest query", { query: "😀".repeat(MAX_QUERY) }],
    ["many lines", { query: "first line\nsecond line\t\u0000" }],
    ["a long word that is no dump", { query: `https://example.com/?q=${"abc&".repeat(400)}` }],
    ["512 encoded characters", { query: `hash ${"a".repeat(512)} known?` }],
    ["prose about data: and such", { query: "Which data: calls, texts, or media; base64, say?" }],
    ["a session id of the longest kind", { query: "Who?", session_id: `_${"a.b-c~d_".repeat(15)}1234567` }],
    ["a UUID", { query: "Who?", session_id: "0190b3a4-7c1e-7d2f-9a6b-3c4d5e6f7081" }],
    ["an international address", { query: "Who?", email_id: "Jörg+case7@bücher.example" }],
    ["a leap day", { query: "Who?", current_timestamp: "2024-02-29T23:59:59Z" }]
  ])("%s", (_, question) => {
    const read = questionOf(JSON.stringify(question), undefined)
    expect(Result.isSuccess(read)).toBe(true)
    expect(Result.getOrThrow(read)).toMatchObject({ query: question.query, timestampInvalid: false })
  })
})

describe("whatever comes", () => {
  const SECRET = "Zebedee"

  it("a refusal never repeats it", () => {
    const anything = fc.object({
      key: fc.constantFrom("query", "session_id", "email_id", SECRET, "files"),
      maxDepth: 2
    })
    fc.assert(
      fc.property(anything, fc.constantFrom("query", "session_id", "email_id", "current_timestamp"), (body, field) => {
        const text = JSON.stringify({ ...body, [field]: { [SECRET]: SECRET } })
        const read = questionOf(text, undefined)
        if (Result.isFailure(read)) expect(JSON.stringify(read.failure)).not.toContain(SECRET)
        else expect(read.success.timestampInvalid).toBe(true)
      })
    )
  })

  it("what is taken obeys the rules of the store's keys", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 140 }), (session_id) => {
        const read = questionOf(JSON.stringify({ query: "Who?", session_id }), undefined)
        if (Result.isSuccess(read)) expect(read.success.sessionId).toMatch(/^\w[\w.~-]{0,127}$/)
      })
    )
  })
})
