/**
 * Whether a call comes from this very machine. The local provider believes whoever calls it, so it only listens here:
 * the peer must be a loopback address, nothing may have forwarded the call, and a browser page of another site may not
 * have made it.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { InboundRequest } from "./Inbound.ts"

/** True for 127.0.0.0/8, ::1, their mapped form, and `localhost`. */
export const isLoopback = (host: string): boolean =>
  /^(?:(?:::ffff:)?127(?:\.\d{1,3}){3}|\[?::1\]?|localhost)$/i.test(host)

const hostOf = (authority: string): string => authority.replace(/^[a-z]+:\/\//i, "").replace(/:\d+$/, "")

const forwarding = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"]

export const isFromHere = ({ headers, peer }: Pick<InboundRequest, "headers" | "peer">): boolean =>
  peer !== null &&
  isLoopback(peer) &&
  forwarding.every((name) => headers[name] === undefined) &&
  isLoopback(hostOf(headers.host ?? "")) &&
  (headers.origin === undefined || isLoopback(hostOf(headers.origin)))

/** The local provider was asked to listen where others can reach it. */
export class LocalProviderExposed extends Schema.TaggedError<LocalProviderExposed>()("LocalProviderExposed", {
  rule: Schema.Literal("SMS_PROVIDER=local needs a loopback bind address")
}) {}

/** Start-up check. **Fails with** `LocalProviderExposed` when the provider is `local` and `host` is not loopback. */
export const checkBind = (provider: string, host: string): Effect.Effect<void, LocalProviderExposed> =>
  provider !== "local" || isLoopback(host)
    ? Effect.void
    : Effect.fail(new LocalProviderExposed({ rule: "SMS_PROVIDER=local needs a loopback bind address" }))
