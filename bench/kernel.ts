/**
 * What the pure part of a turn costs, without a store and without Effect, beside XState's own transition and nothing else.
 */
import { Bench } from "tinybench"
import { initialTransition, transition } from "xstate"
import { address } from "#domain/ActorAddress.ts"
import { registerActor } from "#kernel/RegisteredActor.ts"
import { decodeState, encodeState } from "#kernel/SnapshotCodec.ts"
import { type ActorState, runTurn } from "#kernel/Turn.ts"
import { conversation, counter, type Load } from "./loads.ts"
import type { Row, Suite } from "./suite.ts"

const costs = async (name: string, load: Load): Promise<ReadonlyArray<Row>> => {
  const actor = registerActor(load.definition)
  const to = address(load.definition.type, "+15550000000")
  const take = (state: ActorState | null, n: number): ActorState => {
    const time = { now: 1_800_000_000_000 + n, turn: `p.${n}` }
    return runTurn(actor, to, state, { kind: "event", event: load.event(n) }, time).state
  }
  let state = take(null, 0)
  for (let n = 1; n < 50; n++) state = take(state, n)
  const record = encodeState(state)
  const input = load.definition.input?.(to.id, 1_800_000_000_000)
  let [plain] = initialTransition(load.definition.machine, input as never)
  let n = 50
  const bench = new Bench({ time: 400, warmupTime: 200 })
    .add("XState alone: transition()", () => {
      plain = transition(load.definition.machine, plain, load.event(n++) as never)[0]
    })
    .add("turn: step, actions, timers, outbox", () => void (state = take(state, n++)))
    .add("record to text", () => encodeState(state))
    .add("text to record", () => decodeState(actor, record))
  await bench.run()
  const microseconds = bench.tasks.map(({ name, result }) => {
    if (!("latency" in result)) throw new Error(`${name} came to nothing`)
    return [name, result.latency.p50 * 1000] as const
  })
  return microseconds.map(([what, micros]) => ({
    what: `${name}: ${what}`,
    figures: { µs: micros, "record bytes": record.length }
  }))
}

export const suite: Suite = {
  title: "the pure part of a turn, medians of tinybench",
  run: async () => [...(await costs("counter", counter)), ...(await costs("conversation", conversation))]
}
