/**
 * A chart run by XState itself: `createActor` with a simulated clock, named actions that are only noted, and promises
 * that settle when the test says so. This is the meaning the kernel is held to.
 *
 * The durable runtime adds times to events (`at`, `scheduledAt`, `firedAt`), because a chart reads no clock. They are added
 * here too, so that charts which use them can be compared.
 */
import {
  type AnyActorRef,
  type AnyStateMachine,
  createActor,
  fromPromise,
  type InspectionEvent,
  SimulatedClock,
  StateMachine
} from "xstate"
import type { ActorDefinition } from "#domain/ActorDefinition.ts"
import type { ActorEvent } from "#domain/Envelope.ts"
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

interface Pending {
  readonly key: string
  readonly name: string
  readonly input: unknown
  readonly settle: (outcome: Outcome) => void
  readonly isOver: () => boolean
}

type Stamp = Readonly<Record<string, number>>

const isBuiltin = (action: unknown): boolean => typeof action === "function" && "resolve" in action

const pathOf = (ref: AnyActorRef): string => {
  const parent = ref._parent
  return parent === undefined ? "" : below(pathOf(parent), ref.id)
}

/** Lets promise callbacks run. */
const settled = async (): Promise<void> => {
  for (let count = 0; count < 12; count++) await Promise.resolve()
}

/** XState's simulated clock, stopping at every due time on its way. */
class LiveClock {
  readonly #clock = new SimulatedClock()
  readonly #due = new Map<number, number>()
  #stamp: Stamp | null = null

  now(): number {
    return EPOCH + this.#clock.now()
  }

  setTimeout(fn: (...args: Array<never>) => void, ms: number): number {
    const dueAt = this.now() + Math.max(0, ms)
    const id = this.#clock.setTimeout(
      () => {
        this.#due.delete(id)
        this.#stamp = { scheduledAt: dueAt, firedAt: this.now() }
        fn()
        this.#stamp = null
      },
      Math.max(0, ms)
    )
    this.#due.set(id, dueAt)
    return id
  }

  clearTimeout(id: number): void {
    this.#due.delete(id)
    this.#clock.clearTimeout(id)
  }

  /** The times of the timer that is firing: they belong to the first event it causes. */
  takeStamp(): Stamp | null {
    const stamp = this.#stamp
    this.#stamp = null
    return stamp
  }

  advance(ms: number): void {
    const until = this.now() + ms
    for (let next = this.#next(); next <= until; next = this.#next())
      this.#clock.set(Math.max(next, this.now()) - EPOCH)
    this.#clock.set(until - EPOCH)
  }

  #next(): number {
    return Math.min(Infinity, ...this.#due.values())
  }
}

export class LiveRun implements Run {
  readonly #rows: Chart["rows"]
  readonly #clock = new LiveClock()
  readonly #root: ReturnType<typeof createActor<AnyStateMachine>>
  readonly #machines = new Map<AnyStateMachine, AnyStateMachine>()
  #pending: Array<Pending> = []
  readonly #calls = new Map<string, number>()
  #heard: Heard = nothingHeard()
  #started = false

  constructor({ rows, id = "1" }: Chart) {
    this.#rows = rows
    this.#root = createActor(this.#instrument(rows[0].machine), {
      input: rows[0].input?.(id, EPOCH),
      clock: this.#clock,
      logger: (...args: Array<unknown>) =>
        this.#heard.logs.push(
          args.length > 1 ? { label: String(args[0]), value: args[1] } : { label: null, value: args[0] }
        ),
      inspect: (inspection: InspectionEvent) => {
        if (inspection.type !== "@xstate.actor") return
        const ref = inspection.actorRef as AnyActorRef
        ref.on("*", (event: unknown) => note(this.#heard.emitted, pathOf(ref), event))
      }
    } as never)
    this.#root.subscribe({ error: () => {} })
  }

  async send(event: ActorEvent): Promise<void> {
    if (!this.#started) this.#root.start()
    this.#started = true
    // XState warns about events for an actor that has ended, and drops them
    if (this.#root.getSnapshot().status === "active") this.#root.send(event)
    await settled()
  }

  async advance(ms: number): Promise<void> {
    this.#clock.advance(ms)
    await settled()
  }

  async settle(key: string, outcome: Outcome): Promise<void> {
    const pending = this.#waiting().find((one) => one.key === key)
    if (pending === undefined) throw new Error(`nothing waits under ${key}`)
    this.#pending = this.#pending.filter((one) => one !== pending)
    pending.settle(outcome)
    await settled()
  }

  waiting() {
    return byKey(this.#waiting().map(({ key, name, input }) => ({ key, name, input: input ?? null })))
  }

  look(): Readonly<Record<string, ActorLook>> {
    const looks: Record<string, ActorLook> = {}
    const visit = (path: string, ref: AnyActorRef): void => {
      const { status, value, context, output, error, tags, children } = ref.getSnapshot()
      const ids = status === "active" ? Object.keys(children).toSorted() : []
      looks[path] = { status, value, context, output, error, tags: [...tags].toSorted(), children: ids }
      for (const id of ids) if ("machine" in children[id].getSnapshot()) visit(below(path, id), children[id])
    }
    visit("", this.#root)
    return JSON.parse(JSON.stringify(looks)) as Record<string, ActorLook>
  }

  heard(): Heard {
    const heard = this.#heard
    this.#heard = nothingHeard()
    return JSON.parse(JSON.stringify(heard)) as Heard
  }

  #waiting(): ReadonlyArray<Pending> {
    this.#pending = this.#pending.filter(({ isOver }) => !isOver())
    return this.#pending
  }

  /** The machine with noted actions, controllable promises and stamped events; its children likewise. */
  #instrument(machine: AnyStateMachine): AnyStateMachine {
    const known = this.#machines.get(machine)
    if (known !== undefined) return known
    const definition = this.#rows.find((row) => row.machine === machine)
    const { actions, actors } = machine.implementations
    const names = Object.keys(actions).filter((name) => !isBuiltin(actions[name]))
    const clone: AnyStateMachine = machine.provide({
      actions: Object.fromEntries(names.map((name) => [name, this.#noted(name, definition)])),
      actors: Object.fromEntries(
        Object.entries(actors).map(([src, logic]) => [
          src,
          logic instanceof StateMachine ? this.#instrument(logic as AnyStateMachine) : this.#promise(src)
        ])
      )
    } as never)
    this.#machines.set(machine, clone)
    const transition = clone.transition.bind(clone)
    clone.transition = (snapshot, event, scope) => transition(snapshot, this.#stamped(event as ActorEvent), scope)
    return clone
  }

  #stamped(event: ActorEvent): ActorEvent {
    const stamp = this.#clock.takeStamp()
    if (stamp !== null) return { ...event, ...stamp }
    return /^xstate\.(done|error)\.actor\./.test(event.type) ? { ...event, at: this.#clock.now() } : event
  }

  #noted(name: string, definition: ActorDefinition | undefined) {
    return ({ self }: { readonly self: AnyActorRef }, params: unknown): void => {
      const path = pathOf(self)
      if (name === "reply") return note(this.#heard.replies, path, params ?? null)
      if (name === "tell") return note(this.#heard.tells, path, { priority: "normal", ...(params as object) })
      if (name === "project") return note(this.#heard.projected, path, params)
      note(this.#heard.actions, path, { name, params: params ?? null })
      const events = definition?.results?.[name]
      if (events === undefined) return
      const call = (this.#calls.get(`${path}!${name}`) ?? 0) + 1
      this.#calls.set(`${path}!${name}`, call)
      const requestedAt = this.#clock.now()
      this.#pending.push({
        key: `${path}!${name}#${call}`,
        name,
        input: params,
        isOver: () => false,
        settle: (outcome) => {
          const type = outcome.ok ? events.done : events.failed
          const result = outcome.ok ? { output: outcome.output } : { code: outcome.code, params: params ?? null }
          if (type !== undefined) self.send({ type, effect: name, requestedAt, at: this.#clock.now(), ...result })
        }
      })
    }
  }

  #promise(src: string) {
    return fromPromise<unknown, unknown>(
      ({ input, self, signal }) =>
        new Promise((resolve, reject) => {
          this.#pending.push({
            key: `${pathOf(self as AnyActorRef)}?`,
            name: src,
            input,
            isOver: () => signal.aborted,
            settle: (outcome) => (outcome.ok ? resolve(outcome.output) : reject(outcome.error))
          })
        })
    )
  }
}
