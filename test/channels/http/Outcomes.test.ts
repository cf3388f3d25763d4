import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as PubSub from "effect/PubSub"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { Outcomes } from "#channels/http/Outcomes.ts"
import { OperatorViews } from "#channels/http/OperatorViews.ts"
import { address } from "#domain/ActorAddress.ts"
import { ActorSystem, type ActorSystemService, type Emitted } from "#runtime/ActorSystem.ts"
import { StoreUnavailable } from "#runtime/RuntimeError.ts"
import { describe, expect, it } from "#test/harness/effect.ts"

const ACTOR = address("session", "one")
const away = new StoreUnavailable({ store: "memory", operation: "load", reason: "connection" })

/** An actor whose answer to `LOOK` the test sets; `null` = the store is away. */
const world = Effect.gen(function* () {
  const emitted = yield* PubSub.unbounded<Emitted>()
  const seen = { answer: "waiting" as string | null, looks: 0 }
  const looked = yield* Queue.unbounded<number>()
  const look = Effect.suspend(() => {
    Queue.offerUnsafe(looked, ++seen.looks)
    return seen.answer === null ? Effect.fail(away) : Effect.succeed({ reply: seen.answer })
  })
  const unused = () => Effect.die("not of these tests")
  const context = yield* Layer.build(
    Outcomes.layer.pipe(
      Layer.provide(
        Layer.succeed(ActorSystem, { emitted: Stream.fromPubSub(emitted) } as Partial<ActorSystemService> as never)
      ),
      Layer.provide(Layer.succeed(OperatorViews, { look: () => look, rehearse: unused, storage: Effect.die("unused") }))
    )
  )
  const outcomes = Context.get(context, Outcomes)
  const emit = (type: string, id = "one") =>
    PubSub.publish(emitted, { address: address("session", id), event: { type } })
  return { outcomes, seen, emit, looked: Queue.take(looked) }
})

const done = (look: unknown) => (look === "done" ? "outcome" : null)

describe("waiting for an actor's outcome", () => {
  it.effect("looks at once, so that what is there already is found", () =>
    Effect.gen(function* () {
      const { outcomes, seen } = yield* world
      seen.answer = "done"
      expect(yield* outcomes.until(ACTOR, done, "1 minute")).toBe("outcome")
      expect(seen.looks).toBe(1)
    })
  )

  it.effect("looks when the actor emits here, and not when another one does or when it is not worth it", () =>
    Effect.gen(function* () {
      const { emit, looked, outcomes, seen } = yield* world
      const worth = ({ type }: { readonly type: string }) => type !== "PART"
      const waiting = yield* Effect.forkChild(outcomes.until(ACTOR, done, "1 minute", worth))
      expect(yield* looked).toBe(1)
      seen.answer = "done"
      yield* emit("NEWS", "two")
      yield* emit("PART")
      yield* TestClock.adjust("1 millis")
      expect(seen.looks).toBe(1)
      yield* emit("NEWS")
      expect(yield* Fiber.join(waiting)).toBe("outcome")
      expect(seen.looks).toBe(2)
    })
  )

  it.effect("looks every half second, also after a look that the store did not answer", () =>
    Effect.gen(function* () {
      const { looked, outcomes, seen } = yield* world
      const waiting = yield* Effect.forkChild(outcomes.until(ACTOR, done, "1 minute"))
      expect(yield* looked).toBe(1)
      seen.answer = null
      yield* TestClock.adjust("499 millis")
      expect(seen.looks).toBe(1)
      yield* TestClock.adjust("1 millis")
      expect(yield* looked).toBe(2)
      seen.answer = "done"
      yield* TestClock.adjust("500 millis")
      expect(yield* Fiber.join(waiting)).toBe("outcome")
    })
  )

  it.effect("gives up when its time is over", () =>
    Effect.gen(function* () {
      const { looked, outcomes } = yield* world
      const waiting = yield* Effect.forkChild(outcomes.until(ACTOR, done, "3 seconds"))
      yield* looked
      yield* TestClock.adjust("3 seconds")
      expect(yield* Fiber.join(waiting)).toBeNull()
    })
  )

  it.effect("hears what the actor emits, in order, and nothing of others", () =>
    Effect.gen(function* () {
      const { emit, outcomes } = yield* world
      const heard = yield* outcomes
        .heard(ACTOR)
        .pipe(Stream.take(2), Stream.runCollect, Effect.forkChild({ startImmediately: true }))
      yield* TestClock.adjust("1 millis")
      yield* emit("FIRST")
      yield* emit("OTHER", "two")
      yield* emit("SECOND")
      expect((yield* Fiber.join(heard)).map(({ type }) => type)).toEqual(["FIRST", "SECOND"])
    })
  )
})
