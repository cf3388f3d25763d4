/** Drives the retention actor through the kernel's turns, each from the text of the one before, and says what each asked for. */
import type { ActorEvent } from "#domain/Envelope.ts"
import type { Projection } from "#domain/Projection.ts"
import type { CleanUpReport, RetentionEvent, RetentionSchedule, RetentionStatus } from "#domain/RetentionReport.ts"
import type { OutboxEntry, Timer } from "#kernel/ActorRecord.ts"
import { nextDueTimer } from "#kernel/Pending.ts"
import { decodeState, encodeState } from "#kernel/SnapshotCodec.ts"
import type { ActorState, EffectOutcome, Turn } from "#kernel/Turn.ts"
import { retentionDefinition } from "#machines/retention/definition.ts"
import { contextOf, type RetentionContext } from "#machines/retention/schema.ts"
import { Bench } from "#test/kernel/harness.ts"

export const HOUR = 3_600_000
export const DAY = 24 * HOUR

export const AT_THREE: RetentionSchedule = { enabled: true, hour: 3 }
export const OFF: RetentionSchedule = { enabled: false, hour: 3 }

export const report = (changes: Partial<CleanUpReport> = {}): CleanUpReport => ({
  dryRun: false,
  startedAt: Date.parse("2026-01-09T03:00:00Z"),
  endedAt: Date.parse("2026-01-09T03:00:12Z"),
  dataTypes: { alert_metrics: { seen: 5, removed: 2, trimmed: 0, ttlGiven: 1, failed: 0 } },
  unknownKeys: 1,
  storage: { prefixes: [{ prefix: "ash:", keys: 5, bytes: 900 }], usedBytes: 5000, limitBytes: null },
  ...changes
})

export class RetentionDriver {
  readonly bench = new Bench([retentionDefinition()], "main")
  state: ActorState | null = null
  now: number
  reply: unknown = undefined
  /** What the last turn, or the last `wake`, asked for. */
  runs: ReadonlyArray<unknown> = []
  projections: ReadonlyArray<Projection> = []

  constructor(now: string) {
    this.now = Date.parse(now)
  }

  get live(): ActorState {
    if (this.state === null) throw new Error("nothing has happened yet")
    return this.state
  }
  get context(): RetentionContext {
    return contextOf({ context: this.live.snapshot.context as never })
  }
  get timers(): ReadonlyArray<Timer> {
    return this.live.meta.timers
  }
  /** When the clock is due, as text. */
  get due(): string | null {
    const timer = this.timers.find(({ id }) => id.includes(".due."))
    return timer === undefined ? null : new Date(timer.dueAt).toISOString()
  }
  get pending(): ReadonlyArray<OutboxEntry> {
    return this.live.meta.outbox.filter(({ work }) => work.kind === "invoke")
  }

  /** Time passes without anybody looking: the process is down, or nothing happens. */
  until(time: string): this {
    this.now = Date.parse(time)
    this.runs = []
    return this
  }
  hear(event: RetentionEvent): this {
    return this.took(this.bench.event(this.state, { ...event } as ActorEvent, this.now))
  }
  /** A start of the service: the schedule is told, and what is due by now fires. */
  start(schedule: RetentionSchedule = AT_THREE): this {
    return this.hear({ type: "SCHEDULE", ...schedule, at: this.now }).wake()
  }
  /** Every timer that is due by now fires, earliest first. */
  wake(): this {
    const runs = [...this.runs]
    for (let timer = this.nextDue(); timer !== null; timer = this.nextDue()) {
      this.took(this.bench.fire(this.live, timer, this.now))
      runs.push(...this.runs)
    }
    this.runs = runs
    return this
  }
  want(dryRun: boolean): this {
    return this.hear({ type: "RUN_NOW", dryRun, by: "1", at: this.now })
  }
  look(): RetentionStatus {
    return this.hear({ type: "LOOK" }).reply as RetentionStatus
  }
  settle(outcome: EffectOutcome): this {
    const [entry] = this.pending
    if (entry === undefined) throw new Error("nothing is running")
    return this.took(this.bench.settle(this.live, entry, outcome, this.now))
  }
  done(output = report()): this {
    return this.settle({ ok: true, output })
  }

  took(turn: Turn): this {
    const before = new Set(this.state?.meta.outbox.map(({ id }) => id))
    this.reply = turn.reply
    this.projections = turn.projections
    this.runs = turn.state.meta.outbox.flatMap(({ id, work }) =>
      before.has(id) || work.kind !== "invoke" ? [] : [work.params]
    )
    this.state = decodeState(this.bench.actor, encodeState(turn.state))
    return this
  }

  private nextDue(): Timer | null {
    return nextDueTimer(this.live.meta, this.now)
  }
}
