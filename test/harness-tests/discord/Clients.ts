/**
 * The two clients the stand-in is driven by: discord.js's whole `Client`, and the bare socket manager with REST that the
 * product uses. Both are the real ones; only the wait of five seconds between two identifies is taken out.
 */
import { type SessionInfo, WebSocketManager, WebSocketShardEvents } from "@discordjs/ws"
import {
  Client,
  type ClientOptions,
  type GatewayIntentBits,
  IntentsBitField,
  Partials,
  REST,
  type RESTOptions
} from "discord.js"
import { Changes } from "#test/harness/Changes.ts"
import type { DiscordStandIn } from "#test/harness/discord/DiscordStandIn.ts"
import { TOKEN } from "#test/harness/discord/Options.ts"

/** Everything the product listens for. */
export const INTENTS = 46_595

const atOnce = { waitForIdentify: () => Promise.resolve() }

/** Where a stand-in is; one in another process is only its address. */
export type Place = Pick<DiscordStandIn, "apiBaseUrl">

export const restOf = (discord: Place, options: Partial<RESTOptions> = {}): REST =>
  new REST({ api: discord.apiBaseUrl, version: "10", ...options }).setToken(TOKEN)

/** The data of an event, with the fields these tests look into. */
export interface EventData {
  readonly id: string
  readonly content: string
  readonly token: string
  readonly nonce: string
  readonly user_id: string
  readonly members: ReadonlyArray<unknown>
  readonly [other: string]: unknown
}

export interface HeardEvent {
  readonly t: string
  readonly d: EventData
}

export interface BareOptions {
  readonly session?: SessionInfo | null
  readonly intents?: number
  readonly shardCount?: number
  readonly shardIds?: ReadonlyArray<number>
}

/** A socket manager and what it heard. */
export class Bare {
  readonly manager: WebSocketManager
  readonly heard: Array<HeardEvent> = []
  /** Close codes and errors, in order. */
  readonly troubles: Array<number | string> = []
  resumes = 0
  session: SessionInfo | null
  readonly #changes = new Changes()

  constructor(discord: Place, { intents = INTENTS, session = null, shardCount = 1, shardIds }: BareOptions = {}) {
    this.session = session
    this.manager = new WebSocketManager({
      token: TOKEN,
      intents: intents as unknown as GatewayIntentBits,
      rest: restOf(discord),
      shardCount,
      shardIds: shardIds === undefined ? null : [...shardIds],
      buildIdentifyThrottler: () => Promise.resolve(atOnce),
      retrieveSessionInfo: () => this.session,
      updateSessionInfo: (_shard, info) => {
        this.session = info
      }
    })
    const noting = (note: () => void) => {
      note()
      this.#changes.notify()
    }
    this.manager.on(WebSocketShardEvents.Dispatch, ({ data }) =>
      noting(() => this.heard.push(data as unknown as HeardEvent))
    )
    this.manager.on(WebSocketShardEvents.Closed, ({ code }) => noting(() => this.troubles.push(code)))
    this.manager.on(WebSocketShardEvents.Error, ({ error }) => noting(() => this.troubles.push(error.message)))
    this.manager.on(WebSocketShardEvents.Resumed, () => noting(() => (this.resumes += 1)))
  }

  until<A>(what: string, look: () => A | undefined): Promise<A> {
    return this.#changes.until(what, look, 10_000)
  }

  /** The data of the first event of a kind (that holds). */
  async event(t: string, holds: (d: EventData) => boolean = () => true): Promise<EventData> {
    const found = await this.until(`event ${t}`, () => this.heard.find((one) => one.t === t && holds(one.d)))
    return found.d
  }

  /** The data of all events of a kind so far. */
  all(t: string): ReadonlyArray<EventData> {
    return this.heard.filter((one) => one.t === t).map(({ d }) => d)
  }
}

/** discord.js's own client, pointed at the stand-in. */
export const clientOf = (discord: Place, options: Partial<ClientOptions> = {}): Client =>
  new Client({
    intents: new IntentsBitField(INTENTS),
    partials: [Partials.Channel, Partials.Message, Partials.Reaction, Partials.GuildMember],
    rest: { api: discord.apiBaseUrl },
    ws: { buildIdentifyThrottler: () => Promise.resolve(atOnce) },
    ...options
  })
