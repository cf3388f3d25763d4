import * as Effect from "effect/Effect"
import type { AlertView } from "#domain/ash/Alert.ts"
import type { DiscordSettingsService } from "#channels/discord/DiscordSettings.ts"
import { alertIdOfPost, COLOURS } from "#channels/discord/Embeds.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { signal } from "./Alerts.ts"
import { makeTeam, type Team } from "./Team.ts"

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

/** Someone else's words around the alert, so that it is not the only message there. */
const chatter = ({ discord, id }: Team, channel: string) =>
  discord.people.message(id(channel), { by: id("robin"), content: "hello" })

describe("posting an alert", () => {
  it.live("shows the member's words, the buttons, and a thread, and rings for the team", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const alert = team.write("I can not go on")
      const { called, place, threadId } = yield* team.handlers.postAlert({ alert })
      expect(called).toBe(true)
      const post = only(team.discord.posts(team.id("high")))
      expect(place).toEqual({ channelId: team.id("high"), messageId: post.id })
      expect(threadId).toBe(post.id)
      expect(post.embeds[0]).toMatchObject({ title: "High alert", color: COLOURS.high })
      expect(post.embeds[0]?.description).toContain("I can not go on")
      expect(buttonsOf(post)).toEqual(["ash_ack", "ash_talk", "ash_take", "ash_resolve", "ash_history"])
      expect(only(team.discord.pings)).toMatchObject({ roles: [team.id("crt")], users: [], everyone: false })
      const thread = only(team.discord.threads())
      expect(thread.name).toBe(`${alert.alertId} · high`)
      expect(thread.name).not.toContain(team.id("sam"))
      const call = only(team.discord.callsTo("POST /channels/*/messages"))
      expect(call.body).toMatchObject({
        enforce_nonce: true,
        allowed_mentions: { parse: [], roles: [team.id("crt")] }
      })
      expect(String((call.body as Record<string, unknown>)["nonce"]).length).toBeLessThanOrEqual(25)
    })
  )

  it.live.each(["low", "medium", "high", "critical"] as const)("a %s one goes where its severity belongs", (severity) =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      yield* team.handlers.postAlert({ alert: team.write("words", { severity }) })
      const where = severity === "low" ? "medium" : severity
      only(team.discord.posts(team.id(where)))
      expect(team.discord.pings).toHaveLength(severity === "high" || severity === "critical" ? 1 : 0)
    })
  )

  const lists = (of: Partial<Record<keyof DiscordSettingsService["alertChannels"], string>>) => ({
    settings: (id: (name: string) => string) => ({
      alertChannels: {
        medium: of.medium === undefined ? [] : [id(of.medium)],
        high: of.high === undefined ? [] : [id(of.high)],
        critical: of.critical === undefined ? [] : [id(of.critical)]
      }
    })
  })

  it.live.each([
    ["critical", { high: "high", medium: "medium" }, "high"],
    ["critical", { medium: "medium" }, "medium"],
    ["high", { medium: "medium", critical: "critical" }, "medium"],
    ["high", { critical: "critical" }, "critical"],
    ["medium", { critical: "critical" }, "critical"],
    ["low", { high: "high", critical: "critical" }, "high"]
  ] as const)("a %s one with only %j lands in %s", ([severity, channels, where]) =>
    Effect.gen(function* () {
      const team = yield* makeTeam(lists(channels))
      yield* team.handlers.postAlert({ alert: team.write("words", { severity }) })
      only(team.discord.posts(team.id(where)))
    })
  )

  it.live("goes to the next channel when one is closed to us", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam({ closed: ["critical", "high"] })
      const { place } = yield* team.handlers.postAlert({ alert: team.write("words", { severity: "critical" }) })
      expect(place.channelId).toBe(team.id("medium"))
      expect(team.lines.filter((line) => line.includes("cannot be posted in"))).toHaveLength(2)
    })
  )

  it.live("waits for an operator when no channel takes it, and loses no attempt", () =>
    Effect.gen(function* () {
      const waiting = failed("no_alert_channel", { retry: true, counts: false, retryAfterMs: 60_000 })
      const none = yield* makeTeam(lists({}))
      expect(yield* Effect.result(none.handlers.postAlert({ alert: none.write("words") }))).toMatchObject(waiting)
      const closed = yield* makeTeam({ closed: ["critical", "high", "medium"] })
      expect(yield* Effect.result(closed.handlers.postAlert({ alert: closed.write("words") }))).toMatchObject(waiting)
      expect(closed.lines.join()).toContain("no channel takes alerts")
    })
  )

  it.live("is kept while there is no token", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam({ settings: () => ({ token: null }) })
      const result = yield* Effect.result(team.handlers.postAlert({ alert: team.write("words") }))
      expect(result).toMatchObject(failed("discord_off", { retry: true, counts: false }))
      expect(team.discord.calls).toHaveLength(0)
    })
  )

  it.live("is one post although the first answer was lost", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const alert = team.write("words")
      const idempotencyKey = "abcdef0123456789abcdef0123456789"
      team.discord.faults.arm("POST /channels/*/messages", { kind: "reset", when: "after" })
      const lost = yield* Effect.result(team.handlers.postAlert({ alert }, { idempotencyKey }))
      expect(lost).toMatchObject(failed("discord_unavailable", { retry: true }))
      // Within the minutes in which Discord remembers the nonce.
      const { place } = yield* team.handlers.postAlert({ alert }, { idempotencyKey })
      expect(place.messageId).toBe(only(team.discord.posts(team.id("high"))).id)
    })
  )

  it.live.each([
    ["a second attempt", { attempt: 2 }],
    ["a process that took over after a crash", { requestedAt: Date.now() - 3_600_000 }]
  ] as const)("%s finds the post of the first, when Discord has forgotten the nonce", ([, more]) =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const alert = team.write("words")
      const first = yield* team.handlers.postAlert({ alert })
      chatter(team, "high")
      team.discord.forgetNonces()
      expect(yield* team.handlers.postAlert({ alert }, more)).toEqual(first)
      only(team.discord.posts(team.id("high")))
    })
  )

  it.live("does not take another alert's post for its own", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      yield* team.handlers.postAlert({ alert: team.write("one") })
      yield* team.handlers.postAlert({ alert: team.write("two") }, { attempt: 2 })
      expect(team.discord.posts(team.id("high"))).toHaveLength(2)
    })
  )

  it.live("does not take an earlier alert's post about the same message for its own", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const first = team.write("words")
      const closed = yield* team.handlers.postAlert({ alert: first })
      yield* team.handlers.editAlert({ alert: { ...first, state: "resolved" }, place: closed.place })
      // Changed for the worse since: a second alert, with the same buttons.
      const second = { ...first, alertId: "alert_ba9876543210" }
      const { place } = yield* team.handlers.postAlert({ alert: second }, { attempt: 2 })
      expect(place.messageId).not.toBe(closed.place.messageId)
      expect(team.discord.pings).toHaveLength(2)
    })
  )

  it.live("looks past messages it cannot read", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const alert = team.write("words")
      const first = yield* team.handlers.postAlert({ alert })
      team.discord.forgetNonces()
      const odd = team.discord.people.message(team.id("high"), { by: team.id("robin"), content: "hello" })
      Object.assign(team.discord.messages(team.id("high")).find(({ id }) => id === odd.id)?.author ?? {}, { id: 7 })
      expect(yield* team.handlers.postAlert({ alert }, { attempt: 2 })).toEqual(first)
    })
  )

  it.live("writes to the leads, once, when no channel takes it", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam({ closed: ["critical", "high", "medium"] })
      const alert = team.write("words of the member")
      const idempotencyKey = "abcdef0123456789abcdef0123456789"
      for (const requestedAt of [Date.now(), Date.now() - 90_000, Date.now() - 180_000]) {
        team.discord.forgetNonces()
        yield* Effect.result(team.handlers.postAlert({ alert }, { idempotencyKey, requestedAt }))
      }
      const dm = only(team.discord.dms(team.id("lee"))).content
      expect(dm).toContain("High alert")
      expect(dm).toContain(`/${alert.signal.channelId}/${alert.signal.messageId}`)
      expect(dm).not.toContain("words of the member")
    })
  )

  it.live.each([
    ["a role that was deleted", (): Partial<DiscordSettingsService> => ({ crtRoles: ["123456789012345678"] })],
    ["no role", (): Partial<DiscordSettingsService> => ({ crtRoles: [] })]
  ] as const)("that rings for %s rings for the leads, and says so in the log", ([, settings]) =>
    Effect.gen(function* () {
      const team = yield* makeTeam({ settings })
      const { called } = yield* team.handlers.postAlert({ alert: team.write("words") })
      expect(called).toBe(true)
      only(team.discord.dms(team.id("lee")))
      expect(team.lines.join()).toContain("rang for nobody")
      const alone = yield* makeTeam({ settings: () => ({ ...settings(), leads: [] }) })
      expect(yield* alone.handlers.postAlert({ alert: alone.write("words") })).toMatchObject({ called: false })
    })
  )

  it.live("of somebody who is taken care of, or of no great severity, calls nobody", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam({ settings: () => ({ crtRoles: [] }) })
      const step = { by: team.id("robin"), at: Date.now(), note: null }
      const alerts = [
        team.write("one", { state: "acknowledged", acknowledged: step }),
        team.write("two", { severity: "medium" })
      ]
      for (const alert of alerts) expect(yield* team.handlers.postAlert({ alert })).toMatchObject({ called: false })
      expect([team.discord.pings, team.discord.dms(team.id("lee"))]).toEqual([[], []])
    })
  )

  it.live("hands a long rate limit to the outbox without losing an attempt", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      team.discord.faults.arm("POST /channels/*/messages", { kind: "rate-limit", retryAfter: 42 })
      const result = yield* Effect.result(team.handlers.postAlert({ alert: team.write("words") }))
      expect(result).toMatchObject(failed("rate_limited", { retry: true, counts: false }))
      const waitMs = result._tag === "Failure" ? (result.failure.retryAfterMs ?? 0) : 0
      expect(waitMs).toBeGreaterThan(40_000)
    })
  )

  it.live("goes out plainly when Discord refuses its looks", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      team.discord.faults.arm("POST /channels/*/messages", { kind: "status", status: 400, code: 50_035 })
      const alert = team.write("words")
      yield* team.handlers.postAlert({ alert })
      const post = only(team.discord.posts(team.id("high")))
      expect(alertIdOfPost(post.embeds, post.content)).toBe(alert.alertId)
      expect(buttonsOf(post)).toContain("ash_ack")
      expect(only(team.discord.pings).roles).toEqual([team.id("crt")])
    })
  )

  it.live("is found again although it has no looks", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      team.discord.faults.arm("POST /channels/*/messages", { kind: "status", status: 400, code: 50_035 })
      const alert = team.write("words")
      const first = yield* team.handlers.postAlert({ alert })
      team.discord.forgetNonces()
      expect(yield* team.handlers.postAlert({ alert }, { attempt: 2 })).toEqual(first)
      only(team.discord.posts(team.id("high")))
    })
  )

  it.live("stands without a thread where none can be made", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      team.discord.faults.arm("POST /channels/*/messages/*/threads", { kind: "status", status: 403, code: 50_013 })
      const { threadId } = yield* team.handlers.postAlert({ alert: team.write("words") })
      expect(threadId).toBeNull()
    })
  )

  it.live("rings for nobody when it is a day late", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const requestedAt = Date.now() - team.policy.alerts.staleAfterMs - 1000
      yield* team.handlers.postAlert({ alert: team.write("words", { severity: "critical" }) }, { requestedAt })
      only(team.discord.posts(team.id("critical")))
      expect(team.discord.pings).toHaveLength(0)
    })
  )

  it.live("lets a member's words ring for nobody and break out of nothing", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam({ settings: () => ({ crtRoles: [] }) })
      const words = `@everyone <@&${team.id("wider")}> <@${team.id("lee")}> \`\`\` [x](https://evil.example)`
      yield* team.handlers.postAlert({ alert: team.write(words) })
      expect(team.discord.pings).toHaveLength(0)
      const { description = "" } = only(team.discord.posts(team.id("high"))).embeds[0] ?? {}
      expect(description.slice(4, -4)).not.toContain("```")
    })
  )
})

describe("the words an alert shows", () => {
  const shownBy = (team: Team, alert: AlertView) =>
    Effect.map(team.handlers.postAlert({ alert }), ({ place }) => {
      const post = team.discord.post(place.messageId)
      return String(post?.embeds[0]?.description)
    })

  it.live("come from the history, where an edit is already in", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const alert = team.write("first words")
      yield* team.remember(alert, "changed words")
      expect(yield* shownBy(team, alert)).toContain("changed words")
      expect(team.discord.callsTo("GET /channels/*/messages/*")).toHaveLength(0)
    })
  )

  it.live("are those of the message that raised it", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const first = team.write("low words")
      const worse = team.write("worse words")
      expect(yield* shownBy(team, { ...first, raisedBy: worse.signal })).toContain("worse words")
    })
  )

  it.live("that are not those that raised it are said to be others", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const alert = team.write("words that worry")
      const opened = { ...alert.signal, at: Date.now() }
      team.discord.advance(60_000)
      team.discord.people.edit(opened.messageId, { content: "never mind" })
      const shown = yield* shownBy(team, { ...alert, signal: opened, raisedBy: opened })
      expect(shown).toContain("never mind")
      expect(shown).toContain("Its author changed it since")
      const raised = { ...opened, at: Date.now() + 120_000 }
      expect(yield* shownBy(team, { ...alert, raisedBy: raised })).not.toContain("changed it since")
    })
  )

  it.live("are gone when the message is", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const alert = team.write("words")
      team.discord.people.delete(alert.signal.messageId)
      expect(yield* shownBy(team, alert)).toContain("no longer available")
      expect(yield* shownBy(team, { ...team.write("words"), textGone: true })).not.toContain("words")
    })
  )

  it.live("are not our own: a reaction to a message of ours is no message of theirs", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const sent = yield* team.handlers.sendDirect({ userId: team.id("sam"), text: "I am Ash", kind: "welcome" })
      const declined = signal({
        guildId: team.guildId,
        userId: team.id("sam"),
        channelId: sent.channelId,
        messageId: sent.messageId,
        origin: "dm",
        analysis: null,
        humanWanted: "opted_out"
      })
      const alert = { ...team.write("words"), signal: declined, raisedBy: declined, humanWanted: "opted_out" as const }
      expect(yield* shownBy(team, alert)).not.toContain("I am Ash")
    })
  )

  it.live("that cannot be read now hold up nothing", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const alert = team.write("words")
      team.discord.faults.arm("GET /channels/*/messages/*", { kind: "status", status: 500 }, Infinity)
      expect(yield* shownBy(team, alert)).toContain("could not be read")
    })
  )
})
