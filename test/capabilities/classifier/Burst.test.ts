/**
 * A flood: 2,000 messages within a minute, three people in crisis among them, against a classifier that takes 60 requests a
 * minute. Played in virtual time with the runtime's bounds: 128 places for each job, a message that finds none tries again.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Semaphore from "effect/Semaphore"
import * as TestClock from "effect/testing/TestClock"
import { address } from "#domain/ActorAddress.ts"
import type { Classified, Classify } from "#domain/ash/Analysis.ts"
import { classifyJobs } from "#capabilities/AshJobs.ts"
import { layerConfig } from "#capabilities/classifier/ConfiguredClassifier.ts"
import type { EffectCall, EffectFailed } from "#runtime/EffectHandler.ts"
import { layer as memory } from "#stores/memory/MemoryStore.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { after, makeNlp, nlpClient, type NlpRequest, settled } from "#test/harness/NlpStandIn.ts"
import { environment } from "../Under.ts"

const MESSAGES = 2000
const CRISES = new Map([
  [300, "I am going to kill myself tonight"],
  [1000, "I took all my pills"],
  [1700, "I have written my goodbye letters"]
])
/** Serious, but in words that no net knows. */
const UNSEEN = new Map([
  [400, "it gets dark and I have stopped minding"],
  [1500, "the water looked so calm from up there"]
])
/** How long the runtime holds an effect back that found no place: 2 to 8 s there. */
const BUSY_MS = 5000
const START = Date.UTC(2026, 10, 20, 12)

const judge = (text: string) => ({ score: [...CRISES.values(), ...UNSEEN.values()].includes(text) ? 0.9 : 0.1 })

interface Outcome {
  readonly text: string
  readonly urgent: boolean
  /** Until the first answer, and until the real analysis, milliseconds. */
  readonly answeredMs: number
  readonly analysedMs: number
  readonly severity: string
}

const most = (requests: ReadonlyArray<NlpRequest>): number =>
  Math.max(...requests.map(({ at }) => requests.filter((other) => other.at >= at && other.at < at + 60_000).length))

const { classify, classifyLater } = classifyJobs({ maxAgeMs: null })

const callOf = (index: number, text: string, now: number): EffectCall<Classify> => ({
  params: {
    guildId: "1",
    userId: `${index + 1}`,
    message: {
      messageId: `${index + 1}`,
      channelId: "1",
      text,
      at: now,
      editedAt: null,
      sensitivity: 1,
      origin: "channel"
    },
    urgent: CRISES.has(index)
  },
  address: address("member", `1:${index + 1}`),
  idempotencyKey: `m${index}`,
  attempt: 1,
  requestedAt: now,
  emit: () => Effect.void
})

/** What the runtime does with an effect that failed or found no place: again later, as often as it takes. */
const untilDone = <R>(
  places: Semaphore.Semaphore,
  run: Effect.Effect<Classified, EffectFailed, R>
): Effect.Effect<Classified, never, R> =>
  places
    .withPermitsIfAvailable(1)(run)
    .pipe(
      Effect.map(Option.getOrUndefined),
      Effect.catch(({ retryAfterMs }) => Effect.as(after(retryAfterMs ?? BUSY_MS), undefined)),
      Effect.flatMap((done) =>
        done === undefined ? Effect.andThen(after(BUSY_MS), untilDone(places, run)) : Effect.succeed(done)
      )
    )

const flood = (takesMs: (texts: number) => number) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(START)
    const nlp = makeNlp({ judge })
    const services = layerConfig.pipe(
      Layer.provide(Layer.merge(environment({ BOT_NLP_BASE_URL: "http://nlp.invalid" }), nlpClient(nlp, takesMs))),
      Layer.provideMerge(memory)
    )
    const places = { now: yield* Semaphore.make(128), later: yield* Semaphore.make(128) }
    const one = (index: number) =>
      Effect.gen(function* () {
        const text = CRISES.get(index) ?? UNSEEN.get(index) ?? `how was your day, number ${index}`
        const start = yield* Clock.currentTimeMillis
        const call = callOf(index, text, start)
        const quick = yield* untilDone(places.now, classify.run(call))
        const answered = yield* Clock.currentTimeMillis
        const final = quick.unanalysed ? yield* untilDone(places.later, classifyLater.run(call)) : quick
        const analysed = yield* Clock.currentTimeMillis
        return {
          text,
          urgent: call.params.urgent,
          answeredMs: answered - start,
          analysedMs: analysed - start,
          severity: final.analysis.severity
        } satisfies Outcome
      })
    return yield* Effect.gen(function* () {
      const fibers: Array<Fiber.Fiber<Outcome>> = []
      for (let index = 0; index < MESSAGES; index++) {
        fibers.push(yield* Effect.forkChild(one(index), { startImmediately: true }))
        yield* TestClock.adjust(60_000 / MESSAGES)
        yield* settled
      }
      const all = yield* Effect.forkChild(Effect.forEach(fibers, Fiber.join))
      for (let rounds = 0; rounds < 20_000 && all.pollUnsafe() === undefined; rounds++) {
        yield* TestClock.adjust(500)
        yield* settled
      }
      return { outcomes: yield* Fiber.join(all), requests: nlp.requests }
    }).pipe(Effect.provide(services))
  })

const worst = (outcomes: ReadonlyArray<Outcome>, of: "answeredMs" | "analysedMs"): number =>
  Math.max(...outcomes.map((outcome) => outcome[of]))

describe("2,000 messages in a minute", () => {
  it.effect("crises are analysed within seconds, nothing is dropped, all is analysed in the end", () =>
    Effect.gen(function* () {
      const { outcomes, requests } = yield* flood((texts) => 30 + 5 * texts)
      expect(outcomes).toHaveLength(MESSAGES)
      const urgent = outcomes.filter(({ urgent }) => urgent)
      expect(urgent.map(({ severity }) => severity)).toEqual(["critical", "critical", "critical"])
      expect(worst(urgent, "analysedMs")).toBeLessThan(1000)
      expect(worst(outcomes, "analysedMs")).toBeLessThan(10_000)
      const unseen = outcomes.filter(({ text }) => [...UNSEEN.values()].includes(text))
      expect(unseen.map(({ severity }) => severity)).toEqual(["critical", "critical"])
      expect(most(requests)).toBeLessThanOrEqual(60)
    })
  )

  it.effect("the same with a slow server that needs 150 ms for every text", () =>
    Effect.gen(function* () {
      const { outcomes, requests } = yield* flood((texts) => 150 * texts)
      expect(outcomes).toHaveLength(MESSAGES)
      const urgent = outcomes.filter(({ urgent }) => urgent)
      expect(urgent.map(({ severity }) => severity)).toEqual(["critical", "critical", "critical"])
      expect(worst(urgent, "analysedMs")).toBeLessThan(4000)
      expect(worst(outcomes, "answeredMs")).toBeLessThan(21_000)
      expect(outcomes.filter(({ severity }) => severity === "critical")).toHaveLength(5)
      expect(most(requests)).toBeLessThanOrEqual(60)
    })
  )
})
