/**
 * A small world for scenarios of Ash: a Discord with one community, an Ash-NLP, and processes on a store. Members write,
 * responders click, and what the team, the member and a reader of the store see of it is what a scenario judges.
 */
import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import { type ActorAddress, address } from "#domain/ActorAddress.ts"
import { alertIdOf, type AlertId } from "#domain/ash/Alert.ts"
import { type AlertMetrics, alertMetricsKey } from "#domain/ash/AlertMetrics.ts"
import type { GatewayCheckpoint } from "#domain/ash/Gateway.ts"
import { historyKey } from "#domain/ash/History.ts"
import { memberId } from "#domain/ash/Member.ts"
import { ASH, ashGuild, ashGuildEnvironment, PEOPLE } from "./AshGuild.ts"
import { DiscordStandIn, type Post } from "./discord/DiscordStandIn.ts"
import type { Interaction } from "./discord/Interaction.ts"
import { buttonsOf, type MessageObject, textOf } from "./discord/Objects.ts"
import type { StandInOptions } from "./discord/Options.ts"
import { eventually } from "./Eventually.ts"
import { nlpServer, type NlpOptions, type NlpServer, type Verdict } from "./NlpStandIn.ts"
import { type Environment, type Ground, MARKED, openGround, type ProcessOptions, ProcessWorld } from "./ProcessWorld.ts"
import { freePort, type ServiceProcess } from "./ServiceProcess.ts"

export interface AshWorldOptions extends ProcessOptions {
  readonly discord?: StandInOptions
  readonly nlp?: NlpOptions
}

/** It does not begin with "Bot", and can be told from anything else that is printed. */
const TOKEN = "ash-scenario-token.b7f3"

/** Said by the classifier of a text that ends in a number in brackets: that score. Of all others: safe. */
const judge = (text: string): Verdict => {
  const score = /\[(0\.\d+)\]/.exec(text)?.[1]
  return score === undefined ? {} : { score: Number(score), factors: ["hopelessness", "isolation"] }
}

/** Serious to the classifier and to the keyword net. */
export const CRISIS = `I want to kill myself tonight, ${MARKED[0]} [0.93]`
/** High to the classifier; the net finds nothing in it. */
export const HIGH = `the ${MARKED[0]} is gone and so is the rest of it [0.75]`
/** Medium to the classifier; the net finds nothing in it. */
export const MEDIUM = `all of the ${MARKED[1]} went grey again [0.55]`
/** Stored and nothing more. */
export const LOW = `a ${MARKED[1]} kind of day [0.35]`
export const SAFE = `who wants to see my ${MARKED[0]}?`

export type Button = "ash_ack" | "ash_talk" | "ash_take" | "ash_back" | "ash_resolve" | "ash_history"

interface Surroundings {
  readonly discord: DiscordStandIn
  readonly nlp: NlpServer
}

export class AshWorld extends ProcessWorld<AshWorldOptions> {
  readonly discord: DiscordStandIn
  readonly nlp: NlpServer

  private constructor(options: AshWorldOptions, ground: Ground, { discord, nlp }: Surroundings) {
    super(options, ground)
    this.discord = discord
    this.nlp = nlp
    this.keepSecret(TOKEN, ...PEOPLE)
  }

  static async open(options: AshWorldOptions): Promise<AshWorld> {
    const ground = await openGround(options)
    const discord = await DiscordStandIn.start({ guilds: [ashGuild], token: TOKEN, ...options.discord })
    const serving = nlpServer({ judge, perMinute: 0, ...options.nlp })
    return new AshWorld(options, ground, {
      discord,
      nlp: await Effect.runPromise(Scope.provide(serving, ground.scope))
    })
  }

  protected surroundings(): Environment {
    return {
      DISCORD_TOKEN: TOKEN,
      DISCORD_API_BASE_URL: this.discord.apiBaseUrl,
      ...ashGuildEnvironment,
      BOT_NLP_BASE_URL: this.nlp.url,
      BOT_NLP_PER_MINUTE: "0",
      PLURALKIT_ENABLED: "false"
    }
  }

  /** Starts a process on this world, beside those that run: nobody needs to know its port. */
  override async start(extra: Environment = {}, entry?: string): Promise<ServiceProcess> {
    return super.start({ PORT: String(await freePort()), ...extra }, entry)
  }

  protected endSurroundings(): Promise<void> {
    this.keepSecret(...this.discord.interactions.map(({ origin }) => origin.token))
    return this.discord.stop()
  }

  /** Answers when a process listens, and would go on from here after a crash. */
  async listening(sessions = 1): Promise<void> {
    await this.supervising(this.discord.connected(sessions, 40_000))
    await this.#checkpoint("a checkpoint", ({ session }) => session !== null)
  }

  /** Answers when it is durable that a channel was heard up to a message. */
  async marked({ channel_id, id }: MessageObject): Promise<void> {
    await this.#checkpoint("a mark", ({ channels }) => BigInt(channels[channel_id] ?? 0) >= BigInt(id))
  }

  async #checkpoint(what: string, holds: (checkpoint: GatewayCheckpoint) => boolean): Promise<void> {
    const look = () => this.recordOf(address("gateway", "0"))
    await eventually(what, look, (record) => record !== null && holds(record.snapshot.context as GatewayCheckpoint))
  }

  /** A member writes in the watched channel. */
  say(content: string, by: string = ASH.mia, channelId: string = ASH.general): MessageObject {
    return this.discord.people.message(channelId, { by, content })
  }

  /** The bot's posts with buttons about a message. */
  alertPosts(messageId: string): ReadonlyArray<Post> {
    return this.discord.allPosts.filter((post) =>
      buttonsOf(post).some(({ custom_id = "" }) => custom_id.endsWith(`:${messageId}`))
    )
  }

  /** The alert's post about a message, once it stands (and holds). */
  async alertPost(
    { id }: Pick<MessageObject, "id">,
    holds: (post: Post) => boolean = () => true,
    withinMs?: number
  ): Promise<Post> {
    return this.discord.until(`the post about message ${id}`, () => this.alertPosts(id).find(holds), withinMs)
  }

  /** Clicks a button of an alert's post. */
  click(post: Pick<Post, "id">, button: Button, by: string): Interaction {
    const shown = this.discord.post(post.id)
    const found = buttonsOf(shown ?? { components: [] }).find(({ custom_id = "" }) =>
      custom_id.startsWith(`${button}:`)
    )
    if (found?.custom_id === undefined) throw new Error(`the post has no button ${button}`)
    return this.discord.people.click(post.id, found.custom_id, by)
  }

  /** Clicks a button whatever the post shows now. */
  clickStale(post: Pick<Post, "id">, button: Button, by: string, { author, id }: MessageObject): Interaction {
    return this.discord.people.clickStale(post.id, `${button}:${author.id}:${id}`, by)
  }

  /** Posts as an earlier service did, with the bot's token and that service's buttons: no actor here knows of it. */
  async earlierPost(channelId: string, about: MessageObject): Promise<Post> {
    const ids = `${about.author.id}:${about.id}`
    const button = (custom_id: string, label: string) => ({
      type: 2,
      style: 3,
      custom_id: `${custom_id}:${ids}`,
      label
    })
    const body = {
      embeds: [
        { title: "High Severity Alert", description: about.content, color: 0xe67e22, footer: { text: "req_1" } }
      ],
      components: [{ type: 1, components: [button("ash_ack", "Acknowledge"), button("ash_talk", "Talk to Ash")] }]
    }
    const answer = await fetch(`${this.discord.apiBaseUrl}/v10/channels/${channelId}/messages`, {
      method: "POST",
      headers: { authorization: `Bot ${TOKEN}`, "content-type": "application/json" },
      body: JSON.stringify(body)
    })
    const { id } = (await answer.json()) as { readonly id: string }
    const post = this.discord.post(id)
    if (post === undefined) throw new Error(`the earlier post was answered with ${answer.status}`)
    return post
  }

  /** What the person who clicked was told in the end. */
  async told(interaction: Interaction): Promise<string> {
    return textOf((await interaction.answer()).message)
  }

  /** The alert that a message opened. */
  alertId({ author, id }: Pick<MessageObject, "author" | "id">): AlertId {
    return alertIdOf(ASH.guild, author.id, id)
  }

  alertAddress(message: Pick<MessageObject, "author" | "id">): ActorAddress {
    return address("alert", this.alertId(message))
  }

  /** The metrics record of the alert a message opened; `null` when there is none. */
  async metrics(message: Pick<MessageObject, "author" | "id">): Promise<AlertMetrics | null> {
    const text = await this.read(alertMetricsKey(this.alertId(message)))
    return text === null ? null : (JSON.parse(text) as AlertMetrics)
  }

  /** A member's stored messages as they stand in the store, newest first. */
  async history(userId: string): Promise<ReadonlyArray<Readonly<Record<string, unknown>>>> {
    const entries = await Effect.runPromise(this.store.readSortedSet(historyKey(ASH.guild, userId), { limit: 200 }))
    return entries.map(({ member }) => JSON.parse(member) as Record<string, unknown>)
  }

  /** Waits until nothing is pending for a member, nor for the alerts about these messages of theirs. */
  async quiet(userId: string, ...about: ReadonlyArray<MessageObject>): Promise<void> {
    await this.settledRecord(address("member", memberId(ASH.guild, userId)))
    for (const message of about) await this.settledRecord(this.alertAddress(message))
  }

  /** Texts that the classifier was asked about, in order; those of batches too. */
  asked(): ReadonlyArray<string> {
    return this.nlp.requests.flatMap(({ body }) => body.messages ?? [body.message ?? ""])
  }
}
