/** The classifier against a played Ash-NLP on real sockets: what it sends, when it tries again, when it stops trying. */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import * as Tracer from "effect/Tracer"
import { CrisisClassifier } from "#capabilities/classifier/CrisisClassifier.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { type NlpServer, nlpServer } from "#test/harness/NlpStandIn.ts"
import { ask, classifier, entry, word } from "./Asking.ts"

const JUDGE = {
  "I feel awful": { score: 0.6, factors: ["emotional distress"] },
  "it is over": { score: 0.9 },
  "engine trouble": { fails: true }
} as const

/** A test with a server of its own and the classifier that asks it. */
const served = (
  test: (server: NlpServer) => Effect.Effect<void, unknown, CrisisClassifier | Scope.Scope>,
  variables: Readonly<Record<string, string>> = {}
) =>
  Effect.gen(function* () {
    const server = yield* nlpServer({ judge: JUDGE, perMinute: 0 })
    yield* test(server).pipe(Effect.provide(classifier(server.url, variables)))
  })

const texts = ({ requests }: NlpServer): ReadonlyArray<string> =>
  requests.map(({ body }) => body.message ?? (body.messages ?? []).join(" + "))

/** Asks without waiting for the answer, and lets the question reach the queue. */
const asking = (...given: Parameters<typeof ask>) => Effect.forkChild(word(ask(...given)), { startImmediately: true })

describe("one message", () => {
  it.effect("goes out with its history, its request id and the key, and comes back as an analysis", () =>
    served(
      (server) =>
        Effect.gen(function* () {
          const history = [entry("first", 1000, "1"), entry("second", 2000, "2")]
          const analysis = yield* ask("I feel awful", { history, requestId: "abc-123" })
          expect(analysis).toMatchObject({ severity: "medium", score: 0.6, confidence: 0.87, requestId: "abc-123" })
          expect(analysis.factors).toEqual(["emotional distress"])
          const [request] = server.requests
          expect(request?.path).toBe("/analyze")
          expect(request?.headers).toMatchObject({
            "x-request-id": "abc-123",
            "x-ash-internal-key": "stand-in-nlp-key"
          })
          expect(request?.body.message_history?.map(({ message }) => message)).toEqual(["first", "second"])
          for (const personal of ["user_id", "channel_id", "metadata"])
            expect(request?.body).not.toHaveProperty(personal)
        }),
      { BOT_NLP_API_KEY: "stand-in-nlp-key" }
    )
  )

  it.effect("is tried again after one second, then after two, and then given up", () =>
    served((server) =>
      Effect.gen(function* () {
        server.always({ status: 503, body: {} })
        const answer = yield* asking("hello")
        yield* Effect.promise(() => server.arrived(1))
        yield* TestClock.adjust("999 millis")
        expect(server.requests).toHaveLength(1)
        yield* TestClock.adjust("1 millis")
        yield* Effect.promise(() => server.arrived(2))
        yield* TestClock.adjust("2 seconds")
        yield* Effect.promise(() => server.arrived(3))
        expect(yield* Fiber.join(answer)).toBe("server_error")
        expect(new Set(server.requests.map(({ headers }) => headers["x-request-id"])).size).toBe(1)
      })
    )
  )

  it.effect("gets its answer from the second attempt", () =>
    served((server) =>
      Effect.gen(function* () {
        server.next({ silent: true })
        const answer = yield* asking("it is over")
        yield* Effect.promise(() => server.arrived(1))
        yield* TestClock.adjust("5 seconds")
        yield* TestClock.adjust("1 seconds")
        expect(yield* Fiber.join(answer)).toBe("critical")
      })
    )
  )

  it.effect("is not asked again about what is wrong with us, nor when the message is refused", () =>
    served((server) =>
      Effect.gen(function* () {
        server.next({ status: 401 }, { status: 404 }, { body: "<html>" }, { status: 400 }, { status: 422 })
        const answers = yield* Effect.forEach(["a", "b", "c", "d"], (text) => word(ask(text)))
        expect(answers).toEqual(["unauthorized", "not_found", "bad_answer", "rejected"])
        expect(yield* word(ask("e"))).toBe("message_refused")
        expect(server.requests).toHaveLength(5)
      })
    )
  )

  it.effect("is never safe because something failed (C11)", () =>
    served((server) =>
      Effect.gen(function* () {
        expect(yield* word(ask("engine trouble"))).toBe("bad_answer")
        server.next({ body: {} }, { body: { severity: "peachy" } })
        expect(yield* word(ask("x"))).toBe("bad_answer")
        expect(yield* word(ask("y"))).toBe("bad_answer")
      })
    )
  )

  it.effect("leaves neither text nor key nor address in a span", () =>
    served(
      () =>
        Effect.gen(function* () {
          const seen: Array<Tracer.NativeSpan> = []
          const tracer = Tracer.make({
            span: (options) => {
              const span = new Tracer.NativeSpan(options)
              seen.push(span)
              return span
            }
          })
          yield* Effect.provideService(ask("I feel awful"), Tracer.Tracer, tracer)
          expect(seen.map(({ name }) => name)).toEqual(["CrisisClassifier.classify"])
          expect(JSON.stringify(seen.map(({ attributes }) => [...attributes]))).not.toMatch(/awful|stand-in|127\.0/)
        }),
      { BOT_NLP_API_KEY: "stand-in-nlp-key" }
    )
  )
})

describe("a limit that is met", () => {
  it.effect("holds everything back for as long as the server says, and loses no attempt", () =>
    served((server) =>
      Effect.gen(function* () {
        server.next({ status: 429, headers: { "retry-after": "7" }, body: {} })
        const answer = yield* asking("it is over", { priority: "urgent" })
        yield* Effect.promise(() => server.arrived(1))
        yield* TestClock.adjust("6 seconds")
        expect(server.requests).toHaveLength(1)
        yield* TestClock.adjust("1 seconds")
        yield* Effect.promise(() => server.arrived(2))
        expect(yield* Fiber.join(answer)).toBe("critical")
      })
    )
  )

  it.effect("believes in no pause over two minutes", () =>
    served((server) =>
      Effect.gen(function* () {
        server.next({ status: 429, headers: { "retry-after": "3600" }, body: {} })
        const answer = yield* asking("it is over", { waitMs: 300_000 })
        yield* Effect.promise(() => server.arrived(1))
        yield* TestClock.adjust("2 minutes")
        yield* Effect.promise(() => server.arrived(2))
        expect(yield* Fiber.join(answer)).toBe("critical")
      })
    )
  )

  it.effect("answers nobody after their time", () =>
    served((server) =>
      Effect.gen(function* () {
        server.next({ status: 429, headers: { "retry-after": "60" }, body: {} })
        const answer = yield* asking("it is over", { priority: "urgent", waitMs: 5000 })
        yield* Effect.promise(() => server.arrived(1))
        yield* TestClock.adjust("5 seconds")
        expect(yield* Fiber.join(answer)).toBe("late")
      })
    )
  )
})

describe("the queue", () => {
  it.effect("sends urgent before normal before backlog, and the shared ones together", () =>
    served((server) =>
      Effect.gen(function* () {
        const gate = Promise.withResolvers<void>()
        server.next({ after: gate.promise })
        const first = yield* asking("first")
        yield* Effect.promise(() => server.arrived(1))
        const waiting = [
          yield* asking("old", { priority: "backlog" }),
          yield* asking("two"),
          yield* asking("three"),
          yield* asking("it is over", { priority: "urgent" })
        ]
        yield* Effect.promise(() => server.arrived(2))
        gate.resolve()
        expect(yield* Fiber.join(first)).toBe("safe")
        const answers = []
        for (const fiber of waiting) answers.push(yield* Fiber.join(fiber))
        expect(answers).toEqual(["safe", "safe", "safe", "critical"])
        expect(texts(server)).toEqual(["first", "it is over", "two + three + old"])
      })
    )
  )

  const history = [entry("earlier", 1000, "1")]

  it.effect("asks again, alone and with the history, about what a batch found serious", () =>
    served((server) =>
      Effect.gen(function* () {
        const gate = Promise.withResolvers<void>()
        server.next({ after: gate.promise })
        const first = yield* asking("first")
        yield* Effect.promise(() => server.arrived(1))
        const waiting = [yield* asking("harmless"), yield* asking("it is over", { history })]
        gate.resolve()
        for (const fiber of [first, ...waiting]) yield* Fiber.join(fiber)
        expect(texts(server)).toEqual(["first", "harmless + it is over", "it is over"])
        expect(server.requests[2]?.body.message_history).toHaveLength(1)
      })
    )
  )

  it.effect("sends one that sounds serious and has a history alone, and asks nothing twice while it waits", () =>
    served((server) =>
      Effect.gen(function* () {
        const gate = Promise.withResolvers<void>()
        server.next({ after: gate.promise })
        const first = yield* asking("first")
        yield* Effect.promise(() => server.arrived(1))
        const over = yield* asking("it is over", { history })
        const waiting = [yield* asking("harmless"), yield* asking("I hate myself", { history })]
        gate.resolve()
        expect(yield* Fiber.join(over)).toBe("critical")
        for (const fiber of [first, ...waiting]) yield* Fiber.join(fiber)
        expect(texts(server)).toEqual(["first", "it is over + harmless", "I hate myself"])
      })
    )
  )

  it.effect("keeps a batch's word when asking again brings nothing", () =>
    served((server) =>
      Effect.gen(function* () {
        const gate = Promise.withResolvers<void>()
        server.next({ after: gate.promise }, {}, { status: 404 })
        const first = yield* asking("first")
        yield* Effect.promise(() => server.arrived(1))
        const serious = yield* asking("it is over", { history })
        const other = yield* asking("harmless")
        gate.resolve()
        expect(yield* Fiber.join(serious)).toBe("critical")
        for (const fiber of [first, other]) yield* Fiber.join(fiber)
        expect(server.requests.map(({ path }) => path)).toEqual(["/analyze", "/analyze/batch", "/analyze"])
      })
    )
  )

  it.effect("finds the one text that a batch is refused for, and answers the others", () =>
    served((server) =>
      Effect.gen(function* () {
        const gate = Promise.withResolvers<void>()
        server.next({ after: gate.promise }, { status: 422 }, { status: 422 }, { status: 422 })
        const first = yield* asking("first")
        yield* Effect.promise(() => server.arrived(1))
        const waiting = []
        for (const text of ["poison", "a", "b", "c"]) waiting.push(yield* asking(text))
        gate.resolve()
        const answers = []
        for (const fiber of [first, ...waiting]) answers.push(yield* Fiber.join(fiber))
        expect(answers).toEqual(["safe", "message_refused", "safe", "safe", "safe"])
        expect(texts(server).slice(1, 4)).toEqual(["poison + a + b + c", "poison + a", "poison"])
      })
    )
  )

  it.effect("asks alone about a text whose analysis failed in a batch", () =>
    served((server) =>
      Effect.gen(function* () {
        const gate = Promise.withResolvers<void>()
        server.next({ after: gate.promise })
        const first = yield* asking("first")
        yield* Effect.promise(() => server.arrived(1))
        const failing = yield* asking("engine trouble")
        const other = yield* asking("harmless")
        gate.resolve()
        yield* Fiber.join(first)
        expect(yield* Fiber.join(other)).toBe("safe")
        expect(yield* Fiber.join(failing)).toBe("bad_answer")
        expect(texts(server)).toEqual(["first", "engine trouble + harmless", "engine trouble"])
      })
    )
  )

  it.effect("forgets who does not wait any more", () =>
    served((server) =>
      Effect.gen(function* () {
        const gate = Promise.withResolvers<void>()
        server.next({ after: gate.promise })
        const first = yield* asking("first")
        yield* Effect.promise(() => server.arrived(1))
        const gone = yield* asking("gone")
        yield* Fiber.interrupt(gone)
        const last = yield* asking("last")
        gate.resolve()
        for (const fiber of [first, last]) yield* Fiber.join(fiber)
        expect(texts(server)).toEqual(["first", "last"])
      })
    )
  )
})

describe("a service that fails", () => {
  const failFive = (server: NlpServer) =>
    Effect.gen(function* () {
      server.always({ status: 500, body: {} })
      yield* Effect.forEach(["a", "b", "c", "d", "e"], (text) => word(ask(text)))
      server.always(null)
    })

  it.effect("is left alone after five failures in a row, tried again after 30 s, and trusted after two successes", () =>
    served(
      (server) =>
        Effect.gen(function* () {
          const { health } = yield* CrisisClassifier
          yield* failFive(server)
          expect(yield* word(ask("f"))).toBe("silent")
          expect(yield* Effect.flip(ask("f"))).toMatchObject({ code: "silent", retryAfterMs: 30_000 })
          expect(server.requests).toHaveLength(5)
          expect(yield* health).toMatchObject({ state: "silent", server: "healthy", unanswered: 7 })
          yield* TestClock.adjust("30 seconds")
          expect(yield* word(ask("it is over"))).toBe("critical")
          expect(yield* health).toMatchObject({ state: "silent", unanswered: 0 })
          expect(yield* word(ask("it is over"))).toBe("critical")
          expect(yield* health).toEqual({ state: "answering", server: "healthy", waiting: 0, unanswered: 0 })
        }),
      { BOT_NLP_RETRIES: "0" }
    )
  )

  it.effect("is left alone again when the try fails", () =>
    served(
      (server) =>
        Effect.gen(function* () {
          yield* failFive(server)
          yield* TestClock.adjust("30 seconds")
          server.next({}, { status: 500 })
          expect(yield* word(ask("a"))).toBe("safe")
          expect(yield* word(ask("b"))).toBe("server_error")
          expect(yield* word(ask("c"))).toBe("silent")
        }),
      { BOT_NLP_RETRIES: "0" }
    )
  )

  it.effect("is not blamed for a limit or for a message it refuses", () =>
    served(
      (server) =>
        Effect.gen(function* () {
          server.always({ status: 422, body: {} })
          const answers = yield* Effect.forEach(["a", "b", "c", "d", "e", "f"], (text) => word(ask(text)))
          expect(new Set(answers)).toEqual(new Set(["message_refused"]))
          server.always(null)
          expect(yield* word(ask("g"))).toBe("safe")
        }),
      { BOT_NLP_RETRIES: "0" }
    )
  )

  it.effect("says how it is at /health", () =>
    served((server) =>
      Effect.gen(function* () {
        const { health } = yield* CrisisClassifier
        expect(yield* health).toMatchObject({ state: "answering", server: "healthy" })
        server.setHealth("unhealthy")
        expect(yield* health).toMatchObject({ server: "healthy" })
        yield* TestClock.adjust("10 seconds")
        expect(yield* health).toMatchObject({ state: "silent", server: "unhealthy" })
        server.setHealth("degraded")
        yield* TestClock.adjust("10 seconds")
        expect(yield* health).toMatchObject({ state: "answering", server: "degraded" })
        expect(server.requests).toHaveLength(0)
      })
    )
  )
})
