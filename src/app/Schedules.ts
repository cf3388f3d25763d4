/**
 * Tells the actors that act by the calendar what the operator has set, at every start. The same settings change nothing
 * there, so restarts and several processes do no harm. The start does not wait for it; a store that is away is asked again.
 */
import { randomUUID } from "node:crypto"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import { address } from "#domain/ActorAddress.ts"
import type { ReportPolicy, WeeklyReportEvent } from "#domain/ash/ReportPolicy.ts"
import { ActorSystem } from "#runtime/ActorSystem.ts"

/** The one weekly report of a deployment. */
export const WEEKLY_REPORT = address("weekly-report", "main")

const again = Schedule.min([Schedule.exponential("100 millis"), Schedule.spaced("5 seconds")])

export const layer = ({ schedule }: ReportPolicy): Layer.Layer<never, never, ActorSystem> =>
  Layer.effectDiscard(
    Effect.gen(function* () {
      const system = yield* ActorSystem
      const id = randomUUID()
      const telling = Effect.gen(function* () {
        const event: WeeklyReportEvent = { type: "SCHEDULE", ...schedule, at: yield* system.now }
        yield* system.tell(WEEKLY_REPORT, { ...event }, { id: `schedule:${id}` })
      })
      yield* telling.pipe(
        Effect.retry({ schedule: again, while: ({ isRetryable }) => isRetryable }),
        Effect.catch((error) => Effect.logError("the weekly report is not scheduled", error._tag)),
        Effect.forkScoped
      )
    })
  )
