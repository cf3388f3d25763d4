/**
 * The day's row of the registry: the actor's id is the date. It writes the documented `ash:metrics:daily:{date}` with each
 * turn, once there is something to write (M12, M13).
 */
import type { ActorDefinition, ActorView } from "#domain/ActorDefinition.ts"
import { dayMetricsKey } from "#domain/ash/DayMetrics.ts"
import type { ReportPolicy } from "#domain/ash/ReportPolicy.ts"
import type { Projection } from "#domain/Projection.ts"
import { metricsDayMachine } from "./machine.ts"
import { numbers } from "./memory.ts"
import { migrations } from "./migrations.ts"
import { contextOf, type MetricsDayInput, VERSION } from "./schema.ts"

/** How long a day is kept that was only asked for. */
export const UNTOLD_TTL_MS = 3_600_000

const isTold = (view: ActorView): boolean => contextOf(view).changes > 0

export const metricsDayDefinition = ({ aggregateTtlMs }: Pick<ReportPolicy, "aggregateTtlMs">): ActorDefinition => ({
  type: "metrics-day",
  machine: metricsDayMachine(),
  version: VERSION,
  migrations,
  ttlMs: (view) => (isTold(view) ? aggregateTtlMs : UNTOLD_TTL_MS),
  input: (date): MetricsDayInput => ({ date }),
  project: (view): ReadonlyArray<Projection> =>
    isTold(view)
      ? [
          {
            op: "put",
            key: dayMetricsKey(view.id),
            value: JSON.stringify(numbers(contextOf(view))),
            ttlMs: aggregateTtlMs
          }
        ]
      : [],
  projectionKeys: ({ id }) => [dayMetricsKey(id)]
})
