/**
 * What holds for every request of the developer's API before its handler: a body is JSON and of bounded length, and what does
 * not decode is refused by field and rule. Runs only for who has a key.
 */
import * as ByteSize from "effect/ByteSize"
import * as Effect from "effect/Effect"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import { HttpApiSchemaError } from "effect/http-api/HttpApiError"
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import * as Layer from "effect/Layer"
import { Invalid, invalid, ofSchema, TooLarge, tooLarge } from "./DeveloperProblems.ts"

/** Room for the longest command, its text written in escapes. */
const MAX_BODY_BYTES = 65_536

export class RequestChecks extends HttpApiMiddleware.Service<RequestChecks>()("app/channels/http/RequestChecks", {
  error: [Invalid, TooLarge]
}) {}

const checkHead = Effect.gen(function* () {
  const { headers, method } = yield* HttpServerRequest.HttpServerRequest
  if (method !== "POST" && method !== "PUT") return
  if (!/^application\/json\s*(?:;|$)/i.test(headers["content-type"] ?? "")) {
    return yield* Effect.fail(invalid("content-type", "application/json"))
  }
  if (Number(headers["content-length"] ?? 0) > MAX_BODY_BYTES) return yield* Effect.fail(tooLarge(MAX_BODY_BYTES))
})

export const requestChecks: Layer.Layer<RequestChecks> = Layer.succeed(RequestChecks, (route) =>
  checkHead.pipe(
    Effect.andThen(route),
    Effect.provideService(HttpServerRequest.MaxBodySize, ByteSize.bytes(MAX_BODY_BYTES)),
    Effect.catch((error) => (HttpApiSchemaError.is(error) ? ofSchema(error) : Effect.fail(error)))
  )
)
