import * as Effect from "effect/Effect"
import type { AlertView, Notice } from "#domain/ash/Alert.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { analysis, OTHER, RESPONDER, signal } from "./Alerts.ts"
import { noticeWords, summary } from "#channels/discord/Notices.ts"
import { alertView } from "./Alerts.ts"
import { makeTeam, type Team } from "./Team.ts"

const escalated: Notice = { kind: "escalated", step: 1, waitingMs: 600_000 }

/** An alert that stands, with its thread. */
const posted = Effect.fnUntraced(function* (team: Team, more: Partial<AlertView> = {}) {
  const alert = team.write("words", { severity: "medium", ...more })
  const { place, threadId } = yield* team.handlers.postAlert({ alert })
  return { ...alert, place, threadId }
})

const last = (team: Team, channelId: string) => team.discord.posts(channelId).at(-1)
const pingsIn = ({ discord }: Team) => discord.pings.map(({ roles, users }) => ({ roles, users }))

describe("a notice", () => {
  it.live("is said in the alert's thread, with the alert's state in one line", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const alert = yield* posted(team)
      const output = yield* team.handlers.notify({ alert, notice: escalated, audience: "nobody" })
      expect(output).toEqual({ kind: "escalated", audience: "nobody" })
      const said = last(team, alert.threadId ?? "")?.content
      expect(said).toContain("Nobody has acknowledged this alert for 10 minutes.")
      expect(said).toContain(`-# Medium alert about <@${team.id("sam")}> · not acknowledged`)
      expect(team.discord.pings).toHaveLength(0)
    })
  )

  it.live.each([
    ["nobody", []],
    ["crt", ["crt"]],
    ["wider", ["crt", "wider"]]
  ] as const)("for %s rings for exactly %j", ([audience, roles]) =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const alert = yield* posted(team)
      yield* team.handlers.notify({ alert, notice: escalated, audience })
      expect(pingsIn(team)).toEqual(roles.length === 0 ? [] : [{ roles: roles.map(team.id), users: [] }])
    })
  )

  it.live("for the leads is written to them as well, and says whom it reached", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam({ settings: (id) => ({ leads: [id("lou"), id("lee")] }) })
      const alert = yield* posted(team)
      const output = yield* team.handlers.notify({ alert, notice: escalated, audience: "leads" })
      expect(output.audience).toBe("leads")
      expect(team.discord.dms(team.id("lee"))[0]?.content).toContain(`<#${alert.threadId}>`)
      expect(team.discord.dms(team.id("lee"))[0]?.content).not.toContain("words")
      const said = last(team, alert.threadId ?? "")?.content ?? ""
      expect(said).toContain(`Written to: <@${team.id("lee")}>.`)
      // Who takes no direct messages may see the channel.
      expect(pingsIn(team)[0]?.users.toSorted()).toEqual([team.id("lee"), team.id("lou")].toSorted())
    })
  )

  it.live("does not claim to have reached leads when there are none", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam({ settings: (id) => ({ leads: [id("lou")] }) })
      const alert = yield* posted(team)
      yield* team.handlers.notify({ alert, notice: escalated, audience: "leads" })
      expect(last(team, alert.threadId ?? "")?.content).toContain("No lead could be written to.")
      expect(pingsIn(team)).toEqual([{ roles: [team.id("crt"), team.id("wider")], users: [team.id("lou")] }])
    })
  )

  it.live("that rings for nobody goes to the leads, and names who was really called", () =>
    Effect.gen(function* () {
      const gone = { crtRoles: ["123456789012345678"] }
      const team = yield* makeTeam({ settings: () => gone })
      const alert = yield* posted(team)
      const output = yield* team.handlers.notify({ alert, notice: escalated, audience: "crt" })
      expect(output).toEqual({ kind: "escalated", audience: "leads" })
      expect(team.discord.dms(team.id("lee"))).toHaveLength(1)
      expect(last(team, alert.threadId ?? "")?.content).toBe(
        `No role could be called. Written to: <@${team.id("lee")}>.`
      )
      const alone = yield* makeTeam({ settings: () => ({ ...gone, widerRoles: [], leads: [] }) })
      const other = yield* posted(alone)
      for (const audience of ["crt", "wider", "leads"] as const) {
        const called = yield* alone.handlers.notify({ alert: other, notice: escalated, audience })
        expect(called).toEqual({ kind: "escalated", audience: "nobody" })
      }
    })
  )

  it.live("reaches the leads although no channel takes it, and once", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam({ closed: ["critical", "high", "medium"] })
      const params = { alert: team.write("words"), notice: escalated, audience: "leads" } as const
      const idempotencyKey = "abcdef0123456789abcdef0123456789"
      for (const requestedAt of [Date.now(), Date.now() - 90_000]) {
        team.discord.forgetNonces()
        const output = yield* team.handlers.notify(params, { idempotencyKey, requestedAt })
        expect(output).toEqual({ kind: "escalated", audience: "leads" })
      }
      expect(team.discord.dms(team.id("lee"))).toHaveLength(1)
    })
  )

  it.live.each([
    ["a second attempt", { attempt: 2 }],
    ["a process that took over after a crash", { requestedAt: Date.now() - 3_600_000 }]
  ] as const)("is said once, also by %s after Discord has forgotten the nonce", ([, more]) =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const alert = yield* posted(team)
      const params = { alert, notice: escalated, audience: "crt" } as const
      const first = yield* team.handlers.notify(params)
      team.discord.forgetNonces()
      expect(yield* team.handlers.notify(params, more)).toEqual(first)
      expect(team.discord.posts(alert.threadId ?? "")).toHaveLength(1)
      expect(team.discord.pings).toHaveLength(1)
    })
  )

  it.live("that nobody came is not said any more once somebody did, unless it was raised since (B5)", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const alert = yield* posted(team)
      const acknowledged = (at: number) =>
        team.put([
          {
            op: "put",
            key: `ash:metrics:alert:${alert.alertId}`,
            value: JSON.stringify({
              alert_id: alert.alertId,
              severity: "high",
              alert_created_at: new Date(at - 60_000).toISOString(),
              acknowledged_at: new Date(at).toISOString()
            }),
            ttlMs: 60_000
          }
        ])
      const call = () =>
        team.handlers.notify({ alert, notice: escalated, audience: "crt" }, { requestedAt: Date.now() - 300_000 })
      yield* acknowledged(Date.now() - 240_000)
      expect(yield* call()).toEqual({ kind: "escalated", audience: "nobody" })
      expect(team.discord.posts(alert.threadId ?? "")).toEqual([])
      yield* acknowledged(Date.now() - 400_000)
      expect(yield* call()).toEqual({ kind: "escalated", audience: "crt" })
    })
  )

  it.live("opens a folded thread", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const alert = yield* posted(team)
      const threadId = alert.threadId ?? ""
      team.discord.people.archive(threadId)
      team.discord.faults.arm(`POST /channels/${threadId}/messages`, { kind: "status", status: 400, code: 50_083 })
      yield* team.handlers.notify({ alert, notice: escalated, audience: "crt" })
      expect(last(team, threadId)?.content).toContain("10 minutes")
    })
  )

  it.live("calls whom it was given to, unless they took it themselves", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const alert = yield* posted(team)
      const [robin, alex] = [team.id("robin"), team.id("alex")]
      const notice = { kind: "assigned", to: robin, by: alex } as const
      yield* team.handlers.notify({ alert, notice, audience: "nobody" })
      yield* team.handlers.notify({ alert, notice: { ...notice, by: robin }, audience: "nobody" })
      expect(pingsIn(team)).toEqual([{ roles: [], users: [robin] }])
    })
  )

  it.live("of another grave message rings for those who have the alert, each once", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const alert = yield* posted(team)
      const [robin, alex] = [team.id("robin"), team.id("alex")]
      const notice = { kind: "again", signal: alert.signal, to: [robin, alex] } as const
      yield* team.handlers.notify({ alert, notice, audience: "nobody" })
      expect(pingsIn(team)).toEqual([{ roles: [], users: [robin, alex] }])
      const twice = { ...notice, to: [robin, team.id("lee"), robin] }
      yield* team.handlers.notify({ alert, notice: twice, audience: "leads" })
      const body = JSON.stringify(team.discord.callsTo("POST /channels/*/messages").at(-1)?.body)
      const users = /"users":\[([^\]]*)\]/.exec(body)?.[1]?.split(",").toSorted()
      expect(users).toEqual([`"${robin}"`, `"${team.id("lee")}"`].toSorted())
    })
  )

  it.live("does not get lost in a thread that is locked", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const alert = yield* posted(team)
      const locked = { kind: "status", status: 400, code: 160_005 } as const
      team.discord.faults.arm(`POST /channels/${alert.threadId}/messages`, locked)
      yield* team.handlers.notify({ alert, notice: escalated, audience: "crt" })
      expect(last(team, team.id("medium"))?.content).toContain("10 minutes")
      expect(team.discord.pings).toHaveLength(1)
    })
  )

  it.live("goes below the post when the thread is gone, and to a channel when the post's is", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const alert = yield* posted(team)
      const place = alert.place ?? { channelId: "", messageId: "" }
      team.discord.people.deleteThread(alert.threadId ?? "")
      yield* team.handlers.notify({ alert, notice: escalated, audience: "crt" })
      const below = last(team, place.channelId)
      expect(below?.message_reference).toMatchObject({ message_id: place.messageId })
      const lost = { ...alert, place: { channelId: "123456789", messageId: place.messageId }, threadId: null }
      yield* team.handlers.notify({ alert: lost, notice: { kind: "still_open", sinceMs: 1 }, audience: "crt" })
      expect(last(team, team.id("medium"))?.content).toContain(alert.alertId)
      expect(team.discord.pings).toHaveLength(2)
    })
  )

  it.live("a day late is said, and calls nobody", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const alert = yield* posted(team)
      const requestedAt = Date.now() - team.policy.alerts.staleAfterMs - 1000
      const output = yield* team.handlers.notify({ alert, notice: escalated, audience: "leads" }, { requestedAt })
      expect(output).toEqual({ kind: "escalated", audience: "nobody" })
      expect(team.discord.pings).toHaveLength(0)
      expect(team.discord.dms(team.id("lee"))).toHaveLength(0)
    })
  )

  it.live("quotes the member's words, whatever they try", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const alert = yield* posted(team)
      const text = `@everyone <@&${team.id("wider")}>\n# loud\n${"x".repeat(3500)}`
      yield* team.handlers.notify({ alert, notice: { kind: "member_said", text }, audience: "nobody" })
      const posts = team.discord.posts(alert.threadId ?? "")
      const body = posts.map(({ content }) => content).join("\n")
      for (const line of body.split("\n").slice(1, -1)) expect(line.startsWith("> ")).toBe(true)
      expect(body.replaceAll(/[^x]/g, "")).toBe("x".repeat(3500))
      expect(team.discord.pings).toHaveLength(0)
    })
  )
})

const NOTICES: ReadonlyArray<Notice> = [
  { kind: "acknowledged", step: { by: RESPONDER, at: 1, note: "on it" } },
  { kind: "resolved", step: { by: RESPONDER, at: 1, note: null } },
  { kind: "raised", from: "medium", signal: signal() },
  escalated,
  { kind: "member_said", text: null },
  { kind: "again", signal: signal(), to: [RESPONDER] },
  { kind: "still_open", sinceMs: 7_200_000 },
  { kind: "expired" },
  { kind: "human_wanted", because: "asked" },
  { kind: "human_wanted", because: "opted_out" },
  { kind: "human_wanted", because: "ash_failed" },
  { kind: "human_wanted", because: "safety" },
  { kind: "ash_started", auto: true, by: null },
  { kind: "ash_started", auto: false, by: RESPONDER },
  { kind: "ash_ended", how: "idle" },
  { kind: "ash_ended", how: "something new" },
  { kind: "ash_refused", because: "opted_out" },
  { kind: "ash_refused", because: "off" },
  { kind: "ash_refused", because: "busy" },
  { kind: "ash_unreachable" },
  { kind: "opted_out", until: null },
  { kind: "opted_out", until: 1_800_000_000_000 },
  { kind: "taken_over", by: RESPONDER },
  { kind: "handed_back", by: RESPONDER },
  { kind: "assigned", to: OTHER, by: RESPONDER },
  { kind: "overridden", from: "low", to: "high", by: RESPONDER, reason: "I know them" },
  { kind: "false_positive", by: RESPONDER, reason: "a song" },
  { kind: "repeated", earlier: 1 },
  { kind: "repeated", earlier: 2 },
  { kind: "analysed", analysis: analysis() },
  { kind: "analysed", analysis: analysis({ severity: "safe" }) }
]

describe("the words of a notice", () => {
  it.each(NOTICES)("%j are there, short, and claim no call of people", (notice) => {
    const words = noticeWords(alertView(), notice)
    expect(words.trim()).not.toBe("")
    expect(words.length).toBeLessThan(700)
    expect(words).not.toMatch(/undefined|null|\[object/)
    expect(words).not.toMatch(/(team|responders?|leads?) (was|were|has been|have been) (told|called|notified|paged)/i)
  })

  it("carries how the alert stands", () => {
    const step = { by: RESPONDER, at: 1, note: null }
    const states: ReadonlyArray<[Partial<AlertView>, string]> = [
      [{}, "not acknowledged"],
      [{ state: "acknowledged", acknowledged: step }, `acknowledged by <@${RESPONDER}>`],
      [{ state: "resolved", acknowledged: step, resolved: step }, "resolved"],
      [{ state: "expired" }, "expired"]
    ]
    for (const [more, words] of states) expect(summary(alertView(more))).toContain(` · ${words} · `)
  })
})
