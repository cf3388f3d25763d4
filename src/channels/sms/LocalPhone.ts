/**
 * What the terminal phone reads: the texts sent to a number by the local provider, by long polling. Loopback only.
 */
import * as Effect from "effect/Effect"
import * as HttpMiddleware from "effect/http/HttpMiddleware"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import { normalise } from "#domain/Phone.ts"
import { problem } from "./Answer.ts"
import type { LocalInbox } from "./LocalInbox.ts"
import { isFromHere } from "#channels/Loopback.ts"

/** How long a poll waits for the first message before it answers with none. */
export const POLL_WAIT = "20 seconds"

const decoded = (segment: string): string => {
  try {
    return decodeURIComponent(segment)
  } catch {
    return ""
  }
}

const poll = (inbox: LocalInbox) =>
  Effect.gen(function* () {
    const request = yield* HttpServerRequest.HttpServerRequest
    if (!isFromHere({ headers: request.headers, peer: Option.getOrNull(request.peerAddress) })) {
      return problem(403, "not accepted")
    }
    const { phone: segment } = yield* HttpRouter.params
    const phone = Option.getOrNull(Result.getSuccess(normalise(decoded(segment ?? ""))))
    if (phone === null) return problem(400, "field cannot be read", { field: "phone", rule: "phone number" })
    const query = new URLSearchParams(request.url.split("?")[1] ?? "")
    const after = query.get("after") ?? "0"
    if (!/^\d{1,15}$/.test(after)) return problem(400, "field cannot be read", { field: "after", rule: "whole number" })
    const found = yield* Effect.timeoutOption(inbox.next(phone, Number(after)), POLL_WAIT)
    return HttpServerResponse.jsonUnsafe({ messages: Option.getOrElse(found, () => []) })
  }).pipe(HttpMiddleware.withLoggerDisabled)

/** `GET /local/phone/:phone/messages?after=n` → `{ messages: [{ n, messageId, text, at }] }`, oldest first. */
export const localRoutes = (inbox: LocalInbox) => [HttpRouter.route("GET", "/local/phone/:phone/messages", poll(inbox))]
