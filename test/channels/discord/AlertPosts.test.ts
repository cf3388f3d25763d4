import * as Effect from "effect/Effect"
import type { AlertView } from "#domain/ash/Alert.ts"
import type { DiscordSettingsService } from "#channels/discord/DiscordSettings.ts"
import { COLOURS } from "#channels/discord/Embeds.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { analysis, signal } from "./Alerts.ts"
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
      const { place, threadId } = yield* team.handlers.postAlert({ alert })
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
      expect(post.content).toContain(alert.alertId)
      expect(buttonsOf(post)).toContain("ash_ack")
      expect(only(team.discord.pings).roles).toEqual([team.id("crt")])
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

  it.live("is done quietly when somebody deleted the post", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const alert = team.write("words")
      const { place } = yield* team.handlers.postAlert({ alert })
      team.discord.people.delete(place.messageId)
      expect(yield* team.handlers.editAlert({ alert, place })).toBeNull()
    })
  )

  it.live.each([
    [{ status: 400, code: 30_046 }, "rate_limited", { retry: true, counts: false }],
    [{ status: 503 }, "discord_unavailable", { retry: true }],
    [{ status: 401 }, "discord_unauthorized", { retry: true, counts: false }],
    [{ status: 400, code: 50_035 }, "discord_50035", { retry: false }]
  ] as const)("%j means %s", ([answer, code, more]) =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const alert = team.write("words")
      const { place } = yield* team.handlers.postAlert({ alert })
      team.discord.faults.arm("PATCH /channels/*/messages/*", { kind: "status", ...answer })
      expect(yield* Effect.result(team.handlers.editAlert({ alert, place }))).toMatchObject(failed(code, more))
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
