/**
 * No SMS: for a service that only watches over Discord. There are no routes, so nothing is received; a conversation left over
 * from other days that still wants to send is refused for good, which makes the text a dead letter.
 */
import * as Effect from "effect/Effect"
import { DeliveryFailed, switchedOff } from "./DeliveryFailed.ts"
import { SignatureRefused } from "./Inbound.ts"
import type { SmsProviderService } from "./Provider.ts"

export const off: SmsProviderService = {
  name: "off",
  replyVia: "send",
  answer: "empty",
  maxCharacters: 1600,
  defaultPerSecond: 1,
  local: null,
  receive: () => Effect.fail(new SignatureRefused({ rule: "off" })),
  send: () => Effect.fail(new DeliveryFailed({ provider: "off", code: "off", reason: switchedOff }))
}
