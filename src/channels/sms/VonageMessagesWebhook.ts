/**
 * The Vonage Messages API's side of the door: a JWT whose claims carry the hash of the raw body, then a message or a
 * status. A call without a token is refused like one with a bad token (403): Vonage repeats every call that is not
 * answered with success, so nothing is lost that a 5xx would have kept.
 */
import { createHash } from "node:crypto"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { jwtVerify } from "jose"
import { Code, jsonObject, MessageId, readFields, readBarePhone, Text } from "./Fields.ts"
import { type Inbound, type InboundReceipt, type InboundRequest, InboundUndecodable } from "./Inbound.ts"
import { type Received, type Refused, SignatureRefused } from "./Inbound.ts"
import { makeNonceMemory, sameText, WINDOW_MS } from "./Signature.ts"

const Claims = Schema.Struct({
  iat: Schema.Finite,
  jti: Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(200)),
  payload_hash: Schema.String
})

const statuses: Readonly<Record<string, InboundReceipt["status"]>> = {
  submitted: "sent",
  delivered: "delivered",
  read: "delivered",
  rejected: "failed",
  undeliverable: "failed"
}

const Message = Schema.Struct({ message_uuid: MessageId, from: Schema.String, text: Schema.optionalKey(Text) })

const Status = Schema.Struct({
  message_uuid: MessageId,
  to: Schema.String,
  status: Schema.String,
  error: Schema.optionalKey(Schema.Struct({ title: Schema.optionalKey(Schema.Unknown) }))
})

const decodeStatus = Effect.fnUntraced(function* (fields: Readonly<Record<string, unknown>>) {
  const report = yield* readFields(Status, fields)
  const status = Object.hasOwn(statuses, report.status) ? statuses[report.status] : undefined
  if (status === undefined) return { _tag: "UnknownReceipt" } satisfies Inbound
  // Vonage's title is its numeric error code; anything else is prose and stays outside.
  const code = Schema.is(Code)(report.error?.title) ? report.error.title : ""
  return {
    _tag: "DeliveryReceipt",
    messageId: report.message_uuid,
    recipient: yield* readBarePhone("to", report.to),
    status,
    ...(code === "" ? {} : { code })
  } satisfies Inbound
})

const decodeMessage = Effect.fnUntraced(function* (fields: Readonly<Record<string, unknown>>) {
  const message = yield* readFields(Message, fields)
  return {
    _tag: "Message",
    messageId: message.message_uuid,
    from: yield* readBarePhone("from", message.from),
    text: message.text ?? ""
  } satisfies Inbound
})

/** Verifies and decodes one call of the Vonage Messages API. The returned function remembers token ids. */
export const makeReceive = (settings: { readonly signatureSecret: Redacted.Redacted }) => {
  const nonces = makeNonceMemory()
  const key = new TextEncoder().encode(Redacted.value(settings.signatureSecret))
  const refuse = (rule: SignatureRefused["rule"]) => new SignatureRefused({ rule })

  const verify = Effect.fnUntraced(function* (request: InboundRequest) {
    const token = /^Bearer +([\w.-]+)$/i.exec(request.headers.authorization ?? "")?.[1]
    if (token === undefined) return yield* refuse("missing")
    const verified = yield* Effect.tryPromise({
      try: () => jwtVerify(token, key, { algorithms: ["HS256"], currentDate: new Date(request.now) }),
      catch: (error) =>
        refuse(
          error instanceof Error && "code" in error && error.code === "ERR_JOSE_ALG_NOT_ALLOWED"
            ? "algorithm"
            : "mismatch"
        )
    })
    const claims = yield* Effect.mapError(Schema.decodeUnknownEffect(Claims)(verified.payload), () => refuse("missing"))
    if (!(Math.abs(request.now - claims.iat * 1000) <= WINDOW_MS)) return yield* refuse("timestamp")
    const hash = createHash("sha256").update(request.body).digest("hex")
    if (!sameText(hash, claims.payload_hash.toLowerCase())) return yield* refuse("body_hash")
    if (nonces.seen(claims.jti, request.now)) return yield* refuse("replayed")
    return claims.jti
  })

  return (request: InboundRequest): Effect.Effect<Received, Refused> =>
    Effect.gen(function* () {
      if (request.method !== "POST" && !request.target.includes("?")) {
        return { inbound: { _tag: "UrlCheck" as const }, settle: Effect.void }
      }
      const jti = yield* verify(request)
      const fields = jsonObject(request)
      if (fields === null) return yield* new InboundUndecodable({ field: "body", rule: "json object" })
      const inbound = yield* "status" in fields && !("text" in fields) ? decodeStatus(fields) : decodeMessage(fields)
      return { inbound, settle: Effect.sync(() => nonces.remember(jti, request.now)) }
    })
}
