/**
 * How the contract runs a store: each test gets a fresh, empty one. Stores with virtual time are driven by `TestClock`;
 * those with a clock of their own are given short times and are observed until the promise comes true, within a bound.
 */
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as TestClock from "effect/testing/TestClock"
import { ActorStore, type ActorStoreService, type Commit } from "#runtime/ports/ActorStore.ts"
import { it } from "#test/harness/effect.ts"

export interface StoreUnderTest {
  /** A fresh, empty store for every build. */
  readonly layer: Layer.Layer<ActorStore, unknown>
  /** Whether `TestClock` is the store's clock, or the store has its own. */
  readonly time: "virtual" | "own"
}

/** A time to live for tests that let it pass: short, because some stores must really wait for it. */
export const SHORT_MS = 300

/** The store's own time: a claim of nobody answers it. */
export const timeOf = (store: ActorStoreService) => Effect.map(store.claimDue(0, 1), (due) => due.now)

/** A test over a fresh store. Virtual time starts in our days, as every real clock does. */
export const testOver =
  ({ layer, time }: StoreUnderTest) =>
  (title: string, body: (store: ActorStoreService) => Effect.Effect<void, unknown>): void => {
    const run = Effect.flatMap(ActorStore, body).pipe(Effect.provide(layer))
    if (time === "own") it.live(title, () => run)
    else it.effect(title, () => Effect.andThen(TestClock.setTime(1_800_000_000_000), run))
  }

/**
 * Observes until it `holds`, at most a thousand times in about five seconds, and answers the last observation. For stores
 * and servers with a clock of their own; never waits longer than needed.
 */
export const eventually = <A, E>(observe: Effect.Effect<A, E>, holds: (value: A) => boolean): Effect.Effect<A, E> =>
  Effect.suspend(() => {
    let last: { readonly value: A } | undefined
    const look = Effect.map(observe, (value) => {
      last = { value }
      return value
    })
    const looking = Effect.repeat(look, { schedule: Schedule.spaced("5 millis"), until: holds, times: 1000 })
    return Effect.andThen(
      looking,
      Effect.suspend(() => (last === undefined ? observe : Effect.succeed(last.value)))
    )
  })

/** Lets `ms` pass and observes. With a clock of the store's own: observes until `holds`, which must come true. */
export const afterIn =
  ({ time }: StoreUnderTest) =>
  <A, E>(ms: number, observe: Effect.Effect<A, E>, holds: (value: A) => boolean): Effect.Effect<A, E> =>
    time === "virtual" ? Effect.andThen(TestClock.adjust(ms), observe) : eventually(observe, holds)

/** Commits a single actor and answers its result. */
export const one = (store: ActorStoreService, commit: Commit) =>
  Effect.map(store.commit([commit]), (results) => results[0])
