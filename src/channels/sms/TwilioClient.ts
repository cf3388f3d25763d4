/**
 * Sending through Twilio's REST API. Twilio has no idempotency key, so before a text that may already have gone out is
 * sent, the account's messages to that number since the turn's day are searched for it.
 *
 * Limits of that search: it sees the newest 50 messages to the number, and it is a search by sent date, so a text still
 * waiting in Twilio's queue may be missed and sent twice. Two equal texts are told apart by their creation time.
 */
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import {
  DeliveryFailed,
  type DeliveryReason,
  handsetUnreachable,
  misconfigured,
  providerUnreachable,
  rateLimited,
  recipientBlocked,
  rejected
} from "./DeliveryFailed.ts"
import type { OutgoingSms } from "./Provider.ts"
import { type ProviderAnswer, type ProviderCall, reasonOfStatus } from "./ProviderCall.ts"

export interface TwilioClientSettings {
  readonly apiBaseUrl: string
  readonly accountSid: string
  readonly authToken: Redacted.Redacted
  /** A number of ours, or the id of a messaging service (`MG…`). */
  readonly from: string
  /** Where status callbacks go; null asks for none. */
  readonly statusUrl: string | null
}

/** Wire table 1.3. */
const reasons: Readonly<Record<number, (answer: ProviderAnswer) => DeliveryReason>> = {
  20003: () => misconfigured,
  20429: ({ retryAfter }) => rateLimited(retryAfter),
  21211: () => rejected,
  21408: () => rejected,
  21610: () => recipientBlocked,
  21611: ({ retryAfter }) => rateLimited(retryAfter),
  21614: () => rejected,
  21617: () => rejected,
  30001: ({ retryAfter }) => rateLimited(retryAfter),
  30003: () => handsetUnreachable,
  30005: () => handsetUnreachable,
  30006: () => rejected,
  30007: () => rejected,
  30022: ({ retryAfter }) => rateLimited(retryAfter)
}

const Refusal = Schema.Struct({ code: Schema.Int })
const Accepted = Schema.Struct({ sid: Schema.NonEmptyString })
const Listed = Schema.Struct({
  messages: Schema.Array(
    Schema.Struct({
      sid: Schema.NonEmptyString,
      body: Schema.String,
      direction: Schema.String,
      status: Schema.String,
      date_created: Schema.String
    })
  )
})

const failure = (answer: ProviderAnswer): DeliveryFailed | null => {
  const byStatus = reasonOfStatus(answer, rejected)
  if (byStatus === null) return null
  const code = Schema.is(Refusal)(answer.body) ? answer.body.code : null
  const byCode = code === null ? undefined : reasons[code]?.(answer)
  return new DeliveryFailed({
    provider: "twilio",
    code: code === null ? `http-${answer.status}` : String(code),
    reason: byCode ?? byStatus
  })
}

/** Clocks differ and `date_created` has whole seconds: how much older than the request a listed message may be. */
const SKEW_MS = 5_000

export const makeSend = (settings: TwilioClientSettings, call: ProviderCall) => {
  const url = `${settings.apiBaseUrl}/2010-04-01/Accounts/${settings.accountSid}/Messages.json`
  const authorised = HttpClientRequest.basicAuth(settings.accountSid, settings.authToken)
  const sender = settings.from.startsWith("MG") ? "MessagingServiceSid" : "From"
  const unknown = new DeliveryFailed({ provider: "twilio", code: "answer-unknown", reason: providerUnreachable })

  const find = Effect.fnUntraced(function* (message: OutgoingSms) {
    const day = new Date(message.requestedAt - SKEW_MS).toISOString().slice(0, 10)
    const answer = yield* call(
      HttpClientRequest.get(url).pipe(
        authorised,
        HttpClientRequest.setUrlParams({ To: message.to, "DateSent>": day, PageSize: "50" })
      )
    )
    const failed = failure(answer)
    if (failed !== null) return yield* failed
    if (!Schema.is(Listed)(answer.body)) return yield* unknown
    return answer.body.messages.find(
      ({ body, date_created, direction, status }) =>
        direction === "outbound-api" &&
        body === message.text &&
        status !== "failed" &&
        Date.parse(date_created) >= message.requestedAt - SKEW_MS
    )
  })

  return Effect.fnUntraced(function* (message: OutgoingSms) {
    const earlier = message.mayHaveGoneOut ? yield* find(message) : undefined
    if (earlier !== undefined) return { messageId: earlier.sid }
    const answer = yield* call(
      HttpClientRequest.post(url).pipe(
        authorised,
        HttpClientRequest.bodyUrlParams({
          To: message.to,
          [sender]: settings.from,
          Body: message.text,
          ...(settings.statusUrl === null ? {} : { StatusCallback: settings.statusUrl })
        })
      )
    )
    const failed = failure(answer)
    if (failed !== null) return yield* failed
    return Schema.is(Accepted)(answer.body) ? { messageId: answer.body.sid } : yield* unknown
  })
}
