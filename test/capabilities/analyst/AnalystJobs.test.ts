/** The jobs of a session: what they read of a list that others wrote too, what they tell, and when they give up. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as TestClock from "effect/testing/TestClock"
import { address } from "#domain/ActorAddress.ts"
import {
  type AnalystEffects,
  defaultSessionPolicy,
  formerHistoryKey,
  sessionMessagesKey
} from "#domain/analyst/AnalystSession.ts"
import type { ActorEvent } from "#domain/Envelope.ts"
import type { Projection } from "#domain/Projection.ts"
import { Analyst, type AnalystService, type Asked } from "#capabilities/analyst/Analyst.ts"
import { analystJobs, type AnalystJobServices, answerAlone } from "#capabilities/analyst/AnalystJobs.ts"
import * as Metrics from "#capabilities/analyst/AnalystMetrics.ts"
import { final, retryable } from "#capabilities/Capability.ts"
import type { EffectCall } from "#runtime/EffectHandler.ts"
import { ActorStore, type ActorStoreService } from "#runtime/ports/ActorStore.ts"
import { StoreUnavailable } from "#runtime/RuntimeError.ts"
import { layer as memory } from "#stores/memory/MemoryStore.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { first } from "#test/stores/Commits.ts"
import { failure } from "../Under.ts"

const ID = "s-1"
const OWNER = address("session", ID)
const { answer, importFormer, summarise } = analystJobs({ ...defaultSessionPolicy, messageLimit: 4 })

const call = <P>(params: P, changes: Partial<EffectCall<P>> = {}): EffectCall<P> => ({
  params,
  address: OWNER,
  idempotencyKey: "a".repeat(32),
  attempt: 1,
  requestedAt: 0,
  emit: () => Effect.void,
  ...changes
})
const question = (changes: Partial<EffectCall<AnalystEffects["answer"]["input"]>> = {}) =>
  call({ sessionId: ID, requestId: "q", summary: "Before." }, changes)

const entry = (role: string, content: string, more: object = {}) =>
  JSON.stringify({ role, content, timestamp: "2024-01-15T10:30:00Z", ...more })
const message = (role: string, content: string) => ({ role, content, timestamp: "2024-01-15T10:30:00Z" })

/** Writes what turns, or other tools, would have written. */
const written = (...projections: ReadonlyArray<Projection>) =>
  Effect.flatMap(ActorStore, (store) => store.commit([first({ address: OWNER, projections })]))
const list = (key: string, ...values: ReadonlyArray<string>): Projection => ({
  op: "appendToList",
  key,
  values,
  keep: null,
  ttlMs: 60_000
})

/** An analyst that remembers what it was asked. */
const analyst = (changes: Partial<AnalystService> = {}) => {
  const asked: Array<Asked> = []
  const service: AnalystService = {
    describe: { kind: "embedded", note: "a test" },
    answer: (one, onPart = () => Effect.void) =>
      Effect.gen(function* () {
        asked.push(one)
        for (const part of ["Yes", "."]) yield* onPart(part)
        return "Yes."
      }),
    summarise: (one) => {
      asked.push(one)
      return Effect.succeed("A summary.")
    },
    ...changes
  }
  return { asked, layer: Layer.merge(Layer.succeed(Analyst, service), memory) }
}

const away = Layer.effect(
  ActorStore,
  Effect.map(
    Effect.map(Layer.build(memory), (context) => Context.get(context, ActorStore)),
    (store): ActorStoreService => ({
      ...store,
      readList: () =>
        Effect.fail(new StoreUnavailable({ store: "memory", operation: "readList", reason: "connection" }))
    })
  )
)

const counted = (metric: Metric.Counter<number>, outcome: string) =>
  Effect.map(Metric.value(Metric.withAttributes(metric, { outcome })), ({ count }) => count)

const run = <A, E>(effect: Effect.Effect<A, E, AnalystJobServices>, playing = analyst()) =>
  Effect.provide(effect, playing.layer)

describe("an answer", () => {
  it.effect("comes from the dialogue where it lives, and is told while it is written", () =>
    Effect.gen(function* () {
      const playing = analyst()
      const told: Array<ActorEvent> = []
      const emit = (event: ActorEvent) => Effect.sync(() => void told.push(event))
      const before = yield* counted(Metrics.histories, "hit")
      yield* Effect.gen(function* () {
        yield* written(list(sessionMessagesKey(ID), entry("user", "Q1"), entry("assistant", "A1"), entry("user", "Q2")))
        expect(yield* answer.run(question({ emit }))).toEqual({ text: "Yes.", code: null })
      }).pipe(Effect.provide(playing.layer))
      expect(playing.asked).toEqual([
        { dialogue: [message("user", "Q1"), message("assistant", "A1"), message("user", "Q2")], summary: "Before." }
      ])
      expect(told).toEqual([
        { type: "ANSWER_PART", requestId: "q", text: "Yes" },
        { type: "ANSWER_PART", requestId: "q", text: "." }
      ])
      expect((yield* counted(Metrics.histories, "hit")) - before).toBe(1)
    })
  )

  it.effect("passes over what is no message, and takes what other tools write", () =>
    Effect.gen(function* () {
      const playing = analyst()
      const odd = ["no JSON", "7", "{}", entry("robot", "x"), JSON.stringify({ role: "user", content: 7 })]
      const taken = [
        entry("user", "with null", { metadata: null }),
        JSON.stringify({ role: "assistant", content: "no time" }),
        "AI: of an earlier version",
        entry("user", "Q", { metadata: { email_id: "i@example.com" } })
      ]
      yield* run(
        Effect.andThen(
          written(list(sessionMessagesKey(ID), ...odd, ...taken, entry("assistant", "after it"))),
          answer.run(question())
        ),
        playing
      )
      expect(playing.asked[0]?.dialogue).toEqual([
        message("user", "with null"),
        { role: "assistant", content: "no time", timestamp: "unknown" },
        { role: "assistant", content: "of an earlier version", timestamp: "unknown" },
        { ...message("user", "Q"), metadata: { email_id: "i@example.com" } }
      ])
    })
  )

  it.effect("is given no more than the policy keeps", () =>
    Effect.gen(function* () {
      const playing = analyst()
      const many = Array.from({ length: 9 }, (_, n) => entry("user", `${n}`))
      yield* run(Effect.andThen(written(list(sessionMessagesKey(ID), ...many)), answer.run(question())), playing)
      expect(playing.asked[0]?.dialogue.map(({ content }) => content)).toEqual(["5", "6", "7", "8"])
    })
  )

  it.effect("is tried again, and told in pieces only the first time", () =>
    Effect.gen(function* () {
      const told: Array<ActorEvent> = []
      const emit = (event: ActorEvent) => Effect.sync(() => void told.push(event))
      yield* run(answer.run(question({ emit, attempt: 2 })))
      expect(told).toEqual([])
      const busy = analyst({ answer: () => Effect.fail(retryable("rate_limited", 20_000)) })
      expect(yield* run(failure(answer.run(question())), busy)).toEqual({
        code: "rate_limited",
        retry: true,
        retryAfterMs: 20_000
      })
    })
  )

  it.effect("that cannot be had in time says why, and leaves no failure behind", () =>
    Effect.gen(function* () {
      const outcome = (failed: ReturnType<typeof final>, attempt = 1) =>
        run(answer.run(question({ attempt })), analyst({ answer: () => Effect.fail(failed) }))
      const before = yield* counted(Metrics.questions, "failed")
      expect(yield* outcome(final("unauthorized"))).toEqual({ text: null, code: "unauthorized" })
      expect(yield* outcome(retryable("rate_limited", 20_001))).toEqual({ text: null, code: "rate_limited" })
      expect(yield* outcome(retryable("server_error"), 3)).toEqual({ text: null, code: "server_error" })
      expect((yield* counted(Metrics.questions, "failed")) - before).toBe(3)
    })
  )

  it.effect("waits for a store that is away, for a while", () =>
    Effect.gen(function* () {
      const services = Layer.merge(Layer.succeed(Analyst, yield* Effect.provide(Analyst, analyst().layer)), away)
      const tried = (attempt: number) => Effect.provide(answer.run(question({ attempt })), services)
      expect(yield* failure(tried(1))).toEqual({ code: "store_unavailable", retry: true })
      expect(yield* tried(3)).toEqual({ text: null, code: "store_unavailable" })
    }).pipe(Effect.scoped)
  )
})

describe("an answer outside any session (U8, U26)", () => {
  it.effect("is to the question alone", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.UTC(2026, 0, 1))
      const playing = analyst()
      const before = yield* counted(Metrics.questions, "answered")
      expect(yield* run(answerAlone("Q"), playing)).toBe("Yes.")
      const asked = { role: "user", content: "Q", timestamp: "2026-01-01T00:00:00Z" }
      expect(playing.asked).toEqual([{ dialogue: [asked], summary: null }])
      expect((yield* counted(Metrics.questions, "answered")) - before).toBe(1)
    })
  )

  it.effect("says why there is none", () =>
    Effect.gen(function* () {
      const failing = analyst({ answer: () => Effect.fail(final("unauthorized")) })
      expect(yield* run(failure(answerAlone("Q")), failing)).toEqual({ code: "unauthorized", retry: false })
    })
  )
})

describe("a summary", () => {
  const fold = (count: number) => summarise.run(call({ sessionId: ID, summary: "Before.", count }))

  it.effect("is of the newest messages that have none", () =>
    Effect.gen(function* () {
      const playing = analyst()
      const entries = Array.from({ length: 5 }, (_, n) => entry("user", `${n}`))
      const outcome = run(Effect.andThen(written(list(sessionMessagesKey(ID), ...entries)), fold(3)), playing)
      expect(yield* outcome).toEqual({ summary: "A summary.", count: 3 })
      expect(playing.asked).toEqual([{ dialogue: ["2", "3", "4"].map((n) => message("user", n)), summary: "Before." }])
    })
  )

  it.effect("that fails or takes too long is none, for now", () =>
    Effect.gen(function* () {
      const failing = analyst({ summarise: () => Effect.fail(retryable("server_error")) })
      expect(yield* run(fold(3), failing)).toEqual({ summary: null, count: 0 })
      const slow = yield* Effect.forkChild(run(fold(3), analyst({ summarise: () => Effect.never })))
      yield* TestClock.adjust("20 seconds")
      expect(yield* Fiber.join(slow)).toEqual({ summary: null, count: 0 })
    })
  )
})

describe("what an earlier version kept (C18)", () => {
  const find = importFormer.run(call({ sessionId: ID }))

  it.effect("becomes messages that say they were imported", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.UTC(2026, 0, 1))
      const lines = ["User: Hi\nthere", "AI: Hello.", "User: ", "nobody: x", "AI: Anything else?"]
      const told = { timestamp: "2026-01-01T00:00:00Z", metadata: { imported_from: "chat_history" } }
      expect(yield* run(Effect.andThen(written(list(formerHistoryKey(ID), ...lines)), find))).toEqual({
        messages: [
          { role: "user", content: "Hi\nthere", ...told },
          { role: "assistant", content: "Hello.", ...told },
          { role: "assistant", content: "Anything else?", ...told }
        ],
        listed: 0
      })
    })
  )

  it.effect("is the newest of it, when the policy keeps less", () =>
    Effect.gen(function* () {
      const lines = Array.from({ length: 20 }, (_, n) => `User: ${n}`)
      const { messages } = yield* run(Effect.andThen(written(list(formerHistoryKey(ID), ...lines)), find))
      expect(messages.map(({ content }) => content)).toEqual(["16", "17", "18", "19"])
    })
  )

  it.effect("stays where it is when the list exists already", () =>
    Effect.gen(function* () {
      const stored = written(
        list(formerHistoryKey(ID), "User: Hi"),
        list(sessionMessagesKey(ID), entry("user", "Q"), "no message")
      )
      expect(yield* run(Effect.andThen(stored, find))).toEqual({ messages: [], listed: 2 })
    })
  )

  it.effect("is nothing when there is nothing, or something else", () =>
    Effect.gen(function* () {
      const nothing = { messages: [], listed: 0 }
      expect(yield* run(find)).toEqual(nothing)
      const other: Projection = { op: "put", key: formerHistoryKey(ID), value: "User: Hi", ttlMs: 60_000 }
      expect(yield* run(Effect.andThen(written(other), find))).toEqual(nothing)
    })
  )
})
