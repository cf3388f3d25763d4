/**
 * All gateway sessions, by what happens to them: begun by an identify, resumed with replay, told of events, forgotten. Knows
 * nothing of sockets but to hand one to a session; a refusal is the close code or the op 9 that the client shall get.
 */
import { randomBytes } from "node:crypto"
import type { WebSocket } from "ws"
import { wholeGuild } from "./Guilds.ts"
import { type Dispatch, hears, INTENT, refusedIntents, seenWith } from "./Intents.ts"
import { Session } from "./Session.ts"
import { shardOf } from "./Snowflakes.ts"
import type { World } from "./World.ts"

export interface GatewayOptions {
  /** Default 41 250. */
  readonly heartbeatIntervalMs: number
  /** How many dispatches of a session can be replayed; default 1000. */
  readonly resumeWindow: number
  /** Identifies a day; default 1000. One more closes with 4004. */
  readonly identifyLimit: number
  /** The number of shards that `GET /gateway/bot` recommends; default 1. */
  readonly shards: number
}

export type Fields = Readonly<Record<string, unknown>>

/** Members in one GUILD_MEMBERS_CHUNK. */
const CHUNK = 1000

export class Sessions {
  readonly options: GatewayOptions
  readonly #world: World
  readonly #sessions = new Map<string, Session>()
  identifies = 0
  resumes = 0

  constructor(world: World, options: GatewayOptions) {
    this.#world = world
    this.options = options
  }

  get all(): ReadonlyArray<Session> {
    return [...this.#sessions.values()]
  }

  forget(session: Session): void {
    this.#sessions.delete(session.id)
  }

  /** Hands an event to every session that hears it, connected or not. */
  dispatch(event: Dispatch): void {
    for (const session of this.#sessions.values()) {
      const { intents, shard } = session.identified
      if (shardOf(event.guildId, shard[1]) !== shard[0] || !hears(intents, event)) continue
      session.push(event.t, seenWith(this.#world, intents, event))
    }
  }

  /** Op 2. Returns the new session, ready and told of its guilds, or a close code. */
  identify(d: Fields, socket: WebSocket, gatewayUrl: string): Session | number {
    if (d["token"] !== this.#world.identity.token) return 4004
    const [index = 0, count = 1] = (d["shard"] ?? [0, 1]) as ReadonlyArray<number>
    if (!(Number.isInteger(index) && Number.isInteger(count) && index >= 0 && index < count)) return 4010
    const intents = d["intents"] as number
    const refused = refusedIntents(this.#world, intents)
    if (refused !== undefined) return refused
    this.identifies += 1
    if (this.identifies > this.options.identifyLimit) return 4004
    const identified = { intents, shard: [index, count], largeThreshold: Number(d["large_threshold"] ?? 50) } as const
    const session = new Session(randomBytes(16).toString("hex"), identified, this.options.resumeWindow)
    this.#sessions.set(session.id, session)
    session.socket = socket
    this.#ready(session, gatewayUrl)
    return session
  }

  #ready(session: Session, gatewayUrl: string): void {
    const { intents, largeThreshold, shard } = session.identified
    const inShard = ({ id }: { readonly id: string }) => shardOf(id, shard[1]) === shard[0]
    const guilds = [...this.#world.guilds.values()].filter((guild) => guild.joined && inShard(guild))
    const { applicationId, bot } = this.#world.identity
    session.push("READY", {
      v: 10,
      user: { ...bot, verified: true, mfa_enabled: false, email: null, flags: 0 },
      guilds: guilds.map(({ id }) => ({ id, unavailable: true })),
      session_id: session.id,
      resume_gateway_url: `${gatewayUrl}/resume`,
      shard,
      application: { id: applicationId, flags: applicationFlags(this.#world) }
    })
    if ((intents & INTENT.guilds) === 0) return
    for (const guild of guilds.filter(({ available }) => available)) {
      const everybody = (intents & INTENT.guildPresences) !== 0 && guild.members.size <= largeThreshold
      session.push("GUILD_CREATE", wholeGuild(this.#world, guild, everybody))
    }
  }

  /** Op 6. Returns the session with everything missed already sent, a close code, or "invalid" for an op 9. */
  resume(d: Fields, socket: WebSocket): Session | number | "invalid" {
    if (d["token"] !== this.#world.identity.token) return 4004
    const session = this.#sessions.get(String(d["session_id"]))
    const seq = Number(d["seq"])
    if (session === undefined) return "invalid"
    if (seq > session.seq) return 4007
    if (!session.canReplay(seq)) {
      this.forget(session)
      return "invalid"
    }
    this.resumes += 1
    if (session.socket !== socket) session.socket?.terminate()
    session.socket = socket
    session.replay(seq)
    session.push("RESUMED", { _trace: [] })
    return session
  }

  /** Op 8: members in chunks, by ids, by a name's beginning, or all. */
  members(session: Session, d: Fields): void {
    const guild = this.#world.guilds.get(String(d["guild_id"]))
    if (guild === undefined || (session.identified.intents & INTENT.guildMembers) === 0) return
    const wanted = [d["user_ids"] ?? []].flat().map(String)
    const query = String(d["query"] ?? "").toLowerCase()
    const limit = Number(d["limit"] ?? 0) || Number.POSITIVE_INFINITY
    const members = [...guild.members.values()]
      .filter(({ userId }) => wanted.length === 0 || wanted.includes(userId))
      .filter(({ userId }) => this.#world.user(userId).username.toLowerCase().startsWith(query))
      .slice(0, limit)
      .map((member) => this.#world.memberObject(member))
    const count = Math.max(1, Math.ceil(members.length / CHUNK))
    for (let index = 0; index < count; index++) {
      session.push("GUILD_MEMBERS_CHUNK", {
        guild_id: guild.id,
        members: members.slice(index * CHUNK, (index + 1) * CHUNK),
        chunk_index: index,
        chunk_count: count,
        not_found: wanted.filter((id) => !guild.members.has(id)),
        ...(d["nonce"] === undefined ? {} : { nonce: d["nonce"] })
      })
    }
  }
}

/** The "limited" flags, which tell an application in few guilds what its portal allows. */
export const applicationFlags = ({ identity: { privileged } }: World): number =>
  (privileged.presences ? 1 << 13 : 0) | (privileged.members ? 1 << 15 : 0) | (privileged.content ? 1 << 19 : 0)
