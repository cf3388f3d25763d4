/**
 * Rows for messages, reactions and threads of channels, as the bot calls them.
 */
import { FormErrors, unknownChannel, unknownUser, wrongChannelType } from "./ApiError.ts"
import type { BotPosts } from "./BotPosts.ts"
import { channelObject } from "./Guilds.ts"
import { withoutContent } from "./Intents.ts"
import type { MessageForm } from "./MessageForm.ts"
import type { Messages } from "./Messages.ts"
import { CHANNEL, type EmojiObject, type MessageObject } from "./Objects.ts"
import type { ChannelRecord } from "./Records.ts"
import { type Asked, created, nothing, ok, type Table } from "./Routes.ts"
import { byAge } from "./Snowflakes.ts"
import type { Threads } from "./Threads.ts"
import type { World } from "./World.ts"

/** `👍`, or `name:id` for a guild's own. */
export const emojiOf = (text: string): EmojiObject => {
  const [name = "", id] = text.split(":")
  return { id: id ?? null, name }
}

/** A page of messages, newest first. `after` gives the ones right after that id, as Discord does. */
const page = (messages: ReadonlyArray<MessageObject>, query: Asked["query"]): ReadonlyArray<MessageObject> => {
  const limit = Number(query["limit"] ?? 50)
  const errors = new FormErrors()
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= 100)) {
    errors.add("limit", "NUMBER_TYPE_MAX", "int value should be between 1 and 100.")
  }
  errors.refuse()
  const { after, before } = query
  const older = before === undefined ? messages : messages.filter(({ id }) => byAge(id, before) < 0)
  if (after === undefined) return older.slice(-limit).toReversed()
  return older
    .filter(({ id }) => byAge(id, after) > 0)
    .slice(0, limit)
    .toReversed()
}

export const messageRoutes = (world: World, messages: Messages, threads: Threads, posts: BotPosts): Table => {
  const channelOf = ({ part }: Asked) => world.channel(part("channel"))
  const recordOf = (asked: Asked) => world.message(channelOf(asked).id, asked.part("message"))
  const seen = (channel: ChannelRecord, wire: MessageObject) =>
    world.identity.privileged.content ? wire : withoutContent(world, wire, channel.guildId)
  const threadOf = (asked: Asked) => {
    const channel = channelOf(asked)
    if (channel.thread === undefined) throw unknownChannel()
    return channel
  }
  const begin = ({ fields }: Asked, type: number) => {
    const minutes = fields["auto_archive_duration"]
    return {
      name: String(fields["name"] ?? ""),
      ownerId: world.identity.bot.id,
      type,
      ...(minutes === undefined ? {} : { autoArchiveMinutes: Number(minutes) })
    }
  }
  const react = (asked: Asked, added: boolean) => {
    posts.refuseArchived(channelOf(asked))
    messages.react(recordOf(asked), world.identity.bot, emojiOf(asked.part("emoji")), added)
    return nothing
  }
  const changeChannel = (asked: Asked) => {
    const channel = channelOf(asked)
    const { archived, auto_archive_duration, locked, name } = asked.fields
    if (channel.thread === undefined) throw wrongChannelType()
    if (archived !== false) posts.refuseArchived(channel)
    threads.change(channel, {
      ...(typeof archived === "boolean" ? { archived } : {}),
      ...(typeof locked === "boolean" ? { locked } : {}),
      ...(typeof name === "string" ? { name } : {}),
      ...(typeof auto_archive_duration === "number" ? { autoArchiveMinutes: auto_archive_duration } : {})
    })
    return ok(channelObject(world, channel))
  }
  const joined = (asked: Asked, userId: string, inThread: boolean) => {
    const channel = threadOf(asked)
    posts.refuseArchived(channel)
    if (inThread && world.member(channel.guildId, userId) === undefined) throw unknownUser()
    if (inThread) threads.addMember(channel, userId)
    else threads.removeMember(channel, userId)
    return nothing
  }
  return {
    "GET /channels/:channel": (asked) => ok(channelObject(world, channelOf(asked))),
    "PATCH /channels/:channel": changeChannel,
    "DELETE /channels/:channel": (asked) => {
      const channel = threadOf(asked)
      threads.delete(channel)
      return ok(channelObject(world, channel))
    },
    "POST /channels/:channel/typing": (asked) => {
      channelOf(asked)
      return nothing
    },
    "GET /channels/:channel/messages": (asked) => {
      const channel = channelOf(asked)
      const all = world.history(channel.id).map(({ wire }) => seen(channel, wire))
      return ok(page(all, asked.query))
    },
    "POST /channels/:channel/messages": (asked) =>
      ok(posts.post(channelOf(asked), asked.fields as MessageForm, asked.files)),
    "GET /channels/:channel/messages/:message": (asked) => ok(seen(channelOf(asked), recordOf(asked).wire)),
    "PATCH /channels/:channel/messages/:message": (asked) =>
      ok(posts.edit(channelOf(asked), recordOf(asked), asked.fields as MessageForm, asked.files)),
    "DELETE /channels/:channel/messages/:message": (asked) => {
      posts.delete(channelOf(asked), recordOf(asked))
      return nothing
    },
    "PUT /channels/:channel/messages/:message/reactions/:emoji/@me": (asked) => react(asked, true),
    "DELETE /channels/:channel/messages/:message/reactions/:emoji/@me": (asked) => react(asked, false),
    "POST /channels/:channel/messages/:message/threads": (asked) => {
      const started = threads.start(channelOf(asked), begin(asked, CHANNEL.publicThread), recordOf(asked))
      return created(world.threadObject(started))
    },
    "POST /channels/:channel/threads": (asked) => {
      const type = Number(asked.fields["type"] ?? CHANNEL.privateThread)
      return created(world.threadObject(threads.start(channelOf(asked), begin(asked, type))))
    },
    "PUT /channels/:channel/thread-members/@me": (asked) => joined(asked, world.identity.bot.id, true),
    "PUT /channels/:channel/thread-members/:user": (asked) => joined(asked, asked.part("user"), true),
    "DELETE /channels/:channel/thread-members/@me": (asked) => joined(asked, world.identity.bot.id, false),
    "DELETE /channels/:channel/thread-members/:user": (asked) => joined(asked, asked.part("user"), false)
  }
}
