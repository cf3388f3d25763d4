/** Short ways to run turns, and a freeze that catches a turn which changes what it was given. */
import { type ActorAddress, address } from "#domain/ActorAddress.ts"
import type { ActorDefinition } from "#domain/ActorDefinition.ts"
import type { ActorEvent } from "#domain/Envelope.ts"
import type { OutboxEntry, Timer, Work } from "#kernel/ActorRecord.ts"
import { type RegisteredActor, registerActors } from "#kernel/RegisteredActor.ts"
import { TurnInvalid } from "#kernel/Step.ts"
import { type ActorState, type EffectOutcome, runTurn, type Turn, type TurnInput } from "#kernel/Turn.ts"

export const NOW = 1_800_000_000_000

/** Freezes a state all through, except what belongs to the machine. */
export const frozen = (state: ActorState): ActorState => {
  const { machine, _nodes, children, historyValue, ...own } = state.snapshot as unknown as Record<string, unknown>
  for (const one of [machine, _nodes, children, historyValue]) if (one === undefined) throw new Error("not a snapshot")
  freeze(own)
  Object.freeze(_nodes)
  Object.freeze(children)
  Object.freeze(historyValue)
  Object.freeze(state.snapshot)
  freeze(state.meta)
  return Object.freeze(state)
}

const freeze = (value: unknown): void => {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return
  Object.freeze(value)
  for (const part of Object.values(value)) freeze(part)
}

/** One actor under test; every state it is given is frozen. Time passes only by `now`. */
export class Bench {
  readonly actor: RegisteredActor
  readonly address: ActorAddress
  #turns = 0

  constructor(rows: ReadonlyArray<ActorDefinition>, id = "1", type?: string) {
    const actors = registerActors(rows)
    this.actor = actors.get(type ?? (rows[0] as ActorDefinition).type) as RegisteredActor
    this.address = address(this.actor.type, id)
  }

  turn(state: ActorState | null, input: TurnInput, now = NOW): Turn {
    return runTurn(this.actor, this.address, state === null ? null : frozen(state), input, {
      now,
      turn: `turn-${++this.#turns}`
    })
  }

  event(state: ActorState | null, event: ActorEvent | string, now = NOW): Turn {
    return this.turn(state, { kind: "event", event: typeof event === "string" ? { type: event } : event }, now)
  }

  fire(state: ActorState, timer: Timer, now = timer.dueAt): Turn {
    return this.turn(state, { kind: "timer", timer }, now)
  }

  settle(state: ActorState, entry: OutboxEntry, outcome: EffectOutcome, now = NOW): Turn {
    return this.turn(state, { kind: "settled", entry, outcome }, now)
  }

  /** The code and place with which the input is refused. */
  refusal(state: ActorState | null, input: TurnInput): { readonly code: string; readonly message: string } {
    try {
      this.turn(state, input)
    } catch (error) {
      if (error instanceof TurnInvalid) return { code: error.code, message: error.message }
      throw error
    }
    throw new Error("the turn was not refused")
  }
}

export const works = ({ meta }: ActorState): ReadonlyArray<Work> => meta.outbox.map(({ work }) => work)

export const entryOf = ({ meta }: ActorState, index = 0): OutboxEntry => {
  const entry = meta.outbox[index]
  if (entry === undefined) throw new Error(`there is no entry ${index}`)
  return entry
}

export const timerOf = ({ meta }: ActorState, id: string): Timer => {
  const timer = meta.timers.find((one) => one.id === id)
  if (timer === undefined) throw new Error(`there is no timer ${id}`)
  return timer
}
