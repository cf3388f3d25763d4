/**
 * Sending through the Vonage SMS API. It answers HTTP 200 to everything, so the truth is each message's `status`. The
 * idempotency key travels as `client-ref`: Vonage reports it back but does not deduplicate by it, and offers no search,
 * so a call whose answer was lost may be sent twice.
 */
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { cost } from "#domain/SmsSegments.ts"
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
import { type ProviderCall, reasonOfStatus } from "./ProviderCall.ts"

export interface VonageClientSettings {
  readonly apiBaseUrl: string
  readonly apiKey: string
  readonly apiSecret: Redacted.Redacted
  /** Our number or sender id. */
  readonly from: string
  /** Where receipts go; null leaves it to the account's setting. */
  readonly statusUrl: string | null
}

/** Wire table 2.3. A status that is not listed is a refusal, with its number for the operator. */
const reasons: Readonly<Record<string, DeliveryReason>> = {
  "1": rateLimited(),
  "2": rejected,
  "3": rejected,
  "4": misconfigured,
  "5": providerUnreachable,
  "6": rejected,
  "7": recipientBlocked,
  "8": misconfigured,
  "9": misconfigured,
  "10": rateLimited(),
  "11": misconfigured,
  "12": rejected,
  "14": misconfigured,
  "15": misconfigured,
  "22": rejected,
  "23": misconfigured,
  "29": misconfigured,
  "32": misconfigured,
  "33": handsetUnreachable
}

const Answer = Schema.Struct({
  messages: Schema.NonEmptyArray(
    Schema.Struct({ status: Schema.String, "message-id": Schema.optionalKey(Schema.NonEmptyString) })
  )
})

/** Vonage writes numbers without `+`. */
export const bare = (phone: string): string => phone.replace(/^\+/, "")

export const makeSend = (settings: VonageClientSettings, call: ProviderCall) => {
  const failed = (code: string, reason: DeliveryReason) => new DeliveryFailed({ provider: "vonage-sms", code, reason })
  const receipts = settings.statusUrl === null ? {} : { callback: settings.statusUrl, "status-report-req": "1" }

  return Effect.fnUntraced(function* (message: OutgoingSms) {
    const answer = yield* call(
      HttpClientRequest.post(`${settings.apiBaseUrl}/sms/json`).pipe(
        HttpClientRequest.basicAuth(settings.apiKey, settings.apiSecret),
        HttpClientRequest.bodyUrlParams({
          from: bare(settings.from),
          to: bare(message.to),
          text: message.text,
          type: cost(message.text).encoding === "UCS-2" ? "unicode" : "text",
          "client-ref": message.idempotencyKey,
          ...receipts
        })
      )
    )
    const reason = reasonOfStatus(answer, rejected)
    if (reason !== null) return yield* failed(`http-${answer.status}`, reason)
    if (!Schema.is(Answer)(answer.body)) return yield* failed("answer-unknown", providerUnreachable)
    const refusal = answer.body.messages.find(({ status }) => status !== "0")
    if (refusal !== undefined) {
      const code = /^\d{1,3}$/.test(refusal.status) ? refusal.status : "unknown"
      return yield* failed(code, Object.hasOwn(reasons, code) ? (reasons[code] ?? rejected) : rejected)
    }
    const messageId = answer.body.messages[0]["message-id"]
    return messageId === undefined ? yield* failed("answer-unknown", providerUnreachable) : { messageId }
  })
}
