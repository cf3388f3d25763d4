import * as Effect from "effect/Effect"
import { customId } from "#channels/discord/AlertButtons.ts"
import { COLOURS } from "#channels/discord/Embeds.ts"
import { alertLookupKey } from "#domain/ash/AlertMetrics.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { realDesk } from "./RealDesk.ts"
import { makeTeam } from "./Team.ts"

const button = (name: Parameters<typeof customId>[0], { userId, messageId }: { userId: string; messageId: string }) =>
  customId(name, userId, messageId)

describe("an alert, from its post to its end, on the real charts", () => {
  it.live("is acknowledged once, by the first of two, and everybody sees by whom", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const { alarm, hands, system } = yield* realDesk(team)
      const { post, signal } = yield* alarm("I can not go on", { severity: "critical" })
      expect(post.channel_id).toBe(team.id("critical"))
      const id = button("ash_ack", signal)
      const clicks = yield* Effect.all([hands.click(post.id, id, "robin"), hands.click(post.id, id, "alex")], {
        concurrency: 2
      })
      const words = clicks.map((click) => hands.text(click))
      expect(words.filter((text) => text.startsWith("Acknowledged."))).toHaveLength(1)
      expect(words.filter((text) => text.startsWith("Already acknowledged by <@"))).toHaveLength(1)
      yield* system.drained
      const now = team.discord.post(post.id)
      expect(now?.embeds[0]).toMatchObject({ title: "Critical alert · acknowledged", color: COLOURS.acknowledged })
      expect(JSON.stringify(now?.components)).not.toContain("ash_ack")
      const thread = team.discord
        .posts(post.id)
        .map(({ content }) => content)
        .join("\n")
      expect(thread).toMatch(/\*\*Acknowledged\*\* by <@\d+>/)
      expect(team.discord.posts(team.id("critical"))).toHaveLength(1)
    })
  )

  it.live("is resolved in one click, with both steps, and only the history is left to click", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const { alarm, hands, system } = yield* realDesk(team)
      const { post, signal } = yield* alarm("words")
      yield* hands.click(post.id, button("ash_resolve", signal), "robin")
      yield* system.drained
      const now = team.discord.post(post.id)
      expect(now?.embeds[0]).toMatchObject({ title: "High alert · resolved", color: COLOURS.closed })
      const embed = JSON.stringify(now?.embeds[0])
      expect(embed).toContain(`Acknowledged by <@${team.id("robin")}>`)
      expect(embed).toContain(`Resolved by <@${team.id("robin")}>`)
      expect([...JSON.stringify(now?.components).matchAll(/ash_[a-z]+/g)].map(String)).toEqual(["ash_history"])
      const late = yield* hands.click(post.id, button("ash_ack", signal), "alex")
      expect(hands.text(late)).toContain(`Already resolved by <@${team.id("robin")}>`)
    })
  )

  it.live("is worked on from its thread, by whoever may", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const { alarm, hands, system } = yield* realDesk(team)
      const { alertId, post } = yield* alarm("words", { severity: "medium" })
      expect(yield* team.store.readDocument(alertLookupKey(post.id))).toBe(alertId)
      const enter = (words: string, options: Readonly<Record<string, string>> = {}, by = "robin") =>
        Effect.map(hands.command(words, { by, in: post.id, options }), (entered) => hands.text(entered))

      expect(yield* enter("ash alert ack", { note: "I am on it" })).toContain("Acknowledged.")
      expect(yield* enter("ash alert ack")).toContain("Already acknowledged by you")
      expect(yield* enter("ash alert severity", { level: "critical", reason: "I know them" })).toContain("critical now")
      expect(yield* enter("ash alert assign", { responder: team.id("robin") })).toContain("Assigned to")
      expect(yield* enter("ash alert assign", { responder: team.id("lee") })).toContain("is not of the crisis team")
      expect(yield* enter("ash alert handback")).toContain("Nobody has taken over")
      expect(yield* enter("ash alert resolve", {}, "stef")).toBe("Sorry, this is for members of the crisis team.")
      expect(yield* enter("ash alert falsepositive", { reason: "a song" })).toContain("false positive")
      expect(yield* enter("ash alert dance")).toContain("do not understand")
      yield* system.drained
      const embed = JSON.stringify(team.discord.post(post.id)?.embeds[0])
      expect(embed).toContain("Critical alert · resolved, false positive")
      expect(embed).toContain("I am on it")
      expect(embed).toContain("I know them")
    })
  )

  it.live("is found from its thread by the post above, where the look-up has gone; elsewhere there is none", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const { alarm, hands } = yield* realDesk(team)
      const { post } = yield* alarm("words")
      yield* team.put([{ op: "delete", key: alertLookupKey(post.id) }])
      const inside = yield* hands.command("ash alert ack", { by: "robin", in: post.id })
      expect(hands.text(inside)).toContain("Acknowledged.")
      const outside = yield* hands.command("ash alert ack", { by: "robin", in: "operators" })
      expect(hands.text(outside)).toContain("works in the thread of an alert")
    })
  )

  it.live("of an earlier service is taken over with its own words kept", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const { hands, system } = yield* realDesk(team)
      const written = team.write("old words")
      const { signal } = written
      const { place } = yield* team.handlers.postAlert({ alert: written })
      const link = `https://discord.com/channels/${team.guildId}/${signal.channelId}/${signal.messageId}`
      team.discord.people.edit(place.messageId, {
        embeds: [{ title: "🟠 High Severity", description: "old words", fields: [{ name: "Jump", value: link }] }]
      })
      const click = yield* hands.click(place.messageId, button("ash_ack", signal), "robin")
      expect(hands.text(click)).toContain("Acknowledged.")
      yield* system.drained
      const now = team.discord.post(place.messageId)?.embeds[0]
      expect(now).toMatchObject({ title: "High alert · acknowledged", description: "old words" })
      expect(now?.footer?.text).toBe(written.alertId)
    })
  )

  it.live("asks Ash, and says so where it was asked", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const { alarm, hands, system } = yield* realDesk(team)
      const { post, signal } = yield* alarm("words")
      const click = yield* hands.click(post.id, button("ash_talk", signal), "robin")
      expect(hands.text(click)).toContain("Ash is asked to write to the member.")
      yield* Effect.promise(() =>
        team.discord.posted(
          "the welcome",
          ({ channel_id }) => channel_id === team.discord.dms(team.id("sam"))[0]?.channel_id
        )
      )
      yield* system.drained
      expect(team.discord.dms(team.id("sam"))).not.toHaveLength(0)
      expect(JSON.stringify(team.discord.post(post.id)?.components)).toMatch(/Ash (was asked|is talking)/)
    })
  )
})
