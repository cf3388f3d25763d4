/**
 * The bodies of the developer's API, as its clients know them: commands, confirmations, actions, contexts. Names are theirs,
 * with underscores; a member that is not documented is passed over.
 */
import * as Schema from "effect/Schema"
import { MERGE_METHODS, RepoName } from "#domain/developer/CodeHost.ts"
import { MAX_COMMENT_CHARS, MAX_PR_NUMBER, MAX_REVIEWERS } from "#domain/developer/DecideTarget.ts"
import { PROFILES } from "#domain/developer/Developer.ts"
import { MAX_COMMAND } from "#domain/developer/GrammarWords.ts"
import { INTENTS } from "#domain/developer/Intent.ts"
import { MAX_EXPIRY_MS, MIN_EXPIRY_MS } from "#domain/developer/PendingAction.ts"

const bounded = (minimum: number, maximum: number) => {
  const expected = `${minimum} to ${maximum} characters`
  return Schema.String.check(Schema.isMinLength(minimum, { expected }), Schema.isMaxLength(maximum, { expected }))
}

const whole = (minimum: number, maximum: number) =>
  Schema.Finite.check(
    Schema.isInt({ expected: "a whole number" }),
    Schema.isBetween({ minimum, maximum }, { expected: `${minimum} to ${maximum}` })
  )

const Repo = RepoName.annotate({ expected: "owner/name", examples: ["octo/hello"] })
const PrNumber = whole(1, MAX_PR_NUMBER)
const LOGINS = { expected: `1 to ${MAX_REVIEWERS} logins` }
const Reviewers = Schema.Array(bounded(1, 40)).check(
  Schema.isMinLength(1, LOGINS),
  Schema.isMaxLength(MAX_REVIEWERS, LOGINS)
)
const CommentText = bounded(1, MAX_COMMENT_CHARS)
const Method = Schema.Literals(MERGE_METHODS)

/** Clients write an absent value as `null`, too. */
const orNull = <S extends Schema.Top>(schema: S) => Schema.optionalKey(Schema.NullOr(schema))

const IdempotencyKey = orNull(bounded(1, 200)).annotateKey({
  description: "The same key again within 24 hours gets the same answer, and does nothing twice."
})

const TextInput = Schema.Struct({ type: Schema.Literal("text"), text: bounded(1, MAX_COMMAND) })
const unheard = <const Type extends string>(type: Type) =>
  Schema.Struct({
    type: Schema.Literal(type),
    format: orNull(Schema.String),
    uri: orNull(Schema.String),
    duration_ms: orNull(Schema.Finite)
  }).annotate({ description: "Refused as `unsupported_input`: no speech recogniser is connected." })

export const CommandRequest = Schema.Struct({
  input: Schema.Union([TextInput, unheard("audio"), unheard("image")]).annotate({
    expected: "an input of type text"
  }),
  profile: Schema.optionalKey(Schema.Literals(PROFILES)),
  client_context: Schema.Struct({
    device: bounded(1, 100),
    locale: bounded(1, 50),
    timezone: bounded(1, 100),
    app_version: bounded(1, 50),
    noise_mode: Schema.optionalKey(Schema.Boolean),
    debug: Schema.optionalKey(Schema.Boolean),
    privacy_mode: Schema.optionalKey(Schema.Literals(["strict", "balanced", "debug"]))
  }),
  idempotency_key: IdempotencyKey
}).annotate({
  identifier: "CommandRequest",
  examples: [
    {
      input: { type: "text", text: "merge pull request 12 in octo/hello" },
      profile: "default",
      client_context: { device: "ios", locale: "en-US", timezone: "America/Los_Angeles", app_version: "0.1.0" },
      idempotency_key: "5f1c2a"
    }
  ]
})
export type CommandRequest = typeof CommandRequest.Type

/** What a token looks like is not checked here: a malformed one is as unknown as any other. */
export const ConfirmRequest = Schema.Struct({ token: Schema.String, idempotency_key: IdempotencyKey }).annotate({
  identifier: "ConfirmRequest",
  examples: [{ token: "mZ0Yq3v1B7cH2kT9sXw4Ea6Lr8Dn5Fj0Ug1Pi2Ov3Ny", idempotency_key: "5f1c2b" }]
})

export const ActionCommand = Schema.Struct({
  action: Schema.Literals(["confirm", "cancel"]),
  token: Schema.String,
  idempotency_key: IdempotencyKey
}).annotate({
  identifier: "ActionCommand",
  examples: [{ action: "cancel", token: "mZ0Yq3v1B7cH2kT9sXw4Ea6Lr8Dn5Fj0Ug1Pi2Ov3Ny" }]
})

const Intent = Schema.Struct({
  name: Schema.Literals(INTENTS),
  confidence: Schema.Finite,
  entities: Schema.Record(Schema.String, Schema.Unknown)
})

export const Card = Schema.Struct({
  title: Schema.String,
  subtitle: Schema.optionalKey(Schema.String),
  lines: Schema.Array(Schema.String),
  deep_link: Schema.optionalKey(Schema.String)
})
export type Card = typeof Card.Type

export const PendingActionView = Schema.Struct({
  token: Schema.String,
  /** ISO 8601 with `Z`. */
  expires_at: Schema.String,
  summary: Schema.String
}).annotate({ identifier: "PendingAction" })
export type PendingActionView = typeof PendingActionView.Type

export const CommandAnswer = Schema.Struct({
  status: Schema.Literals(["ok", "needs_confirmation", "error"]),
  intent: Intent,
  spoken_text: Schema.String,
  cards: Schema.Array(Card),
  pending_action: Schema.NullOr(PendingActionView),
  follow_on_task: Schema.Null,
  debug: Schema.optionalKey(Schema.Struct({ transcript: Schema.String }))
}).annotate({
  identifier: "CommandResponse",
  examples: [
    {
      status: "needs_confirmation",
      intent: {
        name: "pr.merge",
        confidence: 1,
        entities: { repo: "octo/hello", pr_number: 12, merge_method: "squash" }
      },
      spoken_text: "Merge PR 12 in octo/hello by squash. Say confirm within 60 seconds.",
      cards: [
        {
          title: "Confirm: Merge PR 12 in octo/hello by squash",
          lines: ["Runs only after you confirm.", "Expires at 2026-11-21T12:01:00.000Z."]
        }
      ],
      pending_action: {
        token: "mZ0Yq3v1B7cH2kT9sXw4Ea6Lr8Dn5Fj0Ug1Pi2Ov3Ny",
        expires_at: "2026-11-21T12:01:00.000Z",
        summary: "Merge PR 12 in octo/hello by squash"
      },
      follow_on_task: null
    }
  ]
})
export type CommandAnswer = typeof CommandAnswer.Type

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
    summary: orNull(bounded(1, 200)),
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

export const SessionContext = Schema.Struct({ repo: Repo, pr_number: Schema.optionalKey(PrNumber) }).annotate({
  identifier: "SessionContext",
  examples: [{ repo: "octo/hello", pr_number: 12 }, { repo: "octo/hello" }]
})

export const Inbox = Schema.Struct({
  items: Schema.Array(
    Schema.Struct({
      type: Schema.Literals(["pr", "mention", "check", "agent"]),
      title: Schema.String,
      priority: Schema.Int,
      repo: Schema.optionalKey(Schema.String),
      url: Schema.optionalKey(Schema.String),
      summary: Schema.optionalKey(Schema.String)
    })
  )
}).annotate({ identifier: "InboxResponse" })

export const StatusAnswer = Schema.Struct({
  status: Schema.Literals(["ok", "degraded", "unavailable"]),
  service: Schema.String,
  version: Schema.String,
  timestamp: Schema.String,
  dependencies: Schema.Array(
    Schema.Struct({ name: Schema.String, status: Schema.Literals(["ok", "degraded", "unavailable"]) })
  )
}).annotate({ identifier: "StatusResponse" })
