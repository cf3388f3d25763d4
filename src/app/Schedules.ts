/**
 * Tells the actors that act by the calendar what the operator has set, at every start. One that goes by the same settings
 * already is told nothing, so restarts and several processes write nothing; told after all, the same settings change
 * nothing there. The start does not wait for it; a store that is away is asked again.
 */
import { randomUUID } from "node:crypto"
import { isDeepStrictEqual } from "node:util"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { OperatorViews } from "#channels/http/OperatorViews.ts"
import { type ActorAddress, address } from "#domain/ActorAddress.ts"
import type { ReportPolicy } from "#domain/ash/ReportPolicy.ts"
import { RETENTION_ID } from "#domain/RetentionReport.ts"
import { ActorSystem } from "#runtime/ActorSystem.ts"
import type { RetentionSettings } from "./RetentionConfig.ts"

/** The one weekly report of a deployment. */
export const WEEKLY_REPORT = address("weekly-report", "main")

export const RETENTION = address("retention", RETENTION_ID)

const again = Schedule.min([Schedule.exponential("100 millis"), Schedule.spaced("5 seconds")])

/** The part of such an actor's answer to a look that says what it goes by. */
const GoesBy = Schema.Struct({ schedule: Schema.Unknown })

export interface Scheduled {
  /** `null`: nobody is watched over, so there is nothing to report. */
  readonly report: ReportPolicy | null
  readonly retention: RetentionSettings
}

export const layer = ({ report, retention }: Scheduled): Layer.Layer<never, never, ActorSystem | OperatorViews> =>
  Layer.effectDiscard(
    Effect.gen(function* () {
      const system = yield* ActorSystem
      const views = yield* OperatorViews
      const id = `schedule:${randomUUID()}`

      /** Whoever cannot be looked at has to be told. */
      const knows = (actor: ActorAddress, schedule: object) =>
        views.look(actor).pipe(
          Effect.map((seen) => Option.getOrNull(Schema.decodeUnknownOption(GoesBy)(seen?.reply))),
          Effect.map((said) => said !== null && isDeepStrictEqual(said.schedule, schedule)),
          Effect.catch(() => Effect.succeed(false))
        )

      const tell = (to: ActorAddress, schedule: object) =>
        Effect.flatMap(system.now, (at) => system.tell(to, { ...schedule, type: "SCHEDULE", at }, { id })).pipe(
          Effect.retry({ schedule: again, while: ({ isRetryable }) => isRetryable }),
          Effect.catch(({ _tag }) =>
            Effect.annotateLogs(Effect.logError(`${to.type} is not scheduled`), { reason: _tag })
          )
        )

      const see = (actor: ActorAddress, schedule: object) =>
        Effect.flatMap(knows(actor, schedule), (known) => (known ? Effect.void : tell(actor, schedule))).pipe(
          Effect.forkScoped
        )

      yield* see(RETENTION, retention.schedule)
      if (report !== null) yield* see(WEEKLY_REPORT, report.schedule)
    })
  )
