/**
 * The Vonage SMS API's side of the door: parameters from query, form or JSON, signed over all of them with a time and a
 * nonce. Long messages arrive in parts, each a message of its own that says where it belongs.
 */
import { createHash, createHmac } from "node:crypto"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import {
  bodyPairs,
  Code,
  isJson,
  jsonObject,
  MessageId,
  queryPairs,
  readFields,
  readBarePhone,
  Text,
  toRecord
} from "./Fields.ts"
import { type Inbound, type InboundReceipt, type InboundRequest, InboundUndecodable } from "./Inbound.ts"
import { type Received, type Refused, SignatureRefused } from "./Inbound.ts"
import { makeNonceMemory, sameText, WINDOW_MS } from "./Signature.ts"

export const SIGNATURE_METHODS = ["md5hash", "md5", "sha1", "sha256", "sha512"] as const
export type SignatureMethod = (typeof SIGNATURE_METHODS)[number]

export interface VonageSmsWebhookSettings {
  readonly signatureSecret: Redacted.Redacted
  readonly signatureMethod: SignatureMethod
}

export type Parameters = Readonly<Record<string, string>>

const byCodeUnits = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)

/** The signature of all parameters but `sig`, lower-case hex. */
export const sign = (method: SignatureMethod, secret: string, parameters: Parameters): string => {
  const text = Object.keys(parameters)
    .filter((name) => name !== "sig")
    .sort(byCodeUnits)
    .map((name) => `&${name}=${(parameters[name] ?? "").replace(/[&=]/g, "_")}`)
    .join("")
  return method === "md5hash"
    ? createHash("md5")
        .update(text + secret, "utf8")
        .digest("hex")
    : createHmac(method, secret).update(text, "utf8").digest("hex")
}

const scalar = (value: unknown): string | null =>
  typeof value === "string"
    ? value
    : typeof value === "number" || typeof value === "boolean"
      ? String(value)
      : value === null
        ? ""
        : null

/** All parameters as text; null when the body is not a flat object. */
const parametersOf = (request: InboundRequest): Parameters | null => {
  const source =
    request.method !== "POST"
      ? toRecord(queryPairs(request))
      : isJson(request)
        ? jsonObject(request)
        : toRecord(bodyPairs(request))
  if (source === null) return null
  const entries = Object.entries(source).map(([name, value]) => [name, scalar(value)] as const)
  return entries.every((entry): entry is readonly [string, string] => entry[1] !== null)
    ? Object.fromEntries(entries)
    : null
}

const whole = (pattern: RegExp) => Schema.String.check(Schema.isPattern(pattern))

const Message = Schema.Struct({
  msisdn: Schema.String,
  to: Schema.optionalKey(Schema.String),
  messageId: MessageId,
  text: Schema.optionalKey(Text),
  concat: Schema.optionalKey(Schema.String)
})

const Part = Schema.Struct({
  to: Schema.optionalKey(whole(/^[\x21-\x7e]{0,40}$/)),
  "concat-ref": whole(/^[\x21-\x7e]{1,40}$/),
  "concat-total": whole(/^[1-9]\d{0,2}$/),
  "concat-part": whole(/^[1-9]\d{0,2}$/)
})

const statuses: Readonly<Record<string, InboundReceipt["status"]>> = {
  accepted: "accepted",
  buffered: "accepted",
  unknown: "sent",
  delivered: "delivered",
  expired: "failed",
  failed: "failed",
  rejected: "failed"
}

const Receipt = Schema.Struct({
  msisdn: Schema.String,
  messageId: MessageId,
  status: Schema.String,
  "err-code": Schema.optionalKey(Code)
})

const readPart = Effect.fnUntraced(function* (fields: Parameters) {
  const part = yield* readFields(Part, fields)
  const [index, total] = [Number(part["concat-part"]), Number(part["concat-total"])]
  if (total > 255 || index > total) return yield* new InboundUndecodable({ field: "concat-part", rule: "range" })
  return { ref: `${part.to ?? ""}:${part["concat-ref"]}`, index, total }
})

const decodeMessage = Effect.fnUntraced(function* (fields: Parameters) {
  const message = yield* readFields(Message, fields)
  return {
    _tag: "Message",
    messageId: message.messageId,
    from: yield* readBarePhone("msisdn", message.msisdn),
    text: message.text ?? "",
    ...(message.concat === "true" ? { part: yield* readPart(fields) } : {})
  } satisfies Inbound
})

const decodeReceipt = Effect.fnUntraced(function* (fields: Parameters) {
  const receipt = yield* readFields(Receipt, fields)
  const status = Object.hasOwn(statuses, receipt.status) ? statuses[receipt.status] : undefined
  if (status === undefined) return { _tag: "UnknownReceipt" } satisfies Inbound
  const code = receipt["err-code"] ?? ""
  return {
    _tag: "DeliveryReceipt",
    messageId: receipt.messageId,
    recipient: yield* readBarePhone("msisdn", receipt.msisdn),
    status,
    ...(code === "" || code === "0" ? {} : { code })
  } satisfies Inbound
})

/** Verifies and decodes one call of the Vonage SMS API. The returned function remembers nonces. */
export const makeReceive = (settings: VonageSmsWebhookSettings) => {
  const nonces = makeNonceMemory()
  const refuse = (rule: SignatureRefused["rule"]) => new SignatureRefused({ rule })
  return (request: InboundRequest): Effect.Effect<Received, Refused> =>
    Effect.gen(function* () {
      const fields = parametersOf(request)
      if (fields !== null && request.method !== "POST" && Object.keys(fields).length === 0) {
        return { inbound: { _tag: "UrlCheck" as const }, settle: Effect.void }
      }
      const { sig, timestamp, nonce } = fields ?? {}
      if (fields === null || !sig || !timestamp || !nonce) return yield* refuse("missing")
      const expected = sign(settings.signatureMethod, Redacted.value(settings.signatureSecret), fields)
      if (!sameText(expected, sig.toLowerCase())) return yield* refuse("mismatch")
      const at = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) * 1000 : Number.NaN
      if (!(Math.abs(request.now - at) <= WINDOW_MS)) return yield* refuse("timestamp")
      if (nonces.seen(nonce, request.now)) return yield* refuse("replayed")
      const inbound = yield* "status" in fields && !("text" in fields) ? decodeReceipt(fields) : decodeMessage(fields)
      return { inbound, settle: Effect.sync(() => nonces.remember(nonce, request.now)) }
    })
}
