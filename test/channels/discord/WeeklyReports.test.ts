/** The weekly report on a local Discord: built from what the store has, named as the guild names, posted once. */
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import { DiscordRest } from "#channels/discord/DiscordRest.ts"
import { type WeeklyReports, weeklyReports } from "#channels/discord/WeeklyReports.ts"
import { address } from "#domain/ActorAddress.ts"
import { type DayMetrics, dayMetrics, dayMetricsKey } from "#domain/ash/DayMetrics.ts"
import { weekBefore } from "#domain/ash/ReportCalendar.ts"
import type { EffectCall } from "#runtime/EffectHandler.ts"
import { ActorStore } from "#runtime/ports/ActorStore.ts"
import { StoreUnavailable } from "#runtime/RuntimeError.ts"
import { acknowledgedBy, alertOf } from "#test/domain/ash/DayRecords.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { makeTeam, type Team } from "./Team.ts"

const DATES = weekBefore("2026-01-08")
const REPORT = { report: "2026-W02", text: "The report\nof a week", details: "The details" }
const TEXT = "```\nThe report\nof a week\n```"
const DETAILS = "```\nThe details\n```"

const call = <P>(params: P, more: Partial<Omit<EffectCall, "params">> = {}): EffectCall<P> => ({
  params,
  address: address("weekly-report", "main"),
  idempotencyKey: "0123456789abcdef0123456789abcdef",
  attempt: 1,
  requestedAt: Date.now(),
  emit: () => Effect.void,
  ...more
})

/** The handlers of a team, and what they log; with another Discord or store where one is given. */
const handlersOf = (
  team: Team,
  other: { readonly discord?: DiscordRest["Service"]; readonly store?: ActorStore["Service"] } = {}
) =>
  Effect.gen(function* () {
    const handlers = yield* weeklyReports.pipe(
      Effect.provideService(DiscordRest, other.discord ?? (yield* DiscordRest)),
      Effect.provideService(ActorStore, other.store ?? team.store)
    )
    const lines: Array<string> = []
    const logger = Logger.layer([Logger.map(Logger.formatJson, (line) => void lines.push(line))])
    const logging = <A, E>(run: Effect.Effect<A, E>) => Effect.provide(run, logger)
    const build = (guildId: string | null) => logging(handlers.buildReport.run(call({ guildId, dates: DATES })))
    const post = (channelId: string, more: Partial<Omit<EffectCall, "params">> = {}, params = REPORT) =>
      logging(handlers.postReport.run(call({ channelId, ...params }, more)))
    return { handlers, lines, build, post, logging }
  }).pipe(Effect.provide(team.environment))

const put = (team: Team, date: string, value: string) =>
  team.put([{ op: "put", key: dayMetricsKey(date), value, ttlMs: null }])
const day = (date: string, responders: ReadonlyArray<string>): DayMetrics =>
  dayMetrics(
    date,
    responders.map((by) => alertOf({ alert_created_at: `${date}T22:00:00Z`, ...acknowledgedBy(by, 165) })),
    []
  )
const lineOf = (text: string, start: string): string | undefined =>
  text.split("\n").find((line) => line.startsWith(start))

describe("a report that is built", () => {
  it.live("counts the days that have a document, and takes the others for empty", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const robin = team.id("robin")
      yield* put(team, "2026-01-07", JSON.stringify(day("2026-01-07", [robin, robin, team.id("alex")])))
      yield* put(team, "2026-01-01", `{"total_alerts":1,"avg_acknowledge_seconds":165,"by_severity":{"low":1}}`)
      yield* put(team, "2026-01-08", JSON.stringify(day("2026-01-08", [robin])))
      const { build, lines } = yield* handlersOf(team)
      const { details, text } = yield* build(team.guildId)
      expect(lineOf(text, "Week of")).toBe("Week of January 1 - January 7, 2026")
      expect(lineOf(text, "Total Alerts")).toBe("Total Alerts:           4")
      expect(lineOf(text, "Avg. Time to Acknowledge")).toBe("Avg. Time to Acknowledge:    2m 45s")
      expect(lineOf(text, "Peak Hour")).toBe("Peak Hour:   10 PM - 11 PM (3 alerts)")
      expect(lineOf(text, "1.")).toBe("1. @robin - 2 acknowledgments")
      expect(lineOf(text, "2.")).toBe("2. @alex - 1 acknowledgment")
      expect(lineOf(details, "Never acknowledged")).toBe("Never acknowledged: 0")
      expect(lines).toEqual([])
    })
  )

  it.live("passes over a day that cannot be read, and says which", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      yield* put(team, "2026-01-03", "no document")
      const { build, lines } = yield* handlersOf(team)
      expect(lineOf((yield* build(null)).text, "Total Alerts")).toBe("Total Alerts:           0")
      expect(lines).toHaveLength(1)
      expect(lines[0]).toContain("2026-01-03")
    })
  )

  it.live("asks for three names at most, and is built without one that cannot be had", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const gone = "999999999999999999"
      const robin = team.id("robin")
      const all = [robin, robin, robin, gone, gone, team.id("alex"), team.id("sam")]
      yield* put(team, "2026-01-07", JSON.stringify(day("2026-01-07", all)))
      const { build, lines } = yield* handlersOf(team)
      const { text } = yield* build(team.guildId)
      expect(team.discord.callsTo("GET /guilds/*/members/*")).toHaveLength(3)
      expect(lineOf(text, "1.")).toBe("1. @robin - 3 acknowledgments")
      expect(lineOf(text, "2.")).toBe("2. Responder 2 - 2 acknowledgments")
      expect(lines).toHaveLength(1)
      expect(lines.join("")).not.toContain(gone)
      team.discord.faults.arm("GET /guilds/*/members/*", { kind: "reset" }, Infinity)
      expect(lineOf((yield* build(team.guildId)).text, "1.")).toBe("1. Responder 1 - 3 acknowledgments")
    })
  )

  it.live("asks nobody for names when nobody acknowledged", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const { build } = yield* handlersOf(team)
      yield* build(null)
      expect(team.discord.calls).toEqual([])
    })
  )

  it.live("belongs to the only guild there is when none is named anywhere", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam({ settings: () => ({ homeGuildId: null }) })
      yield* put(team, "2026-01-07", JSON.stringify(day("2026-01-07", [team.id("robin")])))
      const { build } = yield* handlersOf(team)
      expect(lineOf((yield* build(null)).text, "1.")).toBe("1. @robin - 1 acknowledgment")
      team.discord.faults.arm("GET /users/@me/guilds", { kind: "status", status: 403 })
      expect(lineOf((yield* build(null)).text, "1.")).toBe("1. Responder 1 - 1 acknowledgment")
    })
  )

  it.live.each([
    [{ nick: "Robin (CRT)", user: { global_name: "Rob", username: "robin" } }, "@Robin (CRT)"],
    [{ nick: null, user: { global_name: "Rob", username: "robin" } }, "@Rob"],
    [{ nick: "", user: { global_name: "", username: "robin" } }, "@robin"],
    [{ user: { username: "robin" } }, "@robin"],
    [{ user: null }, "Responder 1"],
    [null, "Responder 1"]
  ] as const)("names %j as %s", ([member, name]) =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      yield* put(team, "2026-01-07", JSON.stringify(day("2026-01-07", ["5"])))
      const { build } = yield* handlersOf(team, { discord: { request: () => Effect.succeed(member) } })
      expect(lineOf((yield* build("900")).text, "1.")).toBe(`1. ${name} - 1 acknowledgment`)
    })
  )

  it.live("waits for a store that is away", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const away = new StoreUnavailable({ store: "redis", operation: "read", reason: "connection" })
      const store = { ...team.store, readDocuments: () => Effect.fail(away) }
      const { build } = yield* handlersOf(team, { store })
      expect(yield* Effect.flip(build("900"))).toMatchObject({ code: "store_unavailable", retry: true })
    })
  )
})

describe("a report that is posted", () => {
  it.live("stands as two messages in code blocks that call nobody", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const { post } = yield* handlersOf(team)
      const params = { ...REPORT, text: "1. @everyone - 2 acknowledgments" }
      expect(yield* post(team.id("notes"), {}, params)).toEqual({ report: "2026-W02" })
      expect(team.discord.posts(team.id("notes")).map(({ content }) => content)).toEqual([
        "```\n1. @everyone - 2 acknowledgments\n```",
        DETAILS
      ])
      expect(team.discord.pings).toEqual([])
      for (const { body } of team.discord.callsTo("POST /channels/*/messages")) {
        expect(body).toMatchObject({ allowed_mentions: { parse: [] }, enforce_nonce: true })
      }
    })
  )

  it.live("is split where Discord asks, in its order", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const { post } = yield* handlersOf(team)
      const lines = Array.from({ length: 90 }, (_, index) => `${index}`.padStart(50, "·"))
      yield* post(team.id("notes"), {}, { ...REPORT, text: lines.join("\n") })
      const contents = team.discord.posts(team.id("notes")).map(({ content }) => content)
      expect(contents).toHaveLength(4)
      expect(contents.slice(0, 3).flatMap((one) => one.split("\n").slice(1, -1))).toEqual(lines)
      expect(contents[3]).toBe(DETAILS)
    })
  )

  it.live("stands once although the answer was lost, within the nonce's time and after it", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const { post } = yield* handlersOf(team)
      const notes = team.id("notes")
      const requestedAt = Date.now()
      team.discord.faults.arm("POST /channels/*/messages", { kind: "reset", when: "after" })
      expect(yield* Effect.flip(post(notes))).toMatchObject({ code: "discord_unavailable", retry: true })
      yield* post(notes, { attempt: 2, requestedAt })
      team.discord.forgetNonces()
      yield* post(notes, { attempt: 3, requestedAt })
      expect(team.discord.posts(notes).map(({ content }) => content)).toEqual([TEXT, DETAILS])
    })
  )

  it.live("is completed by a process that comes later, from where the first one died", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const { post } = yield* handlersOf(team)
      const notes = team.id("notes")
      const requestedAt = Date.now()
      const isSecond = () => team.discord.posts(notes).length === 1
      team.discord.faults.arm(({ method }) => method === "POST" && isSecond(), { kind: "status", status: 500 })
      yield* Effect.flip(post(notes, { requestedAt }))
      team.discord.forgetNonces()
      yield* post(notes, { attempt: 2, requestedAt })
      expect(team.discord.posts(notes).map(({ content }) => content)).toEqual([TEXT, DETAILS])
    })
  )

  it.live("is not taken for an older report of the same words", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const { post } = yield* handlersOf(team)
      const notes = team.id("notes")
      yield* post(notes)
      yield* post(notes, { attempt: 2, requestedAt: Date.now() + 60_000, idempotencyKey: "f".repeat(32) })
      expect(team.discord.posts(notes)).toHaveLength(4)
    })
  )

  it.live("fails for good in a channel that is closed to us, and says which", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam({ closed: ["notes"] })
      const { lines, post } = yield* handlersOf(team)
      expect(yield* Effect.flip(post(team.id("notes")))).toMatchObject({ code: "discord_50013", retry: false })
      expect(lines).toHaveLength(1)
      expect(lines[0]).toContain(team.id("notes"))
    })
  )

  it.live("waits for a token", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam({ settings: () => ({ token: null }) })
      const { build, post } = yield* handlersOf(team)
      for (const waiting of [yield* Effect.flip(build(null)), yield* Effect.flip(post(team.id("notes")))]) {
        expect(waiting).toMatchObject({ code: "discord_off", retry: true, counts: false })
      }
    })
  )
})

describe("a report with nowhere to go", () => {
  it.live("is one line in the log, with the name of the setting", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const { handlers, lines, logging } = yield* handlersOf(team)
      const { warnNoReportChannel }: WeeklyReports = handlers
      yield* logging(warnNoReportChannel.run(call({ week: "2026-W03" })))
      expect(lines).toHaveLength(1)
      expect(lines[0]).toMatch(/BOT_WEEKLY_REPORT_CHANNEL_ID.*2026-W03/)
      expect(team.discord.calls).toEqual([])
    })
  )
})
