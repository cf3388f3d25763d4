/**
 * The operator's routes: look at an actor, forget one, see and replay what was given up on. They exist only when
 * `ADMIN_TOKEN` is set; without it their paths answer as any unknown path does.
 */
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { type ActorAddress, ActorId, ActorType } from "#domain/ActorAddress.ts"
import { ActorSystem } from "#runtime/ActorSystem.ts"
import { ActorStore } from "#runtime/ports/ActorStore.ts"
import { AdminApi, RequestProblems } from "./Api.ts"
import { adminOnly, adminToken } from "./BearerToken.ts"
import { MalformedRequest, NotFound, ofTurn, TryLater } from "./Problems.ts"
import { reportOfActor, reportOfLetter } from "./Reports.ts"

const DEFAULT_LIMIT = 100

/** A type that cannot be one is as unknown as any other; an id that cannot be one names no actor. */
const addressOf = (params: { readonly type: string; readonly id: string }): Effect.Effect<ActorAddress, NotFound> =>
  Effect.gen(function* () {
    const type = yield* part("actor-type", () => ActorType(params.type))
    const id = yield* part("actor", () => ActorId(params.id))
    return { type, id }
  })

const part = <A>(what: NotFound["what"], read: () => A): Effect.Effect<A, NotFound> =>
  Effect.try({ try: read, catch: () => new NotFound({ what }) })

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
          Effect.mapError(({ _tag }) => new TryLater({ code: _tag }))
        ),
      replay: Effect.fnUntraced(function* ({ params }) {
        const found = yield* Effect.mapError(system.replay(params.id), ofTurn)
        return found ? ({ status: "replayed" } as const) : yield* new NotFound({ what: "dead-letter" })
      })
    })
  })
)

const requestProblems = HttpApiMiddleware.layerSchemaErrorTransform(RequestProblems, (error) =>
  Effect.fail(new MalformedRequest({ field: error.kind.toLowerCase() }))
)

const routes = HttpApiBuilder.layer(AdminApi).pipe(
  Layer.provide(Layer.mergeAll(actors, deadLetters)),
  Layer.provide(requestProblems)
)

/** The routes of `AdminApi`, or nothing without `ADMIN_TOKEN`. */
export const adminRoutes = Layer.unwrap(
  Effect.map(adminToken, (token) =>
    Option.isSome(token) ? Layer.provide(routes, adminOnly(token.value)) : Layer.empty
  )
)
