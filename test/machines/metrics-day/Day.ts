/** Drives a day through the kernel, its state through its stored text after every turn. */
import type { ActorEvent } from "#domain/Envelope.ts"
import type { AlertMetrics } from "#domain/ash/AlertMetrics.ts"
import type { SessionSummary } from "#domain/ash/AshSession.ts"
import { type DayMetrics, dayMetricsKey } from "#domain/ash/DayMetrics.ts"
import { defaultReportPolicy, type MetricsDayEvent } from "#domain/ash/ReportPolicy.ts"
import { decodeState, encodeState } from "#kernel/SnapshotCodec.ts"
import { type ActorState, type Turn, viewOf } from "#kernel/Turn.ts"
import { metricsDayDefinition } from "#machines/metrics-day/definition.ts"
import { contextOf, type MetricsDayContext } from "#machines/metrics-day/schema.ts"
import { DATE } from "#test/domain/ash/DayRecords.ts"
import { Bench } from "#test/kernel/harness.ts"

export const KEY = dayMetricsKey(DATE)
export const ROW = metricsDayDefinition(defaultReportPolicy)

export const told = (metrics: AlertMetrics, version = 1): MetricsDayEvent => ({
  ...{ type: "ALERT_MEASURED", metrics, version }
})
export const talked = (summary: SessionSummary): MetricsDayEvent => ({ type: "SESSION_MEASURED", summary })

export class Day {
  readonly bench: Bench
  readonly date: string
  state: ActorState | null = null
  last: Turn | null = null

  constructor(date = DATE) {
    this.date = date
    this.bench = new Bench([ROW], date)
  }

  hear(...events: ReadonlyArray<MetricsDayEvent>): this {
    for (const event of events) {
      this.last = this.bench.event(this.state, { ...event } as ActorEvent)
      this.state = decodeState(this.bench.actor, encodeState(this.last.state))
    }
    return this
  }
  /** What `LOOK` answers. */
  get numbers(): DayMetrics & { readonly changes: number } {
    return this.hear({ type: "LOOK" }).last?.reply as DayMetrics & { readonly changes: number }
  }
  /** The document as the last turn wrote it. */
  get document(): string | undefined {
    const [put] = this.last?.projections ?? []
    return put?.op === "put" && put.key === dayMetricsKey(this.date) ? put.value : undefined
  }
  get context(): MetricsDayContext {
    return contextOf({ context: this.state?.snapshot.context as never })
  }
  get ttlMs(): unknown {
    const { ttlMs } = ROW
    return typeof ttlMs === "function" && this.state !== null ? ttlMs(viewOf(this.bench.address, this.state)) : null
  }
}
