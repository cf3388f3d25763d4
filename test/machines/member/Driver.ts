/** Drives a member through the kernel's turns: what they write, what becomes of it, and what each turn asked for. */
import type { AlertEvent, AlertId, Signal } from "#domain/ash/Alert.ts"
import type { Analysis, Classified, Classify } from "#domain/ash/Analysis.ts"
import { type AshPolicy, defaultAshPolicy } from "#domain/ash/AshPolicy.ts"
import type { DeskEvent } from "#domain/ash/Desk.ts"
import { cutToHistory } from "#domain/ash/History.ts"
import type { MemberEvent, SeenMessage } from "#domain/ash/Member.ts"
import type { Severity } from "#domain/ash/Severity.ts"
import type { Projection } from "#domain/Projection.ts"
import type { OutboxEntry } from "#kernel/ActorRecord.ts"
import { decodeState, encodeState } from "#kernel/SnapshotCodec.ts"
import type { ActorState, Turn } from "#kernel/Turn.ts"
import { memberDefinition } from "#machines/member/definition.ts"
import type { MemberContext } from "#machines/member/schema.ts"
import { Bench, NOW, timerOf } from "#test/kernel/harness.ts"

export const GUILD = "900"
export const USER = "800"
export const HISTORY = `ash:history:${GUILD}:${USER}`
export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** What the keyword net makes of them: safe, medium, high, critical. */
export const SAFE = "See you at the game tonight"
export const GRAVE = "I am going to kill myself tonight"

export const analysis = (severity: Severity, source: Analysis["source"] = "nlp"): Analysis => ({
  severity,
  score: { safe: 0.1, low: 0.36, medium: 0.56, high: 0.76, critical: 0.92 }[severity],
  confidence: source === "nlp" ? 0.9 : null,
  action: "standard_monitoring",
  factors: [],
  source,
  requestId: null,
  tookMs: 12,
  degraded: false,
  worsening: null
})

export interface Told {
  readonly alert: AlertId
  readonly event: AlertEvent
  readonly priority: string
}

type EffectName = "classify" | "classifyLater"

export class MemberDriver {
  readonly bench: Bench
  readonly policy: AshPolicy
  state: ActorState | null = null
  now = NOW
  reply: unknown = undefined
  /** What the last turn asked for. */
  told: Array<Told> = []
  desk: Array<DeskEvent> = []
  projected: ReadonlyArray<Projection> = []
  /** All that alerts were ever told. */
  everTold: Array<Told> = []

  readonly #rehydrates: boolean

  /** `rehydrates`: each turn starts from the text of the one before. Default: true. */
  constructor(policy: AshPolicy = defaultAshPolicy, { rehydrates = true } = {}) {
    this.policy = policy
    this.#rehydrates = rehydrates
    this.bench = new Bench([memberDefinition(policy)], `${GUILD}:${USER}`)
  }

  get live(): ActorState {
    if (this.state === null) throw new Error("nothing has happened yet")
    return this.state
  }
  get context(): MemberContext {
    return this.live.snapshot.context as MemberContext
  }
  get value(): { readonly words: string; readonly alert: string } {
    return this.live.snapshot.value as never
  }
  /** What the last turn said to alerts, by event type. */
  get said(): ReadonlyArray<string> {
    return this.told.map(({ event }) => event.type)
  }

  wait(ms: number): this {
    this.now += ms
    return this
  }
  hear(event: MemberEvent): this {
    return this.took(this.bench.event(this.state, { ...event }, this.now))
  }

  /** They post a message, or change it. */
  posts(messageId: string, text: string, more: Partial<SeenMessage> = {}): this {
    return this.hear({ type: "MESSAGE_SEEN", message: message(messageId, text, { at: this.now, ...more }) })
  }
  edits(messageId: string, text: string, postedAt = NOW): this {
    return this.posts(messageId, text, { at: postedAt, editedAt: this.now })
  }
  deletes(...messageIds: ReadonlyArray<string>): this {
    return this.hear({ type: "MESSAGES_DELETED", messageIds, at: this.now })
  }
  isProxied(original: string, proxy: string): this {
    return this.hear({ type: "MESSAGE_PROXIED", original, proxy, at: this.now })
  }
  leaves(): this {
    return this.hear({ type: "MEMBER_LEFT", at: this.now })
  }
  wants(because: "asked" | "opted_out" | "ash_failed" | "safety", messageId = "dm1"): this {
    return this.hear({ type: "HUMAN_WANTED", because, messageId, channelId: "71", at: this.now })
  }

  /** The alert closes and says so. Default: the open one. */
  closes(alertId: AlertId = this.open): this {
    return this.hear({ type: "ALERT_CLOSED", alertId, at: this.now })
  }
  get open(): AlertId {
    const { open } = this.context
    if (open === null) throw new Error("no alert is open")
    return open.alertId
  }
  givesBack(signal: Signal): this {
    return this.hear({ type: "SIGNAL_UNHEARD", signal })
  }

  /** The oldest analysis of the message that is under way comes to this. */
  classified(messageId: string, severity: Severity, how: { unanalysed?: boolean; effect?: EffectName } = {}): this {
    const { unanalysed = false, effect = "classify" } = how
    const entry = this.asked(messageId, effect)
    const { message } = paramsOf(entry)
    const output: Classified = {
      message: { ...message, text: cutToHistory(message.text) },
      analysis: analysis(severity, unanalysed ? "keywords" : "nlp"),
      unanalysed
    }
    return this.took(this.bench.settle(this.live, entry, { ok: true, output }, this.now))
  }
  /** A classifier is silent: the net's word, the real one is owed. */
  guessed(messageId: string, severity: Severity): this {
    return this.classified(messageId, severity, { unanalysed: true })
  }
  analysedLater(messageId: string, severity: Severity): this {
    return this.classified(messageId, severity, { effect: "classifyLater" })
  }
  fails(messageId: string, effect: EffectName = "classify"): this {
    const outcome = { ok: false, code: "unreachable", error: null } as const
    return this.took(this.bench.settle(this.live, this.asked(messageId, effect), outcome, this.now))
  }
  /** The timer that ends the grace of deletions fires. */
  graceEnds(): this {
    const timer = timerOf(this.live, "xstate.after.proxyGrace.member.words.deleting")
    this.now = Math.max(this.now, timer.dueAt)
    return this.took(this.bench.fire(this.live, timer, this.now))
  }

  /** A whole message: posted and analysed. */
  writes(messageId: string, severity: Severity, text = SAFE): this {
    return this.posts(messageId, text).classified(messageId, severity)
  }

  asked(messageId: string, effect: EffectName = "classify"): OutboxEntry {
    const found = this.live.meta.outbox.find(
      (entry) =>
        entry.work.kind === "action" && entry.work.name === effect && paramsOf(entry).message.messageId === messageId
    )
    if (found === undefined) throw new Error(`${effect} was not asked for ${messageId}`)
    return found
  }
  /** Effects under way, by name. */
  under(effect: EffectName): ReadonlyArray<OutboxEntry> {
    return this.live.meta.outbox.filter(({ work }) => work.kind === "action" && work.name === effect)
  }

  took(turn: Turn): this {
    const before = new Set(this.state?.meta.outbox.map(({ id }) => id))
    this.reply = turn.reply
    this.projected = turn.projections
    this.told = []
    this.desk = []
    const keep: Array<OutboxEntry> = []
    for (const entry of turn.state.meta.outbox) {
      const { id, work } = entry
      if (work.kind !== "message") keep.push(entry)
      if (work.kind !== "message" || before.has(id)) continue
      const event = work.event as unknown
      if (work.to.type === "desk") this.desk.push(event as DeskEvent)
      else this.told.push({ alert: work.to.id, event: event as AlertEvent, priority: work.priority })
    }
    this.everTold.push(...this.told)
    const arrived = { ...turn.state, meta: { ...turn.state.meta, outbox: keep } }
    this.state = this.#rehydrates ? decodeState(this.bench.actor, encodeState(arrived)) : arrived
    return this
  }
}

export const paramsOf = ({ work }: OutboxEntry): Classify => {
  if (work.kind !== "action") throw new Error("not an action")
  return work.params as Classify
}

export const message = (messageId: string, text: string, more: Partial<SeenMessage> = {}): SeenMessage => ({
  messageId,
  channelId: "70",
  text,
  at: NOW,
  editedAt: null,
  sensitivity: 1,
  origin: "channel",
  ...more
})

/** The entry a turn put into the history; `null` when it put none. */
export const stored = ({ projected }: MemberDriver): unknown => {
  const [entry] = projected.filter(({ op }) => op === "addToSortedSet")
  return entry?.op === "addToSortedSet" ? (JSON.parse(entry.member) as unknown) : null
}

/** The messages a turn took out of the history. */
export const removed = ({ projected }: MemberDriver): ReadonlyArray<string> =>
  projected.flatMap((entry) => (entry.op === "removeFromSortedSet" ? entry.values : []))
