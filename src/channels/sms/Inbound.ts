/**
 * What a provider's webhook can be once it is trusted and read: a message, a delivery receipt, or a URL check. Trust comes
 * first: nothing of an unverified request is decoded. A request that is refused leaves no state behind.
 */
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { DeliveryReported, MessageReceived } from "#domain/MealPlan.ts"

/** A webhook as it came over the wire, before anything is believed. */
export interface InboundRequest {
  /** Upper case. */
  readonly method: string
  /** Path and query exactly as received. The host is never taken from the request. */
  readonly target: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Uint8Array
  /** Address of the directly connected peer, never one a header claims; null when unknown. */
  readonly peer: string | null
  /** Epoch milliseconds. */
  readonly now: number
}

export interface InboundMessage {
  readonly _tag: "Message"
  readonly messageId: string
  /** E.164, or a short code as given. */
  readonly from: string
  readonly text: string
  readonly part?: NonNullable<MessageReceived["part"]>
  /** The provider answered this keyword itself. */
  readonly optOutHandled?: true
}

export interface InboundReceipt {
  readonly _tag: "DeliveryReceipt"
  readonly messageId: string
  /** Whose conversation it belongs to: E.164, or a short code as given. */
  readonly recipient: string
  readonly status: DeliveryReported["status"]
  readonly code?: string
}

export interface UrlCheck {
  readonly _tag: "UrlCheck"
}

/** A receipt whose status this code does not know: answered with success, or the provider would send it for a day. */
export interface UnknownReceipt {
  readonly _tag: "UnknownReceipt"
}

export type Inbound = InboundMessage | InboundReceipt | UrlCheck | UnknownReceipt

/**
 * A trusted webhook. `settle` is run once it was answered with success: only then is its nonce spent, so that the
 * provider's retry of a call we could not take is not mistaken for a replay.
 */
export interface Received {
  readonly inbound: Inbound
  readonly settle: Effect.Effect<void>
}

/** The request does not prove that it comes from the provider. */
export class SignatureRefused extends Schema.TaggedError<SignatureRefused>()("SignatureRefused", {
  rule: Schema.Literals([
    "missing",
    "mismatch",
    "algorithm",
    "timestamp",
    "body_hash",
    "replayed",
    "not_loopback",
    "off"
  ])
}) {}

/** A trusted request that cannot be read. Names a field of the provider's documentation, never what it held. */
export class InboundUndecodable extends Schema.TaggedError<InboundUndecodable>()("InboundUndecodable", {
  field: Schema.String,
  rule: Schema.String
}) {}

export type Refused = SignatureRefused | InboundUndecodable
