/** Where the local provider may listen: it believes whoever calls it, so only on this machine. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { isLoopback } from "#channels/Loopback.ts"

/** The local provider was asked to listen where others can reach it. */
export class LocalProviderExposed extends Schema.TaggedError<LocalProviderExposed>()("LocalProviderExposed", {
  rule: Schema.Literal("SMS_PROVIDER=local needs a loopback bind address")
}) {}

/** Start-up check. **Fails with** `LocalProviderExposed` when the provider is `local` and `host` is not loopback. */
export const checkBind = (provider: string, host: string): Effect.Effect<void, LocalProviderExposed> =>
  provider !== "local" || isLoopback(host)
    ? Effect.void
    : Effect.fail(new LocalProviderExposed({ rule: "SMS_PROVIDER=local needs a loopback bind address" }))
