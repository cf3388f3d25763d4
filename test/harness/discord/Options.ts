/**
 * How a stand-in is set up. Everything has a default that suits most tests: one bot, privileged intents switched on, wide
 * rate limits, the machine's clock.
 */
import type { RateLimitOptions } from "./RateLimits.ts"
import type { Identity } from "./Records.ts"
import type { GuildSeed } from "./Seed.ts"
import type { GatewayOptions } from "./Sessions.ts"
import type { Snowflakes } from "./Snowflakes.ts"

export interface StandInOptions {
  readonly guilds?: ReadonlyArray<GuildSeed>
  /** Default: any free port. */
  readonly port?: number
  /** The bot's token; default `TOKEN`. */
  readonly token?: string
  /** The bot's name; default `Ash`. */
  readonly botName?: string
  /** The bot's permission bits; default: those of the product's invitation. */
  readonly permissions?: bigint
  /** Privileged intents switched on in the portal; default members and content. */
  readonly privileged?: Partial<Identity["privileged"]>
  readonly gateway?: Partial<GatewayOptions>
  readonly rateLimit?: Partial<RateLimitOptions>
  /** How long a nonce is remembered; default five minutes. */
  readonly nonceWindowMs?: number
  /** Epoch milliseconds; default the machine's clock. `advance` moves it either way. */
  readonly now?: () => number
}

/** An invented token. It does not begin with "Bot", which clients would cut off. */
export const TOKEN = "stand-in-token"

const PERMISSIONS = 395_137_240_128n

/** The application and its bot. */
export const identityOf = (options: StandInOptions, ids: Snowflakes): Identity => ({
  token: options.token ?? TOKEN,
  applicationId: ids.next(),
  bot: {
    id: ids.next(),
    username: options.botName ?? "Ash",
    discriminator: "0",
    global_name: null,
    avatar: null,
    bot: true
  },
  permissions: options.permissions ?? PERMISSIONS,
  privileged: { members: true, content: true, presences: false, ...options.privileged }
})
