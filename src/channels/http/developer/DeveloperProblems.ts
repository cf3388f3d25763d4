/**
 * Every refusal of the developer's API: an RFC 9457 problem that also carries the members its older clients read, `error`
 * (a stable code to branch on) and `message` (a sentence of ours). None repeats words, tokens or ids that were sent in.
 */
import * as Effect from "effect/Effect"
import type { HttpApiSchemaError } from "effect/http-api/HttpApiError"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import type { ActionRefusal } from "#domain/developer/PendingAction.ts"
import type { TurnRefused } from "#runtime/RuntimeError.ts"

/** Seconds after which a store that was away is worth another try. */
const STORE_RETRY_AFTER_S = 5

const problem = <const Status extends number, const Code extends string, const More extends Schema.Struct.Fields>(
  status: Status,
  title: string,
  codes: ReadonlyArray<Code>,
  more: More
) =>
  Schema.Struct({
    type: Schema.String,
    title: Schema.String,
    status: Schema.Literal(status),
    error: Schema.Literals(codes),
    message: Schema.String,
    ...more
  })
    .pipe(HttpApiSchema.asJson({ contentType: "application/problem+json" }))
    .annotate({ httpApiStatus: status, description: `${title}: ${codes.map((code) => `\`${code}\``).join(", ")}` })

/** `field` is where in the request; `rule` what must hold there. */
export const Invalid = problem(400, "Part of the request cannot be taken", ["validation_error", "unsupported_input"], {
  field: Schema.String,
  rule: Schema.String
})
export type Invalid = typeof Invalid.Type

const NoKey = problem(401, "A developer's key is needed", ["unauthorized"], {})
export const NotYours = problem(403, "It belongs to somebody else", ["not_yours"], {})
export type NotYours = typeof NotYours.Type
export const Gone = problem(404, "There is nothing to confirm, cancel or show here", ["expired", "not_found"], {})
export type Gone = typeof Gone.Type
export const Conflict = problem(
  409,
  "The state of things forbids this",
  ["too_many", "idempotency_key_reused", "not_connected", "refused"],
  {}
)
export type Conflict = typeof Conflict.Type
const Limited = problem(429, "Too often", ["rate_limited"], { retry_after_seconds: Schema.Int })
export type Limited = typeof Limited.Type
const Away = problem(503, "Not settled now; what was asked may be asked again", ["store_unavailable"], {})
export type Away = typeof Away.Type
export const TooLarge = problem(413, "The body is too large", ["too_large"], {})

export const UnauthorizedResponse = NoKey.pipe(
  HttpApiSchema.encodeToWithHeaders(
    { body: NoKey, headers: { "www-authenticate": Schema.String } },
    {
      decode: ({ body }) => body,
      encode: (body) => ({ body, headers: { "www-authenticate": 'Bearer realm="tardigrade"' } })
    }
  )
)

export const LimitedResponse = Limited.pipe(
  HttpApiSchema.encodeToWithHeaders(
    { body: Limited, headers: { "retry-after": Schema.String } },
    {
      decode: ({ body }) => body,
      encode: (body) => ({ body, headers: { "retry-after": String(body.retry_after_seconds) } })
    }
  )
)

export const AwayResponse = Away.pipe(
  HttpApiSchema.encodeToWithHeaders(
    { body: Away, headers: { "retry-after": Schema.String } },
    {
      decode: ({ body }) => body,
      encode: (body) => ({ body, headers: { "retry-after": String(STORE_RETRY_AFTER_S) } })
    }
  )
)

const type = (code: string): string => `urn:tardigrade:problem:${code.replaceAll("_", "-")}`

export const invalid = (field: string, rule: string, error: Invalid["error"] = "validation_error"): Invalid => ({
  type: type(error),
  title: "Part of the request cannot be taken",
  status: 400,
  error,
  message: `${field}: ${rule}`,
  field,
  rule
})

export const tooLarge = (bytes: number): typeof TooLarge.Type => ({
  type: type("too_large"),
  title: "The body is too large",
  status: 413,
  error: "too_large",
  message: `A body may have ${bytes} bytes.`
})

export const unauthorized: typeof NoKey.Type = {
  type: type("unauthorized"),
  title: "A developer's key is needed",
  status: 401,
  error: "unauthorized",
  message: "Send your key as a bearer token."
}

export const notYours = (message: string): NotYours => ({
  type: type("not_yours"),
  title: "It belongs to somebody else",
  status: 403,
  error: "not_yours",
  message
})

export const gone = (error: Gone["error"], message: string): Gone => ({
  type: type(error),
  title: "There is nothing to confirm, cancel or show here",
  status: 404,
  error,
  message
})

export const conflict = (error: Conflict["error"], message: string): Conflict => ({
  type: type(error),
  title: "The state of things forbids this",
  status: 409,
  error,
  message
})

export const limited = (seconds: number): Limited => ({
  type: type("rate_limited"),
  title: "Too often",
  status: 429,
  error: "rate_limited",
  message: `Too many requests; try again in ${seconds} s.`,
  retry_after_seconds: seconds
})

export const away: Away = {
  type: type("store_unavailable"),
  title: "Not settled now; what was asked may be asked again",
  status: 503,
  error: "store_unavailable",
  message: "It is not settled whether this was taken. Ask again in a moment, with the same idempotency key."
}

/** What a refused confirmation or cancellation is to a caller. */
export const ofRefusal = (because: ActionRefusal): Gone | NotYours =>
  because === "expired"
    ? gone("expired", "This action is not there any more: it expired, was cancelled or has been confirmed before.")
    : notYours("This action belongs to somebody else; nothing was changed.")

/** The action is not there for this caller: nothing was changed. */
export const isRefusal = (problem: { readonly status: number }): problem is Gone | NotYours =>
  problem.status === 403 || problem.status === 404

/** What a runtime failure is to a caller. */
export const ofTurn = ({ _tag }: TurnRefused): Away | Conflict => {
  switch (_tag) {
    case "StoreUnavailable":
    case "MailboxFull":
    case "RevisionConflict":
    case "SystemStopping":
      return away
    case "UnknownActorType":
    case "UnknownMachineVersion":
    case "SnapshotUndecodable":
    case "EventQuarantined":
    case "PayloadTooLarge":
      return conflict("refused", "What is stored of this cannot be worked with; an operator can see why.")
  }
}

/** Says what is expected, never what was sent. */
const issuesOf = SchemaIssue.makeFormatterStandardSchemaV1({
  leafHook: (issue) => {
    if (issue._tag === "UnexpectedKey") return "is no documented field"
    return issue._tag === "MissingKey" ? "is missing" : "has another kind or value than documented"
  },
  checkHook: (issue) => {
    const { expected, identifier } = issue.filter.annotations ?? {}
    const rule = expected ?? identifier
    return typeof rule === "string" ? rule : "is outside its bounds"
  }
})

const SLOTS: Readonly<Record<HttpApiSchemaError["kind"], string>> = {
  Params: "path",
  Headers: "headers",
  Query: "query",
  Payload: "body",
  Body: "answer",
  ResponseHeaders: "answer"
}

/** The first field that does not fit, and its rule. A name that is none of a field is not repeated. */
export const ofSchema = (error: HttpApiSchemaError): Effect.Effect<never, Invalid> => {
  const issue = issuesOf(error.cause.issue).issues[0]
  const path = (issue?.path ?? []).map((part) => String(typeof part === "object" ? part.key : part))
  const isNamed = path.length > 0 && path.every((part) => /^[a-z0-9_-]{1,40}$/i.test(part))
  return Effect.fail(invalid(isNamed ? path.join(".") : SLOTS[error.kind], issue?.message ?? "is not as documented"))
}
