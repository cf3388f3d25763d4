/**
 * Nobody's words in what the runtime says (G12): every kind of thing that can go right or wrong is done with marked words
 * and a phone number, while all logs, spans, metrics, errors and inspections are kept. None may carry a mark.
 */
import { inspect } from "node:util"
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as References from "effect/References"
import * as TestClock from "effect/testing/TestClock"
import * as Tracer from "effect/Tracer"
import { assign, log, setup } from "xstate"
import { address } from "#domain/ActorAddress.ts"
import type { ActorDefinition } from "#domain/ActorDefinition.ts"
import { EffectFailed } from "#runtime/EffectHandler.ts"
import { describeDurable } from "#test/harness/describeDurable.ts"
import { expect } from "#test/harness/effect.ts"
import { secondWriter } from "#test/harness/FaultyStore.ts"
import { loader } from "./charts/family.ts"
import { ledger, post, read } from "./charts/ledger.ts"
import { makeWorld, type Process } from "./World.ts"

const WORDS = "my-unspeakable-secret"
const PHONE = "+12125550199"
const marks = [WORDS, PHONE, PHONE.slice(1), PHONE.slice(2)]

/** Logs what it hears, and breaks with an error that is named after it. */
const talker: ActorDefinition = {
  type: "talker",
  machine: setup({
    types: {} as { context: object; events: { readonly type: "SAY" | "CHOOSE" | "BREAK"; readonly words: string } },
    actions: {
      throwNamed: assign(({ event }) => {
        throw Object.assign(new Error(event.words), { name: event.words })
      })
    },
    guards: {
      breaks: ({ event }) => {
        throw new Error(event.words)
      }
    }
  }).createMachine({
    context: {},
    on: {
      SAY: { actions: [log(({ event }) => event.words, "heard"), log(({ event }) => event.words)] },
      CHOOSE: { guard: "breaks" },
      BREAK: { actions: "throwNamed" }
    }
  }),
  version: 1,
  ttlMs: null
}

const text = (value: unknown): string => inspect(value, { depth: 20, maxStringLength: null, maxArrayLength: null })

const capture = () => {
  const logs: Array<string> = []
  const spans: Array<Tracer.NativeSpan> = []
  const logger = Logger.make((options) => {
    const { message, cause, logLevel, fiber } = options
    logs.push(text([logLevel, message, Cause.pretty(cause), fiber.getRef(References.CurrentLogAnnotations)]))
  })
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      spans.push(span)
      return span
    }
  })
  const layer = Layer.mergeAll(
    Logger.layer([logger]),
    Layer.succeed(Tracer.Tracer, tracer),
    Layer.succeed(References.MinimumLogLevel, "All")
  )
  return { layer, logs, spans }
}

describeDurable("what the runtime says of its actors", (durable) => {
  durable("carries nobody's words and no phone number, whatever goes right or wrong", ({ config }) => {
    const { layer, logs, spans } = capture()
    const said: Array<string> = []
    const hear = (exit: Exit.Exit<unknown, unknown>) => {
      if (Exit.isFailure(exit)) said.push(Cause.pretty(exit.cause), text(exit.cause))
    }
    return Effect.gen(function* () {
      const world = yield* makeWorld
      const me = address("ledger", PHONE)
      const failing = world.handler(
        "post",
        (_, nth) =>
          nth === 1
            ? Effect.die(new Error(WORDS))
            : Effect.fail(new EffectFailed({ code: "blocked", retry: nth === 2, cause: new Error(WORDS) })),
        { backoff: "1 second" }
      )
      const actors = [ledger, talker, loader(() => Promise.reject(new Error(WORDS)))]
      const handlers = { ledger: { post: failing, side: world.handler("side") } }
      const options = { actors, handlers, config: config({ mailboxCapacity: 1, maxEventBytes: 2000, maxConflicts: 2 }) }
      const one = yield* world.process(options)
      let id = 0
      const tell = (system: Process, type: string, event: { readonly type: string; readonly [key: string]: unknown }) =>
        Effect.map(Effect.exit(system.ask(address(type, PHONE), event, { id: `${PHONE}-${++id}` })), hear)

      yield* tell(one, "ledger", post(WORDS))
      yield* TestClock.adjust("1 minute")
      yield* tell(one, "ledger", { type: "BREAK", words: WORDS })
      yield* tell(one, "talker", { type: "SAY", words: WORDS })
      yield* tell(one, "talker", { type: "CHOOSE", words: WORDS })
      yield* tell(one, "talker", { type: "BREAK", words: WORDS })
      yield* tell(one, "loader", { type: "LOAD", n: 1 })
      yield* tell(one, "nobody", { type: "SAY", words: WORDS })
      yield* tell(one, "ledger", post(WORDS.repeat(200)))
      yield* TestClock.adjust("1 minute")

      one.faults.next("commit", { kind: "after", first: secondWriter(world.store, me) }, 2)
      yield* tell(one, "ledger", post(WORDS))
      const until = yield* Deferred.make<void>()
      one.faults.next("commit", { kind: "hang", until })
      const waiting = yield* Effect.forEach([1, 2, 3], () =>
        Effect.forkChild(tell(one, "ledger", post(WORDS)), { startImmediately: true })
      )
      yield* Deferred.succeed(until, undefined)
      one.faults.next("commit", { kind: "defect" })
      one.faults.next("claimDue", { kind: "defect" })
      one.faults.next("claimDue", { kind: "refuse" })
      yield* TestClock.adjust("1 minute")
      expect(waiting.every((fiber) => fiber.pollUnsafe() !== undefined)).toBe(true)

      for (const { id } of yield* world.store.listDeadLetters(99)) hear(yield* Effect.exit(one.replay(id)))
      yield* one.drained
      for (const type of ["ledger", "talker", "loader"]) {
        said.push(text({ ...(yield* one.inspect(address(type, PHONE))), address: null }))
      }
      said.push(text(yield* one.health), text(yield* Metric.snapshot))

      const stored = yield* world.store.load(me)
      yield* world.store.forget(me, [])
      const next = { revision: 1, turn: "theirs.1", record: `{"${WORDS}": "${stored?.record.length}"`, ttlMs: null }
      const rest = { wakeAt: 0, mark: null, projections: [], deadLetters: [] }
      yield* world.store.commit([{ address: me, expected: null, next, ...rest }])
      yield* one.stop
      const two = yield* world.process({ ...options, actors: [ledger] })
      yield* TestClock.adjust("1 minute")
      yield* tell(two, "ledger", read)
      hear(yield* Effect.exit(two.inspect(me)))
      yield* two.stop
      yield* tell(two, "ledger", post(WORDS))

      said.push(...logs, ...spans.map(({ name, attributes, status }) => text([name, [...attributes], status])))
      expect(logs.length).toBeGreaterThan(10)
      expect(spans.length).toBeGreaterThan(10)
      const tags = ["EventQuarantined", "MailboxFull", "RevisionConflict", "PayloadTooLarge", "UnknownActorType"]
      for (const tag of [...tags, "SnapshotUndecodable", "SystemStopping", "heard", "effect given up on"]) {
        expect(said.join("\n")).toContain(tag)
      }
      for (const each of said) for (const mark of marks) expect(each).not.toContain(mark)
    }).pipe(Effect.provide(layer))
  })
})
