/**
 * One connection of one shard to Discord's gateway, from the socket's opening to its end, on the shard of `@discordjs/ws`:
 * hello, identify or resume, heartbeats and close codes are the library's. What it must not do is reconnect by itself: when
 * and with which session is decided by `GatewayShard`, which knows what has become durable. A connection is never closed
 * with 1000 or 1001, because Discord would end the session.
 */
import * as Effect from "effect/Effect"
import { type APIGatewayBotInfo, type GatewayDispatchPayload, GatewayIntentBits } from "discord.js"
import {
  DefaultWebSocketManagerOptions,
  type IContextFetchingStrategy,
  type IIdentifyThrottler,
  WebSocketShard,
  WebSocketShardDestroyRecovery,
  type WebSocketShardDestroyOptions,
  WebSocketShardEvents
} from "@discordjs/ws"
import type { GatewaySession } from "#domain/ash/Gateway.ts"
import { type GatewayRefusal, refusalOf } from "./GatewayRefusal.ts"

export type ConnectionEnd =
  /** The session may be resumed. `code`: the close code, `null` when there was none. */
  | { readonly kind: "dropped"; readonly code: number | null }
  /** Discord has given the session up, or there was none. */
  | { readonly kind: "session_lost"; readonly code: number | null }
  | { readonly kind: "refused"; readonly because: GatewayRefusal; readonly code: number }

export interface ConnectionOptions {
  readonly shard: number
  readonly shards: number
  readonly token: string
  readonly gateway: APIGatewayBotInfo
  readonly throttler: IIdentifyThrottler
  /** The session to resume; its sequence is also what heartbeats acknowledge. `null` = begin a new one. */
  readonly session: () => GatewaySession | null
  readonly onSession: (session: GatewaySession) => void
  readonly onReady: (resumed: boolean) => void
  readonly onDispatch: (payload: GatewayDispatchPayload) => void
  /** Anything heard, heartbeats included. */
  readonly onHeard: () => void
}

/** All that the service reads, and no more; members and message content are privileged (wire.md 5). */
export const INTENTS =
  GatewayIntentBits.Guilds |
  GatewayIntentBits.GuildMembers |
  GatewayIntentBits.GuildMessages |
  GatewayIntentBits.DirectMessages |
  GatewayIntentBits.DirectMessageReactions |
  GatewayIntentBits.MessageContent

/** Close codes after which a resume with the same session would be refused again (wire.md 5). */
const SESSION_ENDS: ReadonlyArray<number> = [1000, 1001, 4003, 4005, 4007, 4009]

/** How long Discord may take to answer our closing. */
const CLOSES_WITHIN = "2 seconds"

/** Our own close code: the session stays. */
const KEEPS_SESSION = 4200

/** What is needed of the library's socket, which it keeps to itself. */
interface Socket {
  readonly readyState: number
  readonly on: (event: "error", listener: () => void) => void
  readonly terminate: () => void
}
const CONNECTING = 0

class OneConnection extends WebSocketShard {
  readonly #ended: (end: ConnectionEnd) => void
  #closeCode: number | null = null
  #greeted = false

  constructor(strategy: IContextFetchingStrategy, shard: number, ended: (end: ConnectionEnd) => void) {
    super(strategy, shard)
    this.#ended = ended
    this.on(WebSocketShardEvents.Closed, ({ code }) => {
      this.#closeCode ??= code
    })
    this.on(WebSocketShardEvents.Hello, () => {
      this.#greeted = true
    })
    // Without a listener the emitter would throw; what matters of an error comes as a close code.
    this.on(WebSocketShardEvents.Error, () => {})
  }

  /** The library's one way to end a connection. Without `recover` it does not begin another one. */
  override async destroy({ recover }: WebSocketShardDestroyOptions = {}): Promise<void> {
    this.#ended(this.#meaning(recover))
    // The library takes its listeners off a socket before it is closed; an error after that would end the process.
    this.#socket?.on("error", () => {})
    if (this.#socket?.readyState === CONNECTING) this.abandon()
    await super.destroy({ code: KEEPS_SESSION })
  }

  /** Drops the socket, however far it is. */
  abandon(): void {
    this.#socket?.terminate()
  }

  get #socket(): Socket | null {
    return Reflect.get(this, "connection") as Socket | null
  }

  #meaning(recover: WebSocketShardDestroyRecovery | undefined): ConnectionEnd {
    const code = this.#closeCode
    const because = code === null ? null : refusalOf(code)
    if (code !== null && because !== null) return { kind: "refused", because, code }
    if (code !== null) return { kind: SESSION_ENDS.includes(code) ? "session_lost" : "dropped", code }
    // Closed from here. After the hello a fresh start is wanted only when Discord called the session invalid (op 9).
    const invalid = recover === WebSocketShardDestroyRecovery.Reconnect && this.#greeted
    return { kind: invalid ? "session_lost" : "dropped", code }
  }
}

const { compression, encoding, identifyProperties, initialPresence, largeThreshold, version } =
  DefaultWebSocketManagerOptions

const strategyOf = (options: ConnectionOptions, over: () => boolean): IContextFetchingStrategy => ({
  options: {
    ...{ compression, encoding, identifyProperties, initialPresence, largeThreshold, version },
    ...{ handshakeTimeout: 15_000, helloTimeout: 20_000, readyTimeout: 30_000 },
    token: options.token,
    // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- a sum of bits, which the library's type does not name
    intents: INTENTS,
    gatewayInformation: options.gateway,
    shardCount: options.shards
  },
  retrieveSessionInfo: (shardId) => {
    // A connection that is over must not open a socket any more: this waits for ever, and is collected.
    if (over()) return new Promise(() => {})
    const session = options.session()
    if (session === null) return null
    const { resumeUrl: resumeURL, sequence, sessionId } = session
    return { sessionId, resumeURL, sequence, shardId, shardCount: options.shards }
  },
  updateSessionInfo: (_shard, info) => {
    // With READY the library says what can be resumed from now on; later updates only move its own sequence.
    const known = options.session()?.sessionId
    if (info === null || over() || info.sessionId === known) return
    options.onSession({ sessionId: info.sessionId, resumeUrl: info.resumeURL, sequence: info.sequence - 1 })
  },
  waitForIdentify: (shardId, signal) => options.throttler.waitForIdentify(shardId, signal)
})

/**
 * Connects and stays until the connection ends, for whatever reason. Interruption closes it; the session can be resumed
 * afterwards. Callbacks come in the order in which Discord sent, and never after the end.
 */
export const run = (options: ConnectionOptions): Effect.Effect<ConnectionEnd> =>
  Effect.callback<ConnectionEnd>((resume) => {
    let over = false
    const end = (how: ConnectionEnd) => {
      over = true
      resume(Effect.succeed(how))
    }
    const connection = new OneConnection(
      strategyOf(options, () => over),
      options.shard,
      end
    )
    const during =
      <A extends ReadonlyArray<unknown>>(listen: (...heard: A) => void) =>
      (...heard: A) =>
        over ? undefined : listen(...heard)
    connection.on(
      WebSocketShardEvents.Dispatch,
      during(({ data }) => {
        options.onHeard()
        options.onDispatch(data)
      })
    )
    connection.on(WebSocketShardEvents.HeartbeatComplete, during(options.onHeard))
    connection.on(
      WebSocketShardEvents.Ready,
      during(() => options.onReady(false))
    )
    connection.on(
      WebSocketShardEvents.Resumed,
      during(() => options.onReady(true))
    )
    connection.connect().catch(() => {})
    return Effect.promise(() => connection.destroy()).pipe(
      Effect.timeoutOption(CLOSES_WITHIN),
      Effect.andThen(Effect.sync(() => connection.abandon()))
    )
  })
