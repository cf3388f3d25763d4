/** The bot is removed from a community: what is stored of its members' words goes, and of no other's; an outage takes nothing (B15). */
import * as Effect from "effect/Effect"
import { historyKey } from "#domain/ash/History.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { DiscordStandIn } from "#test/harness/discord/DiscordStandIn.ts"
import { Durable, process, until } from "./GatewayWorld.ts"

const people = ["robin", "sam", "kim"]

const world = Effect.fnUntraced(function* () {
  const discord = yield* Effect.acquireRelease(
    Effect.promise(() =>
      DiscordStandIn.start({
        guilds: ["Haven", "Harbour"].map((name) => ({
          name,
          channels: [{ name: `${name}-talk` }],
          members: people.map((name) => ({ name }))
        }))
      })
    ),
    (discord) => Effect.promise(() => discord.stop())
  )
  const durable = new Durable()
  const [haven, harbour] = ["Haven", "Harbour"].map((name) => discord.id(name))
  const ids = people.map((name) => discord.id(name))
  for (const guild of [haven, harbour]) for (const id of ids) durable.documents.set(historyKey(guild ?? "", id), "")
  durable.documents.set(historyKey(haven ?? "", "not-a-person"), "")
  const settings = { monitoredChannels: [discord.id("Haven-talk"), discord.id("Harbour-talk")] }
  const run = Effect.tap(process({ discord, durable, settings }), ({ health }) =>
    until(
      "connected",
      () => Effect.runSync(health).state,
      (state) => state === "connected"
    )
  )
  const left = () => durable.told.filter(({ event }) => event.type === "MEMBER_LEFT").map(({ to }) => to)
  const everybody = (guild: string) => ids.flatMap((id) => [`member/${guild}:${id}`, `ash-session/${id}`]).sort()
  return { discord, durable, run, left, everybody, haven: haven ?? "", harbour: harbour ?? "" }
})

describe("a guild that the bot was removed from", () => {
  it.live("has everybody told whose words are stored there, page by page, and nobody of another", () =>
    Effect.gen(function* () {
      const { discord, everybody, haven, left, run } = yield* world()
      yield* run
      discord.guilds.remove(haven)
      yield* until("all told", left, ({ length }) => length >= 6)
      expect(left().sort()).toEqual(everybody(haven))
    })
  )

  it.live("is forgotten by the next process, when this one died in the middle", () =>
    Effect.gen(function* () {
      const { discord, everybody, haven, left, run } = yield* world()
      const first = yield* run
      const { let: resume } = first.refuse(({ to }) => to.includes(discord.id("sam")))
      discord.guilds.remove(haven)
      yield* until("the first", left, ({ length }) => length >= 2)
      yield* first.crash
      expect(left()).toHaveLength(2)
      resume()
      yield* run
      yield* until("all told", left, ({ length }) => length >= 6)
      expect(left().sort()).toEqual(everybody(haven))
    })
  )

  it.live("waits for a store that is away", () =>
    Effect.gen(function* () {
      const { discord, everybody, haven, left, run } = yield* world()
      const one = yield* run
      one.forget()
      discord.guilds.remove(haven)
      yield* until(
        "the removal",
        () => one.log.join("\n"),
        (log) => log.includes("removed from a guild")
      )
      expect(left()).toEqual([])
      one.rememberAgain()
      yield* until("all told", left, ({ length }) => length >= 6)
      expect(left().sort()).toEqual(everybody(haven))
    })
  )

  it.live("is another thing than one that has an outage", () =>
    Effect.gen(function* () {
      const { discord, everybody, harbour, haven, left, run } = yield* world()
      yield* run
      discord.guilds.outage(haven)
      discord.guilds.remove(harbour)
      yield* until("all of the other told", left, ({ length }) => length >= 6)
      expect(left().sort()).toEqual(everybody(harbour))
    })
  )
})
