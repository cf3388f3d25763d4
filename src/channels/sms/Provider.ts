/**
 * What every SMS provider offers the channel. Which one it is comes from configuration alone; each decides for itself how
 * a request proves its origin, so no request can pick a weaker check by its shape.
 */
import type * as Effect from "effect/Effect"
import type { DeliveryFailed } from "./DeliveryFailed.ts"
import type { InboundRequest, Received, Refused } from "./Inbound.ts"
import type { LocalInbox } from "./LocalInbox.ts"

export const PROVIDER_NAMES = ["twilio", "vonage-sms", "vonage-messages", "local", "off"] as const
export type ProviderName = (typeof PROVIDER_NAMES)[number]

export interface OutgoingSms {
  /** E.164 or a short code. */
  readonly to: string
  /** At most the provider's `maxCharacters`. */
  readonly text: string
  /** 1 to 40 characters, the same for every attempt of this very text. */
  readonly idempotencyKey: string
  /** Earlier attempts may have gone out: look before sending, where the provider can be asked. */
  readonly mayHaveGoneOut: boolean
  /** When the turn asked for it, epoch milliseconds. */
  readonly requestedAt: number
}

export interface SmsProviderService {
  readonly name: ProviderName
  /** How a reply reaches the texter: in the webhook's answer, or by a send call. */
  readonly replyVia: "answer" | "send"
  /** What the webhook answers with. */
  readonly answer: "twiml" | "empty" | "json"
  /** Longest text of one send call, UTF-16 units. */
  readonly maxCharacters: number
  /** Send calls per second and recipient, unless configured. */
  readonly defaultPerSecond: number
  /** Verifies, then decodes. Never dies, whatever the bytes. */
  readonly receive: (request: InboundRequest) => Effect.Effect<Received, Refused>
  /** **Delivery**: at least once; `mayHaveGoneOut` narrows the gap where the provider lets us look. */
  readonly send: (message: OutgoingSms) => Effect.Effect<{ readonly messageId: string }, DeliveryFailed>
  /** The local provider's inbox; null for a real one. */
  readonly local: LocalInbox | null
}
