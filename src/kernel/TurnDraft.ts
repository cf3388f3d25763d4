/**
 * The turn while it is being built: the next timers, outbox and children, changed in the order in which the chart's
 * actions ask for it. Lives for one turn only; nothing outside the turn sees it half-built.
 */
import type { AnyMachineSnapshot } from "xstate"
import { type ActorAddress, address as toAddress } from "#domain/ActorAddress.ts"
import type { ActorEvent, Priority } from "#domain/Envelope.ts"
import type { Projection } from "#domain/Projection.ts"
import {
  type ActorMeta,
  type ChildRecord,
  isSameTimer,
  type OutboxEntry,
  type ParentRecord,
  type Timer,
  type TimerTarget,
  type Work
} from "./ActorRecord.ts"
import { firstUnsafe } from "./Json.ts"
import { remember } from "./RecentEvents.ts"
import type { RegisteredActor } from "./RegisteredActor.ts"
import { TurnInvalid } from "./Step.ts"

export interface LogEntry {
  readonly label: string | undefined
  readonly value: unknown
}

export interface AddressText {
  readonly type: string
  readonly id: string
}

export class TurnDraft {
  readonly actor: RegisteredActor
  readonly address: ActorAddress
  readonly now: number
  readonly revision: number
  readonly createdAt: number
  readonly parent: ParentRecord | null
  snapshot: AnyMachineSnapshot | null
  children: Record<string, ChildRecord>
  timers: Array<Timer>
  outbox: Array<OutboxEntry>
  recent: string
  reply: unknown = undefined
  readonly emitted: Array<ActorEvent> = []
  readonly logs: Array<LogEntry> = []
  /** What the chart asked to be written for readers, besides what its definition projects. */
  readonly projections: Array<Projection> = []
  /** Events the chart sent to itself without delay: handled in this turn, after the macrostep that sent them. */
  readonly selfEvents: Array<ActorEvent> = []
  /** Events for children that the step is still to spawn. */
  readonly #expected = new Map<string, Array<ActorEvent>>()
  #index = 0

  constructor(
    actor: RegisteredActor,
    address: ActorAddress,
    now: number,
    revision: number,
    previous: { readonly meta: ActorMeta; readonly snapshot: AnyMachineSnapshot } | null,
    parent: ParentRecord | null
  ) {
    this.actor = actor
    this.address = address
    this.now = now
    this.revision = revision
    this.parent = parent
    this.snapshot = previous?.snapshot ?? null
    this.createdAt = previous?.meta.createdAt ?? now
    this.children = { ...previous?.meta.children }
    this.timers = [...(previous?.meta.timers ?? [])]
    this.outbox = [...(previous?.meta.outbox ?? [])]
    this.recent = previous?.meta.recent ?? ""
  }

  remember(type: string): void {
    this.recent = remember(this.recent, type, this.now)
  }

  setTimer(id: string | undefined, delay: number, event: ActorEvent, target: TimerTarget): void {
    const dueAt = Math.round(this.now + Math.max(0, delay))
    if (!Number.isSafeInteger(dueAt)) throw new TurnInvalid("bad_delay", `delay of event "${event.type}"`)
    const timerId = id ?? this.#nextId()
    this.cancelTimer(timerId)
    const plain = this.plain(event, "delayed event") as ActorEvent
    this.timers.push({ id: timerId, dueAt, event: plain, target, generation: this.revision })
  }

  cancelTimer(id: string): void {
    this.timers = this.timers.filter((timer) => timer.id !== id)
  }

  message(to: AddressText, event: ActorEvent, priority: Priority = "normal"): void {
    const target = checkedAddress(to)
    const plain = this.plain(event, "message") as ActorEvent
    this.effect(laneTo(target), { kind: "message", to: target, event: plain, priority })
  }

  effect(lane: string, work: Work): void {
    this.outbox.push({
      id: `${this.createdAt.toString(36)}-${this.#nextId()}`,
      lane,
      work,
      generation: this.revision,
      requestedAt: this.now,
      attempts: 0,
      readyAt: this.now,
      claim: null,
      lastError: null
    })
  }

  /** Takes a timer out. False when it is no longer set, or set anew. */
  takeTimer(timer: Timer): boolean {
    const before = this.timers.length
    this.timers = this.timers.filter((set) => !isSameTimer(set, timer))
    return this.timers.length < before
  }

  /** Takes an entry out. `undefined` when it is not pending. */
  takeEntry(id: string): OutboxEntry | undefined {
    const taken = this.outbox.find((entry) => entry.id === id)
    this.outbox = this.outbox.filter((entry) => entry !== taken)
    return taken
  }

  child(id: string): ChildRecord | undefined {
    return Object.hasOwn(this.children, id) ? this.children[id] : undefined
  }

  /** Keeps an event until the step spawns its target; `undefined` when only the target must appear. */
  expectChild(id: string, event: ActorEvent | undefined): void {
    this.#expected.set(id, [...(this.#expected.get(id) ?? []), ...(event === undefined ? [] : [event])])
  }

  takeExpected(id: string): ReadonlyArray<ActorEvent> {
    const events = this.#expected.get(id) ?? []
    this.#expected.delete(id)
    return events
  }

  expectsChildren(): boolean {
    return this.#expected.size > 0
  }

  /** Notes that a child has ended by itself: it stays among the children, as in XState, but hears nothing any more. */
  childEnded(id: string, child: ChildRecord): void {
    this.children[id] = { ...child, address: null }
    this.timers = this.timers.filter(({ target }) => target.kind !== "child" || target.id !== id)
  }

  /** Ends a child, if there is one. A child that this very turn spawned never starts, as in XState. */
  stopChild(id: string): void {
    const child = this.child(id)
    if (child === undefined) return
    delete this.children[id]
    this.timers = this.timers.filter(({ target }) => target.kind !== "child" || target.id !== id)
    const { address } = child
    if (address === null) return this.#dropInvoke(id)
    const lane = laneTo(address)
    const start = this.outbox.findIndex(
      ({ work, generation }) => work.kind === "start" && work.child === id && generation === this.revision
    )
    if (start === -1) this.effect(lane, { kind: "stop", to: address })
    else this.outbox = this.outbox.filter((entry, index) => index < start || entry.lane !== lane)
  }

  /** Takes over what an earlier actor of this address still owes: its actions and messages, and the end of its children. */
  succeed({ outbox, children }: ActorMeta): void {
    this.outbox = outbox.filter(({ work }) => work.kind !== "invoke")
    for (const { address } of Object.values(children)) {
      if (address !== null) this.effect(laneTo(address), { kind: "stop", to: address })
    }
  }

  /** Whether this actor asked for the entry, and not an earlier one of the same address. */
  askedFor({ id }: OutboxEntry): boolean {
    return id.startsWith(`${this.createdAt.toString(36)}-`)
  }

  /** Drops a pending promise; one that is running is interrupted by the runtime after the commit. */
  #dropInvoke(child: string): void {
    this.outbox = this.outbox.filter(({ work }) => work.kind !== "invoke" || work.child !== child)
  }

  plain(value: unknown, what: string): unknown {
    const unsafe = firstUnsafe(value, what)
    if (unsafe !== null) throw new TurnInvalid("not_json", unsafe)
    return value
  }

  #nextId(): string {
    return `${this.revision}.${this.#index++}`
  }
}

/** Messages to one actor keep their order. */
export const laneTo = (to: AddressText): string => `to:${to.type}/${to.id}`

/**
 * Where a spawned actor lives: below its parent's whole address. A slash in the child's own id is escaped, so no two
 * parents ever share a child's address.
 */
export const childAddress = (type: string, parent: ActorAddress, child: string): ActorAddress =>
  checkedAddress({ type, id: `${parent.type}/${parent.id}/${child.replaceAll("%", "%25").replaceAll("/", "%2F")}` })

const checkedAddress = ({ type, id }: AddressText): ActorAddress => {
  try {
    return toAddress(type, id)
  } catch {
    throw new TurnInvalid("bad_address", "the target of a message or the place of a child is not an actor address")
  }
}
