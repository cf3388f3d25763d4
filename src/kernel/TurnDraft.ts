/**
 * The turn while it is being built: the next timers, outbox and children, changed in the order in which the chart's
 * actions ask for it. Lives for one turn only; nothing outside the turn sees it half-built.
 */
import type { AnyMachineSnapshot } from "xstate"
import { type ActorAddress, address as toAddress } from "#domain/ActorAddress.ts"
import type { ActorEvent, Priority } from "#domain/Envelope.ts"
import type { ActorMeta, ChildRecord, OutboxEntry, ParentRecord, Timer, TimerTarget, Work } from "./ActorRecord.ts"
import { firstUnsafe } from "./Json.ts"
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
  recent: ActorMeta["recent"]
  reply: unknown = undefined
  readonly emitted: Array<ActorEvent> = []
  readonly logs: Array<LogEntry> = []
  /** Events the chart sent to itself without delay: handled in this turn, after the macrostep that sent them. */
  readonly selfEvents: Array<ActorEvent> = []
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
    this.recent = previous?.meta.recent ?? []
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

  /** Drops the pending promises that match; one that is running is interrupted by the runtime after the commit. */
  dropInvokes(matches: (child: string) => boolean): void {
    this.outbox = this.outbox.filter(({ work }) => work.kind !== "invoke" || !matches(work.child))
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

const checkedAddress = ({ type, id }: AddressText): ActorAddress => {
  try {
    return toAddress(type, id)
  } catch {
    throw new TurnInvalid("bad_address", "the target of a message is not an actor address")
  }
}
