/**
 * The gateway's rules for clients that break them, spoken to by hand: every close code a client can earn.
 */
import { once } from "node:events"
import { describe, expect, it } from "vitest"
import { WebSocket } from "ws"
import { TOKEN } from "#test/harness/discord/Options.ts"
import { INTENTS } from "./Clients.ts"
import { startDiscord } from "./World.ts"

const identify = { token: TOKEN, intents: INTENTS, shard: [0, 1], properties: {} }

const frame = (op: number, d: unknown) => JSON.stringify({ op, d })

/** The code that the last of these frames earns. */
const earned = async (frames: ReadonlyArray<string>, query = "?v=10&encoding=json"): Promise<number> => {
  const discord = await startDiscord({ now: () => Date.UTC(2026, 0, 1) })
  const socket = new WebSocket(`${discord.gatewayUrl}/${query}`)
  const closed = once(socket, "close") as Promise<[number]>
  await once(socket, "open")
  for (const text of frames) socket.send(text)
  return (await closed)[0]
}

describe("a client that", () => {
  it.each([
    ["speaks an unknown opcode", 4001, [frame(2, identify), frame(99, null)]],
    ["sends no JSON", 4002, ["{"]],
    ["sends a frame over 4096 bytes", 4002, [frame(3, "x".repeat(4096))]],
    ["speaks before it identifies", 4003, [frame(8, { guild_id: "1" })]],
    ["has a wrong token", 4004, [frame(2, { ...identify, token: "wrong" })]],
    ["resumes with a wrong token", 4004, [frame(6, { token: "wrong", session_id: "x", seq: 1 })]],
    ["identifies twice", 4005, [frame(2, identify), frame(2, identify)]],
    ["floods", 4008, [frame(2, identify), ...Array.from({ length: 120 }, () => frame(1, null))]],
    ["names a shard that is none", 4010, [frame(2, { ...identify, shard: [1, 1] })]],
    ["asks for an intent that is none", 4013, [frame(2, { ...identify, intents: 1 << 30 })]],
    ["asks for an intent the portal does not allow", 4014, [frame(2, { ...identify, intents: 256 })]]
  ])("%s is closed with %i", async (_what, code, frames) => {
    expect(await earned(frames)).toBe(code)
  })

  it("speaks another version is closed with 4012", async () => {
    expect(await earned([], "?v=9&encoding=json")).toBe(4012)
  })

  it("resumes from a number that never was is closed with 4007", async () => {
    const discord = await startDiscord()
    const open = async () => {
      const socket = new WebSocket(`${discord.gatewayUrl}/?v=10&encoding=json`)
      await once(socket, "open")
      return socket
    }
    const first = await open()
    first.send(frame(2, identify))
    const session = await discord.until("a session", () => discord.gateway.sessions[0])
    first.terminate()
    await discord.connected(0)
    const second = await open()
    const closed = once(second, "close") as Promise<[number]>
    second.send(frame(6, { token: TOKEN, session_id: session.id, seq: 1000 }))
    expect((await closed)[0]).toBe(4007)
  })
})
