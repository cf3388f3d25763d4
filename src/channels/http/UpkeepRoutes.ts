/** Answers the routes about cleaning up and storage. The clean-up itself is the retention actor's. */
import { randomUUID } from "node:crypto"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as Schema from "effect/Schema"
import { address } from "#domain/ActorAddress.ts"
import { RETENTION_ID, type RetentionEvent, type RetentionStatus } from "#domain/RetentionReport.ts"
import { ActorSystem } from "#runtime/ActorSystem.ts"
import { AdminApi } from "./Api.ts"
import { OperatorViews } from "./OperatorViews.ts"
import { NotFound, ofTurn, Refused, tryLater } from "./Problems.ts"
import { reportOfRetention } from "./UpkeepReports.ts"

const RETENTION = address("retention", RETENTION_ID)
const Answer = Schema.Struct({ accepted: Schema.Boolean, because: Schema.NullOr(Schema.String) })

export const upkeep = HttpApiBuilder.group(
  AdminApi,
  "upkeep",
  Effect.fnUntraced(function* (handlers) {
    const system = yield* ActorSystem
    const views = yield* OperatorViews
    return handlers.handleAll({
      storage: () => Effect.mapError(views.storage, tryLater),
      retention: Effect.fnUntraced(function* () {
        const seen = yield* Effect.mapError(views.look(RETENTION), ofTurn)
        // The chart answers in its own type; the body's schema checks what is made of it.
        return seen === null ? yield* new NotFound({ what: "actor" }) : reportOfRetention(seen.reply as RetentionStatus)
      }),
      cleanUp: Effect.fnUntraced(function* ({ payload: { dryRun } }) {
        const wish: RetentionEvent = { type: "RUN_NOW", dryRun, by: "operator", at: yield* system.now }
        const id = `operator:${randomUUID()}`
        const reply = yield* Effect.mapError(system.ask(RETENTION, { ...wish }, { id }), ofTurn)
        const { accepted, because } = yield* Effect.orDie(Schema.decodeUnknownEffect(Answer)(reply))
        return accepted ? ({ status: "accepted" } as const) : yield* new Refused({ code: because ?? "refused" })
      })
    })
  })
)
