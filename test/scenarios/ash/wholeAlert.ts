/**
 * The alert that most fault scenarios disturb: a stored word before, a crisis, the post, an acknowledgement, a second click
 * too late, Ash asked for, the end. It is paced by what people on Discord see, so it is the same story whatever happens to
 * the processes. A person whose click is not answered clicks again, as people do.
 */
import { address } from "#domain/ActorAddress.ts"
import { ASH, RICO, RITA } from "#test/harness/AshGuild.ts"
import { type AshWorld, type Button, CRISIS, LOW } from "#test/harness/AshWorld.ts"
import type { Post } from "#test/harness/discord/DiscordStandIn.ts"
import type { MessageObject } from "#test/harness/discord/Objects.ts"
import { eventually } from "#test/harness/Eventually.ts"

/** Longer than a click stays answerable: whoever clicked into a dying process sees that it failed. */
const UNANSWERED_MS = 3500

/** Clicks until told something; answers what was told. */
const insist = async (world: AshWorld, post: Post, button: Button, by: string, message: MessageObject) =>
  eventually(
    `an answer to ${button}`,
    async () => {
      const click = world.clickStale(post, button, by, message)
      const { message: answer } = await click.answer(() => true, UNANSWERED_MS)
      return answer.content
    },
    () => true,
    60_000
  )

export interface Told {
  /** What the team and the member saw, without ids and times. */
  readonly posts: number
  readonly title: string | undefined
  readonly colour: number | null | undefined
  readonly buttons: ReadonlyArray<string>
  readonly thread: ReadonlyArray<string>
  readonly dms: number
  readonly history: ReadonlyArray<unknown>
  readonly metrics: unknown
}

/** A notice without the times and names in it, and without the small line below. */
const bare = (content: string): string =>
  (content.split("\n-#")[0] ?? "").replace(/<t:\d+:\w>/g, "<t>").replace(/<@&?\d+>/g, "<@>")

/** All that anybody sees in the end. */
export const seen = async (world: AshWorld, message: MessageObject): Promise<Told> => {
  const posts = world.alertPosts(message.id)
  const [post] = posts
  const metrics = await world.metrics(message)
  return {
    posts: posts.length,
    title: post?.embeds[0]?.title,
    colour: post?.embeds[0]?.color,
    buttons: (post?.components ?? []).flatMap(({ components = [] }) => components.map(({ label }) => label ?? "")),
    thread: post === undefined ? [] : world.discord.posts(post.id).map(({ content }) => bare(content)),
    dms: world.discord.dms(message.author.id).length,
    history: (await world.history(message.author.id)).map(({ message: text, severity, crisis_score }) => ({
      text,
      severity,
      crisis_score
    })),
    metrics: metrics && {
      severity: metrics.severity,
      signals: metrics.signals,
      acknowledged: metrics.acknowledged_by,
      resolved: metrics.resolved_by,
      auto: metrics.was_auto_initiated
    }
  }
}

/** Lives the whole story and answers what is seen at the end. */
export const wholeAlert = async (world: AshWorld): Promise<Told> => {
  world.say(LOW)
  await eventually(
    "the first message to be stored",
    () => world.history(ASH.mia),
    (entries) => entries.length === 1,
    60_000
  )
  const message = world.say(CRISIS)
  const post = await world.alertPost(message, undefined, 60_000)
  const first = await insist(world, post, "ash_ack", RITA, message)
  if (!/^Acknowledged|^Already acknowledged by you/.test(first)) throw new Error("the first click was not the first")
  const second = await insist(world, post, "ash_ack", RICO, message)
  if (!second.includes(`Already acknowledged by <@${RITA}>`))
    throw new Error("the second click was not told of the first")
  await insist(world, post, "ash_talk", RITA, message)
  await world.discord.until("a direct message", () => world.discord.dms(ASH.mia)[0], 60_000)
  await eventually(
    "Ash to be seen talking",
    () => world.discord.posts(post.id).some(({ content }) => content.includes("Ash writes to the member now")),
    Boolean,
    60_000
  )
  await insist(world, post, "ash_resolve", RITA, message)
  await world.alertPost(message, ({ embeds }) => embeds[0]?.title?.includes("resolved") === true, 60_000)
  await world.quiet(ASH.mia, message)
  await world.settledRecord(address("ash-session", ASH.mia))
  return seen(world, message)
}
