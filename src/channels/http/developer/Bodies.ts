/**
 * The bodies of commands, confirmations, contexts, inbox and status, as the API's clients know them. Names are theirs, with
 * underscores. What a client tells of itself may hold more than is documented, for its versions differ; nothing else may.
 */
import * as Schema from "effect/Schema"
import { PROFILES } from "#domain/developer/Developer.ts"
import { MAX_COMMAND } from "#domain/developer/GrammarWords.ts"
import { INTENTS } from "#domain/developer/Intent.ts"
import { PendingActionView } from "./ActionBodies.ts"
import { bounded, IdempotencyKey, orNull, PrNumber, Repo } from "./Fields.ts"

const TextInput = Schema.Struct({ type: Schema.Literal("text"), text: bounded(1, MAX_COMMAND) })
const unheard = <const Type extends string>(type: Type) =>
  Schema.Struct({
    type: Schema.Literal(type),
    format: orNull(Schema.String),
    uri: orNull(Schema.String),
    duration_ms: orNull(Schema.Finite)
  }).annotate({ description: "Refused as `unsupported_input`: no speech recogniser is connected." })

const ClientContext = Schema.StructWithRest(
  Schema.Struct({
    device: bounded(1, 100),
    locale: bounded(1, 50),
    timezone: bounded(1, 100),
    app_version: bounded(1, 50),
    noise_mode: Schema.optionalKey(Schema.Boolean),
    debug: Schema.optionalKey(Schema.Boolean),
    privacy_mode: Schema.optionalKey(Schema.Literals(["strict", "balanced", "debug"]))
  }),
  [Schema.Record(Schema.String, Schema.Unknown)]
).annotate({ description: "Anything else a client tells of itself is passed over." })

export const CommandRequest = Schema.Struct({
  input: Schema.Union([TextInput, unheard("audio"), unheard("image")]).annotate({
    expected: "an input of type text"
  }),
  profile: Schema.optionalKey(Schema.Literals(PROFILES)),
  client_context: ClientContext,
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
