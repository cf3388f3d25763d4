/**
 * Holds a chart to one meaning: generated sequences of events, time and outcomes run through live XState and through the
 * kernel, once with a JSON round trip after every turn and once without, and all three must show the same after every step.
 *
 * What must differ, and is therefore not generated or is evened out:
 * - Events carry times (`at`, `scheduledAt`, `firedAt`), which the live run adds as well.
 * - A delayed `raise` or `sendTo` whose id is still pending replaces the earlier one; live XState keeps both, and `cancel`
 *   then reaches only one of them.
 * - Spawning under the id of a running child ends that child; live XState leaves it running with nobody to stop it.
 * - `sendTo` to oneself without a delay is handled in the same turn, so before the answer of a child that was written to
 *   in the same step; live XState may handle that answer first.
 * - Messages between actors go out after the turn, first in, first out; live XState hands them over depth first. So a stop
 *   that follows a message overtakes what a third actor answers to it.
 * - A child that is stopped in the turn that spawned it never starts, even if an event to oneself came in between.
 * - An exception in a guard or an assign refuses the turn and leaves the actor as it was; live XState ends the actor.
 * - Errors and contexts are plain data: `Error` objects, actor references and functions do not occur.
 * - Timers of different actors that are due at the same millisecond have no order.
 */
import * as fc from "fast-check"
import { expect } from "vitest"
import type { AnyStateNode } from "xstate"
import type { ActorEvent } from "#domain/Envelope.ts"
import { DurableRun } from "./DurableRun.ts"
import { LiveRun } from "./LiveRun.ts"
import type { Chart, Outcome, Run, Waiting } from "./Run.ts"

export interface Generators {
  /** Events from outside. The first of a sequence creates the actor. */
  readonly events: fc.Arbitrary<ActorEvent>
  /** Steps of time, milliseconds. Default: 1 to 400. */
  readonly advances?: fc.Arbitrary<number>
  /** Child source or action name → what it comes to. Default: a small integer. */
  readonly outputs?: Readonly<Record<string, fc.Arbitrary<unknown>>>
  /** Default: `refused`. */
  readonly codes?: fc.Arbitrary<string>
  /**
   * A way into the depth of a chart that random steps rarely find: events, and names of what waits and shall succeed. Each
   * sequence starts with some first part of it.
   */
  readonly opening?: ReadonlyArray<ActorEvent | string>
}

export interface ConformanceOptions {
  /** Default: 150. */
  readonly numRuns?: number
  /** Default: 30. */
  readonly maxSteps?: number
  /** Ids of states (`type: id`) that the sequences need not reach. Default: none. `null`: any. */
  readonly unreached?: ReadonlyArray<string> | null
  readonly seed?: number
}

type Step =
  | { readonly kind: "send"; readonly event: ActorEvent }
  | { readonly kind: "advance"; readonly ms: number }
  | {
      readonly kind: "settle"
      /** Which of those that wait: the how manieth, or the first of that name. */
      readonly pick: number | string
      readonly ok: boolean
      readonly code: string
      readonly outputs: Readonly<Record<string, unknown>>
      readonly output: number
    }

/** Rejects with the shortest sequence found on which the runs differ, or with the states that none of them reached. */
export const conformance = async (
  chart: Chart,
  generators: Generators,
  { numRuns = 150, maxSteps = 30, unreached = [], seed = 20_261_121 }: ConformanceOptions = {}
): Promise<void> => {
  const reached = new Set<string>()
  const sequences = fc.tuple(openingOf(generators), fc.array(stepOf(generators), { maxLength: maxSteps, size: "max" }))
  await fc.assert(
    fc.asyncProperty(generators.events, sequences, async (first, [opening, steps]) => {
      const live = new LiveRun(chart)
      const durable = new DurableRun(chart, "rehydrated")
      const runs = [live, durable, new DurableRun(chart, "resident")] as const
      const sequence: ReadonlyArray<Step> = [...opening, ...(opening.length > 0 ? [] : [send(first)]), ...steps]
      for (const [index, step] of sequence.entries()) {
        await act(runs, step)
        compare(runs, `after step ${index}`)
        for (const state of durable.activeStates()) reached.add(state)
      }
    }),
    { numRuns, seed }
  )
  if (unreached !== null) {
    const all = chart.rows.flatMap(({ type, machine }) => statesOf(machine.root).map((id) => `${type}: ${id}`))
    expect(all.filter((id) => !reached.has(id)).toSorted()).toEqual([...unreached].toSorted())
  }
}

const statesOf = (node: AnyStateNode): ReadonlyArray<string> =>
  node.type === "history"
    ? []
    : [node.id, ...Object.values(node.states as Record<string, AnyStateNode>).flatMap((child) => statesOf(child))]

const send = (event: ActorEvent): Step => ({ kind: "send", event })

const openingOf = ({ opening = [], outputs }: Generators): fc.Arbitrary<ReadonlyArray<Step>> =>
  fc
    .tuple(fc.nat({ max: opening.length }), fc.record({ ...outputs }))
    .map(([length, samples]) =>
      opening
        .slice(0, length)
        .map((one) =>
          typeof one === "string"
            ? { kind: "settle", pick: one, ok: true, code: "", outputs: samples, output: 0 }
            : send(one)
        )
    )

const stepOf = ({ events, advances, outputs, codes }: Generators): fc.Arbitrary<Step> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("send" as const), event: events }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("advance" as const),
        ms: advances ?? fc.integer({ min: 1, max: 400 })
      })
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("settle" as const),
        pick: fc.nat({ max: 99 }),
        ok: fc.boolean(),
        code: codes ?? fc.constant("refused"),
        outputs: fc.record({ ...outputs }),
        output: fc.integer({ min: 0, max: 3 })
      })
    }
  )

const act = async (runs: ReadonlyArray<Run>, step: Step): Promise<void> => {
  const waiting = runs[0]?.waiting() ?? []
  const picked = step.kind === "settle" ? pickOf(step.pick, waiting) : undefined
  for (const run of runs) {
    if (step.kind === "send") await run.send(step.event)
    if (step.kind === "advance") await run.advance(step.ms)
    if (step.kind === "settle" && picked !== undefined) await run.settle(picked.key, outcomeOf(step, picked.name))
  }
}

const pickOf = (pick: number | string, waiting: ReadonlyArray<Waiting>): Waiting | undefined =>
  typeof pick === "string" ? waiting.find(({ name }) => name === pick) : waiting[pick % Math.max(1, waiting.length)]

const outcomeOf = (step: Extract<Step, { kind: "settle" }>, name: string): Outcome => {
  if (!step.ok) return { ok: false, code: step.code, error: { code: step.code } }
  return { ok: true, output: Object.hasOwn(step.outputs, name) ? step.outputs[name] : step.output }
}

const compare = ([live, ...durables]: readonly [Run, ...ReadonlyArray<Run>], when: string): void => {
  const looks = live.look()
  const heard = live.heard()
  const waiting = live.waiting()
  for (const durable of durables) {
    expect(durable.look(), when).toEqual(looks)
    expect(durable.heard(), when).toEqual(heard)
    expect(durable.waiting(), when).toEqual(waiting)
  }
}
