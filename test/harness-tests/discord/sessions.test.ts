/**
 * Sessions that outlive their connection, and everything that may interrupt one, with the socket manager the product uses.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import type { SessionInfo } from "@discordjs/ws"
import { describe, expect, it, onTestFinished } from "vitest"
import { connect, ID, startDiscord } from "./World.ts"

describe("a session", () => {
  it("is resumed by a new manager, with all that happened while nobody was there", async () => {
    const discord = await startDiscord()
    const first = await connect(discord)
    discord.people.message(ID.general, { by: ID.mia, content: "heard" })
    await first.event("MESSAGE_CREATE")
    const { session } = first
    await first.manager.destroy({ code: 4200 })
    await discord.connected(0)
    discord.people.message(ID.general, { by: ID.mia, content: "missed" })

    const second = await connect(discord, { session })
    expect(second.resumes).toBe(1)
    expect(second.heard.map(({ t }) => t)).toEqual(["MESSAGE_CREATE", "RESUMED"])
    expect(second.all("MESSAGE_CREATE").map(({ content }) => content)).toEqual(["missed"])
    expect([discord.gateway.identifies, discord.gateway.resumes]).toEqual([1, 1])
  })

  it("replays what the client had already seen when it asks from an older number", async () => {
    const discord = await startDiscord()
    const first = await connect(discord)
    const old = first.session
    discord.people.message(ID.general, { by: ID.mia, content: "again" })
    await first.event("MESSAGE_CREATE")
    const second = await connect(discord, { session: old })
    expect(second.all("MESSAGE_CREATE").map(({ content }) => content)).toEqual(["again"])
  })

  it("is lost beyond its window: the client is told and identifies anew", async () => {
    const discord = await startDiscord({ gateway: { resumeWindow: 2 } })
    const first = await connect(discord)
    const { session } = first
    for (const content of ["1", "2", "3"]) discord.people.message(ID.general, { by: ID.mia, content })
    await first.event("MESSAGE_CREATE", ({ content }) => content === "3")
    const second = await connect(discord, { session })
    expect(second.all("READY")).toHaveLength(1)
    expect(discord.gateway.identifies).toBe(2)
  })

  it("is lost when it expires", async () => {
    const discord = await startDiscord()
    const first = await connect(discord)
    const { session } = first
    await first.manager.destroy({ code: 4200 })
    await discord.connected(0)
    discord.gateway.expireSessions()
    const second = await connect(discord, { session })
    expect(second.all("READY")).toHaveLength(1)
    expect(second.resumes).toBe(0)
  })

  it("outlives a client that is killed, which finds in the next process what it missed", async () => {
    const discord = await startDiscord()
    const victim = spawn(process.execPath, [new URL("./victim.ts", import.meta.url).pathname, discord.apiBaseUrl])
    onTestFinished(() => void victim.kill("SIGKILL"))
    const lines = createInterface({ input: victim.stdout })
    const [line] = (await once(lines, "line")) as [string]
    const session = JSON.parse(line) as SessionInfo
    victim.kill("SIGKILL")
    await discord.connected(0)
    expect(discord.gateway.closes).toEqual([1006])
    discord.people.message(ID.general, { by: ID.mia, content: "while dead" })
    const next = await connect(discord, { session })
    expect(next.all("MESSAGE_CREATE").map(({ content }) => content)).toEqual(["while dead"])
  })

  it("ends when the client closes with 1000", async () => {
    const discord = await startDiscord()
    const first = await connect(discord)
    await first.manager.destroy({ code: 1000 })
    await discord.connected(0)
    expect(discord.gateway.sessions).toEqual([])
  })
})

describe("an interruption", () => {
  it.each([
    ["op 7", (discord: Awaited<ReturnType<typeof startDiscord>>) => discord.gateway.askToReconnect(), [4200]],
    ["a cut", (discord: Awaited<ReturnType<typeof startDiscord>>) => discord.gateway.cut(), [1006]],
    ["close 4000", (discord: Awaited<ReturnType<typeof startDiscord>>) => discord.gateway.close(4000), [4000]]
  ])("by %s ends in a resume", async (_name, interrupt, codes) => {
    const discord = await startDiscord()
    const bare = await connect(discord)
    interrupt(discord)
    await bare.until("a resume", () => (bare.resumes === 1 ? true : undefined))
    expect(bare.troubles).toEqual(codes)
    expect([discord.gateway.identifies, discord.gateway.resumes]).toEqual([1, 1])
  })

  it("by a gateway that is away for a while ends in a resume with what was missed", async () => {
    const discord = await startDiscord()
    const bare = await connect(discord)
    discord.gateway.refuseConnections()
    discord.gateway.cut()
    await bare.until("a refused connection", () => bare.troubles.find((trouble) => typeof trouble === "string"))
    discord.people.message(ID.general, { by: ID.mia, content: "missed" })
    discord.gateway.refuseConnections(false)
    expect((await bare.event("MESSAGE_CREATE")).content).toBe("missed")
    expect(discord.gateway.identifies).toBe(1)
  })

  it("by op 9 with true is resumed on the same connection", async () => {
    const discord = await startDiscord()
    const bare = await connect(discord)
    discord.gateway.invalidate(true)
    await bare.until("a resume", () => (bare.resumes === 1 ? true : undefined))
    expect([bare.troubles, discord.gateway.identifies]).toEqual([[], 1])
  })

  it("by op 9 with false starts a new session", async () => {
    const discord = await startDiscord()
    const bare = await connect(discord)
    const before = bare.session?.sessionId
    discord.gateway.invalidate(false)
    await bare.until("a second READY", () => (bare.all("READY").length === 2 ? true : undefined))
    expect(bare.troubles).toEqual([1000])
    expect(bare.session?.sessionId).not.toBe(before)
    expect(discord.gateway.identifies).toBe(2)
  })

  it("by heartbeats without an answer is noticed by the client, which resumes", async () => {
    const discord = await startDiscord({ gateway: { heartbeatIntervalMs: 50 } })
    const bare = await connect(discord)
    discord.gateway.dropAcks()
    await bare.until("a close", () => (bare.troubles.length > 0 ? true : undefined))
    discord.gateway.dropAcks(0)
    await bare.until("a resume", () => (bare.resumes > 0 ? true : undefined))
    expect(bare.troubles[0]).toBe(4200)
    expect(discord.gateway.heartbeats).toBeGreaterThan(0)
  })
})
