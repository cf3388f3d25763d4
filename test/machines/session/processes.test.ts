/**
 * Sessions among processes, with the real jobs: a question that was taken is answered, once, whichever process dies; sessions
 * see nothing of each other; forgetting one leaves nothing of it.
 */
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { address } from "#domain/ActorAddress.ts"
import {
  type AnalystQuery,
  defaultSessionPolicy,
  type SessionLook,
  type SessionMessage,
  sessionMessagesKey
} from "#domain/analyst/AnalystSession.ts"
import { sessionDefinition } from "#machines/session/definition.ts"
import { Analyst, type AnalystService } from "#capabilities/analyst/Analyst.ts"
import { analystJobs } from "#capabilities/analyst/AnalystJobs.ts"
import { layerSession } from "#capabilities/analyst/SessionAnalyst.ts"
import type { EffectHandlers } from "#runtime/EffectHandler.ts"
import { ActorStore } from "#runtime/ports/ActorStore.ts"
import { describeDurable } from "#test/harness/describeDurable.ts"
import { expect } from "#test/harness/effect.ts"
import { first } from "#test/stores/Commits.ts"
import { makeWorld, type Process, type World } from "#test/runtime/World.ts"

const policy = { ...defaultSessionPolicy, messageLimit: 6 }
const actors = [sessionDefinition(policy)]
const START = Date.UTC(2026, 0, 9)

/** The jobs as a service wires them, with this analyst. */
const handlers = ({ store }: World, analyst: AnalystService): Readonly<Record<string, EffectHandlers>> => {
  const services = Context.make(Analyst, analyst).pipe(Context.add(ActorStore, store))
  const { answer, importFormer, summarise } = analystJobs(policy)
  return {
    session: {
      answer: { ...answer, run: (call) => Effect.provide(answer.run(call), services) },
      importFormer: { ...importFormer, run: (call) => Effect.provide(importFormer.run(call), services) },
      summarise: { ...summarise, run: (call) => Effect.provide(summarise.run(call), services) }
    } as EffectHandlers
  }
}

const query = (requestId: string): AnalystQuery => ({
  ...{ requestId, query: `ask ${requestId}`, emailId: null, clientTimestamp: null, at: START }
})
const ask = (process: Process, session: string, requestId: string) =>
  process.ask(
    address("session", session),
    { type: "QUERY_RECEIVED", ...query(requestId) },
    { id: `${session}-${requestId}` }
  )
const look = (process: Process, session: string, id: string) =>
  Effect.map(process.ask(address("session", session), { type: "LOOK" }, { id }), (seen) => seen as SessionLook)

const contents = ({ store }: World, session: string) =>
  Effect.map(store.readList(sessionMessagesKey(session)), (entries) =>
    entries.map((entry) => (JSON.parse(entry) as SessionMessage).content)
  )

/** Says what it was asked, so that words of another session would show. */
const echo = (before: Effect.Effect<void> = Effect.void): AnalystService => ({
  describe: { kind: "embedded", note: "a test" },
  answer: ({ dialogue }) => Effect.as(before, `read ${dialogue.map(({ content }) => content).join(",")}`),
  summarise: ({ dialogue, summary }) =>
    Effect.succeed([...(summary === null ? [] : [summary]), ...dialogue.map(({ content }) => content)].join("|"))
})

describeDurable("sessions with two processes", (durable) => {
  durable("are answered in order, once, though a process dies in the middle", ({ config }) =>
    Effect.gen(function* () {
      yield* TestClock.setTime(START)
      const world = yield* makeWorld
      const stuck = yield* Deferred.make<void>()
      const one = yield* world.process({
        ...{ actors, config: config(), handlers: handlers(world, echo(Deferred.await(stuck))) }
      })
      yield* ask(one, "s", "1")
      yield* ask(one, "s", "2")
      yield* TestClock.adjust("1 second")
      expect(yield* contents(world, "s")).toEqual(["ask 1"])
      yield* one.kill
      const two = yield* world.process({ actors, config: config(), handlers: handlers(world, echo()) })
      // The client asks again: the same question, and no other.
      yield* ask(two, "s", "1")
      yield* TestClock.adjust("5 minutes")
      yield* Deferred.succeed(stuck, undefined)
      yield* TestClock.adjust("5 minutes")
      const said = ["ask 1", "read ask 1", "ask 2", "read ask 1,read ask 1,ask 2"]
      expect(yield* contents(world, "s")).toEqual(said)
      expect((yield* look(two, "s", "look")).answered.map(({ requestId }) => requestId)).toEqual(["1", "2"])
      expect(yield* world.store.listDeadLetters(10)).toEqual([])
      return said
    })
  )

  durable("see nothing of each other, and keep in a summary what leaves the list", ({ config }) =>
    Effect.gen(function* () {
      yield* TestClock.setTime(START)
      const world = yield* makeWorld
      const one = yield* world.process({ actors, config: config(), handlers: handlers(world, echo()) })
      const two = yield* world.process({ actors, config: config(), handlers: handlers(world, echo()) })
      for (let n = 1; n <= 5; n++) {
        yield* ask(n % 2 === 0 ? one : two, "a", `a${n}`)
        yield* ask(n % 2 === 0 ? two : one, "b", `b${n}`)
        yield* TestClock.adjust("1 second")
      }
      const [a, b] = [yield* contents(world, "a"), yield* contents(world, "b")]
      expect([a.length, b.length]).toEqual([6, 6])
      expect(a.concat((yield* look(one, "a", "look-a")).summary ?? "").join()).not.toMatch(/b\d/u)
      expect(b.concat((yield* look(one, "b", "look-b")).summary ?? "").join()).not.toMatch(/a\d/u)
      const { summary } = yield* look(two, "a", "look")
      expect((summary ?? "").split("|").filter((one) => one.startsWith("ask"))).toEqual([
        "ask a1",
        "ask a2",
        "ask a3",
        "ask a4"
      ])
      return a
    })
  )

  durable("forgotten, leave nothing, and what is still running brings nothing back (U14)", ({ config }) =>
    Effect.gen(function* () {
      yield* TestClock.setTime(START)
      const world = yield* makeWorld
      const slow = yield* Deferred.make<void>()
      const one = yield* world.process({
        ...{ actors, config: config(), handlers: handlers(world, echo(Deferred.await(slow))) }
      })
      yield* ask(one, "s", "1")
      yield* TestClock.adjust("1 second")
      yield* one.forget(address("session", "s"))
      yield* Deferred.succeed(slow, undefined)
      yield* TestClock.adjust("10 minutes")
      expect(yield* contents(world, "s")).toEqual([])
      expect(yield* world.record(address("session", "s"))).toBeNull()
    })
  )

  durable("of which only the list is left are forgotten once they were looked at", ({ config }) =>
    Effect.gen(function* () {
      yield* TestClock.setTime(START)
      const world = yield* makeWorld
      const key = sessionMessagesKey("s")
      const entry = JSON.stringify({ role: "user", content: "by another tool", timestamp: "2026-01-09T00:00:00Z" })
      const list = { op: "appendToList", key, values: [entry], keep: null, ttlMs: 60_000 } as const
      yield* world.store.commit([first({ projections: [list] })])
      const one = yield* world.process({ actors, config: config(), handlers: handlers(world, echo()) })
      yield* look(one, "s", "look")
      yield* one.forget(address("session", "s"))
      expect(yield* contents(world, "s")).toEqual([])
      // Nor is it brought back by the next question.
      yield* ask(one, "s", "1")
      yield* TestClock.adjust("1 second")
      expect(yield* contents(world, "s")).toEqual(["ask 1", "read ask 1"])
    })
  )

  durable("answer from the session alone when no model is connected", ({ config }) =>
    Effect.gen(function* () {
      yield* TestClock.setTime(START)
      const world = yield* makeWorld
      const analyst = Context.get(yield* Layer.build(layerSession), Analyst)
      const one = yield* world.process({ actors, config: config(), handlers: handlers(world, analyst) })
      yield* ask(one, "s", "1")
      yield* TestClock.adjust("1 second")
      const { answered } = yield* look(one, "s", "look")
      expect(answered[0]?.answer).toContain("No language model is connected")
      return answered
    })
  )
})
