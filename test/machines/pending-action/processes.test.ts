/**
 * Pending actions among processes: 100 confirmations at once through two of them perform once; a process that dies right after
 * it consumed costs nothing; what may be done or not is said to be unknown.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { address } from "#domain/ActorAddress.ts"
import { type ActionLook, type CancelAnswer, type ConfirmAnswer, NOT_DONE } from "#domain/developer/PendingAction.ts"
import { developerDefinition } from "#machines/developer/definition.ts"
import { EffectFailed } from "#runtime/EffectHandler.ts"
import { describeDurable } from "#test/harness/describeDurable.ts"
import { expect } from "#test/harness/effect.ts"
import { type Process, makeWorld } from "#test/runtime/World.ts"
import { ANN, CREATE, DONE, KEY, PREPARED, row, T0, TOKEN } from "./Driver.ts"

const action = address("pending-action", TOKEN)
const ann = address("developer", ANN)
const actors = [row, developerDefinition()]

const create = (process: Process) =>
  Effect.gen(function* () {
    const expiresAt = T0 + 60_000
    yield* process.ask(ann, { type: "ACTION_OPENED", token: TOKEN, expiresAt, at: T0 }, { id: "open" })
    yield* process.ask(action, { ...CREATE }, { id: "create" })
  })
const confirm = (process: Process, id: string, idempotencyKey: string | null = null) =>
  Effect.map(
    process.ask(action, { type: "CONFIRM", by: ANN, idempotencyKey, at: T0 + 1 }, { id }),
    (answer) => answer as ConfirmAnswer
  )
const look = (process: Process, id: string) =>
  Effect.map(process.ask(action, { type: "LOOK" }, { id }), (answer) => answer as ActionLook)
const count = (calls: ReadonlyArray<{ readonly name: string }>, wanted: string) =>
  calls.filter(({ name }) => name === wanted).length

describeDurable("an action with two processes", (durable) => {
  durable("P7: is confirmed by one of 100 at once, and performed once", ({ config }) =>
    Effect.gen(function* () {
      yield* TestClock.setTime(T0)
      const world = yield* makeWorld
      const prepare = world.handler("prepare", () => Effect.succeed(PREPARED))
      const perform = world.handler("perform", () => Effect.succeed(DONE))
      const handlers = { "pending-action": { prepare, perform } }
      const one = yield* world.process({ actors, config: config(), handlers })
      const two = yield* world.process({ actors, config: config(), handlers })
      yield* create(one)
      expect(yield* world.store.readDocument(KEY)).toContain(`"intent_name":"pr.merge"`)
      const all = Array.from({ length: 100 }, (_, n) => confirm(n % 2 === 0 ? one : two, `confirm-${n}`))
      const answers = yield* Effect.all(all, { concurrency: "unbounded" })
      expect(answers.filter(({ accepted }) => accepted)).toHaveLength(1)
      expect(answers.filter((answer) => !answer.accepted && answer.because === "expired")).toHaveLength(99)
      expect(yield* world.store.readDocument(KEY)).toBeNull()
      yield* TestClock.adjust("5 seconds")
      expect([count(world.calls, "prepare"), count(world.calls, "perform")]).toEqual([1, 1])
      expect(world.calls.every((call) => call.durable)).toBe(true)
      expect(yield* look(two, "look")).toMatchObject({ state: "done", result: DONE })
      expect(yield* two.ask(ann, { type: "LOOK" }, { id: "list" })).toEqual({ open: [] })
    })
  )

  durable("C21: is done by another when its process dies right after it was consumed", ({ config }) =>
    Effect.gen(function* () {
      yield* TestClock.setTime(T0)
      const world = yield* makeWorld
      const stuck = yield* Deferred.make<void>()
      const hanging = { prepare: world.handler("prepare", () => Deferred.await(stuck)) }
      const working = {
        prepare: world.handler("prepare", () => Effect.succeed(PREPARED)),
        perform: world.handler("perform", () => Effect.succeed(DONE))
      }
      const one = yield* world.process({ actors, config: config(), handlers: { "pending-action": hanging } })
      yield* create(one)
      expect(yield* confirm(one, "first", "k")).toMatchObject({ accepted: true, repeated: false })
      yield* one.kill
      const two = yield* world.process({ actors, config: config(), handlers: { "pending-action": working } })
      yield* TestClock.adjust("5 minutes")
      expect(count(world.calls, "perform")).toBe(1)
      expect(yield* confirm(two, "again", "k")).toMatchObject({
        accepted: true,
        repeated: true,
        look: { result: DONE }
      })
      yield* Deferred.succeed(stuck, undefined)
    })
  )

  durable("X20: is reported as unknown when nobody ever answered for it, once and for all", ({ config }) =>
    Effect.gen(function* () {
      yield* TestClock.setTime(T0)
      const world = yield* makeWorld
      const lost = Effect.fail(new EffectFailed({ code: "unreachable", retry: true }))
      const handlers = {
        prepare: world.handler("prepare", () => Effect.succeed(PREPARED)),
        perform: world.handler("perform", () => lost)
      }
      const one = yield* world.process({ actors, config: config(), handlers: { "pending-action": handlers } })
      yield* create(one)
      yield* confirm(one, "first", "k")
      yield* TestClock.adjust("2 hours")
      expect(count(world.calls, "perform")).toBeGreaterThan(1)
      expect(yield* look(one, "look")).toMatchObject({ state: "failed", result: { ok: false, code: "unknown" } })
      expect(yield* confirm(one, "late", null)).toEqual({ accepted: false, because: "expired" })
    })
  )

  durable(
    "X20: is not performed behind its back: what was given up on is not replayed, nor kept word for word",
    ({ config }) =>
      Effect.gen(function* () {
        yield* TestClock.setTime(T0)
        const world = yield* makeWorld
        const handlers = {
          prepare: world.handler("prepare", () => Effect.succeed(PREPARED)),
          perform: world.handler("perform", () => Effect.fail(new EffectFailed({ code: NOT_DONE, retry: false })))
        }
        const one = yield* world.process({ actors, config: config(), handlers: { "pending-action": handlers } })
        const body = "words of a comment"
        const comment = { name: "pr.comment", repo: "acme/web", prNumber: 123, body }
        yield* one.ask(action, { ...CREATE, action: comment }, { id: "create" })
        yield* confirm(one, "first")
        yield* one.drained
        expect(yield* look(one, "look")).toMatchObject({ state: "failed", result: { code: NOT_DONE } })
        const [letter, ...more] = yield* world.store.listDeadLetters(9)
        expect([letter?.name, more]).toEqual(["perform", []])
        expect(letter?.payload).not.toContain(body)
        expect(yield* Effect.flip(one.replay(letter?.id ?? ""))).toMatchObject({ _tag: "EffectNotAwaited" })
        yield* TestClock.adjust("2 days")
        expect(yield* world.record(action)).toBeNull()
        expect(yield* Effect.flip(one.replay(letter?.id ?? ""))).toMatchObject({ _tag: "EffectNotAwaited" })
        yield* one.drained
        expect(count(world.calls, "perform")).toBe(1)
        expect(yield* world.record(action)).toBeNull()
      })
  )

  durable("P8: is over at its time though nobody asks", ({ config }) =>
    Effect.gen(function* () {
      yield* TestClock.setTime(T0)
      const world = yield* makeWorld
      const one = yield* world.process({ actors, config: config() })
      yield* create(one)
      yield* TestClock.adjust("70 seconds")
      expect(yield* look(one, "look")).toMatchObject({ state: "expired" })
      expect(yield* one.ask(ann, { type: "LOOK" }, { id: "list" })).toEqual({ open: [] })
      const cancel = yield* one.ask(action, { type: "CANCEL", by: ANN, at: T0 + 70_000 }, { id: "cancel" })
      expect(cancel as CancelAnswer).toEqual({ cancelled: false, because: "expired" })
    })
  )
})
