/**
 * A Discord of our own on loopback: HTTP API v10 and gateway v10, people who write and click, faults on demand, and a record
 * of every call. All state lives here, so a client can be killed, started again, resume its session and find what it missed.
 * Time is the stand-in's own clock, which a test may move; nothing but bounded waits depends on the machine's.
 */
import { BotPosts } from "./BotPosts.ts"
import { Changes } from "../Changes.ts"
import { type Command, Commands } from "./Commands.ts"
import { type Faults, matches, noFaults, type Target } from "./Faults.ts"
import { Gateway } from "./Gateway.ts"
import { GuildLife } from "./GuildLife.ts"
import { guildRoutes } from "./GuildRoutes.ts"
import { type Call, HttpDoor } from "./HttpDoor.ts"
import type { Dispatch } from "./Intents.ts"
import type { Interaction } from "./Interaction.ts"
import { interactionRoutes } from "./InteractionRoutes.ts"
import { Interactions } from "./Interactions.ts"
import type { Ping } from "./Mentions.ts"
import { messageRoutes } from "./MessageRoutes.ts"
import { Messages } from "./Messages.ts"
import { type MessageObject, type ThreadObject, WRITTEN_TYPES } from "./Objects.ts"
import { identityOf, type StandInOptions } from "./Options.ts"
import { People } from "./People.ts"
import type { Identity, MessageRecord } from "./Records.ts"
import { Routes } from "./Routes.ts"
import { seedGuild } from "./Seed.ts"
import { byAge, snowflakes } from "./Snowflakes.ts"
import { Threads } from "./Threads.ts"
import { World } from "./World.ts"

/** A message with how often it was edited since it was posted. */
export type Post = MessageObject & { readonly edits: number }

const viewed = ({ edits, wire }: MessageRecord): Post => ({ ...wire, edits })

export class DiscordStandIn {
  readonly people: People
  readonly guilds: GuildLife
  readonly gateway: Gateway
  readonly faults: Faults
  readonly identity: Identity
  readonly #world: World
  readonly #changes: Changes
  readonly #messages: Messages
  readonly #posts: BotPosts
  readonly #interactions: Interactions
  readonly #commands: Commands
  readonly #door: HttpDoor
  readonly #machineNow: () => number
  #shiftMs = 0
  #port = 0

  private constructor(options: StandInOptions) {
    this.#machineNow = options.now ?? Date.now
    const now = () => this.now()
    const ids = snowflakes(now)
    this.identity = identityOf(options, ids)
    this.#changes = new Changes()
    this.#world = new World(this.identity, ids, now)
    const gateway = { heartbeatIntervalMs: 41_250, resumeWindow: 1000, identifyLimit: 1000, shards: 1 }
    this.gateway = new Gateway(this.#world, this.#changes, { ...gateway, ...options.gateway })
    this.faults = noFaults(this.#changes)
    this.#messages = new Messages(this.#world, this.gateway, this.#changes)
    const threads = new Threads(this.#world, this.gateway, this.#messages)
    this.#posts = new BotPosts(this.#world, this.#messages, threads, options.nonceWindowMs ?? 300_000)
    this.#interactions = new Interactions(this.#world, this.#changes, this.gateway, this.#messages, this.#posts)
    this.#commands = new Commands(this.#world)
    this.people = new People(this.#world, this.#messages, threads, this.#interactions, this.#commands)
    this.guilds = new GuildLife(this.#world, this.gateway)
    const routes = new Routes(
      messageRoutes(this.#world, this.#messages, threads, this.#posts),
      guildRoutes(this.#world, this.gateway, this.#commands),
      interactionRoutes(this.#world, this.#interactions)
    )
    const limits = { limit: 1000, windowMs: 5000, ...options.rateLimit }
    this.#door = new HttpDoor(this.#world, this.#changes, this.faults, routes, limits, this.gateway)
    for (const seed of options.guilds ?? []) seedGuild(this.#world, seed)
  }

  static async start(options: StandInOptions = {}): Promise<DiscordStandIn> {
    const standIn = new DiscordStandIn(options)
    standIn.#port = await standIn.#door.listen(options.port ?? 0)
    standIn.gateway.url = standIn.gatewayUrl
    return standIn
  }

  /** Ends everything: held calls go on, connections break. */
  async stop(): Promise<void> {
    this.faults.clear()
    this.gateway.stop()
    await this.#door.stop()
  }

  /** For `rest.api` of a client; the version is added by the client. */
  get apiBaseUrl(): string {
    return `http://127.0.0.1:${this.#port}/api`
  }

  get gatewayUrl(): string {
    return `ws://127.0.0.1:${this.#port}`
  }

  /** The stand-in's clock, in epoch milliseconds. */
  now(): number {
    return this.#machineNow() + this.#shiftMs
  }

  /** Moves the stand-in's clock: interaction deadlines, nonces, ids and dates follow it. */
  advance(ms: number): void {
    this.#shiftMs += ms
    this.#changes.notify()
  }

  /** Every HTTP call, oldest first. */
  get calls(): ReadonlyArray<Call> {
    return this.#door.calls
  }

  /** Calls to a target; see `Target` for how one is written. */
  callsTo(target: Target): ReadonlyArray<Call> {
    return this.calls.filter((call) => matches(target, call))
  }

  /** Everything written in a channel, thread or direct message and still there, oldest first. No system messages. */
  messages(channelId: string): ReadonlyArray<Post> {
    const written = this.#world.history(channelId).filter(({ wire }) => WRITTEN_TYPES.includes(wire.type))
    return written.map(viewed)
  }

  /** The bot's own posts in a channel. */
  posts(channelId: string): ReadonlyArray<Post> {
    return this.messages(channelId).filter(({ author }) => author.id === this.identity.bot.id)
  }

  /** The bot's own posts to a person in private. */
  dms(userId: string): ReadonlyArray<Post> {
    const channel = [...this.#world.channels.values()].find(({ recipientId }) => recipientId === userId)
    return channel === undefined ? [] : this.posts(channel.id)
  }

  /** The bot's own posts everywhere, oldest first. */
  get allPosts(): ReadonlyArray<Post> {
    const posts = [...this.#world.channels.keys()].flatMap((id) => this.posts(id))
    return posts.sort((left, right) => byAge(left.id, right.id))
  }

  /** One message, wherever it is; undefined once it is deleted. Also finds messages only one person sees. */
  post(messageId: string): Post | undefined {
    const record = this.#interactions.visible(messageId)
    return record === undefined ? undefined : viewed(record)
  }

  /** All threads with their present state. */
  threads(): ReadonlyArray<ThreadObject> {
    return [...this.#world.guilds.keys()].flatMap((id) =>
      this.#world.threads(id).map((channel) => this.#world.threadObject(channel))
    )
  }

  /** Members of a thread, by user id. */
  threadMembers(threadId: string): ReadonlyArray<string> {
    return [...(this.#world.channels.get(threadId)?.thread?.members ?? [])]
  }

  /** Who reacted to a message with an emoji, by user id. */
  reactors(messageId: string, emoji: string): ReadonlyArray<string> {
    return [...(this.#world.messages.get(messageId)?.reactions.get(emoji) ?? [])]
  }

  /** Whom the bot's posts rang for, oldest first. */
  get pings(): ReadonlyArray<Ping> {
    return this.#messages.pings
  }

  /** Every interaction, oldest first. */
  get interactions(): ReadonlyArray<Interaction> {
    return this.#interactions.all
  }

  /** Registered commands of a guild, or the global ones. */
  commands(guildId = "global"): ReadonlyArray<Command> {
    return this.#commands.list(guildId)
  }

  /** The id of the only channel, thread, role, user or guild of that name. */
  id(name: string): string {
    const named = [
      ...[...this.#world.channels.values()].filter((channel) => channel.name === name).map(({ id }) => id),
      ...[...this.#world.guilds.values()].filter((guild) => guild.name === name).map(({ id }) => id),
      ...[...this.#world.guilds.values()].flatMap(({ roles }) =>
        [...roles.values()].filter((role) => role.name === name && !role.managed).map(({ id }) => id)
      ),
      ...[...this.#world.users.values()].filter(({ object }) => object.username === name).map(({ object }) => object.id)
    ]
    const [only, ...others] = named
    if (only === undefined || others.length > 0) throw new Error(`${named.length} things are called ${name}`)
    return only
  }

  /** An event of any kind, to every session that hears it. */
  dispatch(event: Dispatch): void {
    this.gateway.dispatch(event)
  }

  /** Forgets all nonces, as Discord does after some minutes. */
  forgetNonces(): void {
    this.#posts.forgetNonces()
  }

  /** What `look` finds now or after a later change. Fails after `withinMs` (default 20 s) naming `what`. */
  until<A>(what: string, look: () => A | undefined, withinMs?: number): Promise<A> {
    return this.#changes.until(what, look, withinMs)
  }

  /** The first of the bot's posts that holds, also one that is there already or comes to hold by an edit. */
  posted(what: string, holds: (post: Post) => boolean, withinMs?: number): Promise<Post> {
    return this.until(what, () => this.allPosts.find(holds), withinMs)
  }

  /** The first answered call to a target (that holds), also one made already. */
  called(target: Target, holds: (call: Call) => boolean = () => true, withinMs?: number): Promise<Call> {
    const look = () => this.callsTo(target).find((call) => call.status !== undefined && holds(call))
    return this.until(`a call to ${String(target)}`, look, withinMs)
  }

  /** Resolves when this many sessions have a client on the line. */
  connected(sessions = 1, withinMs?: number): Promise<true> {
    const look = () => (this.gateway.connected.length === sessions ? true : undefined)
    return this.until(`${sessions} connected session(s)`, look, withinMs)
  }
}
