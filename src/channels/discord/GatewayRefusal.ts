/**
 * Why Discord will not have the bot until an operator acts, and what that operator has to do, in words for the log.
 */
import * as Effect from "effect/Effect"

export type GatewayRefusal =
  | "bad_token"
  | "bad_address"
  | "intents_not_allowed"
  | "bad_intents"
  | "bad_shards"
  | "bad_version"

const BY_CLOSE_CODE: Readonly<Record<number, GatewayRefusal>> = {
  4004: "bad_token",
  4010: "bad_shards",
  4011: "bad_shards",
  4012: "bad_version",
  4013: "bad_intents",
  4014: "intents_not_allowed"
}

/** `null`: the code is no refusal (wire.md 5). */
export const refusalOf = (closeCode: number): GatewayRefusal | null => BY_CLOSE_CODE[closeCode] ?? null

const FIX: Readonly<Record<GatewayRefusal, string>> = {
  bad_token: "the bot's token is refused; reset it in Discord's developer portal and set DISCORD_TOKEN",
  bad_address: "what answers is not Discord's interface; look at DISCORD_API_BASE_URL",
  intents_not_allowed:
    "intents are not allowed; switch on Server Members and Message Content for this bot in Discord's developer portal",
  bad_intents: "Discord does not know the intents; this version of the service is too old for it",
  bad_shards: "the sharding is refused; look at DISCORD_SHARDS and DISCORD_SHARD_IDS",
  bad_version: "Discord no longer speaks this version; this version of the service is too old for it"
}

export const sayRefused = (because: GatewayRefusal): Effect.Effect<void> =>
  Effect.annotateLogs(
    Effect.logError(`discord: off until put right (it is tried again from time to time): ${FIX[because]}`),
    {
      reason: because
    }
  )
