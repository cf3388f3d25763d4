/**
 * Drives one alert through the kernel as the runtime does, with the same late policy, and takes every state through its
 * stored text. Time passes only by `wait` and `sleepUntil`; effects wait until the test settles them.
 */
import { address } from "#domain/ActorAddress.ts"
import type { ActorEvent } from "#domain/Envelope.ts"
import {
  type AlertAnswer,
  type AlertEffects,
  type AlertEvent,
  type AlertId,
  alertIdOf,
  type AlertView,
  type Signal
} from "#domain/ash/Alert.ts"
import { type AshPolicy, defaultAshPolicy } from "#domain/ash/AshPolicy.ts"
import type { Projection } from "#domain/Projection.ts"
import type { OutboxEntry } from "#kernel/ActorRecord.ts"
import { dropTimer, isTooLate, nextDueTimer } from "#kernel/Pending.ts"
import { latePolicyOf, type RegisteredActor, registerActors } from "#kernel/RegisteredActor.ts"
import { decodeState, encodeState } from "#kernel/SnapshotCodec.ts"
import { type ActorState, runTurn, type TurnInput, viewOf as actorView } from "#kernel/Turn.ts"
import { alertDefinition } from "#machines/alert/definition.ts"
import { stateOf, viewOf } from "#machines/alert/facts.ts"
import type { AlertContext } from "#machines/alert/schema.ts"

export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** 2026-01-05 12:00:00 UTC. */
export const T0 = 1_767_614_400_000

export const GUILD = "1100000000000000001"
export const USER = "1200000000000000002"
export const CHANNEL = "1300000000000000003"
export const MESSAGE = "1400000000000000004"
export const RESPONDER = "1500000000000000005"
export const OTHER = "1500000000000000006"
export const POST = { channelId: "1600000000000000007", messageId: "1600000000000000008" }
export const THREAD = "1600000000000000008"
export const ALERT: AlertId = alertIdOf(GUILD, USER, MESSAGE)

export const signal = (more: Partial<Signal> = {}): Signal => ({
  guildId: GUILD,
  userId: USER,
  channelId: CHANNEL,
  messageId: MESSAGE,
  at: T0,
  severity: "high",
  sensitivity: 1,
  origin: "channel",
  analysis: null,
  unanalysed: false,
  humanWanted: null,
  ...more
})

/** The post of another service, about the same message. */
export const adoptable = {
  ...POST,
  guildId: GUILD,
  userId: USER,
  sourceMessageId: MESSAGE,
  severity: "high"
} as const

export const policyWith = (more: {
  readonly [K in keyof AshPolicy]?: AshPolicy[K] extends object ? Partial<AshPolicy[K]> : AshPolicy[K]
}): AshPolicy => {
  const policy = { ...defaultAshPolicy } as Record<string, unknown>
  for (const [key, value] of Object.entries(more)) {
    const before = policy[key]
    policy[key] = typeof before === "object" ? { ...before, ...(value as object) } : value
  }
  return policy as unknown as AshPolicy
}

type EffectName = keyof AlertEffects
export interface Told {
  readonly to: string
  readonly event: ActorEvent
}

export class Driver {
  actor: RegisteredActor
  readonly id: AlertId
  now = T0
  state: ActorState | null = null
  /** Effects asked for by the last turn, and by all. */
  asked: Array<{ readonly name: string; readonly params: unknown }> = []
  everAsked: Array<{ readonly name: string; readonly params: unknown }> = []
  /** What other actors were told by the last turn; what the day was told is in `measured`. */
  told: Array<Told> = []
  everTold: Array<Told> = []
  /** Everything the day of the alert was ever told. */
  measured: Array<Told> = []
  replies: Array<AlertAnswer> = []
  everReplied = 0
  projected: ReadonlyArray<Projection> = []
  /** Documents as they stand; of sorted sets their members. */
  readonly documents = new Map<string, string>()
  readonly index = new Map<string, Map<string, number>>()
  #turns = 0

  constructor(policy: AshPolicy = defaultAshPolicy, id: AlertId = ALERT) {
    this.actor = registered(policy)
    this.id = id
  }

  /** The process starts anew, with other settings. */
  restartWith(policy: AshPolicy): this {
    this.actor = registered(policy)
    this.state = decodeState(this.actor, encodeState(this.#known))
    return this
  }

  get context(): AlertContext {
    return this.#known.snapshot.context as AlertContext
  }
  get view(): AlertView {
    return viewOf(this.context)
  }
  /** The step the chart is at; throws when its facts say another. */
  get step(): string {
    const lifecycle = this.region("lifecycle")
    const step = typeof lifecycle === "string" ? lifecycle : stepOf((lifecycle as { readonly open: unknown }).open)
    const facts = this.context.facts
    if (facts === null || stateOf(facts) !== step) throw new Error(`the chart says ${step}, its facts do not`)
    return step
  }
  region(name: string): unknown {
    const value = this.#known.snapshot.value as { readonly known: Readonly<Record<string, unknown>> }
    return value.known[name]
  }
  get ttlMs(): number | null {
    const { ttlMs } = this.actor.definition
    return typeof ttlMs === "function" ? ttlMs(actorView(address("alert", this.id), this.#known)) : ttlMs
  }

  /** Runs one event. */
  feed(event: AlertEvent): this {
    return this.turn({ kind: "event", event: event as ActorEvent })
  }
  open(more: Partial<Signal> = {}, earlier = 0): this {
    return this.feed({ type: "OPEN", signal: signal({ at: this.now, ...more }), earlier, previous: null })
  }
  /** Another message of the member. */
  signal(more: Partial<Signal> = {}): this {
    return this.feed({ type: "SIGNAL", signal: signal({ at: this.now, messageId: "1400000000000000044", ...more }) })
  }
  /** A responder asks; answered exactly once. */
  ask(type: "ACKNOWLEDGE" | "RESOLVE" | "TALK_TO_ASH" | "TAKE_OVER" | "HAND_BACK", by = RESPONDER): AlertAnswer {
    this.feed({ type, by, at: this.now, note: null } as AlertEvent)
    return this.reply
  }
  get reply(): AlertAnswer {
    if (this.replies.length !== 1) throw new Error(`the turn replied ${this.replies.length} times`)
    return this.replies[0] as AlertAnswer
  }

  /** What effects of this name were asked for by the last turn. */
  params<K extends EffectName>(name: K): ReadonlyArray<AlertEffects[K]["params"]> {
    return this.asked.flatMap((one) => (one.name === name ? [one.params as AlertEffects[K]["params"]] : []))
  }
  /** Kinds and audiences of the last turn's notices. */
  get notices(): ReadonlyArray<string> {
    return this.params("notify").map(({ notice, audience }) => `${notice.kind} ${audience}`)
  }
  get calls(): ReadonlyArray<string> {
    return this.everAsked.flatMap(({ name, params }) => {
      if (name !== "notify") return []
      const { notice, audience } = params as AlertEffects["notify"]["params"]
      return audience === "nobody" ? [] : [`${notice.kind} ${audience}`]
    })
  }
  toldTo(type: string): ReadonlyArray<string> {
    return this.told.filter(({ to }) => to.startsWith(`${type}/`)).map(({ event }) => event.type)
  }
  pending(name: EffectName): ReadonlyArray<OutboxEntry> {
    const outbox = this.state?.meta.outbox ?? []
    return outbox.filter(({ work }) => work.kind === "action" && work.name === name)
  }

  /** The oldest pending effect of this name succeeds. */
  done<K extends EffectName>(name: K, output: AlertEffects[K]["output"]): this {
    return this.turn({ kind: "settled", entry: this.#oldest(name), outcome: { ok: true, output } })
  }
  fail(name: EffectName, code = "discord_50035"): this {
    return this.turn({ kind: "settled", entry: this.#oldest(name), outcome: { ok: false, code, error: { code } } })
  }
  posted(called = true): this {
    return this.done("postAlert", { place: POST, threadId: THREAD, called })
  }
  /** All notices that wait have been said. */
  said(): this {
    for (const { work } of this.pending("notify")) {
      if (work.kind !== "action") continue
      const { notice, audience } = work.params as AlertEffects["notify"]["params"]
      this.done("notify", { kind: notice.kind, audience })
    }
    return this
  }

  /** Time passes and every timer fires at its time. */
  wait(ms: number): this {
    const until = this.now + ms
    for (let due = nextDueTimer(this.#meta, until); due !== null; due = nextDueTimer(this.#meta, until)) {
      this.now = Math.max(this.now, due.dueAt)
      this.#fire(due)
    }
    this.now = until
    return this
  }
  /** Nothing runs until then; whatever became due meanwhile comes late. */
  sleepUntil(at: number): this {
    this.now = at
    for (let due = nextDueTimer(this.#meta, at); due !== null; due = nextDueTimer(this.#meta, at)) this.#fire(due)
    return this
  }
  timer(name: string): number | undefined {
    return this.state?.meta.timers.find(({ id }) => this.actor.delayNames[id] === name)?.dueAt
  }

  turn(input: TurnInput): this {
    const turn = runTurn(this.actor, address("alert", this.id), this.state, input, {
      now: this.now,
      turn: `turn-${++this.#turns}`
    })
    const known = new Set(this.state?.meta.outbox.map(({ id }) => id))
    const text = encodeState(turn.state)
    this.state = decodeState(this.actor, text)
    if (encodeState(this.state) !== text) throw new Error("storing it changed it")
    const fresh = this.state.meta.outbox.filter(({ id }) => !known.has(id))
    this.asked = fresh.flatMap(({ work }) => (work.kind === "action" ? [{ name: work.name, params: work.params }] : []))
    const told = fresh.flatMap(({ work }) =>
      work.kind === "message" ? [{ to: `${work.to.type}/${work.to.id}`, event: work.event }] : []
    )
    this.told = told.filter(({ to }) => !to.startsWith("metrics-day/"))
    this.measured.push(...told.filter(({ to }) => to.startsWith("metrics-day/")))
    this.everAsked.push(...this.asked)
    this.everTold.push(...this.told)
    this.replies = turn.reply === undefined ? [] : [turn.reply as AlertAnswer]
    this.everReplied += this.replies.length
    this.projected = turn.projections
    for (const one of turn.projections) this.#write(one)
    this.#deliver()
    return this
  }

  /** Messages arrive at once and are nothing to wait for; what has no result likewise. */
  #deliver(): void {
    if (this.state === null) return
    const outbox = this.state.meta.outbox.filter(({ work }) => work.kind === "action")
    this.state = { ...this.state, meta: { ...this.state.meta, outbox } }
  }

  #write(one: Projection): void {
    if (one.op === "put") this.documents.set(one.key, one.value)
    if (one.op === "delete") this.documents.delete(one.key)
    if (one.op !== "addToSortedSet") return
    const entries = this.index.get(one.key) ?? new Map<string, number>()
    this.index.set(one.key, entries.set(one.member, one.score))
  }

  #fire(timer: Parameters<typeof dropTimer>[1]): void {
    if (this.state === null) return
    if (isTooLate(latePolicyOf(this.actor, timer.id), timer, this.now)) this.state = dropTimer(this.state, timer)
    else this.turn({ kind: "timer", timer })
  }

  #oldest(name: EffectName): OutboxEntry {
    const [entry] = this.pending(name)
    if (entry === undefined) throw new Error(`no ${name} is pending`)
    return entry
  }

  get #known(): ActorState {
    if (this.state === null) throw new Error("nobody has spoken to it yet")
    return this.state
  }
  get #meta(): ActorState["meta"] {
    return this.#known.meta
  }
}

const registered = (policy: AshPolicy): RegisteredActor =>
  registerActors([alertDefinition(policy)]).get("alert") as RegisteredActor

const stepOf = (open: unknown): string => (typeof open === "string" ? open : (Object.keys(open as object)[0] ?? ""))
