/** Drives a desk through the kernel's turns, and says what each turn asked for. */
import type { ActorEvent } from "#domain/Envelope.ts"
import type { AlertEvent } from "#domain/ash/Alert.ts"
import { type AshPolicy, defaultAshPolicy } from "#domain/ash/AshPolicy.ts"
import type { DeskEvent, DeskStatus, OperatorNotice } from "#domain/ash/Desk.ts"
import type { CrisisSeverity } from "#domain/ash/Severity.ts"
import type { OutboxEntry } from "#kernel/ActorRecord.ts"
import { decodeState, encodeState } from "#kernel/SnapshotCodec.ts"
import type { ActorState, EffectOutcome, Turn } from "#kernel/Turn.ts"
import { deskDefinition } from "#machines/desk/definition.ts"
import { contextOf, type DeskContext } from "#machines/desk/schema.ts"
import { Bench, NOW, timerOf } from "#test/kernel/harness.ts"

export const GUILD = "900"
export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

export class DeskDriver {
  readonly bench: Bench
  state: ActorState | null = null
  now = NOW
  reply: unknown = undefined
  /** What the last turn asked for. */
  notices: Array<OperatorNotice> = []
  toAlerts: Array<{ readonly alert: string; readonly event: AlertEvent }> = []

  constructor(policy: AshPolicy = defaultAshPolicy) {
    this.bench = new Bench([deskDefinition(policy)], GUILD)
  }

  get context(): DeskContext {
    return contextOf({ context: this.live.snapshot.context } as never)
  }
  get live(): ActorState {
    if (this.state === null) throw new Error("nothing has happened yet")
    return this.state
  }
  get timers(): ReadonlyArray<string> {
    return this.live.meta.timers.map(({ id }) => id)
  }

  /** Runs one event at the present time, after `later` milliseconds. */
  hear(event: DeskEvent, later = 0): this {
    this.now += later
    return this.took(this.bench.event(this.state, { ...event } as ActorEvent, this.now))
  }
  opened(alertId: string, severity: CrisisSeverity = "high", later = 0): this {
    return this.hear({ type: "ALERT_OPENED", alertId, severity, at: this.now + later }, later)
  }
  acknowledged(alertId: string, later = 0): this {
    return this.hear({ type: "ALERT_ACKNOWLEDGED", alertId, by: "1", at: this.now + later }, later)
  }
  closed(alertId: string, later = 0): this {
    return this.hear({ type: "ALERT_CLOSED", alertId, how: "resolved", by: "1", at: this.now + later }, later)
  }
  unanalysed(messageId: string, later = 0): this {
    return this.hear({ type: "UNANALYSED", messageId, at: this.now + later }, later)
  }
  analysed(messageId: string, later = 0): this {
    return this.hear({ type: "ANALYSED_AT_LAST", messageId, at: this.now + later }, later)
  }
  blind(later = 0): this {
    return this.hear({ type: "BLIND", channelId: "70", at: this.now + later }, later)
  }
  available(by: string, available: boolean, later = 0): this {
    return this.hear({ type: "AVAILABILITY", by, available, at: this.now + later }, later)
  }
  seen(by: string, later = 0): this {
    return this.hear({ type: "RESPONDER_SEEN", by, at: this.now + later }, later)
  }
  look(): DeskStatus {
    return this.hear({ type: "LOOK" }).reply as DeskStatus
  }

  /** The timer whose id contains this name fires at its time. */
  fire(name: string): this {
    const id = this.timers.find((one) => one.includes(name))
    if (id === undefined) throw new Error(`no timer is called ${name}`)
    const timer = timerOf(this.live, id)
    this.now = timer.dueAt
    return this.took(this.bench.fire(this.live, timer))
  }
  /** The oldest pending notice to operators comes to this. */
  settle(outcome: EffectOutcome): this {
    return this.took(this.bench.settle(this.live, this.pending()[0] as OutboxEntry, outcome, this.now))
  }
  pending(): ReadonlyArray<OutboxEntry> {
    return this.live.meta.outbox.filter(({ work }) => work.kind === "action")
  }

  private took(turn: Turn): this {
    const before = new Set(this.state?.meta.outbox.map(({ id }) => id))
    this.reply = turn.reply
    this.notices = []
    this.toAlerts = []
    for (const { id, work } of turn.state.meta.outbox) {
      if (before.has(id)) continue
      if (work.kind === "action") this.notices.push((work.params as { notice: OperatorNotice }).notice)
      if (work.kind === "message") this.toAlerts.push({ alert: work.to.id, event: work.event as unknown as AlertEvent })
    }
    // Each turn starts from the text of the one before.
    this.state = decodeState(this.bench.actor, encodeState(turn.state))
    return this
  }
}
