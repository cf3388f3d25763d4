/**
 * Answers the routes of actions: propose one without words, look, cancel. Nothing here runs anything: what is proposed waits
 * for its confirmation like everything else.
 */
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { randomBytes } from "node:crypto"
import type { CodeHostAction } from "#domain/developer/CodeHost.ts"
import { summaryOf } from "#domain/developer/DecideSpeech.ts"
import { entitiesOf } from "#domain/developer/DecideTarget.ts"
import { ActionWork } from "./ActionWork.ts"
import { actionView, pendingView } from "./Answers.ts"
import type { CreateRequest } from "./ActionBodies.ts"
import { DeveloperApi } from "./DeveloperApi.ts"
import { CurrentDeveloper } from "./DeveloperKeys.ts"
import { DeveloperLimits } from "./DeveloperLimits.ts"
import { conflict, isRefusal } from "./DeveloperProblems.ts"
import { DeveloperSettings } from "./DeveloperSettings.ts"

const NEEDS_CONFIRMATION = "Nothing was done yet: confirm it within its time."

const actionOf = (request: typeof CreateRequest.Type): CodeHostAction => {
  const { repo, pr_number: prNumber } = request.entities
  switch (request.intent_name) {
    case "pr.merge":
      return { name: "pr.merge", repo, prNumber, method: request.entities.merge_method ?? "squash" }
    case "pr.comment":
      return { name: "pr.comment", repo, prNumber, body: request.entities.body }
    case "pr.request_review":
      return { name: "pr.request_review", repo, prNumber, reviewers: request.entities.reviewers }
    case "checks.rerun":
      return { name: "checks.rerun", repo, prNumber }
  }
}

interface Wanted {
  readonly action: CodeHostAction
  readonly seconds?: number | null | undefined
  readonly key: string | null | undefined
}

const isSame = (one: CodeHostAction, other: CodeHostAction): boolean =>
  JSON.stringify(Object.entries(one).toSorted()) === JSON.stringify(Object.entries(other).toSorted())

const reused = conflict("idempotency_key_reused", "This idempotency key proposed another action before.")

export const actions = HttpApiBuilder.group(
  DeveloperApi,
  "actions",
  Effect.fnUntraced(function* (handlers) {
    const work = yield* ActionWork
    const limits = yield* DeveloperLimits
    const { confirmWithinMs } = yield* DeveloperSettings

    /** With a key the token is made of it, and so is the same every time. */
    const propose = Effect.fnUntraced(function* ({ action, key, seconds }: Wanted) {
      const { tokenFor, user } = yield* CurrentDeveloper
      yield* limits.request(user)
      yield* limits.action(user)
      const token =
        key === null || key === undefined ? randomBytes(32).toString("base64url") : tokenFor(`create\n${key}`)
      const look = yield* work.open(user, {
        token,
        action,
        entities: entitiesOf(action),
        summary: summaryOf(action),
        expiresInMs: seconds === null || seconds === undefined ? confirmWithinMs : seconds * 1000
      })
      return isSame(look.action, action) ? pendingView(look) : yield* Effect.fail(reused)
    })
    const proposed = (action: CodeHostAction, key: string | null | undefined) =>
      Effect.map(propose({ action, key }), (pending) => ({
        ok: false as const,
        message: `${pending.summary}. ${NEEDS_CONFIRMATION}`,
        pending_action: pending
      }))

    return handlers.handleAll({
      mine: Effect.fnUntraced(function* () {
        const { user } = yield* CurrentDeveloper
        yield* limits.request(user)
        const open = yield* work.openOf(user)
        const looks = yield* Effect.forEach(
          open.toReversed(),
          ({ token }) => Effect.catchIf(work.look(user, token), isRefusal, () => Effect.succeed(null)),
          { concurrency: 8 }
        )
        return { actions: looks.flatMap((look) => (look?.state === "pending" ? [actionView(look)] : [])) }
      }),
      one: Effect.fnUntraced(function* ({ params }) {
        const { user } = yield* CurrentDeveloper
        yield* limits.request(user)
        return actionView(yield* work.look(user, params.token))
      }),
      cancel: Effect.fnUntraced(function* ({ params }) {
        const { user } = yield* CurrentDeveloper
        yield* limits.request(user)
        return actionView(yield* work.cancel(user, params.token))
      }),
      create: ({ payload }) =>
        propose({
          action: actionOf(payload),
          seconds: payload.expires_in_seconds,
          key: payload.idempotency_key
        }),
      requestReview: ({ payload: { idempotency_key, pr_number: prNumber, repo, reviewers } }) =>
        proposed({ name: "pr.request_review", repo, prNumber, reviewers }, idempotency_key),
      rerunChecks: ({ payload: { idempotency_key, pr_number: prNumber, repo } }) =>
        proposed({ name: "checks.rerun", repo, prNumber }, idempotency_key),
      comment: ({ payload: { body, idempotency_key, pr_number: prNumber, repo } }) =>
        proposed({ name: "pr.comment", repo, prNumber, body }, idempotency_key),
      merge: ({ payload: { idempotency_key, merge_method, pr_number: prNumber, repo } }) =>
        proposed({ name: "pr.merge", repo, prNumber, method: merge_method ?? "squash" }, idempotency_key)
    })
  })
)
