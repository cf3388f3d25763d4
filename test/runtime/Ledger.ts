/**
 * Random lives of a few ledgers in two processes: sends, redeliveries, faults of the store, moving clocks, stops and kills.
 * What a run did is judged by `violations`, which knows nothing of the runtime: only what was acknowledged, what is in the
 * ledgers at the end, and which effects were carried out when.
 */
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as TestClock from "effect/testing/TestClock"
import fc from "fast-check"
import { address } from "#domain/ActorAddress.ts"
import { EffectFailed } from "#runtime/EffectHandler.ts"
import type { ActorStoreService } from "#runtime/ports/ActorStore.ts"
import type { Mode } from "#test/harness/describeDurable.ts"
import type { Fault, Operation } from "#test/harness/FaultyStore.ts"
import { ledger } from "./charts/ledger.ts"
import { type Call, makeWorld, type Process } from "./World.ts"

export type Step =
  | { readonly do: "send"; readonly by: number; readonly to: number; readonly type: "ADD" | "POST" }
  | { readonly do: "again"; readonly by: number; readonly which: number }
  | {
      readonly do: "spoil"
      readonly of: number
      readonly operation: Operation
      readonly fault: Fault
      readonly times: number
    }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "stop" | "kill"; readonly which: number }

export interface Life {
  readonly steps: ReadonlyArray<Step>
  /** What becomes of one attempt after the other; then all succeed. */
  readonly attempts: ReadonlyArray<"done" | "away" | "dies" | "slow">
}

const which = fc.nat({ max: 1 })
const sabotage = fc.oneof(
  fc.record({
    operation: fc.constant("commit" as const),
    fault: fc.constantFrom<Fault>({ kind: "refuse" }, { kind: "loseAnswer" }, { kind: "split", count: 1 })
  }),
  fc.record({
    operation: fc.constant("claimDue" as const),
    fault: fc.constantFrom<Fault>({ kind: "refuse" }, { kind: "twice" }, { kind: "loseAnswer" })
  }),
  fc.record({ operation: fc.constant("load" as const), fault: fc.constant<Fault>({ kind: "refuse" }) })
)

export const lives: fc.Arbitrary<Life> = fc.record({
  steps: fc.array(
    fc.oneof(
      {
        weight: 8,
        arbitrary: fc.record({
          do: fc.constant("send" as const),
          by: which,
          to: fc.nat({ max: 2 }),
          type: fc.constantFrom("ADD" as const, "POST" as const)
        })
      },
      { weight: 3, arbitrary: fc.record({ do: fc.constant("again" as const), by: which, which: fc.nat({ max: 40 }) }) },
      {
        weight: 3,
        arbitrary: fc
          .tuple(sabotage, which, fc.integer({ min: 1, max: 6 }))
          .map(([what, of, times]) => ({ do: "spoil" as const, of, times, ...what }))
      },
      {
        weight: 3,
        arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 15_000 }) })
      },
      { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("stop" as const, "kill" as const), which }) }
    ),
    { minLength: 5, maxLength: 40 }
  ),
  attempts: fc.array(
    fc.constantFrom("done" as const, "done" as const, "away" as const, "dies" as const, "slow" as const),
    {
      maxLength: 30
    }
  )
})

interface Sent {
  readonly id: string
  readonly to: number
  readonly type: "ADD" | "POST"
  acknowledged: boolean
}

export interface Outcome {
  readonly sent: ReadonlyArray<Readonly<Sent>>
  readonly entries: ReadonlyArray<ReadonlyArray<string>>
  readonly calls: ReadonlyArray<Call>
}

const books = [0, 1, 2].map((n) => address("ledger", `${n}`))

/** Lives one life; at the end the store is well, every event that was not acknowledged is told again, and all work is done. */
export const live = (
  { steps, attempts }: Life,
  { config }: Mode,
  wrap: (store: ActorStoreService) => ActorStoreService = (store) => store
): Promise<Outcome> =>
  Effect.gen(function* () {
    const world = yield* makeWorld
    const fates = [...attempts]
    const attempt = (name: string) =>
      world.handler(
        name,
        () => {
          switch (fates.shift()) {
            case "away":
              return Effect.fail(new EffectFailed({ code: "away", retry: true }))
            case "dies":
              return Effect.die(new Error("broken"))
            case "slow":
              return Effect.delay(Effect.void, "12 seconds")
            default:
              return Effect.void
          }
        },
        { maxAttempts: 100 }
      )
    const boot = world.process({
      actors: [ledger],
      handlers: { ledger: { post: attempt("post"), side: attempt("side") } },
      config: config({ commitRetries: 1 }),
      wrap
    })
    const processes = [yield* boot, yield* boot]
    const sent: Array<Sent> = []

    const tell = (system: Process, event: Sent) =>
      Effect.forkChild(
        system
          .tell(books[event.to] ?? address("ledger", "0"), { type: event.type, entry: event.id }, { id: event.id })
          .pipe(
            Effect.tap(() => Effect.sync(() => (event.acknowledged = true))),
            Effect.ignore
          ),
        { startImmediately: true }
      )

    const take = Effect.fnUntraced(function* (step: Step) {
      const one = (index: number) => processes[index] as Process
      switch (step.do) {
        case "send": {
          const event: Sent = { id: `e${sent.length}`, to: step.to, type: step.type, acknowledged: false }
          sent.push(event)
          return yield* tell(one(step.by), event)
        }
        case "again": {
          const event = sent[step.which % Math.max(1, sent.length)]
          return event === undefined ? undefined : yield* tell(one(step.by), event)
        }
        case "spoil":
          return one(step.of).faults.next(step.operation, step.fault, step.times)
        case "wait":
          return yield* TestClock.adjust(step.ms)
        case "stop":
          yield* Effect.raceFirst(one(step.which).stop, Effect.forever(TestClock.adjust("1 second")))
          processes[step.which] = yield* boot
          return
        case "kill":
          yield* one(step.which).kill
          processes[step.which] = yield* boot
      }
    })
    for (const step of steps) {
      yield* take(step)
      yield* TestClock.adjust(1)
    }

    for (const { faults } of processes) faults.heal()
    yield* TestClock.adjust("30 seconds")
    for (const event of sent) if (!event.acknowledged) yield* tell(processes[0] as Process, event)
    yield* TestClock.adjust("30 minutes")
    for (const { drained } of processes) yield* drained
    const entries = yield* Effect.forEach(books, (book) =>
      Effect.map(world.record(book), (record) => {
        const { entries = [] } = (record?.snapshot.context ?? {}) as { entries?: ReadonlyArray<string> }
        return entries
      })
    )
    return { sent, entries, calls: world.calls }
  }).pipe(Effect.scoped, Effect.provide(TestClock.layer()), Effect.provide(Logger.layer([])), Effect.runPromise)

/** Everything that went wrong in a life, in words. */
export const violations = ({ sent, entries, calls }: Outcome): ReadonlyArray<string> => {
  const found: Array<string> = []
  for (const { id, to, acknowledged } of sent) {
    const times = entries[to]?.filter((entry) => entry === id).length ?? 0
    if (!acknowledged) found.push(`${id} was never acknowledged`)
    if (times === 0) found.push(`${id} was acknowledged and is lost`)
    if (times > 1) found.push(`${id} was applied ${times} times`)
  }
  for (const { name, params, durable } of calls) {
    if (!durable) found.push(`${name} of ${params.entry} was carried out before its commit`)
  }
  for (const [to, written] of entries.entries()) {
    const posted = written.filter((id) => sent.some((event) => event.id === id && event.type === "POST"))
    for (const lane of ["post", "side"]) {
      const own = calls.filter(({ name, address }) => name === lane && address.id === `${to}`)
      const order = [...new Set(own.map(({ params }) => params.entry))]
      if (order.join() !== posted.join())
        found.push(`lane ${lane} of ${to} went ${order.join()} and not ${posted.join()}`)
      const keys = new Map(own.map(({ params, idempotencyKey }) => [`${params.entry} ${idempotencyKey}`, params.entry]))
      if (keys.size !== order.length) found.push(`an effect of ${lane} of ${to} changed its key`)
    }
  }
  return found
}
