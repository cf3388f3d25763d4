/** Answers by a language model: what it is told, what is read of it while it writes, and what each way of failing comes to. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import type { SessionMessage } from "#domain/analyst/AnalystSession.ts"
import { MAX_ANSWER, MAX_SUMMARY } from "#domain/analyst/AnalystSession.ts"
import { Analyst, type Asked } from "#capabilities/analyst/Analyst.ts"
import { describeAnalyst, layerConfig } from "#capabilities/analyst/AnalystJobs.ts"
import { HISTORY_LENGTH } from "#capabilities/analyst/AnalystPrompt.ts"
import { KEYS, type StandIn } from "#test/harness/CapabilityStandIns.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { environment, failure, printed } from "../Under.ts"
import { begun, events, type Format, standIn, stream, trouble, variables, writer } from "./Models.ts"

const FORMATS = ["openai", "anthropic"] as const

const said = (role: SessionMessage["role"], content: string): SessionMessage => ({
  role,
  content,
  timestamp: "2024-01-15T10:30:00Z"
})
const asked = (...dialogue: ReadonlyArray<SessionMessage>): Asked => ({ dialogue, summary: null })
const QUESTION = asked(said("user", "What is a UFDR report?"))

const withModel = (format: Format, server: { readonly url: string }, changes: Readonly<Record<string, string>> = {}) =>
  layerConfig.pipe(Layer.provide(environment(variables(format, server, changes))))

const answer = (question: Asked) => Effect.flatMap(Analyst, (analyst) => analyst.answer(question))

/** The answer, and the pieces as they were told. */
const read = (question: Asked) =>
  Effect.gen(function* () {
    const pieces: Array<string> = []
    const { answer } = yield* Analyst
    const text = yield* answer(question, (piece) => Effect.sync(() => void pieces.push(piece)))
    return { text, pieces }
  })

interface Body {
  readonly model: string
  readonly stream?: boolean
  readonly system?: string
  readonly max_tokens?: number
  readonly max_completion_tokens?: number
  readonly messages: ReadonlyArray<{ readonly role: string; readonly content: string }>
}
const bodies = ({ requests }: StandIn) => requests.map(({ text }) => JSON.parse(text) as Body)
const systemOf = ({ messages, system }: Body): string =>
  system ?? messages.find(({ role }) => role === "system")?.content ?? ""
const spokenOf = ({ messages }: Body) => messages.filter(({ role }) => role !== "system")

describe.each(FORMATS)("a model in %s's format", (format) => {
  it.effect("is told the rules and the dialogue, and answers in plain text", () =>
    Effect.gen(function* () {
      const server = yield* standIn(format, " A report of an extraction. ")
      const dialogue = asked(
        said("assistant", "left over"),
        said("user", "Hello"),
        said("user", "again"),
        said("system", "case 7 is closed"),
        said("assistant", "Yes?"),
        said("user", "What is a UFDR report?"),
        said("assistant", "written by another tool, after it")
      )
      const question = { ...dialogue, summary: "They greeted." }
      expect(yield* answer(question).pipe(Effect.provide(withModel(format, server)))).toBe("A report of an extraction.")
      const [body] = bodies(server)
      if (body === undefined) throw new Error("nothing was asked")
      expect(body).toMatchObject({ model: "analyst-1", max_tokens: 1500 })
      for (const field of ["stream", "tools", "response_format"]) expect(body).not.toHaveProperty(field)
      expect(spokenOf(body)).toEqual([
        { role: "user", content: "[2024-01-15T10:30:00Z] Hello\n\n[2024-01-15T10:30:00Z] again" },
        { role: "assistant", content: "Yes?" },
        { role: "user", content: "[2024-01-15T10:30:00Z] What is a UFDR report?" }
      ])
      for (const rule of ["do not know", "Invent evidence", "pasted", "They greeted.", "case 7 is closed"]) {
        expect(systemOf(body)).toContain(rule)
      }
    })
  )

  it.effect("is read while it writes", () =>
    Effect.gen(function* () {
      const server = yield* standIn(format, "unused")
      server.next(stream(events(format, ["A report ", "of an \u{1f4f1} extraction", "."]).join("")))
      const { pieces, text } = yield* read(QUESTION).pipe(Effect.provide(withModel(format, server)))
      expect([text, pieces]).toEqual([
        "A report of an \u{1f4f1} extraction.",
        ["A report ", "of an \u{1f4f1} extraction", "."]
      ])
      expect(bodies(server)[0]).toMatchObject({ stream: true })
      expect(server.requests[0]?.headers.accept).toBe("text/event-stream")
    })
  )

  it.effect("is heard piece by piece, however its bytes are cut", () =>
    Effect.gen(function* () {
      const server = yield* writer
      const first = yield* Deferred.make<string>()
      const analyst = yield* Effect.provide(Analyst, withModel(format, server))
      const tell = (piece: string) => Effect.asVoid(Deferred.succeed(first, piece))
      const reading = yield* Effect.forkChild(analyst.answer(QUESTION, tell))
      const head = begun(format, "One")
      for (const sign of head) yield* server.write(sign)
      // Nothing after it was sent yet.
      expect(yield* Deferred.await(first)).toBe("One")
      yield* server.write(events(format, ["One", " two"]).join("").slice(head.length))
      expect(yield* Fiber.join(reading)).toBe("One two")
    })
  )

  it.effect("that breaks off in the middle has not answered", () =>
    Effect.gen(function* () {
      const server = yield* standIn(format, "unused")
      const broken = failure(read(QUESTION)).pipe(Effect.provide(withModel(format, server)))
      server.next(stream(begun(format, "A report ")), stream(""), stream("data: {\n\n"))
      expect(yield* broken).toEqual({ code: "answer_cut", retry: true })
      expect(yield* broken).toEqual({ code: "answer_cut", retry: true })
      expect(yield* broken).toEqual({ code: "bad_answer", retry: false })
    })
  )

  it.effect("whose connection breaks in the middle of a stream may be asked again", () =>
    Effect.gen(function* () {
      const server = yield* writer
      const heard = yield* Deferred.make<void>()
      const analyst = yield* Effect.provide(Analyst, withModel(format, server))
      const reading = yield* Effect.forkChild(
        failure(analyst.answer(QUESTION, () => Effect.asVoid(Deferred.succeed(heard, undefined))))
      )
      yield* server.write(begun(format, "A report "))
      yield* Deferred.await(heard)
      yield* server.cut
      expect(yield* Fiber.join(reading)).toEqual({ code: "answer_cut", retry: true })
    })
  )

  it.effect("that is silent in the middle of a stream is given up in time", () =>
    Effect.gen(function* () {
      const server = yield* writer
      const heard = yield* Deferred.make<void>()
      const analyst = yield* Effect.provide(Analyst, withModel(format, server, { ANALYST_TIMEOUT: "30 seconds" }))
      const reading = yield* Effect.forkChild(
        failure(analyst.answer(QUESTION, () => Effect.asVoid(Deferred.succeed(heard, undefined))))
      )
      yield* server.write(begun(format, "A report "))
      yield* Deferred.await(heard)
      yield* TestClock.adjust("30 seconds")
      expect(yield* Fiber.join(reading)).toEqual({ code: "timeout", retry: true })
    })
  )

  it.effect.each([
    ["overloaded_error", { code: "server_error", retry: true }],
    ["api_error", { code: "server_error", retry: true }],
    ["server_error", { code: "server_error", retry: true }],
    ["rate_limit_error", { code: "rate_limited", retry: true }],
    ["authentication_error", { code: "unauthorized", retry: false }],
    ["invalid_request_error", { code: "rejected", retry: false }]
  ] as const)("that tells of %s after a good status has failed", ([type, expected]) =>
    Effect.gen(function* () {
      const server = yield* standIn(format, "unused")
      server.next(stream(begun(format, "A report ") + trouble(format, type)))
      expect(yield* failure(read(QUESTION)).pipe(Effect.provide(withModel(format, server)))).toEqual(expected)
    })
  )

  it.effect("that cannot stream answers as one", () =>
    Effect.gen(function* () {
      const server = yield* standIn(format, "As one.")
      expect(yield* read(QUESTION).pipe(Effect.provide(withModel(format, server)))).toEqual({
        text: "As one.",
        pieces: ["As one."]
      })
    })
  )

  it.effect.each([
    [
      { status: 429, headers: { "retry-after": "7" } },
      { code: "rate_limited", retry: true, retryAfterMs: 7000 }
    ],
    [{ status: 529 }, { code: "server_error", retry: true }],
    [
      { status: 400, body: { error: "secret" } },
      { code: "rejected", retry: false }
    ],
    [{ body: "<html>" }, { code: "bad_answer", retry: false }],
    [{ body: { unexpected: true } }, { code: "bad_answer", retry: false }],
    [{ body: { error: { type: "api_error" } } }, { code: "bad_answer", retry: false }],
    [stream(": nothing\n\n"), { code: "answer_cut", retry: true }],
    [stream(`data: ${"x".repeat(3_000_000)}`), { code: "answer_too_large", retry: false }]
  ] as const)("that answers %j has failed", ([met, expected]) =>
    Effect.gen(function* () {
      const server = yield* standIn(format, "unused")
      server.next(met)
      expect(yield* failure(read(QUESTION)).pipe(Effect.provide(withModel(format, server)))).toEqual(expected)
    })
  )

  it.effect("that says nothing has not answered", () =>
    Effect.gen(function* () {
      const server = yield* standIn(format, " \n")
      const model = withModel(format, server)
      expect((yield* failure(answer(QUESTION)).pipe(Effect.provide(model))).code).toBe("bad_answer")
      server.next(stream(events(format, []).join("")))
      expect((yield* failure(read(QUESTION)).pipe(Effect.provide(model))).code).toBe("bad_answer")
    })
  )

  it.effect("that writes without end is bounded", () =>
    Effect.gen(function* () {
      const server = yield* standIn(format, "unused")
      server.next(
        stream(
          events(
            format,
            Array.from({ length: 12 }, () => "x".repeat(5000))
          ).join("")
        )
      )
      const { text } = yield* read(QUESTION).pipe(Effect.provide(withModel(format, server)))
      expect(text.length).toBe(MAX_ANSWER)
    })
  )

  it.effect("is not asked when there is no question", () =>
    Effect.gen(function* () {
      const server = yield* standIn(format, "unused")
      const none = failure(answer(asked(said("assistant", "Hello.")))).pipe(Effect.provide(withModel(format, server)))
      expect(yield* none).toEqual({ code: "no_question", retry: false })
      expect(server.requests).toEqual([])
    })
  )

  it.effect("is told the newest of a dialogue that is too long, and always the question", () =>
    Effect.gen(function* () {
      const server = yield* standIn(format, "Yes.")
      const long = "x".repeat(HISTORY_LENGTH / 3)
      const dialogue = Array.from({ length: 6 }, (_, n) => said(n % 2 === 0 ? "user" : "assistant", `${n}${long}`))
      const model = withModel(format, server)
      yield* answer(asked(...dialogue, said("user", "and?"))).pipe(Effect.provide(model))
      yield* answer(asked(...dialogue, said("user", "y".repeat(2 * HISTORY_LENGTH)))).pipe(Effect.provide(model))
      const [first, second] = bodies(server).map((body) => spokenOf(body).map(({ content }) => content.length))
      const stamp = "[2024-01-15T10:30:00Z] ".length
      expect(first).toEqual([long.length + 1 + stamp, long.length + 1, "and?".length + stamp])
      expect(second).toEqual([2 * HISTORY_LENGTH + stamp])
    })
  )

  it.effect("summarises what it is given, within the bound", () =>
    Effect.gen(function* () {
      const server = yield* standIn(format, "s".repeat(2 * MAX_SUMMARY))
      const messages = { dialogue: [said("user", "Q"), said("assistant", "A")], summary: "Before." }
      const { summarise } = yield* Effect.provide(Analyst, withModel(format, server))
      expect(yield* summarise(messages)).toHaveLength(MAX_SUMMARY)
      const [body] = bodies(server)
      if (body === undefined) throw new Error("nothing was asked")
      expect(spokenOf(body)).toEqual([
        {
          role: "user",
          content:
            "Summary so far:\nBefore.\n\nMessages:\n[2024-01-15T10:30:00Z] user: Q\n[2024-01-15T10:30:00Z] assistant: A"
        }
      ])
    })
  )

  it.effect("and its failures print neither words nor keys", () =>
    Effect.gen(function* () {
      const server = yield* standIn(format, "secret-answer")
      server.next(
        { status: 400, body: { error: { message: "secret-message" } } },
        stream(trouble(format, "other_error"))
      )
      const question = asked(said("user", "secret-words"))
      for (let n = 0; n < 2; n++) {
        const text = yield* printed(read(question)).pipe(Effect.provide(withModel(format, server)))
        expect(text).toContain("rejected")
        for (const secret of ["secret", KEYS.model, "127.0.0.1"]) expect(text).not.toContain(secret)
      }
    })
  )
})

describe("the settings", () => {
  const start = (given: Readonly<Record<string, string>>) =>
    Effect.provide(describeAnalyst, layerConfig.pipe(Layer.provide(environment(given))))

  it.effect("without a model mean what is built in", () =>
    Effect.gen(function* () {
      for (const given of [{}, { ANALYST_MODEL: "" }]) expect((yield* start(given)).kind).toBe("embedded")
    })
  )

  it.effect("name a model", () =>
    Effect.gen(function* () {
      const anthropic = { ANALYST_MODEL: "m", ANALYST_DIALECT: "anthropic", ANALYST_API_KEY: "k" }
      expect(yield* start(anthropic)).toEqual({
        kind: "http",
        note: "answers come from the model m (anthropic format)"
      })
      const local = { ANALYST_MODEL: "m", ANALYST_API_BASE_URL: "http://localhost:11434/v1" }
      expect(yield* start(local)).toEqual({ kind: "http", note: "answers come from the model m (openai format)" })
    })
  )

  it.effect("say everything that is wrong with them", () =>
    Effect.gen(function* () {
      const wrong = {
        ANALYST_MODEL: "m",
        ANALYST_MAX_TOKENS: "1",
        ANALYST_TIMEOUT: "3 hours",
        ANALYST_TOKENS_FIELD: "tokens"
      }
      const told = String(yield* Effect.flip(start(wrong)))
      for (const name of ["ANALYST_API_BASE_URL", "ANALYST_MAX_TOKENS", "ANALYST_TIMEOUT", "ANALYST_TOKENS_FIELD"]) {
        expect(told).toContain(name)
      }
      expect(String(yield* Effect.flip(start({ ANALYST_MODEL: "m", ANALYST_DIALECT: "anthropic" })))).toContain(
        "ANALYST_API_KEY"
      )
      expect(String(yield* Effect.flip(start({ ANALYST_MODEL: "m", ANALYST_DIALECT: "other" })))).toContain(
        "openai, anthropic"
      )
    })
  )
})
