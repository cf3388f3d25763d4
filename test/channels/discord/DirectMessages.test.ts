import * as Effect from "effect/Effect"
import type { SessionSummary } from "#domain/ash/AshSession.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { makeTeam } from "./Team.ts"

const failed = (code: string, retry: boolean) => ({
  _tag: "Failure",
  failure: expect.objectContaining({ _tag: "EffectFailed", code, retry }) as unknown
})

describe("a direct message", () => {
  it.live("reaches the person, and the welcome carries the no-contact reaction", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const sam = team.id("sam")
      const sent = yield* team.handlers.sendDirect({ userId: sam, text: "I am Ash.", kind: "welcome" })
      const [post] = team.discord.dms(sam)
      expect(post?.content).toBe("I am Ash.")
      expect(sent).toEqual({ kind: "welcome", channelId: post?.channel_id, messageId: post?.id })
      expect(team.discord.reactors(sent.messageId, "❌")).toEqual([team.discord.identity.bot.id])
      const reply = yield* team.handlers.sendDirect({ userId: sam, text: "I hear you.", kind: "reply" })
      expect(team.discord.reactors(reply.messageId, "❌")).toEqual([])
    })
  )

  it.live("stands although its reaction failed", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      team.discord.faults.arm("PUT /channels/*/messages/*/reactions/**", { kind: "status", status: 500 })
      yield* team.handlers.sendDirect({ userId: team.id("sam"), text: "I am Ash.", kind: "welcome" })
      expect(team.discord.dms(team.id("sam"))).toHaveLength(1)
    })
  )

  it.live("to somebody who takes none fails for good", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const closed = yield* Effect.result(
        team.handlers.sendDirect({ userId: team.id("lou"), text: "hello", kind: "notice" })
      )
      expect(closed).toMatchObject(failed("dm_closed", false))
      team.discord.faults.arm("POST /channels/*/messages", { kind: "status", status: 403, code: 50_278 })
      const apart = yield* Effect.result(
        team.handlers.sendDirect({ userId: team.id("sam"), text: "hello", kind: "notice" })
      )
      expect(apart).toMatchObject(failed("dm_closed", false))
      team.discord.faults.arm("POST /users/@me/channels", { kind: "status", status: 404, code: 10_013 })
      const unknown = yield* Effect.result(
        team.handlers.sendDirect({ userId: team.id("sam"), text: "hello", kind: "notice" })
      )
      expect(unknown).toMatchObject(failed("unknown_user", false))
    })
  )

  it.live("of nothing, or to nobody there ever was, fails for good", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const empty = yield* Effect.result(team.handlers.sendDirect({ userId: team.id("sam"), text: "", kind: "reply" }))
      expect(empty).toMatchObject(failed("discord_50006", false))
      const nobody = yield* Effect.result(team.handlers.sendDirect({ userId: "12345", text: "hi", kind: "reply" }))
      expect(nobody).toMatchObject(failed("unknown_user", false))
    })
  )

  it.live("that is too long comes in parts, each once", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const sam = team.id("sam")
      const text = `${"word ".repeat(500)}end`
      const idempotencyKey = "fedcba9876543210fedcba9876543210"
      team.discord.faults.arm("POST /channels/*/messages", { kind: "reset", when: "after" })
      yield* Effect.result(team.handlers.sendDirect({ userId: sam, text, kind: "relay" }, { idempotencyKey }))
      const sent = yield* team.handlers.sendDirect({ userId: sam, text, kind: "relay" }, { idempotencyKey })
      const posts = team.discord.dms(sam)
      expect(posts.map(({ content }) => content).join(" ")).toBe(text)
      expect(sent.messageId).toBe(posts.at(-1)?.id)
    })
  )

  it.live("is found again after a crash, when Discord has forgotten the nonce; older words are not it", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const params = { userId: team.id("sam"), text: "How are you today?", kind: "follow_up" } as const
      const first = yield* team.handlers.sendDirect(params)
      team.discord.people.directMessage(team.id("sam"), { content: params.text })
      team.discord.forgetNonces()
      expect(yield* team.handlers.sendDirect(params, { attempt: 2 })).toEqual(first)
      team.discord.advance(86_400_000)
      const requestedAt = Date.now() + 86_400_000
      yield* team.handlers.sendDirect(params, { attempt: 2, requestedAt })
      expect(team.discord.dms(team.id("sam"))).toHaveLength(2)
    })
  )

  it.live("rings for nobody it names", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const text = `<@${team.id("lee")}> @everyone`
      yield* team.handlers.sendDirect({ userId: team.id("sam"), text, kind: "relay" })
      expect(team.discord.pings).toEqual([])
    })
  )
})

const summary = (more: Partial<SessionSummary> = {}): SessionSummary => ({
  session_id: "123456789-kzz4x0hs",
  user_id: "123456789",
  guild_id: "1",
  alert_id: "alert_0123456789ab",
  started_by: "auto",
  started_at: "2026-01-05T12:00:00Z",
  ended_at: "2026-01-05T12:12:15Z",
  ended_by: "idle",
  duration_seconds: 735,
  messages_from_member: 4,
  messages_from_ash: 5,
  human_wanted: true,
  ...more
})

describe("the notes of a session", () => {
  it.live("are posted in every notes channel that takes them", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam({
        settings: (id) => ({ notesChannels: [id("notes"), id("critical")] }),
        closed: ["critical"]
      })
      expect(yield* team.handlers.postSessionNotes({ summary: summary() })).toEqual({ posted: 1 })
      const embed = team.discord.posts(team.id("notes"))[0]?.embeds[0]
      expect(JSON.stringify(embed)).toContain("Nobody had acknowledged the alert")
      expect(JSON.stringify(embed)).toContain("12 minutes")
      expect(JSON.stringify(embed)).toContain("/ash notes 123456789-kzz4x0hs")
      expect(team.discord.pings).toEqual([])
    })
  )

  it.live("are nothing where no channel is configured, and wait out an outage", () =>
    Effect.gen(function* () {
      const none = yield* makeTeam({ settings: () => ({ notesChannels: [] }) })
      expect(yield* none.handlers.postSessionNotes({ summary: summary() })).toEqual({ posted: 0 })
      const team = yield* makeTeam()
      team.discord.faults.arm("POST /channels/*/messages", { kind: "status", status: 502 })
      const away = yield* Effect.result(team.handlers.postSessionNotes({ summary: summary() }))
      expect(away).toMatchObject(failed("discord_unavailable", true))
    })
  )
})

describe("operators", () => {
  it.live.each([
    [{ kind: "classifier_silent" }, "does not answer"],
    [{ kind: "classifier_back", unanalysed: 1 }, "1 message from meanwhile is still"],
    [{ kind: "classifier_back", unanalysed: 0 }, "Nothing is left"],
    [{ kind: "blind", channelId: "7" }, "Message Content intent"]
  ] as const)("are told %j", ([notice, words]) =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      yield* team.handlers.tellOperators({ guildId: team.guildId, notice })
      expect(team.discord.posts(team.id("operators"))[0]?.content).toContain(words)
    })
  )

  it.live("are told where alerts go when they have no channel, or a closed one", () =>
    Effect.gen(function* () {
      const notice = { kind: "classifier_silent" } as const
      const none = yield* makeTeam({ settings: () => ({ operatorChannels: [] }) })
      yield* none.handlers.tellOperators({ guildId: none.guildId, notice })
      expect(none.discord.posts(none.id("critical"))).toHaveLength(1)
      const closed = yield* makeTeam({ closed: ["operators", "critical"] })
      yield* closed.handlers.tellOperators({ guildId: closed.guildId, notice })
      expect(closed.discord.posts(closed.id("high"))).toHaveLength(1)
    })
  )
})
