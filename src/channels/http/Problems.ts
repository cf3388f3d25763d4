/**
 * Every refusal of the operator's API as an RFC 9457 problem. A `type` is a stable name that clients may branch on; titles and
 * details are sentences of ours. No problem repeats a path, an id or anything else the caller sent.
 */
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as ProblemDetails from "effect/http/ProblemDetails"
import * as HttpApiError from "effect/http-api/HttpApiError"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import type { StoreUnavailable, TurnRefused } from "#runtime/RuntimeError.ts"

const type = <const Name extends string>(name: Name): `urn:tardigrade:problem:${Name}` =>
  `urn:tardigrade:problem:${name}`

/** Seconds after which a refused request is worth another try. */
const RETRY_AFTER_S = 5

/** Part of the request cannot be read; `field` says which part. */
export class MalformedRequest extends HttpApiError.Problem<MalformedRequest>()(
  "MalformedRequest",
  { type: type("malformed-request"), status: 400, title: "Part of the request cannot be read" },
  { field: Schema.String }
) {}

export class Unauthorized extends HttpApiError.Problem<Unauthorized>()("Unauthorized", {
  type: type("unauthorized"),
  status: 401,
  title: "A bearer token is needed"
}) {}

export class NotFound extends HttpApiError.Problem<NotFound>()(
  "NotFound",
  { type: type("not-found"), status: 404, title: "There is no such thing here" },
  { what: Schema.Literals(["actor", "actor-type", "dead-letter", "desk", "recipe"]) }
) {}

/** The thing is there, but its state forbids what was asked; `code` is the runtime's name for why. */
export class Refused extends HttpApiError.Problem<Refused>()(
  "Refused",
  { type: type("refused"), status: 409, title: "The actor's state forbids this" },
  { code: Schema.String }
) {}

/** Nothing can be taken now. After a write the outcome is unknown; asking again is safe. */
export class TryLater extends HttpApiError.Problem<TryLater>()(
  "TryLater",
  { type: type("try-later"), status: 503, title: "Not now; try again" },
  { code: Schema.String }
) {}

/** `Unauthorized` with the `WWW-Authenticate` header that RFC 9110 asks for. */
export const UnauthorizedResponse = Unauthorized.pipe(
  HttpApiSchema.encodeToWithHeaders(
    { body: Unauthorized, headers: { "www-authenticate": Schema.String } },
    {
      decode: ({ body }) => body,
      encode: (body) => ({ body, headers: { "www-authenticate": 'Bearer realm="tardigrade"' } })
    }
  )
)

/** `TryLater` with its `Retry-After`, seconds. */
export const TryLaterResponse = TryLater.pipe(
  HttpApiSchema.encodeToWithHeaders(
    { body: TryLater, headers: { "retry-after": Schema.String } },
    { decode: ({ body }) => body, encode: (body) => ({ body, headers: { "retry-after": String(RETRY_AFTER_S) } }) }
  )
)

/** What a store that is away is to a caller over HTTP. */
export const tryLater = ({ _tag }: StoreUnavailable): TryLater => new TryLater({ code: _tag })

/** What a runtime failure is to a caller over HTTP. */
export const ofTurn = (error: TurnRefused): NotFound | Refused | TryLater => {
  switch (error._tag) {
    case "StoreUnavailable":
    case "MailboxFull":
    case "RevisionConflict":
    case "SystemStopping":
      return new TryLater({ code: error._tag })
    case "UnknownActorType":
      return new NotFound({ what: "actor-type" })
    case "UnknownMachineVersion":
    case "SnapshotUndecodable":
    case "EventQuarantined":
    case "PayloadTooLarge":
      return new Refused({ code: error._tag })
  }
}

const ofStatus = (status: number): { readonly type: string; readonly title: string } => {
  if (status === 404) return { type: type("not-found"), title: "There is no such thing here" }
  if (status === 503) return { type: type("try-later"), title: "Not now; try again" }
  if (status >= 500) return { type: type("internal"), title: "The service made a mistake" }
  return { type: type("malformed-request"), title: "Part of the request cannot be read" }
}

/** The answer for what no route answered: an unknown path, a body that broke off, a mistake of ours. */
export const response = (status: number): HttpServerResponse.HttpServerResponse =>
  ProblemDetails.toResponse({ ...ofStatus(status), status })
