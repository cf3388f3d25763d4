/**
 * Sending through the Vonage Messages API. The idempotency key travels as `client_ref`: it comes back in every status, but
 * Vonage does not deduplicate by it, so a call whose answer was lost may be sent twice.
 */
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Schema from "effect/Schema"
import { DeliveryFailed, type DeliveryReason, providerUnreachable, rejected } from "./DeliveryFailed.ts"
import type { OutgoingSms } from "./Provider.ts"
import { type ProviderCall, reasonOfStatus } from "./ProviderCall.ts"
import { bare, type VonageClientSettings } from "./VonageSmsClient.ts"

const Accepted = Schema.Struct({ message_uuid: Schema.NonEmptyString })

export const makeSend = (settings: VonageClientSettings, call: ProviderCall) => {
  const failed = (code: string, reason: DeliveryReason) =>
    new DeliveryFailed({ provider: "vonage-messages", code, reason })
  const receipts = settings.statusUrl === null ? {} : { webhook_url: settings.statusUrl, webhook_version: "v1" }

  return Effect.fnUntraced(function* (message: OutgoingSms) {
    const answer = yield* call(
      HttpClientRequest.post(`${settings.apiBaseUrl}/v1/messages`).pipe(
        HttpClientRequest.basicAuth(settings.apiKey, settings.apiSecret),
        HttpClientRequest.bodyJsonUnsafe({
          message_type: "text",
          channel: "sms",
          from: bare(settings.from),
          to: bare(message.to),
          text: message.text,
          client_ref: message.idempotencyKey,
          sms: { encoding_type: "auto" },
          ...receipts
        })
      )
    )
    const reason = reasonOfStatus(answer, rejected)
    if (reason !== null) return yield* failed(`http-${answer.status}`, reason)
    if (!Schema.is(Accepted)(answer.body)) return yield* failed("answer-unknown", providerUnreachable)
    return { messageId: answer.body.message_uuid }
  })
}
