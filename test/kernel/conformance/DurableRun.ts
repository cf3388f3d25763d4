/**
 * A chart run by the kernel alone: a store-less driver that fires due timers in order, delivers messages between actors
 * first in, first out, and settles effects. In `rehydrated` every turn starts from the JSON text of the turn before; in
 * `resident` from the live snapshot. No other rule differs, and neither may show.
 */
import { expect } from "vitest"
import { type ActorAddress, address, format } from "#domain/ActorAddress.ts"
import type { ActorEvent } from "#domain/Envelope.ts"
import type { OutboxEntry, Timer } from "#kernel/ActorRecord.ts"
import { nextDueTimer } from "#kernel/Pending.ts"
import { type RegisteredActor, registerActors } from "#kernel/RegisteredActor.ts"
import { decodeState, encodeState } from "#kernel/SnapshotCodec.ts"
import { type ActorState, runTurn, type TurnInput, viewOf } from "#kernel/Turn.ts"
import {
  type ActorLook,
  below,
  byKey,
  type Chart,
  EPOCH,
  type Heard,
  note,
  nothingHeard,
  type Outcome,
  type Run
} from "./Run.ts"

interface Lived {
  readonly address: ActorAddress
  readonly path: string
  readonly actor: RegisteredActor
  state: ActorState | null
}

interface Asked {
  readonly by: Lived
  readonly entry: OutboxEntry
}

export class DurableRun implements Run {
  readonly #mode: "rehydrated" | "resident"
  readonly #actors: ReadonlyMap<string, RegisteredActor>
  readonly #root: Lived
  readonly #lived = new Map<string, Lived>()
  readonly #queue: Array<Asked> = []
  readonly #timerOrder = new Map<string, number>()
  readonly #calls = new Map<string, number>()
  /** Key of an action whose result the chart wants to hear → its entry. */
  readonly #results = new Map<string, Asked>()
  #heard: Heard = nothingHeard()
  #now = EPOCH
  #turns = 0

  constructor({ rows, id = "1" }: Chart, mode: "rehydrated" | "resident") {
    this.#mode = mode
    this.#actors = registerActors(rows)
    this.#root = this.#live(address(rows[0].type, id), "")
  }

  async send(event: ActorEvent): Promise<void> {
    this.#turn(this.#root, { kind: "event", event })
    this.#drain()
  }

  async advance(ms: number): Promise<void> {
    const until = this.#now + ms
    for (let due = this.#nextTimer(until); due !== null; due = this.#nextTimer(until)) {
      this.#now = Math.max(this.#now, due.timer.dueAt)
      this.#turn(due.lived, { kind: "timer", timer: due.timer })
      this.#drain()
    }
    this.#now = until
  }

  async settle(key: string, outcome: Outcome): Promise<void> {
    const asked = this.#results.get(key) ?? this.#invokes().get(key)
    if (asked === undefined) throw new Error(`nothing waits under ${key}`)
    this.#results.delete(key)
    this.#turn(asked.by, { kind: "settled", entry: asked.entry, outcome })
    this.#drain()
  }

  waiting() {
    return byKey(
      [...this.#results, ...this.#invokes()].map(
        ([
          key,
          {
            entry: { work }
          }
        ]) =>
          work.kind === "action" || work.kind === "invoke"
            ? { key, name: work.name, input: work.params }
            : { key, name: work.kind, input: null }
      )
    )
  }

  look(): Readonly<Record<string, ActorLook>> {
    const looks: Record<string, ActorLook> = {}
    const visit = ({ path, state, actor }: Lived): void => {
      if (state === null) return
      const { status, value, context, output, error, tags } = state.snapshot
      const ids = status === "active" ? Object.keys(state.meta.children).toSorted() : []
      looks[path] = { status, value, context, output, error, tags: [...tags].toSorted(), children: ids }
      for (const id of ids) {
        const child = [...this.#lived.values()].find((lived) => lived.path === below(path, id))
        const isActor = actor.childKinds[state.meta.children[id]?.src ?? ""]?.kind === "actor"
        if (isActor && child !== undefined) visit(child)
      }
    }
    visit(this.#root)
    return JSON.parse(JSON.stringify(looks)) as Record<string, ActorLook>
  }

  heard(): Heard {
    const heard = this.#heard
    this.#heard = nothingHeard()
    return JSON.parse(JSON.stringify(heard)) as Heard
  }

  /** Ids of all states that are active now, with their actor type. */
  activeStates(): ReadonlyArray<string> {
    return [...this.#lived.values()].flatMap(({ address: { type }, state }) =>
      (state?.snapshot._nodes ?? []).map(({ id }) => `${type}: ${id}`)
    )
  }

  #live(at: ActorAddress, path: string): Lived {
    const known = this.#lived.get(format(at))
    if (known !== undefined) return known
    const lived = { address: at, path, actor: this.#actors.get(at.type) as RegisteredActor, state: null }
    this.#lived.set(format(at), lived)
    return lived
  }

  #turn(lived: Lived, input: TurnInput): void {
    const before = lived.state
    const time = { now: this.#now, turn: `turn-${++this.#turns}` }
    const turn = runTurn(lived.actor, lived.address, before, input, time)
    lived.state = this.#mode === "resident" ? turn.state : rehydrated(lived.actor, turn.state)
    const { path, state } = lived
    if (turn.reply !== undefined) note(this.#heard.replies, path, turn.reply)
    // What a definition projects of each state is none of the chart's, so the live run knows nothing of it.
    const own = lived.actor.definition.project?.(viewOf(lived.address, turn.state)).length ?? 0
    for (const projection of turn.projections.slice(own)) note(this.#heard.projected, path, projection)
    for (const event of turn.emitted) note(this.#heard.emitted, path, event)
    for (const { label, value } of turn.logs) this.#heard.logs.push({ label: label ?? null, value })
    for (const timer of state.meta.timers) {
      const key = timerKey(lived, timer)
      if (!this.#timerOrder.has(key)) this.#timerOrder.set(key, this.#timerOrder.size)
    }
    const known = new Set(before?.meta.outbox.map(({ id }) => id))
    for (const entry of state.meta.outbox) if (!known.has(entry.id)) this.#asked({ by: lived, entry })
  }

  #asked(asked: Asked): void {
    const { by, entry } = asked
    const { work } = entry
    if (work.kind === "invoke") return
    if (work.kind !== "action") {
      this.#queue.push(asked)
      return
    }
    const { name } = work
    note(this.#heard.actions, by.path, { name, params: work.params })
    if (by.actor.definition.results?.[name] === undefined) {
      this.#queue.push(asked)
      return
    }
    const call = (this.#calls.get(`${by.path}!${name}`) ?? 0) + 1
    this.#calls.set(`${by.path}!${name}`, call)
    this.#results.set(`${by.path}!${name}#${call}`, asked)
  }

  #drain(): void {
    for (let asked = this.#queue.shift(); asked !== undefined; asked = this.#queue.shift()) {
      const { by, entry } = asked
      this.#deliver(by, entry)
      this.#turn(by, { kind: "settled", entry, outcome: { ok: true, output: null } })
    }
  }

  #deliver(by: Lived, { work, generation }: OutboxEntry): void {
    switch (work.kind) {
      case "message": {
        const target = this.#lived.get(`${work.to.type}/${work.to.id}`)
        if (target !== undefined) return this.#turn(target, { kind: "event", event: work.event })
        return note(this.#heard.tells, by.path, { to: work.to, event: work.event, priority: work.priority })
      }
      case "start": {
        const child = this.#live(address(work.to.type, work.to.id), below(by.path, work.child))
        const parent = { address: by.address, child: work.child, generation }
        return this.#turn(child, { kind: "start", input: work.input, parent })
      }
      case "stop":
        return this.#turn(this.#lived.get(`${work.to.type}/${work.to.id}`) as Lived, { kind: "stop" })
    }
  }

  #invokes(): Map<string, Asked> {
    const invokes = new Map<string, Asked>()
    for (const lived of this.#lived.values()) {
      for (const entry of lived.state?.meta.outbox ?? []) {
        if (entry.work.kind === "invoke") invokes.set(`${below(lived.path, entry.work.child)}?`, { by: lived, entry })
      }
    }
    return invokes
  }

  #nextTimer(until: number): { readonly lived: Lived; readonly timer: Timer } | null {
    let next: { readonly lived: Lived; readonly timer: Timer; readonly order: number } | null = null
    for (const lived of this.#lived.values()) {
      const timer = lived.state === null ? null : nextDueTimer(lived.state.meta, until)
      if (timer === null) continue
      const order = this.#timerOrder.get(timerKey(lived, timer)) as number
      const isFirst =
        next === null || timer.dueAt < next.timer.dueAt || (timer.dueAt === next.timer.dueAt && order < next.order)
      if (isFirst) next = { lived, timer, order }
    }
    return next
  }
}

const timerKey = ({ address: at }: Lived, { id, generation, dueAt }: Timer): string =>
  `${format(at)}|${id}|${generation}|${dueAt}`

/** The state after a round trip through its text, which must be lossless. */
const rehydrated = (actor: RegisteredActor, state: ActorState): ActorState => {
  const text = encodeState(state)
  const decoded = decodeState(actor, text)
  expect(encodeState(decoded)).toBe(text)
  return decoded
}
