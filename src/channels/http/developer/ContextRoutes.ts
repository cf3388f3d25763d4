/** Answers the routes of a session's context (P12-P14). A session is only its owner's: others do not learn what it is about. */
import { randomUUID } from "node:crypto"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { address } from "#domain/ActorAddress.ts"
import type { DeveloperSessionEvent, DeveloperSessionLook } from "#domain/developer/Developer.ts"
import { ActorSystem } from "#runtime/ActorSystem.ts"
import { OperatorViews } from "../OperatorViews.ts"
import { foreignSession } from "./Commands.ts"
import { DeveloperApi } from "./DeveloperApi.ts"
import { CurrentDeveloper } from "./DeveloperKeys.ts"
import { DeveloperLimits } from "./DeveloperLimits.ts"
import { gone, ofTurn } from "./DeveloperProblems.ts"
import { ownSession } from "./SessionIds.ts"

const unknownContext = gone("not_found", "This session is about no repository.")

export const sessionContext = HttpApiBuilder.group(
  DeveloperApi,
  "sessionContext",
  Effect.fnUntraced(function* (handlers) {
    const system = yield* ActorSystem
    const views = yield* OperatorViews
    const limits = yield* DeveloperLimits

    /** What is known of the caller's own session; `null` = nothing. */
    const look = Effect.fnUntraced(function* (sessionId: string) {
      const developer = yield* CurrentDeveloper
      const { user } = developer
      yield* limits.request(user)
      const to = address("developer-session", yield* ownSession(developer, sessionId))
      const seen = yield* Effect.mapError(views.look(to), ofTurn)
      const known = (seen?.reply ?? null) as DeveloperSessionLook | null
      const isForeign = known !== null && known.owner !== null && known.owner !== user
      return isForeign ? yield* Effect.fail(foreignSession) : { to, user, known }
    })
    const ask = (to: ReturnType<typeof address>, event: DeveloperSessionEvent) =>
      system.ask(to, event, { id: randomUUID() }).pipe(
        Effect.mapError(ofTurn),
        Effect.map((reply) => reply as { readonly changed: boolean })
      )

    return handlers.handleAll({
      setContext: Effect.fnUntraced(function* ({ params, payload }) {
        const { to, user } = yield* look(params.id)
        const at = yield* system.now
        const prNumber = payload.pr_number ?? null
        const { changed } = yield* ask(to, { type: "SET_CONTEXT", user, repo: payload.repo, prNumber, at })
        // Somebody else was first, between the look and this.
        return changed ? payload : yield* Effect.fail(foreignSession)
      }),
      getContext: Effect.fnUntraced(function* ({ params, query }) {
        const { known } = yield* look(params.id)
        const repo = known?.repo ?? query.fallback_repo ?? null
        if (repo === null) return yield* Effect.fail(unknownContext)
        const prNumber = known?.repo === null ? null : (known?.prNumber ?? null)
        return { repo, ...(prNumber === null ? {} : { pr_number: prNumber }) }
      }),
      clearContext: Effect.fnUntraced(function* ({ params }) {
        const { known, to, user } = yield* look(params.id)
        if (known === null) return { cleared: false }
        const { changed } = yield* ask(to, { type: "CLEAR_CONTEXT", user })
        return { cleared: changed }
      })
    })
  })
)
