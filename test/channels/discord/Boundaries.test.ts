/** What one community must not reach of another, and what nobody may reach who only looks like the bot (A37, section 7). */
import * as Effect from "effect/Effect"
import { customId } from "#channels/discord/AlertButtons.ts"
import { alertLookupKey } from "#domain/ash/AlertMetrics.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { clicking, scripted } from "./Clicking.ts"
import { makeTeam } from "./Team.ts"

describe("a thread below another bot's message", () => {
  it.live("is no alert's, whatever buttons and footer that message has", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const system = scripted(() => Effect.succeed(null))
      const hands = yield* clicking(team, system.layer)
      const { discord, id } = team
      const elsewhere = "999000000000000001"
      const forged = discord.people.message(id("operators"), {
        by: id("lee"),
        content: "",
        embeds: [
          {
            title: "High alert",
            url: `https://discord.com/channels/${elsewhere}/999000000000000002/999000000000000004`,
            footer: { text: "alert_0123456789ab" }
          }
        ],
        components: [
          {
            type: 1,
            components: [
              {
                type: 2,
                style: 1,
                label: "Take over",
                custom_id: customId("ash_take", "999000000000000003", "999000000000000004")
              }
            ]
          }
        ]
      })
      const thread = discord.people.thread(id("operators"), { by: id("robin"), name: "mine", on: forged.id })
      for (const words of ["ash alert take", "ash alert resolve"]) {
        const entered = yield* hands.command(words, { by: "robin", in: thread })
        expect(hands.text(entered)).toContain("This works in the thread of an alert")
      }
      expect(system.asked.filter(({ to }) => to.type === "alert")).toEqual([])
      expect(yield* team.store.readDocument(alertLookupKey(thread))).toBeNull()
    })
  )
})

describe("a role of one community", () => {
  it.live("shows nothing of another, and acts on no alert there", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const system = scripted(() => Effect.succeed(null))
      const hands = yield* clicking(team, system.layer)
      const { discord, id } = team
      yield* team.remember(team.write("words of sam"), "words of sam")
      const entered = discord.people.command({
        by: id("robin"),
        channelId: id("operators"),
        name: "ash",
        subcommand: "history",
        options: { user: id("sam") }
      })
      const here = yield* hands.raw(entered)
      const elsewhere = "999000000000000001"
      yield* hands.deliver(Object.assign({}, here, { guild_id: elsewhere }) as typeof here)
      expect(hands.text(entered)).toContain("Nothing is stored")
      const stranger = discord.people.command({
        by: id("robin"),
        channelId: id("operators"),
        name: "ash",
        subcommand: "status"
      })
      const there = yield* hands.raw(stranger)
      const member = { user: { id: id("robin") }, roles: ["999000000000000005"] }
      yield* hands.deliver(Object.assign({}, there, { guild_id: elsewhere, member }) as typeof there)
      expect(hands.text(stranger)).toBe("Sorry, this is for members of the crisis team.")
      const alone = discord.people.command({
        by: id("robin"),
        channelId: id("operators"),
        name: "ash",
        subcommand: "status"
      })
      const inPrivate = yield* hands.raw(alone)
      const user = { id: id("robin") }
      const bare = Object.assign({}, inPrivate, { guild_id: null, member: null, user })
      yield* hands.deliver(bare as unknown as typeof inPrivate)
      expect(hands.text(alone)).toBe("Sorry, this is for members of the crisis team.")
    })
  )
})

describe("an opt-out, which belongs to a person and to no community", () => {
  it.live("is neither shown nor ended where they are no member", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const system = scripted(() => Effect.succeed(null))
      const hands = yield* clicking(team, system.layer)
      const stranger = "999000000000000009"
      for (const clear of [false, true]) {
        const payload = yield* hands.raw(
          team.discord.people.command({
            by: team.id("robin"),
            channelId: team.id("operators"),
            name: "ash",
            subcommand: "optout",
            options: { user: team.id("sam"), clear }
          })
        )
        const named = JSON.parse(JSON.stringify(payload).replaceAll(team.id("sam"), stranger)) as typeof payload
        const resolved = { users: { [stranger]: { id: stranger } } }
        const { data } = named as unknown as { readonly data: object }
        yield* hands.deliver(Object.assign({}, named, { data: { ...data, resolved } }) as typeof payload)
      }
      expect(system.asked.filter(({ to }) => to.type === "ash-session")).toEqual([])
    })
  )
})

describe("the commands", () => {
  it.live("are not offered to people who install the application for themselves", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam({ settings: () => ({ homeGuildId: null }) })
      yield* clicking(team, scripted(() => Effect.succeed(null)).layer)
      expect(team.discord.commands().map(({ integration_types, name }) => [name, integration_types])).toEqual([
        ["ash", [0]],
        ["ash-me", [0]]
      ])
    })
  )
})

describe("what a member writes", () => {
  it.live("calls nobody, hides nothing and unfolds no picture, wherever the team reads it", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const hands = yield* clicking(team, scripted(() => Effect.succeed(null)).layer)
      const { discord, id } = team
      const text = `@everyone <@&${id("crt")}> ||look|| https://example.org/a.png [ok](https://example.org) \u202egnp.a`
      const alert = team.write(text, { severity: "medium" })
      yield* team.remember(alert, text)
      const { place, threadId } = yield* team.handlers.postAlert({ alert })
      const posted = { ...alert, place, threadId }
      yield* team.handlers.notify({ alert: posted, audience: "nobody", notice: { kind: "member_said", text } })
      const said = discord.posts(threadId ?? "").at(-1)
      const seen = yield* hands.command("ash history", { by: "robin", options: { user: id("sam") } })
      expect(discord.pings).toEqual([])
      expect(said?.content).toContain("example.org/a.png")
      expect(hands.text(seen)).toContain("example.org/a.png")
      for (const shown of [said?.content ?? "", hands.text(seen)]) {
        expect(shown).not.toMatch(/@everyone|<@&|\|\||\]\(|\u202e/)
      }
      const answered = seen.answers.at(-1)
      const flags = [said?.flags, answered?.kind === "modal" ? 0 : answered?.message.flags]
      expect(flags.map((one = 0) => one & 4)).toEqual([4, 4])
    })
  )
})
