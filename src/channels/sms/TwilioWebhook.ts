/**
 * Twilio's side of the door: `X-Twilio-Signature` over the configured public URL, then messages and status callbacks.
 * Only what the signature covers is read: the query of a GET, the form of a POST, JSON whose hash the signed URL carries.
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
  type Pairs,
  queryPairs,
  readFields,
  readPhone,
  Text,
  toRecord
} from "./Fields.ts"
import { type Inbound, type InboundReceipt, type InboundRequest, InboundUndecodable } from "./Inbound.ts"
import { type Received, type Refused, SignatureRefused } from "./Inbound.ts"
import { sameText } from "./Signature.ts"

export interface TwilioWebhookSettings {
  /** Scheme, host, port and path prefix under which Twilio reaches us. */
  readonly publicUrl: URL
  /** Primary first; the secondary during a rotation. */
  readonly authTokens: ReadonlyArray<Redacted.Redacted>
  /**
   * Whether the number has Twilio's default keyword handling: Twilio then answers STOP, START and HELP itself and does not
   * say so. With Advanced Opt-Out it does say so (`OptOutType`), whatever this is.
   */
  readonly answersKeywords: boolean
}

/** Whole messages, any case. Not YES: to a subscribed number it is the answer to our own question. */
const KEYWORD = /^\s*(?:stop|stopall|unsubscribe|cancel|end|quit|revoke|optout|start|unstop|help|info)\s*$/i

const byBytes = (left: string, right: string): number => Buffer.compare(Buffer.from(left), Buffer.from(right))

/** Sorted by the bytes of UTF-8, which is JavaScript's own order for what is all ASCII. */
const sorted = (texts: ReadonlyArray<string>): ReadonlyArray<string> =>
  texts.every((text) => Buffer.byteLength(text) === text.length) ? texts.toSorted() : texts.toSorted(byBytes)

/** The text Twilio signs: the URL, then each form field in byte order of its name; repeated values once, sorted. */
export const signedText = (url: string, form: Pairs): string => {
  const values = new Map<string, Set<string>>()
  for (const [name, value] of form) {
    const others = values.get(name)
    if (others === undefined) values.set(name, new Set([value]))
    else others.add(value)
  }
  let text = url
  for (const name of sorted([...values.keys()]))
    for (const value of sorted([...(values.get(name) ?? [])])) text += name + value
  return text
}

/** Base64 of HMAC-SHA1 over `signedText`. */
export const sign = (authToken: string, url: string, form: Pairs): string =>
  createHmac("sha1", authToken).update(signedText(url, form), "utf8").digest("base64")

/** The public URL of every request up to its target: as configured, without a port, with the scheme's standard port. */
const publicBases = (publicUrl: URL): ReadonlyArray<string> => {
  const { protocol, username, password, hostname, port } = publicUrl
  const user = username === "" ? "" : `${username}${password === "" ? "" : `:${password}`}@`
  const path = publicUrl.pathname.replace(/\/+$/, "")
  const withPort = (suffix: string) => `${protocol}//${user}${hostname}${suffix}${path}`
  const standard = protocol === "https:" ? ":443" : ":80"
  return [
    ...new Set([withPort(port === "" ? "" : `:${port}`), withPort(""), withPort(port === "" ? standard : `:${port}`)])
  ]
}

/** The public URL of a request, written as configured, then without a port, then with the scheme's standard port. */
export const publicUrls = (publicUrl: URL, target: string): ReadonlyArray<string> =>
  publicBases(publicUrl).map((base) => base + target)

/** The pairs that are signed beside the URL: those of a form. */
const formOf = (request: InboundRequest): Pairs =>
  request.method === "POST" && !isJson(request) ? bodyPairs(request) : []

const verify = (
  authTokens: TwilioWebhookSettings["authTokens"],
  bases: ReadonlyArray<string>,
  request: InboundRequest,
  form: Pairs
): Effect.Effect<void, SignatureRefused> => {
  const signature = request.headers["x-twilio-signature"]
  if (signature === undefined || signature === "") return Effect.fail(new SignatureRefused({ rule: "missing" }))
  const matches = bases.some((base) =>
    authTokens.some((token) => sameText(sign(Redacted.value(token), base + request.target, form), signature))
  )
  if (!matches) return Effect.fail(new SignatureRefused({ rule: "mismatch" }))
  if (request.method !== "POST" || !isJson(request)) return Effect.void
  // The URL of a JSON call is all that is signed: without its hash the body could be anybody's.
  const hash = createHash("sha256").update(request.body).digest("hex")
  const expected = queryPairs(request).find(([name]) => name === "bodySHA256")?.[1] ?? ""
  return sameText(hash, expected) ? Effect.void : Effect.fail(new SignatureRefused({ rule: "body_hash" }))
}

const Message = Schema.Struct({
  MessageSid: MessageId,
  From: Schema.String,
  Body: Schema.optionalKey(Text),
  OptOutType: Schema.optionalKey(Schema.String)
})

const statuses: Readonly<Record<string, InboundReceipt["status"]>> = {
  accepted: "accepted",
  scheduled: "accepted",
  queued: "accepted",
  sending: "accepted",
  sent: "sent",
  delivered: "delivered",
  read: "delivered",
  undelivered: "failed",
  failed: "failed",
  canceled: "failed"
}

const Receipt = Schema.Struct({
  MessageSid: MessageId,
  MessageStatus: Schema.String,
  To: Schema.String,
  ErrorCode: Schema.optionalKey(Code)
})

const decodeReceipt = Effect.fnUntraced(function* (fields: Readonly<Record<string, unknown>>) {
  const receipt = yield* readFields(Receipt, fields)
  const status = Object.hasOwn(statuses, receipt.MessageStatus) ? statuses[receipt.MessageStatus] : undefined
  if (status === undefined) return { _tag: "UnknownReceipt" } satisfies Inbound
  const code = receipt.ErrorCode ?? ""
  return {
    _tag: "DeliveryReceipt",
    messageId: receipt.MessageSid,
    recipient: yield* readPhone("To", receipt.To),
    status,
    ...(code === "" ? {} : { code })
  } satisfies Inbound
})

const decodeMessage = Effect.fnUntraced(function* (
  fields: Readonly<Record<string, unknown>>,
  answersKeywords: boolean
) {
  const message = yield* readFields(Message, fields)
  const handled = (message.OptOutType ?? "") !== "" || (answersKeywords && KEYWORD.test(message.Body ?? ""))
  return {
    _tag: "Message",
    messageId: message.MessageSid,
    from: yield* readPhone("From", message.From),
    text: message.Body ?? "",
    ...(handled ? { optOutHandled: true as const } : {})
  } satisfies Inbound
})

/** Verifies and decodes one call of Twilio's. */
export const receive = ({
  answersKeywords,
  authTokens,
  publicUrl
}: TwilioWebhookSettings): ((request: InboundRequest) => Effect.Effect<Received, Refused>) => {
  const bases = publicBases(publicUrl)
  return Effect.fnUntraced(function* (request) {
    const form = formOf(request)
    yield* verify(authTokens, bases, request, form)
    const fields =
      request.method !== "POST" ? toRecord(queryPairs(request)) : isJson(request) ? jsonObject(request) : toRecord(form)
    if (fields === null) return yield* new InboundUndecodable({ field: "body", rule: "json object" })
    const inbound = yield* "MessageStatus" in fields ? decodeReceipt(fields) : decodeMessage(fields, answersKeywords)
    return { inbound, settle: Effect.void }
  })
}
