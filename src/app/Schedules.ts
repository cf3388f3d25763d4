/**
 * Tells the actors that act by the calendar what the operator has set, at every start. The same settings change nothing
 * there, so restarts and several processes do no harm. The start does not wait for it; a store that is away is asked again.
 */
import { randomUUID } from "node:crypto"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import { type ActorAddress, address } from "#domain/ActorAddress.ts"
import type { ReportPolicy } from "#domain/ash/ReportPolicy.ts"
import { RETENTION_ID } from "#domain/RetentionReport.ts"
import { ActorSystem } from "#runtime/ActorSystem.ts"
import type { RetentionSettings } from "./RetentionConfig.ts"

/** The one weekly report of a deployment. */
export const WEEKLY_REPORT = address("weekly-report", "main")

export const RETENTION = address("retention", RETENTION_ID)

const again = Schedule.min([Schedule.exponential("100 millis"), Schedule.spaced("5 seconds")])

export interface Scheduled {
  /** `null`: nobody is watched over, so there is nothing to report. */
  readonly report: ReportPolicy | null
  readonly retention: RetentionSettings
}

export const layer = ({ report, retention }: Scheduled): Layer.Layer<never, never, ActorSystem> =>
  Layer.effectDiscard(
    Effect.gen(function* () {
      const system = yield* ActorSystem
      const id = `schedule:${randomUUID()}`
      const tell = (to: ActorAddress, schedule: object) =>
        Effect.flatMap(system.now, (at) => system.tell(to, { ...schedule, type: "SCHEDULE", at }, { id })).pipe(
          Effect.retry({ schedule: again, while: ({ isRetryable }) => isRetryable }),
          Effect.catch(({ _tag }) =>
            Effect.annotateLogs(Effect.logError(`${to.type} is not scheduled`), { reason: _tag })
          ),
          Effect.forkScoped
        )
      yield* tell(RETENTION, retention.schedule)
      if (report !== null) yield* tell(WEEKLY_REPORT, report.schedule)
    })
  )
