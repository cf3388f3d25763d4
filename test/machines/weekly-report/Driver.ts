/** Drives the weekly report through the kernel's turns, each from the text of the one before, and says what each asked for. */
import type { ActorEvent } from "#domain/Envelope.ts"
import type { ReportSchedule, ReportStatus, WeeklyReportEffects, WeeklyReportEvent } from "#domain/ash/ReportPolicy.ts"
import type { OutboxEntry, Timer } from "#kernel/ActorRecord.ts"
import { nextDueTimer } from "#kernel/Pending.ts"
import { decodeState, encodeState } from "#kernel/SnapshotCodec.ts"
import type { ActorState, EffectOutcome, Turn } from "#kernel/Turn.ts"
import { weeklyReportDefinition } from "#machines/weekly-report/definition.ts"
import { contextOf, type WeeklyReportContext } from "#machines/weekly-report/schema.ts"
import { Bench } from "#test/kernel/harness.ts"

export const GUILD = "900"
export const SECOND = 1000
export const DAY = 86_400_000
export const at = (text: string): number => Date.parse(text)

export const MONDAY_NINE: ReportSchedule = { enabled: true, day: 1, hour: 9, channels: ["70", "71"] }
export const BUILT: WeeklyReportEffects["buildReport"]["output"] = { text: "the report", details: "its details" }

type Post = WeeklyReportEffects["postReport"]["params"]

export class ReportDriver {
  readonly bench: Bench
  state: ActorState | null = null
  now: number
  reply: unknown = undefined
  /** What the last turn asked for. */
  posts: ReadonlyArray<Post> = []
  warnings: ReadonlyArray<unknown> = []
  builds: ReadonlyArray<WeeklyReportEffects["buildReport"]["input"]> = []

  constructor(now: string, id = GUILD) {
    this.bench = new Bench([weeklyReportDefinition()], id)
    this.now = at(now)
  }

  get live(): ActorState {
    if (this.state === null) throw new Error("nothing has happened yet")
    return this.state
  }
  get context(): WeeklyReportContext {
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

  /** Time passes without anybody looking: the process is down, or nothing happens. */
  until(time: string): this {
    this.now = at(time)
    return this
  }
  hear(event: WeeklyReportEvent): this {
    return this.took(this.bench.event(this.state, { ...event } as ActorEvent, this.now))
  }
  /** A start of the service: the schedule is told, and what is due by now fires. */
  start(schedule: ReportSchedule = MONDAY_NINE): this {
    return this.hear({ type: "SCHEDULE", ...schedule, at: this.now }).wake()
  }
  /** Every timer that is due by now fires, earliest first. What all of them asked for is kept. */
  wake(): this {
    const asked = { posts: [...this.posts], warnings: [...this.warnings], builds: [...this.builds] }
    for (let timer = this.nextDue(); timer !== null; timer = this.nextDue()) {
      this.took(this.bench.fire(this.live, timer, this.now))
      asked.posts.push(...this.posts)
      asked.warnings.push(...this.warnings)
      asked.builds.push(...this.builds)
    }
    return Object.assign(this, asked)
  }
  want(id: string, week: string | null = null): this {
    return this.hear({ type: "REPORT_NOW", id, week, by: "1", at: this.now })
  }
  status(): ReportStatus {
    return this.hear({ type: "LOOK" }).reply as ReportStatus
  }
  pending(name: string): ReadonlyArray<OutboxEntry> {
    return this.live.meta.outbox.filter(({ work }) => "name" in work && work.name === name)
  }
  /** The oldest pending effect of this name comes to this. */
  settle(name: string, outcome: EffectOutcome): this {
    const entry = this.pending(name)[0]
    if (entry === undefined) throw new Error(`no ${name} is pending`)
    return this.took(this.bench.settle(this.live, entry, outcome, this.now))
  }
  built(output = BUILT): this {
    return this.settle("buildReport", { ok: true, output })
  }

  took(turn: Turn): this {
    const before = new Set(this.state?.meta.outbox.map(({ id }) => id))
    this.reply = turn.reply
    const asked = turn.state.meta.outbox.filter(({ id }) => !before.has(id))
    const paramsOf = (name: string) =>
      asked.flatMap(({ work }) => ("name" in work && work.name === name ? [work.params] : []))
    this.posts = paramsOf("postReport") as ReadonlyArray<Post>
    this.warnings = paramsOf("warnNoReportChannel")
    this.builds = paramsOf("buildReport") as ReportDriver["builds"]
    this.state = decodeState(this.bench.actor, encodeState(turn.state))
    return this
  }

  private nextDue(): Timer | null {
    return nextDueTimer(this.live.meta, this.now)
  }
}
