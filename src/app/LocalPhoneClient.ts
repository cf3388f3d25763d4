/**
 * A phone of the local provider, seen from outside the service: texts go in through the webhook, later texts are read from
 * the phone's inbox. Used by the terminal phone and the demo; talks to nothing but the given address.
 */
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Schema from "effect/Schema"

const Reply = Schema.Struct({ reply: Schema.NullOr(Schema.String), status: Schema.String, intent: Schema.String })
const Inbox = Schema.Struct({
  messages: Schema.Array(
    Schema.Struct({ n: Schema.Int, messageId: Schema.String, text: Schema.String, at: Schema.Number })
  )
})
export type InboxMessage = (typeof Inbox.Type)["messages"][number]

export const make = Effect.fnUntraced(function* (serviceUrl: string, phone: string) {
  const http = HttpClient.filterStatusOk(yield* HttpClient.HttpClient)
  return {
    /** Texts the service. The same `messageId` again is the same text. */
    text: (body: string, messageId: string) =>
      http
        .execute(
          HttpClientRequest.post(`${serviceUrl}/webhook/sms`).pipe(
            HttpClientRequest.bodyUrlParams({ From: phone, Body: body, MessageSid: messageId })
          )
        )
        .pipe(Effect.flatMap(HttpClientResponse.schemaBodyJson(Reply)), Effect.scoped),
    /** Texts that came after number `after`; waits up to 20 s for the first. */
    inbox: (after: number) =>
      http
        .get(`${serviceUrl}/local/phone/${encodeURIComponent(phone)}/messages`, { urlParams: { after } })
        .pipe(Effect.flatMap(HttpClientResponse.schemaBodyJson(Inbox)), Effect.scoped)
  }
})

export type LocalPhone = Effect.Success<ReturnType<typeof make>>
