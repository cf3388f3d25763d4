/**
 * Answers the routes of `DeveloperApi`. They are there when somebody has a key (`DEVELOPER_KEYS`), or with the development
 * setting; else their paths answer as any unknown path does.
 */
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as Layer from "effect/Layer"
import { ActorSystem } from "#runtime/ActorSystem.ts"
import { Outcomes } from "../Outcomes.ts"
import { version } from "../ServiceDescription.ts"
import { actions } from "./ActionRoutes.ts"
import { ActionWork } from "./ActionWork.ts"
import { commands, inbox } from "./CommandRoutes.ts"
import { Commands } from "./Commands.ts"
import { sessionContext } from "./ContextRoutes.ts"
import { DeveloperApi } from "./DeveloperApi.ts"
import { developerAccess, developerOnly } from "./DeveloperKeys.ts"
import { DeveloperLimits } from "./DeveloperLimits.ts"
import { DeveloperSettings } from "./DeveloperSettings.ts"
import { requestChecks } from "./RequestChecks.ts"

/** A caller that polls gives up sooner than this. */
const STATUS_WITHIN = "2 seconds"

const status = HttpApiBuilder.group(
  DeveloperApi,
  "status",
  Effect.fnUntraced(function* (handlers) {
    const system = yield* ActorSystem
    return handlers.handle(
      "status",
      Effect.fnUntraced(function* () {
        const seen = yield* Effect.timeoutOption(system.health, STATUS_WITHIN)
        const isThere = seen._tag === "Some" && seen.value.store.reachable && !seen.value.stopping
        const timestamp = new Date(yield* system.now).toISOString()
        const status = isThere ? ("ok" as const) : ("unavailable" as const)
        return { status, service: "tardigrade", version, timestamp, dependencies: [{ name: "store", status }] }
      })
    )
  })
)

/** The routes of `DeveloperApi`, or nothing without developers. Says so when it believes whoever says who they are. */
export const developerRoutes = Layer.unwrap(
  Effect.gen(function* () {
    const access = yield* developerAccess
    if (access === null) return Layer.empty
    if (access.believesUserIds) {
      yield* Effect.logWarning("developers: DEVELOPER_DEV_AUTH is on, X-User-Id is believed without a key")
    }
    return HttpApiBuilder.layer(DeveloperApi).pipe(
      Layer.provide([commands, actions, sessionContext, inbox, status]),
      Layer.provide(Commands.layer),
      Layer.provide([ActionWork.layer, DeveloperLimits.layer, DeveloperSettings.layer]),
      Layer.provide(Outcomes.layer),
      Layer.provide(requestChecks),
      Layer.provide(developerOnly(access))
    )
  })
)
