/** The jobs that judge a message: what reaches the classifier, what is answered when nobody can say, what is still owed. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import type * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import { address } from "#domain/ActorAddress.ts"
import type { Classify } from "#domain/ash/Analysis.ts"
import { defaultAshPolicy } from "#domain/ash/AshPolicy.ts"
import { storeInHistory } from "#domain/ash/History.ts"
import type { SeenMessage } from "#domain/ash/Member.ts"
import { classifyJobs } from "#capabilities/AshJobs.ts"
import * as Metrics from "#capabilities/classifier/ClassifierMetrics.ts"
import { layerConfig } from "#capabilities/classifier/ConfiguredClassifier.ts"
import { CrisisClassifier } from "#capabilities/classifier/CrisisClassifier.ts"
import type { EffectCall } from "#runtime/EffectHandler.ts"
import { ActorStore, type ActorStoreService } from "#runtime/ports/ActorStore.ts"
import { StoreUnavailable } from "#runtime/RuntimeError.ts"
import { layer as memory } from "#stores/memory/MemoryStore.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { type NlpServer, nlpServer, settled } from "#test/harness/NlpStandIn.ts"
import { first } from "#test/stores/Commits.ts"
import { environment } from "./Under.ts"

const GUILD = "111111111111111111"
const USER = "222222222222222222"
const NOW = Date.UTC(2026, 10, 20, 12)
const HOUR = 3_600_000

const policy = defaultAshPolicy.history
const { classify, classifyLater } = classifyJobs(policy)

const message = (text: string, changes: Partial<SeenMessage> = {}): SeenMessage => ({
  messageId: "900",
  channelId: "333333333333333333",
  text,
  at: NOW,
  editedAt: null,
  sensitivity: 1,
  origin: "channel",
  ...changes
})

const call = (
  seen: SeenMessage,
  { urgent = false, ...changes }: Partial<EffectCall<Classify>> & { readonly urgent?: boolean } = {}
): EffectCall<Classify> => ({
  params: { guildId: GUILD, userId: USER, message: seen, urgent },
  address: address("member", `${GUILD}:${USER}`),
  idempotencyKey: "a".repeat(32),
  attempt: 1,
  requestedAt: NOW,
  emit: () => Effect.void,
  ...changes
})

const JUDGE = { "very bad": { score: 0.75 }, "I want to kill myself": { score: 0.95 }, worst: { score: 0.9 } } as const

const served = (
  test: (server: NlpServer) => Effect.Effect<void, unknown, CrisisClassifier | ActorStore | Scope.Scope>,
  variables: Readonly<Record<string, string>> = {}
) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(NOW)
    const server = yield* nlpServer({ judge: JUDGE, perMinute: 0 })
    const services = layerConfig.pipe(
      Layer.provide(environment({ BOT_NLP_BASE_URL: server.url, ...variables })),
      Layer.merge(memory)
    )
    yield* test(server).pipe(Effect.provide(services))
  })

/** Stores messages the way a member's turns do. */
const store = (entries: ReadonlyArray<{ readonly seen: SeenMessage; readonly score: number }>) =>
  Effect.gen(function* () {
    const { commit } = yield* ActorStore
    const now = yield* Clock.currentTimeMillis
    const projections = entries.flatMap(({ seen, score }) =>
      storeInHistory({ guildId: GUILD, userId: USER }, seen, { score, severity: "low" }, policy, now)
    )
    yield* commit([first({ address: address("member", `${GUILD}:${USER}`), projections })])
  })

const sentHistory = (server: NlpServer, at = 0) => server.requests[at]?.body.message_history ?? []

describe("the history", () => {
  it.effect("reaches the classifier oldest first and without the message itself: a rising series of five", () =>
    served((server) =>
      Effect.gen(function* () {
        const rising = [0.2, 0.35, 0.5, 0.6, 0.7].map((score, index) => ({
          score,
          seen: message(`step ${index + 1}`, { messageId: `${index + 1}`, at: NOW - (5 - index) * HOUR })
        }))
        const itself = { score: 0.1, seen: message("as it was before the edit", { at: NOW - HOUR / 2 }) }
        yield* store([...rising, itself])
        const { analysis, unanalysed } = yield* classify.run(call(message("very bad", { editedAt: NOW })))
        expect([analysis.severity, unanalysed]).toEqual(["high", false])
        expect(sentHistory(server)).toEqual(
          rising.map(({ score, seen }) => ({
            message: seen.text,
            timestamp: new Date(seen.at).toISOString(),
            crisis_score: score,
            message_id: seen.messageId
          }))
        )
      })
    )
  )

  it.effect("is the newest twenty, none too old, none from after the message", () =>
    served((server) =>
      Effect.gen(function* () {
        const at = (hours: number) => NOW - hours * HOUR
        const many = Array.from({ length: 30 }, (_, index) => ({
          score: 0.4,
          seen: message(`m${index}`, { messageId: `${index + 1}`, at: at(30 - index) })
        }))
        const old = { score: 0.4, seen: message("eight days old", { messageId: "77", at: NOW - 8 * 24 * HOUR }) }
        yield* store([old, ...many])
        yield* classify.run(call(message("hello")))
        const expected = many.slice(10).map(({ seen }) => seen.text)
        expect(sentHistory(server).map(({ message }) => message)).toEqual(expected)
        yield* classifyLater.run(call(message("hello", { at: at(26) })))
        expect(sentHistory(server, 1).map(({ message }) => message)).toEqual(["m0", "m1", "m2", "m3", "m4"])
      })
    )
  )

  it.effect("that cannot be read, or not within a second, is none (A38)", () =>
    served((server) =>
      Effect.gen(function* () {
        const working = yield* ActorStore
        const away = new StoreUnavailable({ store: "redis", operation: "readSortedSet", reason: "timeout" })
        const broken: ActorStoreService = { ...working, readSortedSet: () => Effect.fail(away) }
        const run = classify.run(call(message("very bad")))
        expect((yield* Effect.provideService(run, ActorStore, broken)).analysis.severity).toBe("high")
        const hanging: ActorStoreService = { ...working, readSortedSet: () => Effect.never }
        const asking = yield* Effect.forkChild(Effect.provideService(run, ActorStore, hanging))
        yield* TestClock.adjust("1 seconds")
        expect((yield* Fiber.join(asking)).analysis.severity).toBe("high")
        expect(server.requests).toHaveLength(2)
      })
    )
  )
})

describe("classify", () => {
  it.effect("answers with the message as the history holds it", () =>
    served(() =>
      Effect.gen(function* () {
        const { message: seen } = yield* classify.run(call(message("🐻".repeat(600))))
        expect(Array.from(seen.text)).toHaveLength(500)
      })
    )
  )

  it.effect("asks nobody about a message with nothing to read", () =>
    served((server) =>
      Effect.gen(function* () {
        for (const text of ["", "  \n", "\u200b"]) {
          const { analysis, unanalysed } = yield* classify.run(call(message(text)))
          expect([analysis.severity, unanalysed]).toEqual(["safe", false])
        }
        expect(server.requests).toHaveLength(0)
      })
    )
  )

  it.effect("lets the net decide when nobody answers, and says that an analysis is owed", () =>
    served((server) =>
      Effect.gen(function* () {
        server.always({ silent: true })
        const urgent = yield* Effect.forkChild(classify.run(call(message("I want to kill myself"), { urgent: true })))
        yield* TestClock.adjust("5 seconds")
        const crisis = yield* Fiber.join(urgent)
        expect(crisis).toMatchObject({
          unanalysed: true,
          analysis: { severity: "critical", source: "keywords", confidence: null, action: "immediate_outreach" }
        })
        const normal = yield* Effect.forkChild(classify.run(call(message("hello"))))
        yield* TestClock.adjust("20 seconds")
        expect(yield* Fiber.join(normal)).toMatchObject({
          unanalysed: true,
          analysis: { severity: "safe", source: "keywords" }
        })
      })
    )
  )

  it.effect("lets people look at an announced act the classifier sees nothing in (C11)", () =>
    served((server) =>
      Effect.gen(function* () {
        const seen = (text: string, changes: Partial<SeenMessage> = {}) =>
          Effect.map(classify.run(call(message(text, changes), { urgent: true })), ({ analysis }) => analysis)
        server.always({ body: { severity: "safe", crisis_score: 0.02 } })
        expect(yield* seen("I will end my life tonight")).toMatchObject({
          severity: "medium",
          action: "standard_monitoring",
          score: 0.02,
          source: "nlp",
          disputed: true
        })
        // Less than an announced act is the classifier's to judge: the net knows no irony.
        expect(yield* seen("I want to die")).not.toHaveProperty("disputed")
        expect((yield* seen("I want to die")).severity).toBe("safe")
        server.always({ body: { severity: "high", crisis_score: 0.75 } })
        const quiet = yield* seen("I will end my life tonight", { sensitivity: 0.3 })
        expect([quiet.severity, quiet.disputed]).toEqual(["medium", undefined])
      })
    )
  )

  it.effect("does not wait for a service that is known to be silent", () =>
    served(
      (server) =>
        Effect.gen(function* () {
          server.always({ status: 500, body: {} })
          for (let failures = 0; failures < 5; failures++) yield* classify.run(call(message("hello")))
          const { analysis, unanalysed } = yield* classify.run(call(message("I want to die"), { urgent: true }))
          expect([analysis.severity, unanalysed]).toEqual(["high", true])
          expect(server.requests).toHaveLength(5)
        }),
      { BOT_NLP_RETRIES: "0" }
    )
  )

  it.effect(
    "has a hundred places for ordinary messages: the next is answered by the net, an urgent one is not kept out",
    () =>
      served((server) =>
        Effect.gen(function* () {
          const gate = Promise.withResolvers<void>()
          server.next({ after: gate.promise })
          const ordinary = yield* Effect.forEach(Array.from({ length: 100 }), () =>
            Effect.forkChild(classify.run(call(message("hello"))), { startImmediately: true })
          )
          yield* Effect.promise(() => server.arrived(1))
          expect(yield* classify.run(call(message("hello")))).toMatchObject({ unanalysed: true })
          const urgent = yield* classify.run(call(message("I want to kill myself"), { urgent: true }))
          expect(urgent).toMatchObject({ unanalysed: false, analysis: { severity: "critical", source: "nlp" } })
          gate.resolve()
          for (const fiber of ordinary) expect(yield* Fiber.join(fiber)).toMatchObject({ unanalysed: false })
        })
      )
  )

  it.effect("applies the channel's sensitivity: to an analysis both ways, to the net's word only upwards", () =>
    served((server) =>
      Effect.gen(function* () {
        const severity = (text: string, sensitivity: number) =>
          Effect.map(classify.run(call(message(text, { sensitivity }))), ({ analysis }) => analysis.severity)
        expect(yield* severity("very bad", 0.5)).toBe("medium")
        expect(yield* severity("very bad", 1.5)).toBe("critical")
        expect(yield* severity("worst", 0.3)).toBe("high")
        server.always({ status: 401 })
        expect(yield* severity("I want to die", 0.3)).toBe("high")
        expect(yield* severity("I want to die", 1.2)).toBe("critical")
      })
    )
  )

  it.effect("is counted by who decided, with nothing else in the labels", () =>
    served(() =>
      Effect.gen(function* () {
        const labels = { source: "nlp", unanalysed: "no" }
        yield* classify.run(call(message("very bad")))
        const counted = yield* Metric.value(Metric.withAttributes(Metrics.classifications, labels))
        expect(counted.count).toBe(1)
      })
    ).pipe(Effect.provideService(Metric.MetricRegistry, new Map()))
  )
})

describe("classifyLater", () => {
  const failing = (seen: SeenMessage, changes: Partial<EffectCall<Classify>> = {}) =>
    Effect.flip(classifyLater.run(call(seen, changes)))

  it.effect("brings the analysis that was owed", () =>
    served(() =>
      Effect.gen(function* () {
        expect(yield* classifyLater.run(call(message("very bad")))).toMatchObject({
          unanalysed: false,
          analysis: { severity: "high", source: "nlp" }
        })
      })
    )
  )

  it.effect("is tried again without losing an attempt while the service is away, ever more rarely", () =>
    served(
      (server) =>
        Effect.gen(function* () {
          server.always({ status: 401 })
          const young = yield* failing(message("hello"))
          expect(young).toMatchObject({ code: "unauthorized", retry: true, counts: false })
          expect(young.retryAfterMs).toBeGreaterThanOrEqual(11_000)
          expect(young.retryAfterMs).toBeLessThanOrEqual(19_000)
          const old = yield* failing(message("hello"), { requestedAt: NOW - 5 * 24 * HOUR })
          expect(old.retryAfterMs).toBeGreaterThanOrEqual(450_000)
          expect(old.retryAfterMs).toBeLessThanOrEqual(750_000)
          for (let failures = 0; failures < 3; failures++) yield* failing(message("hello"))
          const silent = yield* failing(message("hello"))
          expect(silent).toMatchObject({ code: "silent", counts: false })
          expect(silent.retryAfterMs).toBeGreaterThanOrEqual(30_000)
        }),
      { BOT_NLP_RETRIES: "0" }
    )
  )

  it.effect("counts a failure of the server over this very message, and then goes alone", () =>
    served(
      (server) =>
        Effect.gen(function* () {
          server.next({ body: {} }, { status: 500, body: {} })
          expect(yield* failing(message("hello"))).toMatchObject({ code: "bad_answer", retry: true, counts: true })
          expect(yield* failing(message("hello"))).toMatchObject({ code: "server_error", retry: true, counts: true })
          const gate = Promise.withResolvers<void>()
          server.next({ after: gate.promise })
          const asking = (seen: SeenMessage, attempt: number) =>
            Effect.forkChild(classifyLater.run(call(seen, { attempt })), { startImmediately: true })
          const first = yield* asking(message("first"), 1)
          yield* Effect.promise(() => server.arrived(3))
          const waiting = [
            first,
            yield* asking(message("again"), 2),
            yield* asking(message("a"), 1),
            yield* asking(message("b"), 1)
          ]
          yield* settled
          gate.resolve()
          for (const fiber of waiting) yield* Fiber.join(fiber)
          const sent = server.requests.slice(3).map(({ body }) => body.message ?? body.messages?.join(" + "))
          expect(sent).toEqual(["again", "a + b"])
        }),
      { BOT_NLP_RETRIES: "0" }
    )
  )

  it.effect("ends only when the message itself is refused", () =>
    served((server) =>
      Effect.gen(function* () {
        server.next({ status: 422, body: {} })
        expect(yield* failing(message("hello"))).toMatchObject({ code: "message_refused", retry: false })
      })
    )
  )

  it.effect("gives its place back after a minute", () =>
    served((server) =>
      Effect.gen(function* () {
        server.always({ status: 429, headers: { "retry-after": "120" }, body: {} })
        const asking = yield* Effect.forkChild(failing(message("hello")))
        yield* Effect.promise(() => server.arrived(1))
        yield* TestClock.adjust("60 seconds")
        expect(yield* Fiber.join(asking)).toMatchObject({ code: "late", counts: false })
      })
    )
  )
})

describe("without Ash-NLP", () => {
  const embedded = layerConfig.pipe(Layer.provide(environment({})), Layer.merge(memory))

  it.effect("the net is the classifier, says that it is no crisis model, and nothing is owed", () =>
    Effect.gen(function* () {
      const { describe: described, health } = yield* CrisisClassifier
      expect(described.kind).toBe("embedded")
      expect(described.note).toContain("NOT a crisis model")
      expect(yield* health).toEqual({ state: "answering", server: "none", waiting: 0, unanswered: 0 })
      expect(yield* classify.run(call(message("I want to kill myself"), { urgent: true }))).toMatchObject({
        unanalysed: false,
        analysis: { severity: "critical", source: "keywords", confidence: null }
      })
      expect(yield* classifyLater.run(call(message("hello")))).toMatchObject({ unanalysed: false })
    }).pipe(Effect.provide(embedded))
  )
})
