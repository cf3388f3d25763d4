/**
 * The SMS channel's doors as they stand in the API document. The routes themselves are the SMS channel's; what they take
 * depends on `SMS_PROVIDER`, so only the fields the service reads are named here. Nothing is served from this file.
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiError from "effect/http-api/HttpApiError"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"

const problem = (status: number, description: string) =>
  Schema.Struct({
    type: Schema.String,
    status: Schema.Int,
    title: Schema.String,
    field: Schema.optionalKey(Schema.String),
    rule: Schema.optionalKey(Schema.String)
  })
    .pipe(HttpApiSchema.asJson({ contentType: "application/problem+json" }))
    .annotate({ httpApiStatus: status, description })

const refusals = [
  problem(400, "A field cannot be read; `field` and `rule` say which and why"),
  problem(403, "The signature does not prove the provider; nothing was kept"),
  problem(413, "Larger than `SMS_MAX_BODY_BYTES`"),
  problem(503, "Nothing can be taken now; `Retry-After` says when")
] as const

/** Providers send more than the service reads. */
const AndMore = Schema.Record(Schema.String, Schema.String)
const AnythingMore = Schema.Record(Schema.String, Schema.Json)

const Twilio = Schema.Struct({
  MessageSid: Schema.optionalKey(Schema.String),
  From: Schema.optionalKey(Schema.String),
  Body: Schema.optionalKey(Schema.String),
  OptOutType: Schema.optionalKey(Schema.String),
  MessageStatus: Schema.optionalKey(Schema.String),
  To: Schema.optionalKey(Schema.String),
  ErrorCode: Schema.optionalKey(Schema.String)
})

const VonageSms = Schema.Struct({
  messageId: Schema.optionalKey(Schema.String),
  msisdn: Schema.optionalKey(Schema.String),
  to: Schema.optionalKey(Schema.String),
  text: Schema.optionalKey(Schema.String),
  status: Schema.optionalKey(Schema.String),
  timestamp: Schema.optionalKey(Schema.String),
  nonce: Schema.optionalKey(Schema.String),
  sig: Schema.optionalKey(Schema.String)
})

const VonageMessages = Schema.Struct({
  message_uuid: Schema.String,
  from: Schema.optionalKey(Schema.String),
  to: Schema.optionalKey(Schema.String),
  text: Schema.optionalKey(Schema.String),
  status: Schema.optionalKey(Schema.String)
})

const LocalReply = Schema.Struct({
  reply: Schema.NullOr(Schema.String),
  status: Schema.NullOr(Schema.String),
  intent: Schema.NullOr(Schema.String)
}).annotate({ description: "The local provider's answer" })

const success = [
  Schema.String.pipe(HttpApiSchema.asText({ contentType: "text/xml; charset=utf-8" })).annotate({
    description: "Twilio: TwiML with the reply. Vonage: an empty body; the reply is sent by a call of its own"
  }),
  LocalReply
] as const

const DESCRIPTION = [
  "A text or a delivery report, signed by the configured provider (Twilio: `X-Twilio-Signature`; Vonage SMS: `sig`; Vonage",
  "Messages: a JWT; local: loopback callers only). The same message id twice gives the first answer again."
].join(" ")

const door = <const Name extends string, const Path extends `/${string}`>(name: Name, path: Path, summary: string) =>
  [
    HttpApiEndpoint.post(`${name}Post`, path, {
      payload: [
        Schema.StructWithRest(Twilio, [AndMore]).pipe(HttpApiSchema.asFormUrlEncoded()),
        Schema.StructWithRest(VonageSms, [AndMore]).pipe(HttpApiSchema.asFormUrlEncoded()),
        Schema.Union([VonageMessages, VonageSms, Twilio].map((fields) => Schema.StructWithRest(fields, [AnythingMore])))
      ],
      success,
      error: refusals
    }).annotateMerge(OpenApi.annotations({ summary, description: DESCRIPTION })),
    HttpApiEndpoint.get(`${name}Get`, path, { query: VonageSms.fields, success, error: refusals }).annotateMerge(
      OpenApi.annotations({ summary: `${summary}, in the query`, description: DESCRIPTION })
    )
  ] as const

const Messages = Schema.Struct({
  messages: Schema.Array(
    Schema.Struct({ n: Schema.Int, messageId: Schema.String, text: Schema.String, at: Schema.Number })
  )
})

export const SmsGroup = HttpApiGroup.make("sms")
  .add(...door("sms", "/webhook/sms", "An incoming text or delivery report"))
  .add(...door("smsIncoming", "/sms/incoming", "The same as /webhook/sms"))
  .add(...door("smsStatus", "/webhook/sms/status", "A delivery report"))
  .add(
    HttpApiEndpoint.get("localPhone", "/local/phone/:phone/messages", {
      params: { phone: Schema.String },
      query: { after: Schema.optionalKey(Schema.String) },
      success: Messages,
      error: [
        problem(400, "The number or `after` cannot be read"),
        problem(403, "Not from this machine"),
        HttpApiError.NotFoundNoContent
      ]
    }).annotateMerge(
      OpenApi.annotations({
        summary: "What the local provider sent to a number",
        description: "With `SMS_PROVIDER=local` and from this machine only. Waits up to 20 s for the first message."
      })
    )
  )
  .annotateMerge(OpenApi.annotations({ title: "SMS", description: "Webhooks of the SMS providers." }))
