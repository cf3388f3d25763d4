/** A number that no store can keep is the mistake of one event or one attempt, and harms nobody beside it (G9, G10). */
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { address } from "#domain/ActorAddress.ts"
import type { ActorDefinition, ActorView } from "#domain/ActorDefinition.ts"
import { EffectFailed } from "#runtime/EffectHandler.ts"
import { describeDurable } from "#test/harness/describeDurable.ts"
import { expect } from "#test/harness/effect.ts"
import { add, ledger, post, read } from "./charts/ledger.ts"
import { makeWorld } from "./World.ts"

const BAD = [Number.NaN, Number.POSITIVE_INFINITY, 1e300, 0, -1]
const bad = address("ledger", "bad")
const good = address("ledger", "good")
const lastOf = (view: ActorView) => (view.context as { readonly entries: ReadonlyArray<string> }).entries.at(-1)

/** The rule's answer for an entry `bad` in an actor that is named so. */
const rule = (ttlMs: number) => (view: ActorView) => (view.id === "bad" && lastOf(view) === "bad" ? ttlMs : 60_000)
const ruledBy = (ttlMs: number): ReadonlyArray<readonly [string, ActorDefinition]> => [
  ["record", { ...ledger, ttlMs: rule(ttlMs) }],
  ["projection", { ...ledger, project: (view) => [{ op: "put", key: view.id, value: "1", ttlMs: rule(ttlMs)(view) }] }]
]

describeDurable("a time to live that is none", (durable) => {
  for (const ttlMs of BAD) {
    for (const [of, definition] of ruledBy(ttlMs)) {
      durable(`(${ttlMs}, of a ${of}) quarantines its own event and no other of the same commit`, ({ config }) =>
        Effect.gen(function* () {
          const world = yield* makeWorld
          const one = yield* world.process({ actors: [definition], config: config({ commitsInFlight: 1 }) })
          for (const to of [bad, good]) yield* one.tell(to, add("x"), { id: "1" })
          const [refused, taken] = yield* Effect.all(
            [Effect.flip(one.tell(bad, add("bad"), { id: "2" })), one.ask(good, add("bad"), { id: "2" })],
            { concurrency: "unbounded" }
          )
          expect(refused).toMatchObject({ _tag: "EventQuarantined", reason: "bad_ttl" })
          expect(taken).toEqual({ count: 2 })
          expect(yield* one.ask(bad, read, { id: "3" })).toMatchObject({ entries: ["x"] })
          expect(yield* world.store.listDeadLetters(9)).toMatchObject([{ address: bad, reason: "bad_ttl" }])
        })
      )
    }
  }

  durable("since the last deployment does not keep what is pending from being worked off", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const one = yield* world.process({
        actors: [ledger],
        config: config(),
        handlers: { ledger: { post: world.handler("post", () => Effect.never) } }
      })
      yield* one.tell(bad, post("x"), { id: "1" })
      yield* one.kill
      const two = yield* world.process({
        actors: [{ ...ledger, ttlMs: () => Number.NaN }],
        config: config(),
        handlers: { ledger: { post: world.handler("post") } }
      })
      yield* TestClock.adjust("1 minute")
      expect(yield* Effect.flip(two.tell(bad, add("y"), { id: "2" }))).toMatchObject({ reason: "bad_ttl" })
      expect(world.calls.length).toBe(2)
      expect((yield* world.record(bad))?.outbox).toEqual([])
    })
  )

  durable("once an effect is done costs the outcome, and the effect is not done again", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const ttlMs = ({ context }: ActorView) =>
        (context as { readonly results: ReadonlyArray<string> }).results.length > 0 ? Number.NaN : null
      const handlers = { ledger: { post: world.handler("post"), side: world.handler("side") } }
      const one = yield* world.process({ actors: [{ ...ledger, ttlMs }], config: config(), handlers })
      yield* one.tell(bad, post("x"), { id: "1" })
      yield* TestClock.adjust("5 minutes")
      expect(world.calls.filter(({ name }) => name === "post").length).toBe(1)
      expect((yield* world.record(bad))?.outbox).toEqual([])
      expect(yield* world.store.listDeadLetters(9)).toMatchObject([{ kind: "effect", name: "post", reason: "bad_ttl" }])
    })
  )
})

describeDurable("a time to come back that is none", (durable) => {
  for (const retryAfterMs of [Number.NaN, Number.POSITIVE_INFINITY, 1e300]) {
    durable(`(${retryAfterMs}) is the backoff instead, and no other actor waits`, ({ config }) =>
      Effect.gen(function* () {
        const world = yield* makeWorld
        const failing = world.handler(
          "post",
          (_, nth) =>
            nth === 1 ? Effect.fail(new EffectFailed({ code: "away", retry: true, retryAfterMs })) : Effect.void,
          { backoff: "10 seconds" }
        )
        const handlers = { ledger: { post: failing, side: world.handler("side") } }
        const one = yield* world.process({ actors: [ledger], config: config(), handlers })
        yield* one.tell(bad, post("x"), { id: "1" })
        expect(yield* one.ask(good, add("y"), { id: "1" })).toEqual({ count: 1 })
        yield* TestClock.adjust("4 seconds")
        const posts = () => world.calls.filter(({ name }) => name === "post").map(({ attempt }) => attempt)
        expect(posts()).toEqual([1])
        yield* TestClock.adjust("7 seconds")
        expect(posts()).toEqual([1, 2])
        expect(yield* one.ask(bad, read, { id: "2" })).toMatchObject({ results: ["done"] })
      })
    )
  }

  durable("or is now means now", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const failing = world.handler("post", (_, nth) =>
        nth === 1 ? Effect.fail(new EffectFailed({ code: "away", retry: true, retryAfterMs: 0 })) : Effect.void
      )
      const handlers = { ledger: { post: failing, side: world.handler("side") } }
      const one = yield* world.process({ actors: [ledger], config: config(), handlers })
      yield* one.tell(bad, post("x"), { id: "1" })
      yield* TestClock.adjust("1 second")
      expect(world.calls.filter(({ name }) => name === "post").map(({ attempt }) => attempt)).toEqual([1, 2])
    })
  )
})
