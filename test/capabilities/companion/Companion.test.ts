/** The companion over real sockets: what a model is told, what of its words is passed on, what happens when it fails. */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { Companion } from "#capabilities/companion/Companion.ts"
import { companionJobs, describeCompanion, layerConfig } from "#capabilities/companion/CompanionJobs.ts"
import { dialogue, system } from "#capabilities/companion/CompanionPrompt.ts"
import { address } from "#domain/ActorAddress.ts"
import type { Converse, Turn } from "#domain/ash/AshSession.ts"
import { templateReply } from "#domain/ash/CompanionTemplates.ts"
import { ANSWER_DEADLINE_MS } from "#machines/ash-session/vocabulary.ts"
import { anthropicStandIn, KEYS, message, type StandIn } from "#test/harness/CapabilityStandIns.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { environment, failure, printed } from "../Under.ts"

const T0 = 1_796_558_400_000
const member = (text: string): Turn => ({ by: "member", text, at: T0 })
const ash = (text: string): Turn => ({ by: "ash", text, at: T0 })
const asked = (...turns: ReadonlyArray<Turn>): Converse => ({
  turns,
  severity: "high",
  humanTold: false,
  followUp: false
})
const SAD = asked(member("I feel so sad"))

const answer = (reply: string, concern = false) => ({ reply, concern })
const SAFE = "That sounds heavy. What has today been like?"

const withModel = (server: StandIn, more: Readonly<Record<string, string>> = {}) =>
  layerConfig.pipe(
    Layer.provide(
      environment({
        BOT_ASH_MODEL: "listener-1",
        CLAUDE_API_TOKEN: KEYS.model,
        ANTHROPIC_API_BASE_URL: server.url,
        ...more
      })
    )
  )
const embedded = layerConfig.pipe(Layer.provide(environment({ BOT_ASH_MODEL: "", CLAUDE_API_TOKEN: "unused" })))

const converse = (input: Converse) => Effect.flatMap(Companion, (companion) => companion.converse(input))

interface Body {
  readonly model: string
  readonly max_tokens: number
  readonly system: string
  readonly messages: ReadonlyArray<{ readonly role: string; readonly content: string }>
  readonly tool_choice: { readonly name: string }
}
const bodies = (server: StandIn) => server.requests.map(({ text }) => JSON.parse(text) as Body)

describe("a model", () => {
  it.effect("is told the conversation and the rules, and answers through its tool", () =>
    Effect.gen(function* () {
      const server = yield* anthropicStandIn(answer(SAFE))
      const input = asked(member("hi"), ash("Hello."), member("I feel sad"), member("so sad"))
      expect(yield* converse(input).pipe(Effect.provide(withModel(server)))).toEqual({
        parts: [SAFE],
        concern: false,
        source: "model"
      })
      const [body] = bodies(server)
      expect(server.requests[0]?.path).toBe("/v1/messages")
      expect(body).toMatchObject({ model: "listener-1", max_tokens: 500, tool_choice: { name: "reply" } })
      expect(body?.messages).toEqual([
        { role: "user", content: "hi" },
        { role: "assistant", content: "Hello." },
        { role: "user", content: "I feel sad\nso sad" }
      ])
      for (const rule of ["automated companion", "software", "Promise", "medicines", "concern", "high"]) {
        expect(body?.system).toContain(rule)
      }
    })
  )

  it.effect("may call for a person, and so may the words themselves", () =>
    Effect.gen(function* () {
      const server = yield* anthropicStandIn(answer(SAFE))
      server.next(message(answer(SAFE, true)))
      const concern = (input: Converse) => Effect.map(converse(input), (said) => [said.source, said.concern])
      const model = withModel(server)
      expect(yield* concern(SAD).pipe(Effect.provide(model))).toEqual(["model", true])
      expect(yield* concern(SAD).pipe(Effect.provide(model))).toEqual(["model", false])
      expect(yield* concern(asked(member("I want to kill myself"))).pipe(Effect.provide(model))).toEqual([
        "model",
        true
      ])
      const earlier = asked(member("I want to kill myself"), ash("I hear you."), member("my cat is here"))
      expect(yield* concern(earlier).pipe(Effect.provide(model))).toEqual(["model", false])
    })
  )

  for (const unsafe of [
    "I have told the crisis team.",
    "Everything will be fine, I promise.",
    "Please put the pills away.",
    "You have depression.",
    "Call 555-0100.",
    "",
    "word ".repeat(2000)
  ])
    it.effect(`is replaced, and a person called, when it says ${JSON.stringify(unsafe.slice(0, 40))}`, () =>
      Effect.gen(function* () {
        const server = yield* anthropicStandIn(answer(unsafe))
        expect(yield* converse(SAD).pipe(Effect.provide(withModel(server)))).toEqual({
          parts: [templateReply(SAD).text],
          concern: true,
          source: "template"
        })
        expect(server.requests).toHaveLength(1)
      })
    )

  for (const [name, said] of [
    ["prose", "I would rather just talk."],
    ["another form", { text: SAFE }],
    ["a reply cut off", { reply: SAFE }]
  ] as const)
    it.effect(`that answers in ${name} is replaced as well`, () =>
      Effect.gen(function* () {
        const server = yield* anthropicStandIn(said)
        const replaced = yield* converse(SAD).pipe(Effect.provide(withModel(server)))
        expect(replaced).toMatchObject({ concern: true, source: "template" })
      })
    )

  it.effect("that answers in another shape altogether is replaced as well", () =>
    Effect.gen(function* () {
      const server = yield* anthropicStandIn(answer(SAFE))
      server.next({ body: { unexpected: true } })
      expect(yield* converse(SAD).pipe(Effect.provide(withModel(server)))).toMatchObject({ source: "template" })
    })
  )

  it.effect("may say that the team was called once it was", () =>
    Effect.gen(function* () {
      const server = yield* anthropicStandIn(answer("The crisis team has been called. How are you right now?"))
      const told = { ...SAD, humanTold: true }
      const model = withModel(server)
      expect((yield* converse(told).pipe(Effect.provide(model))).source).toBe("model")
      expect((yield* converse(SAD).pipe(Effect.provide(model))).source).toBe("template")
      expect(bodies(server).map(({ system: rules }) => rules.includes("has been called"))).toEqual([true, false])
    })
  )

  it.effect("is not asked when nobody has said anything", () =>
    Effect.gen(function* () {
      const server = yield* anthropicStandIn(answer(SAFE))
      const nothing = { ...asked(), followUp: true }
      expect((yield* converse(nothing).pipe(Effect.provide(withModel(server)))).source).toBe("template")
      expect(server.requests).toEqual([])
    })
  )

  it.effect("that fails is a failure, for the chart to see", () =>
    Effect.gen(function* () {
      const server = yield* anthropicStandIn(answer(SAFE))
      const failed = failure(converse(SAD)).pipe(Effect.provide(withModel(server)))
      server.next({ status: 429, headers: { "retry-after": "20" } }, { status: 529 }, { status: 400 })
      expect(yield* failed).toEqual({ code: "rate_limited", retry: true, retryAfterMs: 20_000 })
      expect(yield* failed).toEqual({ code: "server_error", retry: true })
      expect(yield* failed).toEqual({ code: "rejected", retry: false })
      const denied = failure(converse(SAD)).pipe(Effect.provide(withModel(server, { CLAUDE_API_TOKEN: "wrong" })))
      expect(yield* denied).toEqual({ code: "unauthorized", retry: false })
    })
  )

  it.effect("that is silent is given up after twenty seconds", () =>
    Effect.gen(function* () {
      const server = yield* anthropicStandIn(answer(SAFE))
      server.next({ silent: true })
      const waiting = yield* Effect.forkChild(failure(converse(SAD)).pipe(Effect.provide(withModel(server))))
      yield* Effect.promise(() => server.arrived(1))
      yield* TestClock.adjust("20 seconds")
      expect(yield* Fiber.join(waiting)).toEqual({ code: "timeout", retry: true })
    })
  )

  it.effect("and its failures print neither words nor keys", () =>
    Effect.gen(function* () {
      const server = yield* anthropicStandIn(answer("secret-reply"))
      server.next({ status: 400, body: { error: { message: "secret-answer" } } })
      const text = yield* printed(converse(asked(member("secret-words")))).pipe(Effect.provide(withModel(server)))
      expect(text).toContain("rejected")
      for (const secret of ["secret", KEYS.model, "127.0.0.1"]) expect(text).not.toContain(secret)
    })
  )
})

describe("the built-in companion", () => {
  it.effect("answers without a service when no model is named, and says what it is", () =>
    Effect.gen(function* () {
      expect(yield* converse(SAD).pipe(Effect.provide(embedded))).toEqual({
        parts: [templateReply(SAD).text],
        concern: false,
        source: "template"
      })
      const dangerous = yield* converse(asked(member("I want to die"))).pipe(Effect.provide(embedded))
      expect(dangerous.concern).toBe(true)
      expect(yield* describeCompanion.pipe(Effect.provide(embedded))).toMatchObject({ kind: "embedded" })
    })
  )
})

describe("the configuration", () => {
  const started = (variables: Readonly<Record<string, string>>) =>
    describeCompanion.pipe(Effect.provide(layerConfig.pipe(Layer.provide(environment(variables)))))
  const model = { BOT_ASH_MODEL: "listener-1", CLAUDE_API_TOKEN: "k" }

  it.effect("names the model, and needs its key", () =>
    Effect.gen(function* () {
      expect(yield* started(model)).toMatchObject({
        kind: "http",
        note: expect.stringContaining("listener-1") as unknown
      })
      expect(yield* printed(started({ BOT_ASH_MODEL: "listener-1" }))).toContain("CLAUDE_API_TOKEN")
      expect(yield* printed(started({ ...model, CLAUDE_API_TOKEN: "" }))).toContain("CLAUDE_API_TOKEN")
    })
  )

  it.effect("refuses numbers out of range and addresses that are none", () =>
    Effect.gen(function* () {
      for (const tokens of ["99", "4001", "many", "1.5"]) {
        expect(yield* printed(started({ ...model, BOT_ASH_MAX_TOKENS: tokens }))).toContain("BOT_ASH_MAX_TOKENS")
      }
      const url = { ...model, ANTHROPIC_API_BASE_URL: "ftp://example.com" }
      expect(yield* printed(started(url))).toContain("ANTHROPIC_API_BASE_URL")
      const server = yield* anthropicStandIn(answer(SAFE))
      yield* converse(SAD).pipe(Effect.provide(withModel(server, { BOT_ASH_MAX_TOKENS: "300" })))
      expect(bodies(server)[0]?.max_tokens).toBe(300)
    })
  )
})

describe("the job", () => {
  it.effect("runs the companion, and gives up before the chart does", () =>
    Effect.gen(function* () {
      const { run, maxAttempts = 0 } = companionJobs.converse
      const call = {
        params: SAD,
        address: address("ash-session", "1"),
        idempotencyKey: "a".repeat(32),
        attempt: 1,
        requestedAt: T0,
        emit: () => Effect.void
      }
      expect(yield* run(call).pipe(Effect.provide(embedded))).toMatchObject({ source: "template" })
      expect(maxAttempts * 25_000 + 5000).toBeLessThan(ANSWER_DEADLINE_MS)
    })
  )
})

describe("the dialogue", () => {
  it.effect("begins with the person, and nobody speaks twice in a row", () =>
    Effect.sync(() => {
      expect(dialogue([ash("old"), member("a"), member("b"), ash("c"), ash("d"), member("e")])).toEqual([
        { role: "user", text: "a\nb" },
        { role: "assistant", text: "c\nd" },
        { role: "user", text: "e" }
      ])
      expect(dialogue([ash("only")])).toEqual([{ role: "assistant", text: "only" }])
      expect(dialogue([])).toEqual([])
      expect(system({ ...SAD, followUp: true })).toContain("how they are today")
    })
  )

  it.effect("names nobody by an id, for a service elsewhere hears it", () =>
    Effect.sync(() => {
      const text = "<@123456789012345678> and <@!223456789012345678> of <@&323456789012345678> in <#423> <a:sob:5234>"
      expect(dialogue([member(text)])).toEqual([
        { role: "user", text: "@somebody and @somebody of @role in #channel :sob:" }
      ])
    })
  )
})
