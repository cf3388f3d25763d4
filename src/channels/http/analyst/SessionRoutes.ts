/**
 * What an operator may do with an analyst's session: look at its dialogue, clear it. The operator's token guards both
 * (X18). A store that is away is an answer, not an error (U8), and may hold one up for a moment only.
 */
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { address } from "#domain/ActorAddress.ts"
import { formerHistoryKey, SessionMessage, sessionMessagesKey } from "#domain/analyst/AnalystSession.ts"
import { ActorSystem } from "#runtime/ActorSystem.ts"
import { ActorStore } from "#runtime/ports/ActorStore.ts"
import { Refused } from "../Problems.ts"
import { SessionApi, type SessionCleared, type SessionShown } from "./AnalystApi.ts"
import { STORE_WITHIN } from "./Answering.ts"
import { isSessionId, SESSION_ID_RULE } from "./Question.ts"
import { malformed } from "./Refusals.ts"

const readMessage = Schema.decodeOption(Schema.fromJsonString(SessionMessage))

const sessionId = (id: string) =>
  isSessionId(id) ? Effect.succeed(id) : Effect.fail(malformed("session_id", SESSION_ID_RULE))

const notWrongType = <A>(error: { readonly reason: string }, away: A): Effect.Effect<A, Refused> =>
  error.reason === "wrong_type" ? Effect.fail(new Refused({ code: "wrong_type" })) : Effect.succeed(away)

export const sessionHandlers = HttpApiBuilder.group(
  SessionApi,
  "analystSession",
  Effect.fnUntraced(function* (handlers) {
    const system = yield* ActorSystem
    const store = yield* ActorStore

    const show = Effect.fnUntraced(function* (id: string, limit: number | undefined) {
      const away: SessionShown = {
        ...{ session_id: id, exists: false, message_count: 0 },
        ...{ messages: [], redis_available: false }
      }
      return yield* store.readList(sessionMessagesKey(id)).pipe(
        Effect.map((entries): SessionShown => {
          const shown = limit === undefined ? entries : entries.slice(-limit)
          const messages = shown.flatMap((entry) => Option.toArray(readMessage(entry)))
          const [message_count, exists] = [entries.length, entries.length > 0]
          return { session_id: id, exists, message_count, messages, redis_available: true }
        }),
        Effect.catch((error) => notWrongType(error, away)),
        Effect.timeoutOrElse({ duration: STORE_WITHIN, orElse: () => Effect.succeed(away) })
      )
    })

    const clear = Effect.fnUntraced(function* (id: string) {
      const session = address("session", id)
      // Dialogue of which no actor knows: an earlier version's, or another tool's. A session begun anew keeps its own.
      const leftOver = store.forget(session, [sessionMessagesKey(id), formerHistoryKey(id)], null)
      const message = "Session cleared successfully"
      const cleared: SessionCleared = { session_id: id, status: "success", message, redis_available: true }
      const away: SessionCleared = {
        ...{ session_id: id, status: "warning" },
        ...{ message: "Redis is not available. The session may not be cleared; try again.", redis_available: false }
      }
      return yield* Effect.andThen(system.forget(session), leftOver).pipe(
        Effect.as(cleared),
        Effect.catch((error) =>
          error._tag === "StoreUnavailable" ? Effect.succeed(away) : Effect.fail(new Refused({ code: error._tag }))
        ),
        Effect.timeoutOrElse({ duration: STORE_WITHIN, orElse: () => Effect.succeed(away) })
      )
    })

    return handlers.handleAll({
      debug: ({ params, query }) => Effect.flatMap(sessionId(params.id), (id) => show(id, query.limit)),
      clear: ({ params }) => Effect.flatMap(sessionId(params.id), clear)
    })
  })
)
