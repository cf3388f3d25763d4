/**
 * One outgoing HTTP call that answers JSON, or a stream, with the failures every capability shares. Nothing of the request or the
 * answer leaves through an error, a span or a log: addresses hold phone numbers and headers hold keys, so the client's
 * own span is switched off and its errors are replaced by a code. Redirects are refused (they would carry the key along),
 * an answer over the bound is cut off, and a late one is aborted.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Stream from "effect/Stream"
import type { EffectFailed } from "#runtime/EffectHandler.ts"
import { final, retryable } from "./Capability.ts"

/** An answer larger than this fails with `answer_too_large`: 2 MiB. */
export const MAX_ANSWER_BYTES = 2 * 1024 * 1024

/** The longest wait a server may ask for: 1 h. */
export const MAX_RETRY_AFTER_MS = 3600 * 1000

/** `Retry-After` as milliseconds from `now`: seconds or an HTTP date. `undefined` when absent or unreadable. */
export const retryAfterMs = (header: string | undefined, now: number): number | undefined => {
  if (header === undefined) return undefined
  const text = header.trim()
  const wait = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now
  return Number.isFinite(wait) ? Math.min(Math.max(Math.ceil(wait), 0), MAX_RETRY_AFTER_MS) : undefined
}

/**
 * An answer's status as a failure. 429 and 503 honour `Retry-After`; 408, 425, 429 and 5xx may be tried again; every
 * other status is final.
 */
const refused = (response: HttpClientResponse.HttpClientResponse, now: number): EffectFailed => {
  const wait = retryAfterMs(response.headers["retry-after"], now)
  const { status } = response
  if (status === 429) return retryable("rate_limited", wait)
  if (status >= 500) return retryable("server_error", wait)
  if (status === 408 || status === 425) return retryable("server_busy", wait)
  if (status === 401 || status === 403) return final("unauthorized")
  if (status === 404) return final("not_found")
  return final(status >= 300 && status < 400 ? "redirected" : "rejected")
}

const notAnswered = ({ reason }: HttpClientError.HttpClientError): EffectFailed =>
  reason._tag === "InvalidUrlError" || reason._tag === "EncodeError" ? final("bad_request") : retryable("unreachable")

/** The answer's bytes as they come, up to the bound. **Fails with** `bad_answer`, `answer_cut`, `answer_too_large`. */
export const bytesOf = (response: HttpClientResponse.HttpClientResponse): Stream.Stream<Uint8Array, EffectFailed> =>
  response.stream.pipe(
    Stream.mapError(({ reason }) => (reason._tag === "EmptyBodyError" ? final("bad_answer") : retryable("answer_cut"))),
    Stream.mapAccum(
      () => 0,
      (bytes, chunk) => [bytes + chunk.length, [{ bytes: bytes + chunk.length, chunk }]] as const
    ),
    Stream.mapEffect(({ bytes, chunk }) =>
      bytes > MAX_ANSWER_BYTES ? Effect.fail(final("answer_too_large")) : Effect.succeed(chunk)
    )
  )

/** The answer as one JSON value. **Fails with** `bad_answer`, `answer_cut`, `answer_too_large`. */
export const readJson = (response: HttpClientResponse.HttpClientResponse): Effect.Effect<unknown, EffectFailed> =>
  Effect.gen(function* () {
    const text = Buffer.concat(yield* Stream.runCollect(bytesOf(response))).toString("utf8")
    return yield* Effect.try({ try: (): unknown => JSON.parse(text), catch: () => final("bad_answer") })
  })

/**
 * Sends the request and answers what `read` makes of a 2xx answer, all within `timeout`.
 *
 * **Fails with** what `read` fails with and, as `EffectFailed`: `rate_limited`, `server_error`, `server_busy`,
 * `unreachable`, `timeout` (worth another try); `unauthorized`, `not_found`, `redirected`, `rejected`, `bad_request` (not).
 */
export const callAnd = <A>(
  client: HttpClient.HttpClient,
  request: HttpClientRequest.HttpClientRequest,
  timeout: Duration.Input,
  read: (response: HttpClientResponse.HttpClientResponse) => Effect.Effect<A, EffectFailed>
): Effect.Effect<A, EffectFailed> =>
  Effect.gen(function* () {
    const response = yield* HttpClient.withScope(client).execute(request).pipe(Effect.mapError(notAnswered))
    if (response.status < 200 || response.status > 299) {
      return yield* Effect.fail(refused(response, yield* Clock.currentTimeMillis))
    }
    return yield* read(response)
  }).pipe(
    Effect.scoped,
    Effect.provideService(HttpClient.TracerDisabledWhen, () => true),
    Effect.provideService(FetchHttpClient.RequestInit, { redirect: "manual" }),
    Effect.timeoutOrElse({ duration: timeout, orElse: () => Effect.fail(retryable("timeout")) })
  )

/** Sends the request and answers the JSON value of a 2xx answer. **Fails with** the codes of `callAnd` and `readJson`. */
export const callJson = (
  client: HttpClient.HttpClient,
  request: HttpClientRequest.HttpClientRequest,
  timeout: Duration.Input
): Effect.Effect<unknown, EffectFailed> => callAnd(client, request, timeout, readJson)
