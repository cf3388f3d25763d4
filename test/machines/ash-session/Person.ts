/**
 * One person's actor under the kernel alone: runs turns, takes every state through its stored text, notes what leaves, and
 * answers effects when the test says so. Direct messages arrive at once unless they are held. Time passes only by `pass`.
 */
import { address } from "#domain/ActorAddress.ts"
import type { ActorView } from "#domain/ActorDefinition.ts"
import { type AshPolicy, defaultAshPolicy } from "#domain/ash/AshPolicy.ts"
import type { AshSessionEvent, Companionship, Converse, SessionSummary } from "#domain/ash/AshSession.ts"
import type { ActorEvent } from "#domain/Envelope.ts"
import type { Projection } from "#domain/Projection.ts"
import type { OutboxEntry } from "#kernel/ActorRecord.ts"
import { nextDueTimer } from "#kernel/Pending.ts"
import { type RegisteredActor, registerActors } from "#kernel/RegisteredActor.ts"
import { decodeState, encodeState } from "#kernel/SnapshotCodec.ts"
import { type ActorState, type EffectOutcome, runTurn, type TurnInput, viewOf } from "#kernel/Turn.ts"
import { ashSessionDefinition } from "#machines/ash-session/definition.ts"
import { type AshSessionContext, contextOf, type Direct } from "#machines/ash-session/schema.ts"

export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** 2026-12-06T12:00:00Z. */
export const T0 = 1_796_558_400_000
export const USER = "200000000000000001"
export const GUILD = "100000000000000001"
export const RESPONDER = "300000000000000001"
export const CHANNEL = "400000000000000001"
export const ALERT = "alert_0123456789ab"

export interface Told {
  readonly to: string
  readonly event: ActorEvent
}

type ShortOf<T> = T extends AshSessionEvent ? Omit<T, "at"> & { readonly at?: number } : never

export const policyWith = (change: {
  readonly ash?: Partial<Omit<AshPolicy["ash"], "followUp">> & {
    readonly followUp?: Partial<AshPolicy["ash"]["followUp"]>
  }
  readonly optOut?: Partial<AshPolicy["optOut"]>
  readonly region?: string
}): AshPolicy => ({
  ...defaultAshPolicy,
  region: change.region ?? defaultAshPolicy.region,
  optOut: { ...defaultAshPolicy.optOut, ...change.optOut },
  ash: {
    ...defaultAshPolicy.ash,
    ...change.ash,
    followUp: { ...defaultAshPolicy.ash.followUp, ...change.ash?.followUp }
  }
})

export class Person {
  readonly actor: RegisteredActor
  now = T0
  state: ActorState | null = null
  /** What left since the latest step; `every…` keeps all. */
  sent: Array<Direct> = []
  told: Array<Told> = []
  everSent: Array<Direct> = []
  everTold: Array<Told> = []
  notes: Array<SessionSummary> = []
  replies: Array<unknown> = []
  projections: Array<Projection> = []
  readonly documents = new Map<string, { readonly value: string; readonly ttlMs: number | null }>()
  readonly lists = new Map<string, Array<string>>()
  /** Direct messages that wait for their outcome. */
  held: Array<OutboxEntry> = []
  /** Whether direct messages wait for `deliver` and `undeliverable`. */
  holding = false
  #messages = 0
  #turns = 0

  constructor(policy: AshPolicy = defaultAshPolicy) {
    this.actor = registerActors([ashSessionDefinition(policy)]).get("ash-session") as RegisteredActor
  }

  get view(): ActorView {
    if (this.state === null) throw new Error("nothing has happened yet")
    return viewOf(address("ash-session", USER), this.state)
  }
  get context(): AshSessionContext {
    return contextOf(this.view)
  }
  /** `consent|talk|human|follow_up`, each to its depth. */
  get value(): string {
    const name = (value: unknown): string =>
      typeof value === "string"
        ? value
        : Object.entries(value as Record<string, unknown>)
            .map(([key, below]) => `${key}.${name(below)}`)
            .join("|")
    const regions = this.view.value as Record<string, unknown>
    return ["consent", "talk", "human", "follow_up"].map((region) => name(regions[region])).join(" ")
  }
  get talk(): string {
    return this.value.split(" ")[1] ?? ""
  }
  get stored(): string {
    return encodeState(this.state as ActorState)
  }
  get texts(): string {
    return this.sent.map(({ text }) => text).join("\n---\n")
  }
  get reply(): unknown {
    if (this.replies.length !== 1) throw new Error(`the turn replied ${this.replies.length} times`)
    return this.replies[0]
  }
  get companion(): OutboxEntry | undefined {
    return this.state?.meta.outbox.find(({ work }) => work.kind === "invoke")
  }
  get asked(): Converse {
    const work = this.companion?.work
    if (work?.kind !== "invoke") throw new Error("the companion is not asked")
    return work.params as Converse
  }

  /** One event from outside. Without a time it happens now. */
  hear(event: ShortOf<AshSessionEvent> | ActorEvent): this {
    this.#clear()
    this.#turn({ kind: "event", event: { at: this.now, ...event } as ActorEvent })
    return this
  }
  /** They write to Ash. */
  say(text: string, more: Partial<AshSessionEvent & { readonly type: "DM_RECEIVED" }> = {}): this {
    this.now += SECOND
    const messageId = `5000000000000000${String(++this.#messages).padStart(2, "0")}`
    return this.hear({
      type: "DM_RECEIVED",
      messageId,
      channelId: CHANNEL,
      text,
      guildId: GUILD,
      attachments: 0,
      ...more
    })
  }
  start(more: Partial<AshSessionEvent & { readonly type: "START" }> = {}): this {
    return this.hear({ type: "START", by: "button", guildId: GUILD, alertId: ALERT, severity: "high", ...more })
  }
  takeOver(): this {
    return this.hear({ type: "TAKE_OVER", by: RESPONDER, guildId: GUILD, alertId: ALERT })
  }
  /** The companion answers. */
  answer(text = "That sounds hard. What happened?", more: Partial<Companionship> = {}): this {
    return this.#companionCame({ ok: true, output: { parts: [text], concern: false, source: "template", ...more } })
  }
  companionFails(): this {
    return this.#companionCame({ ok: false, code: "timeout", error: { name: "EffectFailed", message: "timeout" } })
  }
  /** They write, and Ash answers. */
  talkOnce(text = "I feel so alone"): this {
    return this.say(text).answer(`I read: ${this.everSent.length}`)
  }
  /** The oldest direct message that waits has arrived. */
  deliver(): this {
    this.#clear()
    this.#directCame(this.#nextHeld(), true, "")
    return this
  }
  undeliverable(code = "dm_closed"): this {
    this.#clear()
    this.#directCame(this.#nextHeld(), false, code)
    return this
  }
  /** Time passes, and timers fire at their time; with `late` all of them only at the end, as after a downtime. */
  pass(ms: number, { late = false }: { readonly late?: boolean } = {}): this {
    this.#clear()
    const until = this.now + ms
    if (late) this.now = until
    for (let count = 0; count < 100; count++) {
      const due = this.state === null ? null : nextDueTimer(this.state.meta, until)
      if (due === null) break
      this.now = Math.max(this.now, due.dueAt)
      this.#turn({ kind: "timer", timer: due })
    }
    this.now = until
    return this
  }
  /** Ids of the timers that are set. */
  get timers(): ReadonlyArray<string> {
    return (this.state?.meta.timers ?? []).map(({ id }) => this.actor.delayNames[id] ?? id)
  }
  document(key: string): unknown {
    const found = this.documents.get(key)
    return found === undefined ? undefined : JSON.parse(found.value)
  }
  toldMember(): ReadonlyArray<ActorEvent> {
    return this.told.filter(({ to }) => to === `member/${GUILD}:${USER}`).map(({ event }) => event)
  }
  toldAlert(alertId = ALERT): ReadonlyArray<ActorEvent> {
    return this.told.filter(({ to }) => to === `alert/${alertId}`).map(({ event }) => event)
  }

  #clear(): void {
    this.sent = []
    this.told = []
    this.replies = []
    this.projections = []
  }

  #companionCame(outcome: EffectOutcome): this {
    const entry = this.companion
    if (entry === undefined) throw new Error("the companion is not asked")
    this.#clear()
    this.now += SECOND
    this.#turn({ kind: "settled", entry, outcome })
    return this
  }

  #nextHeld(): OutboxEntry {
    const entry = this.held.shift()
    if (entry === undefined) throw new Error("no direct message waits")
    return entry
  }

  #directCame(entry: OutboxEntry, ok: boolean, code: string): void {
    const { kind } = (entry.work as { readonly params: Direct }).params
    const output = {
      kind,
      channelId: CHANNEL,
      messageId: `6000000000000000${String(++this.#messages).padStart(2, "0")}`
    }
    const outcome: EffectOutcome = ok ? { ok, output } : { ok, code, error: { name: "EffectFailed", message: code } }
    this.#turn({ kind: "settled", entry, outcome })
  }

  #turn(input: TurnInput): void {
    const known = new Set(this.state?.meta.outbox.map(({ id }) => id))
    const time = { now: this.now, turn: `turn-${++this.#turns}` }
    const turn = runTurn(this.actor, address("ash-session", USER), this.state, input, time)
    this.state = decodeState(this.actor, encodeState(turn.state))
    if (turn.reply !== undefined) this.replies.push(turn.reply)
    for (const projection of turn.projections) this.#project(projection)
    for (const entry of this.state.meta.outbox) if (!known.has(entry.id)) this.#out(entry)
  }

  #out(entry: OutboxEntry): void {
    const { work } = entry
    if (work.kind === "invoke") return
    if (work.kind === "message") {
      const told = { to: `${work.to.type}/${work.to.id}`, event: work.event }
      this.told.push(told)
      this.everTold.push(told)
      return this.#turn({ kind: "settled", entry, outcome: { ok: true, output: null } })
    }
    if (work.kind !== "action") throw new Error(`nobody expects a ${work.kind}`)
    if (work.name === "postSessionNotes") {
      this.notes.push((work.params as { readonly summary: SessionSummary }).summary)
      return this.#turn({ kind: "settled", entry, outcome: { ok: true, output: { posted: 1 } } })
    }
    if (work.name !== "sendDirect") throw new Error(`nobody knows ${work.name}`)
    this.sent.push(work.params as Direct)
    this.everSent.push(work.params as Direct)
    if (this.holding) this.held.push(entry)
    else this.#directCame(entry, true, "")
  }

  #project(projection: Projection): void {
    this.projections.push(projection)
    const { key } = projection
    if (projection.op === "put") this.documents.set(key, projection)
    else if (projection.op === "delete") this.documents.delete(key)
    else if (projection.op === "appendToList")
      this.lists.set(key, [...(this.lists.get(key) ?? []), ...projection.values])
    else throw new Error(`nobody expects ${projection.op}`)
  }
}
