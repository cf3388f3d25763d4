/** The bodies of actions: proposed without words, waiting for their confirmation, and what came of them. */
import * as Schema from "effect/Schema"
import { MERGE_METHODS } from "#domain/developer/CodeHost.ts"
import { MAX_COMMENT_CHARS, MAX_REVIEWERS } from "#domain/developer/DecideTarget.ts"
import { MAX_EXPIRY_MS, MIN_EXPIRY_MS } from "#domain/developer/PendingAction.ts"
import { bounded, IdempotencyKey, orNull, PrNumber, Repo, whole } from "./Fields.ts"

export const PendingActionView = Schema.Struct({
  token: Schema.String,
  /** ISO 8601 with `Z`. */
  expires_at: Schema.String,
  summary: Schema.String
}).annotate({ identifier: "PendingAction" })
export type PendingActionView = typeof PendingActionView.Type

const LOGINS = { expected: `1 to ${MAX_REVIEWERS} logins` }
const Reviewers = Schema.Array(bounded(1, 40)).check(
  Schema.isMinLength(1, LOGINS),
  Schema.isMaxLength(MAX_REVIEWERS, LOGINS)
)
const CommentText = bounded(1, MAX_COMMENT_CHARS)
const Method = Schema.Literals(MERGE_METHODS)

const target = { repo: Repo, pr_number: PrNumber }

const entities = {
  "pr.merge": Schema.Struct({ ...target, merge_method: orNull(Method) }),
  "pr.comment": Schema.Struct({ ...target, body: CommentText }),
  "pr.request_review": Schema.Struct({ ...target, reviewers: Reviewers }),
  "checks.rerun": Schema.Struct(target)
}

const creation = <const Name extends keyof typeof entities>(name: Name) =>
  Schema.Struct({
    intent_name: Schema.Literal(name),
    entities: entities[name],
    summary: orNull(bounded(1, 200)).annotateKey({
      description: "Taken and not used: whoever confirms is shown what will be done, in our words."
    }),
    expires_in_seconds: orNull(whole(MIN_EXPIRY_MS / 1000, MAX_EXPIRY_MS / 1000)),
    idempotency_key: IdempotencyKey
  })

export const CreateRequest = Schema.Union([
  creation("pr.merge"),
  creation("pr.comment"),
  creation("pr.request_review"),
  creation("checks.rerun")
]).annotate({
  identifier: "CreateActionRequest",
  message: "expected intent_name pr.merge, pr.comment, pr.request_review or checks.rerun, with its entities",
  examples: [
    { intent_name: "pr.merge", entities: { repo: "octo/hello", pr_number: 12 }, expires_in_seconds: 120 },
    { intent_name: "checks.rerun", entities: { repo: "octo/hello", pr_number: 12 } }
  ]
})

const proposes = { ...target, idempotency_key: IdempotencyKey }
const pr = { repo: "octo/hello", pr_number: 12 }

export const MergeRequest = Schema.Struct({ ...proposes, merge_method: orNull(Method) }).annotate({
  identifier: "MergeRequest",
  examples: [{ ...pr, merge_method: "squash", idempotency_key: "5f1c2c" }]
})
export const CommentRequest = Schema.Struct({ ...proposes, body: CommentText }).annotate({
  identifier: "CommentRequest",
  examples: [{ ...pr, body: "Looks good to me." }]
})
export const ReviewRequest = Schema.Struct({ ...proposes, reviewers: Reviewers }).annotate({
  identifier: "RequestReviewRequest",
  examples: [{ ...pr, reviewers: ["octocat"] }]
})
export const RerunRequest = Schema.Struct(proposes).annotate({ identifier: "RerunChecksRequest", examples: [pr] })

/** `ok` says whether it was done, and it never was: it waits for its confirmation. */
export const ActionProposed = Schema.Struct({
  ok: Schema.Literal(false),
  message: Schema.String,
  pending_action: PendingActionView
})
  .annotate({ identifier: "ActionProposed", httpApiStatus: 202 })
  .annotate({ description: "Nothing was done yet: the action waits for its confirmation." })

const ActionOutcome = Schema.Struct({
  ok: Schema.Boolean,
  message: Schema.String,
  url: Schema.NullOr(Schema.String),
  code: Schema.String
})

/** An action as its owner may see it. */
export const ActionView = Schema.Struct({
  token: Schema.String,
  state: Schema.Literals(["pending", "confirmed", "executing", "done", "failed", "expired", "cancelled"]),
  intent_name: Schema.String,
  entities: Schema.Record(Schema.String, Schema.Unknown),
  summary: Schema.String,
  created_at: Schema.String,
  expires_at: Schema.String,
  confirmed_at: Schema.NullOr(Schema.String),
  result: Schema.NullOr(ActionOutcome)
}).annotate({ identifier: "Action" })
export type ActionView = typeof ActionView.Type
