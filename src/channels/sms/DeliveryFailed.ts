/**
 * Why a provider did not take a message, in six words every caller can act on, and what each word means for the outbox.
 * Carries the provider's own code for the operator; never a number, a text or a credential.
 */
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import { EffectFailed } from "#runtime/EffectHandler.ts"

/** The provider asks to slow down. `retryAfter` is its own wish; null leaves the wait to the backoff. */
export const RateLimited = Schema.TaggedStruct("RateLimited", { retryAfter: Schema.NullOr(Schema.Duration) })

/** The recipient told the provider or the network to stop: the number belongs on the block list. */
export const RecipientBlocked = Schema.TaggedStruct("RecipientBlocked", {})

/**
 * `provider`: no usable answer, so the message may or may not have gone out. `handset`: the provider answered that the
 * number cannot be reached.
 */
export const Unreachable = Schema.TaggedStruct("Unreachable", { who: Schema.Literals(["provider", "handset"]) })

/** The provider refuses this message or this number; sending it again would change nothing. */
export const Rejected = Schema.TaggedStruct("Rejected", {})

/** Credentials, account, sender or balance: nothing goes out until an operator acts. */
export const Misconfigured = Schema.TaggedStruct("Misconfigured", {})

/** There is no provider: `SMS_PROVIDER=off`. */
export const SwitchedOff = Schema.TaggedStruct("SwitchedOff", {})

export const DeliveryReason = Schema.Union([
  RateLimited,
  RecipientBlocked,
  Unreachable,
  Rejected,
  Misconfigured,
  SwitchedOff
])
export type DeliveryReason = typeof DeliveryReason.Type

/** `code` is the provider's error code or `http-<status>`, `timeout`, `transport`, `answer-unknown`. */
export class DeliveryFailed extends Schema.TaggedError<DeliveryFailed>()("DeliveryFailed", {
  provider: Schema.String,
  code: Schema.String,
  reason: DeliveryReason
}) {}

export const rateLimited = (retryAfter: Duration.Duration | null = null): DeliveryReason => ({
  _tag: "RateLimited",
  retryAfter
})
export const recipientBlocked: DeliveryReason = { _tag: "RecipientBlocked" }
export const providerUnreachable: DeliveryReason = { _tag: "Unreachable", who: "provider" }
export const handsetUnreachable: DeliveryReason = { _tag: "Unreachable", who: "handset" }
export const rejected: DeliveryReason = { _tag: "Rejected" }
export const misconfigured: DeliveryReason = { _tag: "Misconfigured" }
export const switchedOff: DeliveryReason = { _tag: "SwitchedOff" }

/** The outbox's view of a failed delivery. A provider that did not answer is tried again; a refusal is not. */
export const toEffectFailed = ({ reason }: DeliveryFailed): EffectFailed => {
  switch (reason._tag) {
    case "RateLimited":
      return reason.retryAfter === null
        ? new EffectFailed({ code: "rate_limited", retry: true })
        : new EffectFailed({
            code: "rate_limited",
            retry: true,
            retryAfterMs: Duration.toMillis(reason.retryAfter),
            counts: false
          })
    case "RecipientBlocked":
      return new EffectFailed({ code: "recipient_blocked", retry: false })
    case "Unreachable":
      return new EffectFailed({ code: "unreachable", retry: reason.who === "provider" })
    case "Rejected":
      return new EffectFailed({ code: "rejected", retry: false })
    case "Misconfigured":
      return new EffectFailed({ code: "bad_credentials", retry: false })
    case "SwitchedOff":
      return new EffectFailed({ code: "sms_off", retry: false })
  }
}
