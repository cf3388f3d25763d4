/**
 * What a failed call of Discord means for the outbox, in one place. An alert must outlive an outage of hours and a token
 * that an operator has to replace, so whatever may pass is tried again for days; only a refusal of the request itself ends
 * in a dead letter.
 */
import * as Effect from "effect/Effect"
import { EffectFailed } from "#runtime/EffectHandler.ts"
import type { DiscordFailure } from "./DiscordRest.ts"
import type { DiscordSettingsService } from "./DiscordSettings.ts"

/** Discord's own codes (wire.md 6). */
export const CODES = {
  unknownChannel: 10_003,
  unknownMessage: 10_008,
  unknownUser: 10_013,
  unknownInteraction: 10_062,
  tooManyOldEdits: 30_046,
  alreadyAcknowledged: 40_060,
  noAccess: 50_001,
  emptyMessage: 50_006,
  closedToMessages: 50_007,
  cannotSendInChannel: 50_008,
  noPermission: 50_013,
  wrongChannelType: 50_024,
  invalidRecipient: 50_033,
  archived: 50_083,
  cannotReachUser: 50_278,
  cannotReply: 160_002,
  threadExists: 160_004,
  threadLocked: 160_005
} as const

/** How an effect that must not be lost is tried: for about a month of outage, at last once a minute. */
export const PATIENT = {
  maxAttempts: 50_000,
  backoff: "1 second",
  maxBackoff: "1 minute",
  timeout: "90 seconds"
} as const

const SLOWLY_MS = 60_000

/** Something an operator has to put right first; kept and tried again slowly, without end. */
export const waitsForOperator = (code: string): EffectFailed =>
  new EffectFailed({ code, retry: true, counts: false, retryAfterMs: SLOWLY_MS })

/** No token: what was asked for is kept until there is one. */
export const orOff = <A, R>(
  { token }: DiscordSettingsService,
  run: Effect.Effect<A, EffectFailed, R>
): Effect.Effect<A, EffectFailed, R> => (token === null ? Effect.fail(waitsForOperator("discord_off")) : run)

/** Whether the channel or thread cannot be posted in, now or ever: another one may do. */
export const channelIsClosed = ({ code, kind }: DiscordFailure): boolean => {
  switch (code) {
    case CODES.unknownChannel:
    case CODES.cannotSendInChannel:
    case CODES.wrongChannelType:
    case CODES.archived:
    case CODES.cannotReply:
    case CODES.threadLocked:
      return true
    default:
      return kind === "forbidden" || (kind === "not_found" && (code === null || code === 0))
  }
}

/** Whether Discord refused the looks of a message, and another message may do in the same place. */
export const isMisshapen = (failure: DiscordFailure): boolean =>
  failure.kind === "invalid" && failure.code !== CODES.tooManyOldEdits && !channelIsClosed(failure)

/** Whether Discord said no for good: asking again changes nothing. */
export const isRefused = ({ kind }: DiscordFailure): boolean =>
  kind === "forbidden" || kind === "not_found" || kind === "invalid"

/** Whether the message, or the channel around it, is gone. */
export const isGone = ({ code }: DiscordFailure): boolean =>
  code === CODES.unknownMessage || code === CODES.unknownChannel

/** The outbox's view. Editing old messages too often is a rate limit that Discord does not call one. */
export const toEffectFailed = ({ code, kind, retryAfterMs }: DiscordFailure): EffectFailed => {
  if (code === CODES.tooManyOldEdits) {
    return new EffectFailed({ code: "rate_limited", retry: true, counts: false, retryAfterMs: SLOWLY_MS })
  }
  switch (kind) {
    case "rate_limited":
      return new EffectFailed({ code: "rate_limited", retry: true, counts: false, retryAfterMs: retryAfterMs ?? 5000 })
    case "unavailable":
      return new EffectFailed({ code: "discord_unavailable", retry: true })
    case "unauthorized":
      return waitsForOperator("discord_unauthorized")
    default:
      return new EffectFailed({ code: code === null ? `discord_${kind}` : `discord_${code}`, retry: false })
  }
}
