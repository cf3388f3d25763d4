/**
 * What goes wrong on request, and what the real REST client makes of it: which failures it repeats by itself, which it hands
 * on, and why a post needs a nonce.
 */
import { type APIMessage, RESTEvents } from "discord.js"
import { describe, expect, it } from "vitest"
import type { DiscordStandIn } from "#test/harness/discord/DiscordStandIn.ts"
import { restOf } from "./Clients.ts"
import { ID, startDiscord } from "./World.ts"

const POSTS = "POST /channels/*/messages"
const MESSAGES = `/channels/${ID.general}/messages` as const

const posting = (discord: DiscordStandIn, body: unknown = { content: "hello" }) => {
  const rest = restOf(discord)
  return { rest, sent: rest.post(MESSAGES, { body }) as Promise<APIMessage> }
}

const statuses = (discord: DiscordStandIn) => discord.callsTo(POSTS).map(({ status }) => status)

describe("a server error", () => {
  it("is repeated by the client three times, without a pause", async () => {
    const discord = await startDiscord()
    discord.faults.arm(POSTS, { kind: "status", status: 500 }, 3)
    await posting(discord).sent
    expect(statuses(discord)).toEqual([500, 500, 500, 200])
  })

  it("is handed on after the fourth", async () => {
    const discord = await startDiscord()
    discord.faults.arm(POSTS, { kind: "status", status: 503 }, Number.POSITIVE_INFINITY)
    await expect(posting(discord).sent).rejects.toMatchObject({ status: 503 })
    expect(statuses(discord)).toEqual([503, 503, 503, 503])
  })

  it("after the post took effect makes several of it, unless a nonce forbids", async () => {
    const discord = await startDiscord()
    discord.faults.arm(POSTS, { kind: "status", status: 500, when: "after" }, 2)
    await posting(discord).sent
    expect(discord.posts(ID.general)).toHaveLength(3)
    discord.faults.arm(POSTS, { kind: "status", status: 500, when: "after" }, 2)
    await posting(discord, { content: "once", nonce: "n1", enforce_nonce: true }).sent
    expect(discord.posts(ID.general)).toHaveLength(4)
  })
})

describe("a rate limit", () => {
  it("is waited for by the client, and said", async () => {
    const discord = await startDiscord()
    discord.faults.arm(POSTS, { kind: "rate-limit", retryAfter: 0.2 })
    const started = performance.now()
    await posting(discord).sent
    expect(performance.now() - started).toBeGreaterThan(190)
    expect(statuses(discord)).toEqual([429, 200])
  })

  it("of everything holds the client's other routes too", async () => {
    const discord = await startDiscord()
    discord.faults.arm(POSTS, { kind: "rate-limit", retryAfter: 0.2, scope: "global" })
    const { rest, sent } = posting(discord)
    const limited: Array<boolean> = []
    rest.on(RESTEvents.RateLimited, ({ global }) => limited.push(global))
    await discord.called(POSTS, ({ status }) => status === 429)
    await sent
    await rest.get("/users/@me")
    expect(limited).toContain(true)
    expect(statuses(discord)).toEqual([429, 200])
  })

  it("of a bucket is told by headers and kept", async () => {
    const discord = await startDiscord({ rateLimit: { limit: 1, windowMs: 200 } })
    const headers: Array<readonly [string | null, string | null]> = []
    const { rest, sent } = posting(discord)
    rest.on(RESTEvents.Response, (_request, response) => {
      headers.push([response.headers.get("x-ratelimit-remaining"), response.headers.get("x-ratelimit-bucket")])
    })
    await sent
    // The client learns the bucket's name from the first answer and counts from the second on.
    await rest.post(MESSAGES, { body: { content: "second" } })
    await rest.post(MESSAGES, { body: { content: "third" } })
    expect(statuses(discord)).toEqual([200, 429, 200, 200])
    expect(headers.map(([remaining]) => remaining)).toEqual(["0", "0", "0", "0"])
    expect(new Set(headers.map(([, bucket]) => bucket)).size).toBe(1)
    const raw = await Promise.all([1, 2].map(() => fetch(`${discord.apiBaseUrl}/v10/users/@me`, authorised(discord))))
    expect(raw.map(({ status }) => status)).toEqual([200, 429])
    expect(raw[1]?.headers.get("x-ratelimit-scope")).toBe("user")
    expect(await raw[1]?.json()).toMatchObject({ global: false, retry_after: expect.any(Number) })
  })
})

const authorised = ({ identity }: DiscordStandIn) => ({ headers: { authorization: `Bot ${identity.token}` } })

describe("a broken connection", () => {
  it("by hang-up before the answer is one try and an error", async () => {
    const discord = await startDiscord()
    discord.faults.arm(POSTS, { kind: "hang-up" })
    await expect(posting(discord).sent).rejects.toThrow("other side closed")
    expect(statuses(discord)).toEqual([undefined])
    expect(discord.posts(ID.general)).toEqual([])
  })

  it("by reset is repeated by the client, although the post took effect", async () => {
    const discord = await startDiscord()
    discord.faults.arm(POSTS, { kind: "reset", when: "after" })
    await posting(discord).sent
    expect(statuses(discord)).toEqual([undefined, 200])
    expect(discord.posts(ID.general)).toHaveLength(2)
  })
})

describe("a slow answer", () => {
  it.each([
    ["before", 0],
    ["after", 1]
  ] as const)("held %s the call took effect shows %i posts until it is released", async (when, posts) => {
    const discord = await startDiscord()
    const fault = discord.faults.arm(POSTS, { kind: "hold", when })
    const { sent } = posting(discord)
    await fault.met()
    expect(discord.posts(ID.general)).toHaveLength(posts)
    expect(statuses(discord)).toEqual([undefined])
    fault.release()
    await sent
    expect(discord.posts(ID.general)).toHaveLength(1)
  })
})

describe("a refusal on request", () => {
  it("carries its code, meets only its target, and ends", async () => {
    const discord = await startDiscord()
    const refused = { kind: "status", status: 403, code: 50_013, message: "Missing Permissions" } as const
    const fault = discord.faults.arm(`POST /channels/${ID.crt}/messages`, refused, Number.POSITIVE_INFINITY)
    const { rest, sent } = posting(discord)
    await sent
    const path = `/channels/${ID.crt}/messages` as const
    await expect(rest.post(path, { body: { content: "a" } })).rejects.toMatchObject({ code: 50_013, status: 403 })
    expect(fault.hits).toBe(1)
    fault.disarm()
    await rest.post(path, { body: { content: "a" } })
    discord.faults.arm(({ method }) => method === "GET", { kind: "status", status: 404, code: 10_003 })
    await expect(rest.get(`/channels/${ID.crt}`)).rejects.toMatchObject({ code: 10_003 })
  })
})

describe("a wait", () => {
  it("that never comes true says what it waited for", async () => {
    const discord = await startDiscord()
    await expect(discord.posted("an alert about mia", () => false, 20)).rejects.toThrow(
      "waited 20 ms for an alert about mia"
    )
  })

  it("sees what was there, what comes, and what comes to be by an edit", async () => {
    const discord = await startDiscord()
    const coming = discord.posted("the post", ({ content }) => content === "hello")
    const edited = discord.posted("the edit", ({ content, edits }) => content === "changed" && edits === 1)
    const { rest, sent } = posting(discord)
    const { id } = await sent
    await rest.patch(`${MESSAGES}/${id}`, { body: { content: "changed" } })
    expect([(await coming).id, (await edited).id]).toEqual([id, id])
    expect((await discord.called("PATCH /channels/**")).status).toBe(200)
  })
})
