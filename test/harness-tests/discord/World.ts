/**
 * One small guild for these tests, and a stand-in that stops when its test is over.
 */
import { onTestFinished } from "vitest"
import { DiscordStandIn } from "#test/harness/discord/DiscordStandIn.ts"
import type { StandInOptions } from "#test/harness/discord/Options.ts"
import { Bare, type BareOptions } from "./Clients.ts"

/** Ids are Discord-like but fixed, so that failures read the same every time. */
export const ID = {
  guild: "1000000000000000001",
  general: "1000000000000000010",
  crt: "1000000000000000011",
  role: "1000000000000000020",
  mia: "1000000000000000030",
  sam: "1000000000000000031"
} as const

export const startDiscord = async (options: StandInOptions = {}): Promise<DiscordStandIn> => {
  const discord = await DiscordStandIn.start({
    guilds: [
      {
        id: ID.guild,
        name: "Cartel",
        roles: [{ id: ID.role, name: "CRT", mentionable: false }],
        channels: [
          { id: ID.general, name: "general" },
          { id: ID.crt, name: "crt" }
        ],
        members: [
          { id: ID.mia, name: "mia" },
          { id: ID.sam, name: "sam", roles: ["CRT"] }
        ]
      }
    ],
    ...options
  })
  onTestFinished(() => discord.stop())
  return discord
}

/** A bare client, connected. Gone when the test is over. */
export const connect = async (discord: DiscordStandIn, options: BareOptions = {}): Promise<Bare> => {
  const bare = new Bare(discord, options)
  onTestFinished(() => bare.manager.destroy())
  await bare.manager.connect()
  return bare
}
