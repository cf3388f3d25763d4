/**
 * The operator's routes: look at an actor, forget one, see and replay what was given up on, and what `OperatorRoutes`
 * adds. They exist only when `ADMIN_TOKEN` is set; without it their paths answer as any unknown path does.
 */
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { ActorSystem } from "#runtime/ActorSystem.ts"
import { ActorStore } from "#runtime/ports/ActorStore.ts"
import { addressOf } from "./Addresses.ts"
import { AdminApi, RequestProblems } from "./Api.ts"
import { adminOnly, adminToken } from "./BearerToken.ts"
import { operatorHandlers } from "./OperatorRoutes.ts"
import { MalformedRequest, NotFound, ofTurn, Refused, tryLater } from "./Problems.ts"
import { reportOfActor, reportOfLetter } from "./Reports.ts"

const DEFAULT_LIMIT = 100

const actors = HttpApiBuilder.group(
  AdminApi,
  "actors",
  Effect.fnUntraced(function* (handlers) {
    const system = yield* ActorSystem
    return handlers.handleAll({
      inspect: Effect.fnUntraced(function* ({ params }) {
        const seen = yield* Effect.mapError(system.inspect(yield* addressOf(params)), ofTurn)
        return seen === null ? yield* new NotFound({ what: "actor" }) : reportOfActor(seen)
      }),
      forget: Effect.fnUntraced(function* ({ params }) {
        const removed = yield* Effect.mapError(system.forget(yield* addressOf(params)), ofTurn)
        return { removed }
      })
    })
  })
)

const deadLetters = HttpApiBuilder.group(
  AdminApi,
  "deadLetters",
  Effect.fnUntraced(function* (handlers) {
    const system = yield* ActorSystem
    const store = yield* ActorStore
    return handlers.handleAll({
      list: ({ query }) =>
        store.listDeadLetters(query.limit ?? DEFAULT_LIMIT).pipe(
          Effect.map((letters) => letters.map(reportOfLetter)),
          Effect.mapError(tryLater)
        ),
      replay: Effect.fnUntraced(function* ({ params }) {
        const found = yield* Effect.mapError(system.replay(params.id), (error) =>
          error._tag === "EffectNotAwaited" ? new Refused({ code: error._tag }) : ofTurn(error)
        )
        return found ? ({ status: "replayed" } as const) : yield* new NotFound({ what: "dead-letter" })
      })
    })
  })
)

const requestProblems = HttpApiMiddleware.layerSchemaErrorTransform(RequestProblems, (error) =>
  Effect.fail(new MalformedRequest({ field: error.kind.toLowerCase() }))
)

/** The routes of `AdminApi`, whoever may ask them. */
export const operatorRoutes = HttpApiBuilder.layer(AdminApi).pipe(
  Layer.provide(Layer.mergeAll(actors, deadLetters, operatorHandlers)),
  Layer.provide(requestProblems)
)

/** The routes of `AdminApi`, or nothing without `ADMIN_TOKEN`. */
export const adminRoutes = Layer.unwrap(
  Effect.map(adminToken, (token) =>
    Option.isSome(token) ? Layer.provide(operatorRoutes, adminOnly(token.value)) : Layer.empty
  )
)
