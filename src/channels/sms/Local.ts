/**
 * The provider for one's own machine: no account, no signature, no cost. Takes the form fields of requirement S38 (or the
 * same as JSON) from loopback only, and keeps what is sent in an inbox the terminal phone reads.
 */
import { randomUUID } from "node:crypto"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import {
  bodyPairs,
  isJson,
  jsonObject,
  MessageId,
  queryPairs,
  readFields,
  readPhone,
  Text,
  toRecord
} from "./Fields.ts"
import { InboundUndecodable, type Received, SignatureRefused } from "./Inbound.ts"
import { make as makeInbox } from "./LocalInbox.ts"
import { isFromHere } from "#channels/Loopback.ts"
import type { SmsProviderService } from "./Provider.ts"

const Message = Schema.Struct({
  From: Schema.String,
  Body: Schema.optionalKey(Text),
  MessageSid: Schema.optionalKey(MessageId)
})

export const make = (): SmsProviderService => {
  const inbox = makeInbox()
  return {
    name: "local",
    replyVia: "answer",
    answer: "json",
    maxCharacters: 1600,
    defaultPerSecond: 100,
    local: inbox,
    receive: Effect.fnUntraced(function* (request) {
      if (!isFromHere(request)) return yield* new SignatureRefused({ rule: "not_loopback" })
      const pairs = request.method === "POST" ? bodyPairs(request) : queryPairs(request)
      const fields = request.method === "POST" && isJson(request) ? jsonObject(request) : toRecord(pairs)
      if (fields === null) return yield* new InboundUndecodable({ field: "body", rule: "json object" })
      if (request.method !== "POST" && pairs.length === 0) {
        return { inbound: { _tag: "UrlCheck" }, settle: Effect.void } satisfies Received
      }
      const message = yield* readFields(Message, fields)
      return {
        inbound: {
          _tag: "Message",
          messageId: message.MessageSid ?? randomUUID(),
          from: yield* readPhone("From", message.From),
          text: message.Body ?? ""
        },
        settle: Effect.void
      } satisfies Received
    }),
    send: ({ idempotencyKey, text, to }) =>
      Effect.gen(function* () {
        const messageId = yield* inbox.append(to, text, idempotencyKey, yield* Clock.currentTimeMillis)
        return { messageId }
      })
  }
}
