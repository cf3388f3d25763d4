import * as Effect from "effect/Effect"
import type { AlertView } from "#domain/ash/Alert.ts"
import { COLOURS } from "#channels/discord/Embeds.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { analysis, signal } from "./Alerts.ts"
import { makeTeam } from "./Team.ts"

const failed = (code: string, more: Readonly<Record<string, unknown>> = {}) => ({
  _tag: "Failure",
  failure: expect.objectContaining({ _tag: "EffectFailed", code, ...more }) as unknown
})

const only = <A>(all: ReadonlyArray<A>): A => {
  expect(all).toHaveLength(1)
  return all[0] as A
}

const buttonsOf = (post: { readonly components?: ReadonlyArray<unknown> }) =>
  [...JSON.stringify(post.components).matchAll(/"(ash_[a-z]+):/g)].map(([, name]) => name)

describe("changing an alert's post", () => {
  it.live("shows the step, who took it, and the buttons that are left", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const alert = team.write("words")
      const { place, threadId } = yield* team.handlers.postAlert({ alert })
      const acknowledged = { by: team.id("robin"), at: Date.now(), note: null }
      const now: AlertView = { ...alert, place, threadId, state: "acknowledged", acknowledged }
      yield* team.handlers.editAlert({ alert: now, place })
      const post = only(team.discord.posts(team.id("high")))
      expect(post.embeds[0]).toMatchObject({ title: "High alert · acknowledged", color: COLOURS.acknowledged })
      expect(JSON.stringify(post.embeds)).toContain(`<@${team.id("robin")}>`)
      expect(buttonsOf(post)).not.toContain("ash_ack")
      expect(team.discord.pings).toHaveLength(1)
    })
  )

  it.live("says when somebody deleted the post", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const alert = team.write("words")
      const { place } = yield* team.handlers.postAlert({ alert })
      team.discord.people.delete(place.messageId)
      expect(yield* team.handlers.editAlert({ alert, place })).toBe("gone")
    })
  )

  it.live.each([
    [{ status: 400, code: 30_046 }, "rate_limited", { retry: true, counts: false }],
    [{ status: 503 }, "discord_unavailable", { retry: true }],
    [{ status: 401 }, "discord_unauthorized", { retry: true, counts: false }],
    [{ status: 400, code: 50_035 }, "discord_50035", { retry: false }]
  ] as const)("%j, however often, means %s", ([answer, code, more]) =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const alert = team.write("words")
      const { place } = yield* team.handlers.postAlert({ alert })
      team.discord.faults.arm("PATCH /channels/*/messages/*", { kind: "status", ...answer }, Infinity)
      expect(yield* Effect.result(team.handlers.editAlert({ alert, place }))).toMatchObject(failed(code, more))
    })
  )

  it.live("says plainly how it stands when Discord refuses its looks", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const alert = team.write("words nobody may keep")
      const { place } = yield* team.handlers.postAlert({ alert })
      const refuse = () =>
        team.discord.faults.arm("PATCH /channels/*/messages/*", { kind: "status", status: 400, code: 50_035 })
      refuse()
      const acknowledged = { by: team.id("robin"), at: Date.now(), note: null }
      expect(
        yield* team.handlers.editAlert({ alert: { ...alert, state: "acknowledged", acknowledged }, place })
      ).toBeNull()
      const post = only(team.discord.posts(team.id("high")))
      expect(post.content).toContain("High alert · acknowledged")
      expect(buttonsOf(post)).not.toContain("ash_ack")
      refuse()
      yield* team.handlers.editAlert({ alert: { ...alert, textGone: true }, place })
      expect(JSON.stringify(only(team.discord.posts(team.id("high"))))).not.toContain("nobody may keep")
      expect(team.discord.pings).toHaveLength(1)
    })
  )

  it.live("says on a phone how severe it is and whether a person was asked for, and rings no second time", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const alert = team.write("words of the member")
      const { place } = yield* team.handlers.postAlert({ alert })
      const head = () => only(team.discord.posts(team.id("high"))).content
      expect(head()).toBe(`<@&${team.id("crt")}> High alert.`)
      yield* team.handlers.editAlert({ alert: { ...alert, severity: "critical", humanWanted: "asked" }, place })
      expect(head()).toBe(`<@&${team.id("crt")}> Critical alert. The member asked for a person.`)
      expect(team.discord.pings).toHaveLength(1)
    })
  )

  it.live("takes the words away when they are gone", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const alert = team.write("words nobody may keep")
      const { place } = yield* team.handlers.postAlert({ alert })
      yield* team.handlers.editAlert({ alert: { ...alert, textGone: true }, place })
      expect(JSON.stringify(only(team.discord.posts(team.id("high"))))).not.toContain("nobody may keep")
    })
  )

  it.live("leaves an earlier service's post its words", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const alert = team.write("words")
      const { place } = yield* team.handlers.postAlert({
        alert: { ...alert, signal: signal({ analysis: analysis() }) }
      })
      const before = team.discord.post(place.messageId)?.embeds[0]
      const bare = { ...alert.signal, analysis: null, channelId: place.channelId }
      yield* team.handlers.editAlert({ alert: { ...alert, state: "resolved", signal: bare, raisedBy: bare }, place })
      const after = team.discord.post(place.messageId)?.embeds[0]
      expect(after).toMatchObject({ title: "High alert · resolved", description: before?.description })
    })
  )
})
