import { read, type MessagePayload, type Payload } from "#channels/discord/IngressPayloads.ts"
import {
  PLURALKIT_APPLICATION,
  proxiedTells,
  route,
  type Routed,
  type RouteView
} from "#channels/discord/IngressRoute.ts"
import { snowflakeAt, snowflakeTime } from "#domain/ash/Snowflake.ts"
import { describe, expect, it } from "#test/harness/effect.ts"

const NOW = 1_800_000_000_000
const at = (ago: number) => (BigInt(snowflakeAt(NOW - ago)) + 1n).toString()
const [GUILD, CHANNEL, USER, HOOK] = ["11", "22", "33", "44"]
const ID = at(1000)
const POSTED = snowflakeTime(ID)

const view = (more: Partial<RouteView> = {}): RouteView => ({
  now: NOW,
  eventId: "event:s:7",
  place: { watched: CHANNEL, teamThread: false },
  home: GUILD,
  author: () => undefined,
  sensitivity: () => 0.8,
  proxies: true,
  ...more
})

const message = (more: Readonly<Record<string, unknown>> = {}) => ({
  id: ID,
  channel_id: CHANNEL,
  guild_id: GUILD,
  type: 0,
  author: { id: USER },
  content: "I can't do this any more",
  edited_timestamp: null,
  attachments: [],
  embeds: [],
  ...more
})

const payload = (t: string, d: unknown): Payload => {
  const found = read(t, d)
  if (found === null || "path" in found) throw new Error(`${t} is unreadable`)
  return found
}
const routed = (t: string, d: unknown, more: Partial<RouteView> = {}): Routed => route(payload(t, d), view(more))
const told = ({ tells }: Routed) =>
  tells.map(({ event, id, to }) => ({ to: `${to.type}/${to.id}`, type: event.type, id }))
const dm = (more: Readonly<Record<string, unknown>> = {}) => {
  const { guild_id: _guild, ...rest } = message(more)
  return rest
}

describe("a message in a watched channel", () => {
  it("is told to its author's member actor as it was posted", () => {
    expect(routed("MESSAGE_CREATE", message())).toEqual({
      lookUp: null,
      tells: [
        {
          to: { type: "member", id: `${GUILD}:${USER}` },
          id: `message:${ID}`,
          event: {
            type: "MESSAGE_SEEN",
            message: {
              messageId: ID,
              channelId: CHANNEL,
              text: "I can't do this any more",
              at: POSTED,
              editedAt: null,
              sensitivity: 0.8,
              origin: "channel"
            }
          }
        }
      ]
    })
  })

  it.each([
    ["a reply", { type: 19 }, 1],
    ["a welcome", { type: 7 }, 0],
    ["a thread's starter", { type: 21 }, 0],
    ["the answer of a command", { type: 20 }, 0],
    ["a bot", { author: { id: USER, bot: true } }, 0],
    ["Discord itself", { author: { id: USER, system: true } }, 0],
    ["a webhook", { webhook_id: HOOK, author: { id: HOOK, bot: true } }, 0],
    ["a picture without words", { content: "", attachments: [{}] }, 0],
    ["a forwarded message", { content: "", message_snapshots: [{}] }, 0],
    ["a poll", { content: "", poll: {} }, 0],
    ["a sticker", { content: "", sticker_items: [{}] }, 0]
  ])("counts %s by who wrote what", (_what, more, count) => {
    expect(routed("MESSAGE_CREATE", message(more)).tells).toHaveLength(count)
  })

  it("is nobody's business elsewhere", () => {
    expect(routed("MESSAGE_CREATE", message(), { place: { watched: null, teamThread: false } })).toEqual({
      tells: [],
      lookUp: null
    })
  })

  it("makes the desk say that the bot is blind when a person's words are missing, once a minute and channel", () => {
    const first = routed("MESSAGE_CREATE", message({ content: "" }))
    const second = routed("MESSAGE_CREATE", message({ content: "", id: at(999) }))
    expect(told(first)).toEqual([
      { to: `desk/${GUILD}`, type: "BLIND", id: `blind:${CHANNEL}:${Math.floor(POSTED / 60_000)}` }
    ])
    expect(told(second)).toEqual(told(first))
  })
})

describe("a changed message", () => {
  const editedAt = NOW - 500
  const edited_timestamp = new Date(editedAt).toISOString()

  it("is told with the time of the change", () => {
    const { tells } = routed("MESSAGE_UPDATE", message({ edited_timestamp }))
    expect(tells.map(({ id }) => id)).toEqual([`edit:${ID}:${editedAt}`])
    expect(tells[0]?.event["message"]).toMatchObject({ editedAt, at: POSTED })
  })

  it.each([
    ["only Discord's preview of a link came", { edited_timestamp: null }],
    ["an old change is shown again by a pin", { edited_timestamp: new Date(NOW - 13 * 3_600_000).toISOString() }],
    ["the words are gone", { edited_timestamp, content: "" }],
    ["it was a bot's", { edited_timestamp, author: { id: USER, bot: true } }],
    ["Discord sent a part only", { edited_timestamp, author: undefined }]
  ])("is no change when %s", (_why, more) => {
    const { author, ...rest } = message(more)
    expect(routed("MESSAGE_UPDATE", author === undefined ? rest : { ...rest, author }).tells).toEqual([])
  })

  it("is told to the session in a direct message", () => {
    expect(told(routed("MESSAGE_UPDATE", dm({ edited_timestamp })))).toEqual([
      { to: `ash-session/${USER}`, type: "DM_EDITED", id: `edit:${ID}:${editedAt}` }
    ])
  })
})

describe("a direct message", () => {
  it("is told to the person's session, with the community and what came along", () => {
    const { tells } = routed("MESSAGE_CREATE", dm({ attachments: [{}, {}] }))
    expect(tells).toEqual([
      {
        to: { type: "ash-session", id: USER },
        id: `message:${ID}`,
        event: {
          type: "DM_RECEIVED",
          messageId: ID,
          channelId: CHANNEL,
          text: "I can't do this any more",
          guildId: GUILD,
          attachments: 2,
          at: POSTED
        }
      }
    ])
  })

  it("without words counts when something came along", () => {
    expect(told(routed("MESSAGE_CREATE", dm({ content: "", sticker_items: [{}] })))).toHaveLength(1)
    expect(told(routed("MESSAGE_CREATE", dm({ content: "" })))).toEqual([])
  })

  it("of our own is ignored", () => {
    expect(told(routed("MESSAGE_CREATE", dm({ author: { id: USER, bot: true } })))).toEqual([])
  })
})

describe("a reaction", () => {
  const reaction = {
    user_id: USER,
    channel_id: CHANNEL,
    message_id: ID,
    message_author_id: "99",
    emoji: { name: "❌" }
  }
  const declined = [{ to: `ash-session/${USER}`, type: "DECLINED", id: "event:s:7" }]

  it.each([
    ["declines on a message of ours", {}, declined],
    ["of ours on our own message says nothing", { message_author_id: USER }, []],
    ["with another emoji says nothing", { emoji: { name: "👍" } }, []],
    ["in a guild says nothing", { guild_id: GUILD }, []]
  ])("%s", (_what, more, expected) => {
    expect(told(routed("MESSAGE_REACTION_ADD", { ...reaction, ...more }))).toEqual(expected)
  })
})

describe("deleted messages", () => {
  const owners: Readonly<Record<string, string>> = { "1": "11:33", "2": "11:34", "3": "11:33" }
  const author = (id: string) => owners[id]

  it("are told to each author, and looked up when this process knows none", () => {
    const found = routed(
      "MESSAGE_DELETE_BULK",
      { ids: ["1", "2", "3", "4"], channel_id: CHANNEL, guild_id: GUILD },
      { author }
    )
    expect(found.lookUp).toEqual({ what: "authors", messageIds: ["4"] })
    expect(found.tells.map(({ event, id, to }) => [to.id, event["messageIds"], id])).toEqual([
      ["11:33", ["1", "3"], "deleted:1:2"],
      ["11:34", ["2"], "deleted:2:1"]
    ])
  })

  it("count in direct messages, and not elsewhere", () => {
    const d = { id: "1", channel_id: CHANNEL }
    const elsewhere = { author, place: { watched: null, teamThread: false } }
    expect(routed("MESSAGE_DELETE", d, elsewhere).tells).toHaveLength(1)
    expect(routed("MESSAGE_DELETE", { ...d, guild_id: GUILD }, elsewhere).tells).toEqual([])
  })
})

describe("a thread of the team", () => {
  it("asks which alert it belongs to", () => {
    const { lookUp, tells } = routed("MESSAGE_CREATE", message(), { place: { watched: null, teamThread: true } })
    expect(tells).toEqual([])
    expect(lookUp).toEqual({
      what: "alert",
      threadId: CHANNEL,
      said: { by: USER, messageId: ID, text: "I can't do this any more", at: POSTED }
    })
  })
})

describe("who leaves", () => {
  it("is told to the member and the session, bots excepted", () => {
    const d = { guild_id: GUILD, user: { id: USER } }
    expect(told(routed("GUILD_MEMBER_REMOVE", d))).toEqual([
      { to: `member/${GUILD}:${USER}`, type: "MEMBER_LEFT", id: "event:s:7" },
      { to: `ash-session/${USER}`, type: "MEMBER_LEFT", id: "event:s:7" }
    ])
    expect(told(routed("GUILD_MEMBER_REMOVE", { ...d, user: { id: USER, bot: true } }))).toEqual([])
  })
})

describe("a proxied post", () => {
  const more = { webhook_id: HOOK, application_id: PLURALKIT_APPLICATION, author: { id: HOOK, bot: true } }
  const post = payload("MESSAGE_CREATE", message(more)).d as MessagePayload & { readonly guild_id: string }

  it("asks who is behind it", () => {
    expect(routed("MESSAGE_CREATE", message(more))).toEqual({ tells: [], lookUp: { what: "sender", message: post } })
    expect(routed("MESSAGE_CREATE", message(more), { proxies: false }).lookUp).toBeNull()
    expect(routed("MESSAGE_CREATE", message({ ...more, application_id: "5" })).lookUp).toBeNull()
  })

  it("is one event with the original, shown where it stands", () => {
    const tells = proxiedTells(post, { sender: USER, original: "1" }, view())
    expect(tells.map(({ event, id, to }) => [to.id, event.type, id])).toEqual([
      [`${GUILD}:${USER}`, "MESSAGE_PROXIED", `proxied:${ID}`],
      [`${GUILD}:${USER}`, "MESSAGE_SEEN", "message:1"]
    ])
    expect(tells[1]?.event["message"]).toMatchObject({ messageId: ID, channelId: CHANNEL })
  })

  it("that nobody can name is heard under its webhook", () => {
    expect(told({ tells: proxiedTells(post, null, view()), lookUp: null })).toEqual([
      { to: `member/${GUILD}:${HOOK}`, type: "MESSAGE_SEEN", id: `message:${ID}` }
    ])
  })
})

describe("reading", () => {
  it("names the path of what is missing, never a value", () => {
    const { content: _content, ...rest } = message()
    expect(read("MESSAGE_CREATE", rest)).toEqual({ path: "content" })
    expect(read("MESSAGE_CREATE", message({ author: { id: "Robin" } }))).toEqual({ path: "author.id" })
    expect(read("TYPING_START", {})).toBeNull()
    expect(read("constructor", {})).toBeNull()
  })
})
