import * as Effect from "effect/Effect"
import { ash, ashMe } from "#channels/discord/Commands.ts"
import { openWords, statsWords } from "#channels/discord/DeskCommands.ts"
import { address } from "#domain/ActorAddress.ts"
import { type AlertMetrics, alertMetricsKey, alertsOfDayKey, dayOf, isoSecond } from "#domain/ash/AlertMetrics.ts"
import { historyKey } from "#domain/ash/History.ts"
import { memberId } from "#domain/ash/Member.ts"
import { alertOf } from "#test/domain/ash/DayRecords.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { RESPONDER } from "./Alerts.ts"
import { clicking, scripted } from "./Clicking.ts"
import { realDesk } from "./RealDesk.ts"
import { makeTeam, type Team, type TeamOptions } from "./Team.ts"

const withHands = Effect.fnUntraced(function* (options: TeamOptions = {}) {
  const team = yield* makeTeam(options)
  const system = scripted(() => Effect.succeed(null))
  const hands = yield* clicking(team, system.layer)
  return { team, system, hands }
})

const entering =
  ({ hands }: { readonly hands: Effect.Success<ReturnType<typeof clicking>> }) =>
  (words: string, by: string, options: Readonly<Record<string, string | number | boolean>> = {}, where?: string) =>
    Effect.map(hands.command(words, { by, options, ...(where === undefined ? {} : { in: where }) }), (entered) => {
      for (const answer of entered.answers) expect(answer.ephemeral).toBe(true)
      return hands.text(entered)
    })

describe("registering the commands", () => {
  it.live("gives the team's to the home guild and everybody's to all, the same every time", () =>
    Effect.gen(function* () {
      const { team } = yield* withHands()
      expect(team.discord.commands(team.guildId).map(({ name }) => name)).toEqual(["ash"])
      expect(team.discord.commands().map(({ name }) => name)).toEqual(["ash-me"])
      yield* clicking(team, scripted(() => Effect.succeed(null)).layer)
      const twice = () => (team.discord.callsTo("PUT /applications/*/commands").length === 2 ? true : undefined)
      yield* Effect.promise(() => team.discord.until("a second registration", twice))
      expect(team.discord.commands(team.guildId)).toHaveLength(1)
      expect(team.discord.commands()).toHaveLength(1)
    })
  )

  it.live("is global without a home guild", () =>
    Effect.gen(function* () {
      const { team } = yield* withHands({ settings: () => ({ homeGuildId: null }) })
      expect(team.discord.commands().map(({ name }) => name)).toEqual(["ash", "ash-me"])
    })
  )

  it("keeps to Discord's lengths", () => {
    const check = (form: {
      readonly name: string
      readonly description: string
      readonly options?: ReadonlyArray<unknown> | undefined
    }) => {
      expect(form.name).toMatch(/^[-a-z]{1,32}$/)
      expect(form.description.length).toBeLessThanOrEqual(100)
      expect(form.options?.length ?? 0).toBeLessThanOrEqual(25)
      for (const option of form.options ?? []) check(option as typeof form)
    }
    for (const form of [ash, ashMe]) check(form)
  })
})

describe("who may enter what", () => {
  it.live.each([
    ["ash status", {}, ["robin", "stef", "ada"]],
    ["ash stats", {}, ["robin", "stef", "ada"]],
    ["ash notes", { session: "x", text: "y" }, ["robin", "stef", "ada"]],
    ["ash report", {}, ["robin", "stef", "ada"]],
    ["ash optout", { user: "sam" }, ["robin", "stef", "ada"]],
    ["ash history", { user: "sam" }, ["robin"]],
    ["ash away", {}, ["robin"]],
    ["ash config", {}, ["ada"]],
    ["ash clear", { user: "sam" }, ["ada"]],
    ["ash-me data", {}, ["sam", "robin", "ada"]]
  ] as const)("%s", ([words, given, allowed]) =>
    Effect.gen(function* () {
      const world = yield* withHands()
      const { team } = world
      const enter = entering(world)
      const options = "user" in given ? { user: team.id(given.user) } : given
      for (const by of ["sam", "robin", "stef", "ada"]) {
        const text = yield* enter(words, by, options)
        const isAllowed = (allowed as ReadonlyArray<string>).includes(by)
        expect([by, text.startsWith("Sorry, this is for")]).toEqual([by, !isAllowed && !words.startsWith("ash-me")])
      }
    })
  )

  it.live("nobody, where nothing is configured", () =>
    Effect.gen(function* () {
      const slash = { enabled: true, allowedRoles: [], adminRoles: [] }
      const world = yield* withHands({ settings: () => ({ crtRoles: [], slash }) })
      const enter = entering(world)
      expect(yield* enter("ash status", "robin")).toContain("BOT_CRT_ROLE_IDS")
      expect(yield* enter("ash clear", "ada", { user: world.team.id("sam") })).toContain(
        "BOT_SLASH_COMMANDS_ADMIN_ROLE_IDS"
      )
      expect(world.system.asked).toHaveLength(0)
    })
  )
})

const record = (at: number, n: number, more: Partial<AlertMetrics> = {}): AlertMetrics => ({
  alert_id: `alert_${String(n).padStart(12, "0")}`,
  alert_message_id: null,
  user_id: "1",
  channel_id: "2",
  severity: "high",
  channel_sensitivity: 1,
  alert_created_at: isoSecond(at),
  acknowledged_at: null,
  ash_contacted_at: null,
  first_response_at: null,
  resolved_at: null,
  expired_at: null,
  time_to_acknowledge_seconds: null,
  time_to_ash_seconds: null,
  time_to_response_seconds: null,
  time_to_resolve_seconds: null,
  was_auto_initiated: false,
  user_opted_out: false,
  false_positive: false,
  guild_id: null,
  acknowledged_by: null,
  ash_contacted_by: null,
  first_response_by: null,
  resolved_by: null,
  final_severity: more.severity ?? "high",
  signals: 1,
  ...more
})

const keep = (team: Team, records: ReadonlyArray<readonly [number, AlertMetrics]>) =>
  team.put(
    records.flatMap(([at, metrics]) => [
      { op: "put", key: alertMetricsKey(metrics.alert_id), value: JSON.stringify(metrics), ttlMs: 86_400_000 } as const,
      {
        op: "addToSortedSet",
        key: alertsOfDayKey(dayOf(at)),
        score: Math.floor(at / 1000),
        member: metrics.alert_id,
        keep: null,
        minScore: null,
        ttlMs: 86_400_000,
        replaces: null
      } as const
    ])
  )

describe("/ash stats", () => {
  const DAY = 86_400_000

  it.live("counts the days that were asked for, of this community only", () =>
    Effect.gen(function* () {
      const world = yield* withHands()
      const { team } = world
      const now = Date.now()
      const acknowledged = (seconds: number) => ({
        acknowledged_at: isoSecond(now),
        time_to_acknowledge_seconds: seconds
      })
      yield* keep(team, [
        [now, record(now, 1, { ...acknowledged(30), guild_id: team.guildId })],
        [now, record(now, 2, { ...acknowledged(90), severity: "critical", was_auto_initiated: true })],
        [now, record(now, 3, { guild_id: "999" })],
        [now - DAY, record(now - DAY, 4, { severity: "medium", expired_at: isoSecond(now) })],
        [now - 10 * DAY, record(now - 10 * DAY, 5)]
      ])
      const enter = entering(world)
      const week = yield* enter("ash stats", "robin")
      expect(week).toContain("**3 alerts in 7 days**")
      expect(week).toContain("critical 1 · high 1 · medium 1 · low 0")
      expect(week).toContain("Acknowledged: 60 s on average, half within 30 s, nine in ten within 90 s (2 alerts)")
      expect(week).toContain("Never acknowledged: 1 · expired: 1")
      expect(week).toContain("Ash went by itself: 1")
      expect(yield* enter("ash stats", "robin", { days: 1 })).toContain("**2 alerts in 1 day**")
      expect(yield* enter("ash stats", "robin", { days: 90 })).toContain("**4 alerts in 90 days**")
    })
  )

  it("counts an alert as grave as it became: raised by a later message, or set by a responder (B19)", () => {
    const raised = alertOf({ severity: "medium", final_severity: "critical" })
    const lowered = alertOf({ alert_id: "alert_000000000002", severity: "high", final_severity: "low" })
    expect(statsWords(7, 30, [raised, lowered])).toContain("critical 1 · high 0 · medium 0 · low 1")
  })

  it("says when records are not kept that long, and when there is nothing", () => {
    expect(statsWords(90, 30, [])).toContain("Records are kept for 30 days")
    expect(statsWords(7, 30, [])).not.toContain("Records are kept")
    expect(statsWords(7, 30, [])).toContain("Acknowledged: none")
  })
})

describe("the open alerts", () => {
  it("begin with the gravest that nobody has taken, however many small ones are older", () => {
    const one = (alertId: string, severity: string, openedAt: number, acknowledgedBy: string | null = null) => ({
      ...{ alertId, severity, openedAt, acknowledgedBy }
    })
    const small = Array.from({ length: 40 }, (_, n) => one(`alert_${n}`, "medium", n))
    const open = [...small, one("taken", "critical", 50, RESPONDER), one("new", "high", 60), one("old", "high", 55)]
    const found = { open, responders: [], unanalysed: 0, classifier: "answering", blindSince: null }
    const [title, ...lines] = openWords(found)
    expect(title).toContain("43 alerts open")
    expect(lines).toHaveLength(15)
    expect(lines.slice(0, 3).map((line) => /`(\w+)`/.exec(line)?.[1])).toEqual(["old", "new", "alert_0"])
    expect(lines.join()).not.toContain("taken")
  })
})

describe("commands on the real charts", () => {
  it.live("show the desk, and who is there", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const world = yield* realDesk(team)
      const enter = entering(world)
      expect(yield* enter("ash status", "robin")).toContain("No alert is open.")
      const { alertId } = yield* world.alarm("words", { severity: "critical" })
      const status = yield* enter("ash status", "stef")
      expect(status).toContain("**1 alert open**")
      expect(status).toContain(`critical · \`${alertId}\``)
      expect(status).toContain("**not acknowledged**")
      expect(status).toContain(`There: <@${team.id("robin")}>`)
      const away = yield* enter("ash away", "robin")
      expect(away).toContain("You are marked as away.\n**Nobody of the team is there.**")
      expect(yield* enter("ash back", "robin")).toContain(`There: <@${team.id("robin")}>`)
    })
  )

  it.live("remove a member's stored messages, and say how many", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const world = yield* realDesk(team)
      const enter = entering(world)
      const user = team.id("sam")
      yield* world.alarm("words that are stored")
      yield* world.alarm("and more")
      expect(yield* enter("ash history", "robin", { user })).toContain(`2 messages of <@${user}> are stored:`)
      expect(yield* enter("ash clear", "ada", { user })).toBe(`Removed 2 stored messages of <@${user}>.`)
      expect(yield* enter("ash clear", "ada", { user })).toContain("Nothing was stored")
      expect(yield* enter("ash history", "robin", { user })).toContain("Nothing is stored")
    })
  )

  it.live("let a member opt out and in again, and the team see it", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const enter = entering(yield* realDesk(team))
      const user = team.id("sam")
      expect(yield* enter("ash-me optin", "sam")).toContain("You had not opted out.")
      expect(yield* enter("ash-me optout", "sam")).toMatch(/You opted out: .* until <t:\d+:f>/)
      expect(yield* enter("ash-me optout", "sam")).toContain("already")
      expect(yield* enter("ash optout", "robin", { user })).toContain("opted out of Ash, until")
      expect(yield* enter("ash-me data", "sam")).toContain("You opted out of Ash, until")
      expect(yield* enter("ash optout", "robin", { user, clear: true })).toContain("is not opted out any more")
      expect(yield* enter("ash optout", "robin", { user, clear: true })).toContain("was not opted out")
      expect(yield* enter("ash optout", "robin", { user })).toContain("has not opted out")
    })
  )

  it.live("tell a member what is stored, in numbers, and forget it, in the alert's post too", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const world = yield* realDesk(team)
      const enter = entering(world)
      const user = team.id("sam")
      const member = address("member", memberId(team.guildId, user))
      const written = team.write("secret words")
      yield* team.remember(written, "secret words")
      const { channelId, messageId } = written.signal
      const wish = { type: "HUMAN_WANTED", because: "asked", messageId, channelId, at: Date.now() }
      yield* world.system.tell(member, wish, { id: "wish" })
      const post = yield* Effect.promise(() =>
        team.discord.posted("the alert", ({ embeds }) => JSON.stringify(embeds).includes("secret words"))
      )
      const data = yield* enter("ash-me data", "sam")
      expect(data).toContain("1 message of yours is stored")
      expect(data).not.toContain("secret words")
      expect(yield* enter("ash-me forget", "sam", { sure: false })).toBe("Nothing was removed.")
      expect(yield* enter("ash-me forget", "sam", { sure: true })).toMatch(
        /^Removed: 1 stored message, and \d+ records/
      )
      expect(yield* team.store.readSortedSet(historyKey(team.guildId, user), { limit: 10 })).toEqual([])
      // The alert is open: that is all that is left, so that there is never a second one.
      expect(yield* world.system.inspect(member)).toMatchObject({ value: { alert: "alerted" }, effects: [] })
      expect(yield* world.system.inspect(address("ash-session", user))).toBeNull()
      yield* world.system.drained
      expect(JSON.stringify(team.discord.post(post.id))).toContain("no longer available")
      expect(JSON.stringify(team.discord.post(post.id))).not.toContain("secret words")
      expect(yield* enter("ash-me data", "sam")).toContain("0 messages of yours are stored")
    })
  )

  it.live("keep a note only with a session that is known", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const enter = entering(yield* realDesk(team))
      expect(yield* enter("ash notes", "robin", { session: "nonsense", text: "x" })).toContain(
        "not the id of a session"
      )
      const unknown = `${team.id("sam")}-kzz4x0hs`
      expect(yield* enter("ash notes", "robin", { session: unknown, text: "x" })).toContain("was not kept")
    })
  )

  it.live("show the settings in force, and no secret", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const enter = entering(yield* realDesk(team))
      const config = yield* enter("ash config", "ada")
      expect(config).toContain(`high to <#${team.id("high")}>`)
      expect(config).toContain("critical: crt after 2 minutes, wider after 5 minutes, leads after 10 minutes")
      expect(config).not.toContain(team.discord.identity.token)
      expect(config).not.toContain("127.0.0.1")
    })
  )
})

describe("commands in private", () => {
  it.live("work for oneself, with the home guild's data", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const world = yield* realDesk(team)
      const enter = entering(world)
      yield* world.alarm("words")
      const { channel_id } = team.discord.people.directMessage(team.id("sam"), { content: "hello" })
      expect(yield* enter("ash-me data", "sam", {}, channel_id)).toContain("1 message of yours is stored")
      expect(yield* enter("ash-me optout", "sam", {}, channel_id)).toContain("You opted out")
    })
  )
})

describe("commands that are switched off", () => {
  it.live("are not registered, and do nothing when an old one is entered", () =>
    Effect.gen(function* () {
      const { team, hands, system } = yield* withHands()
      const entered = team.discord.people.command({
        by: team.id("robin"),
        channelId: team.id("operators"),
        name: "ash",
        subcommand: "status"
      })
      const payload = yield* hands.raw(entered)
      const data = { ...(payload as { data: object }).data, name: "ash-bot" }
      yield* hands.deliver({ ...payload, data } as typeof payload)
      expect(hands.text(entered)).toContain("not known here any more")
      expect(system.asked).toHaveLength(0)
    })
  )
})
