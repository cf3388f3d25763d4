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

/** The text Twilio signs: the URL, then each form field in byte order of its name; repeated values once, sorted. */
export const signedText = (url: string, form: Pairs): string => {
  const names = [...new Set(form.map(([name]) => name))].sort(byBytes)
  return names.reduce((text, name) => {
    const values = [...new Set(form.filter(([other]) => other === name).map(([, value]) => value))].sort(byBytes)
    return text + values.map((value) => name + value).join("")
  }, url)
}

/** Base64 of HMAC-SHA1 over `signedText`. */
export const sign = (authToken: string, url: string, form: Pairs): string =>
  createHmac("sha1", authToken).update(signedText(url, form), "utf8").digest("base64")

/** The public URL of a request, written as configured, then without a port, then with the scheme's standard port. */
export const publicUrls = (publicUrl: URL, target: string): ReadonlyArray<string> => {
  const { protocol, username, password, hostname, port } = publicUrl
  const user = username === "" ? "" : `${username}${password === "" ? "" : `:${password}`}@`
  const path = publicUrl.pathname.replace(/\/+$/, "") + target
  const withPort = (suffix: string) => `${protocol}//${user}${hostname}${suffix}${path}`
  const standard = protocol === "https:" ? ":443" : ":80"
  return [
    ...new Set([withPort(port === "" ? "" : `:${port}`), withPort(""), withPort(port === "" ? standard : `:${port}`)])
  ]
}

const verify = (settings: TwilioWebhookSettings, request: InboundRequest): Effect.Effect<void, SignatureRefused> => {
  const signature = request.headers["x-twilio-signature"]
  if (signature === undefined || signature === "") return Effect.fail(new SignatureRefused({ rule: "missing" }))
  const json = request.method === "POST" && isJson(request)
  const form = request.method === "POST" && !json ? bodyPairs(request) : []
  const matches = publicUrls(settings.publicUrl, request.target).some((url) =>
    settings.authTokens.some((token) => sameText(sign(Redacted.value(token), url, form), signature))
  )
  if (!matches) return Effect.fail(new SignatureRefused({ rule: "mismatch" }))
  // The URL of a JSON call is all that is signed: without its hash the body could be anybody's.
  const hash = createHash("sha256").update(request.body).digest("hex")
  const expected = queryPairs(request).find(([name]) => name === "bodySHA256")?.[1] ?? ""
  return json && !sameText(hash, expected) ? Effect.fail(new SignatureRefused({ rule: "body_hash" })) : Effect.void
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
export const receive =
  (settings: TwilioWebhookSettings) =>
  (request: InboundRequest): Effect.Effect<Received, Refused> =>
    Effect.gen(function* () {
      yield* verify(settings, request)
      const fields =
        request.method !== "POST"
          ? toRecord(queryPairs(request))
          : isJson(request)
            ? jsonObject(request)
            : toRecord(bodyPairs(request))
      if (fields === null) return yield* new InboundUndecodable({ field: "body", rule: "json object" })
      const inbound = yield* "MessageStatus" in fields
        ? decodeReceipt(fields)
        : decodeMessage(fields, settings.answersKeywords)
      return { inbound, settle: Effect.void }
    })
