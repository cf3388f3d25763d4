/** What an operator is told about a set-up before an alert shows it. */
import { PermissionFlagsBits } from "discord.js"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { DiscordRest } from "#channels/discord/DiscordRest.ts"
import { DiscordSettings } from "#channels/discord/DiscordSettings.ts"
import { lookAround, SetupCheck } from "#channels/discord/SetupCheck.ts"
import { permissionsIn, problemsOf, type SeenGuild, teamIsThere } from "#channels/discord/SetupProblems.ts"
import { DiscordStandIn } from "#test/harness/discord/DiscordStandIn.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { eventually } from "#test/harness/Eventually.ts"
import { makeTeam, type Team, type TeamOptions } from "./Team.ts"

const ELSEWHERE = "999000000000000001"

const judged = (team: Team) =>
  Effect.map(Effect.provide(lookAround, team.environment), (seen) => problemsOf(team.settings, seen))

const ALERTS = "BOT_ALERT_CHANNEL_CRITICAL_IDS, BOT_ALERT_CHANNEL_CRISIS_IDS, BOT_ALERT_CHANNEL_MONITOR_IDS"
const none = { medium: [], high: [], critical: [] }

describe("a set-up", () => {
  it.live("with everything in place has no problem", () =>
    Effect.gen(function* () {
      expect(yield* judged(yield* makeTeam())).toEqual([])
      expect(yield* judged(yield* makeTeam({ settings: () => ({ homeGuildId: null }) }))).toEqual([])
    })
  )

  const grave: ReadonlyArray<readonly [string, NonNullable<TeamOptions["settings"]>, string, string]> = [
    ["no alert channel", () => ({ alertChannels: none }), ALERTS, "no alert channel is set"],
    ["unknown alert channels", () => ({ alertChannels: { ...none, high: [ELSEWHERE] } }), ALERTS, "can post in none"],
    ["no team", () => ({ crtRoles: [] }), "BOT_CRT_ROLE_IDS", "no team is set"],
    ["an unknown team", () => ({ crtRoles: [ELSEWHERE] }), "BOT_CRT_ROLE_IDS", "no role of the team"],
    ["a wrong guild", () => ({ homeGuildId: ELSEWHERE }), "BOT_DISCORD_GUILD_ID", "not in that guild"]
  ]
  for (const [name, settings, setting, problem] of grave) {
    it.live(`with ${name} keeps alerts from people`, () =>
      Effect.gen(function* () {
        const [first] = yield* judged(yield* makeTeam({ settings }))
        expect(first).toEqual({ setting, problem: expect.stringContaining(problem) as unknown, keepsAlerts: true })
      })
    )
  }

  const light: ReadonlyArray<readonly [string, NonNullable<TeamOptions["settings"]>, string, string]> = [
    ["nothing watched", () => ({ monitoredChannels: [] }), "BOT_MONITORED_CHANNELS", "no channel is watched"],
    [
      "a watched channel that is not there",
      () => ({ monitoredChannels: [ELSEWHERE] }),
      "BOT_MONITORED_CHANNELS",
      "View"
    ],
    [
      "one bad alert channel",
      (id) => ({ alertChannels: { ...none, high: [id("high"), ELSEWHERE] } }),
      "CRISIS",
      "View"
    ],
    ["an unknown wider role", () => ({ widerRoles: [ELSEWHERE] }), "BOT_ESCALATION_ROLE_IDS", `role ${ELSEWHERE}`],
    ["one unknown role of the team", (id) => ({ crtRoles: [id("crt"), ELSEWHERE] }), "BOT_CRT_ROLE_IDS", ELSEWHERE]
  ]
  for (const [name, settings, setting, problem] of light) {
    it.live(`with ${name} is told of it`, () =>
      Effect.gen(function* () {
        const found = yield* judged(yield* makeTeam({ settings }))
        expect(found).toHaveLength(1)
        expect(found[0]?.setting).toContain(setting)
        expect(found[0]?.problem).toContain(problem)
        expect(found[0]?.keepsAlerts).toBe(false)
      })
    )
  }

  it.live("whose alert channels the bot cannot view keeps alerts from people", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      for (const name of ["medium", "high", "critical"]) team.discord.guilds.setAccess(team.id(name), "none")
      const found = yield* judged(team)
      expect(found.map(({ keepsAlerts }) => keepsAlerts)).toEqual([true, false, false, false])
    })
  )

  it.live("in a guild where the bot may only read names what it lacks", () =>
    Effect.gen(function* () {
      const { ReadMessageHistory, ViewChannel } = PermissionFlagsBits
      const discord = yield* Effect.acquireRelease(
        Effect.promise(() =>
          DiscordStandIn.start({
            guilds: [{ name: "reading", roles: [{ name: "crew" }], channels: [{ name: "calls" }] }],
            permissions: ViewChannel | ReadMessageHistory
          })
        ),
        (self) => Effect.promise(() => self.stop())
      )
      const channel = discord.id("calls")
      const { settings: standard } = yield* makeTeam()
      const settings = {
        ...standard,
        apiBaseUrl: discord.apiBaseUrl,
        homeGuildId: discord.id("reading"),
        crtRoles: [discord.id("crew")],
        widerRoles: [],
        slash: { enabled: true, allowedRoles: [], adminRoles: [] },
        monitoredChannels: [channel],
        notesChannels: [],
        operatorChannels: [],
        alertChannels: { ...none, high: [channel] }
      }
      const environment = Layer.provideMerge(DiscordRest.layer, Layer.succeed(DiscordSettings, settings))
      const seen = yield* Effect.provide(lookAround, environment)
      // Everybody of the stand-in's guilds may post, so only what takes more is lacking.
      expect(problemsOf(settings, seen)).toEqual([
        {
          setting: "BOT_ALERT_CHANNEL_CRISIS_IDS",
          problem: `in channel ${channel} the bot lacks Embed Links, Create Public Threads, Send Messages in Threads: allow it there`,
          keepsAlerts: false
        }
      ])
    })
  )
})

describe("what the bot may in a channel", () => {
  const { Administrator, SendMessages, ViewChannel } = PermissionFlagsBits
  const guild = (own: bigint): SeenGuild => ({
    id: "1",
    ownerId: "2",
    roles: new Map([
      ["1", String(ViewChannel | SendMessages)],
      ["3", String(own)]
    ]),
    bot: { id: "4", roles: ["3"] }
  })
  const rule = (id: string, allow: bigint, deny: bigint) => ({ id, allow: String(allow), deny: String(deny) })

  it("is its roles', changed by the channel's rules in Discord's order", () => {
    const closed = rule("1", 0n, SendMessages)
    expect(permissionsIn(guild(0n), []).has(SendMessages)).toBe(true)
    expect(permissionsIn(guild(0n), [closed]).has(SendMessages)).toBe(false)
    expect(permissionsIn(guild(0n), [rule("3", SendMessages, 0n), closed]).has(SendMessages)).toBe(true)
    expect(permissionsIn(guild(0n), [rule("4", 0n, SendMessages), rule("3", SendMessages, 0n)]).has(SendMessages)).toBe(
      false
    )
    expect(permissionsIn(guild(0n), [rule("9", 0n, SendMessages)]).has(SendMessages)).toBe(true)
    expect(permissionsIn(guild(Administrator), [closed]).has(SendMessages)).toBe(true)
  })
})

describe("the check at the start", () => {
  const started = (team: Team, lines: Array<string>) =>
    Layer.build(SetupCheck.layer).pipe(
      Effect.provide([
        team.environment,
        Logger.layer([Logger.map(Logger.formatJson, (line) => void lines.push(line))])
      ]),
      Effect.map((context) => Context.get(context, SetupCheck))
    )

  it.live("waits for Discord, then logs each problem once and answers whether the team can be called", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam({ settings: () => ({ crtRoles: [ELSEWHERE], monitoredChannels: [] }) })
      team.discord.faults.arm("GET /guilds/*", { kind: "status", status: 503 })
      const lines: Array<string> = []
      const { canCallTeam, problems } = yield* started(team, lines)
      expect(yield* canCallTeam).toBe(true)
      const found = yield* Effect.promise(() =>
        eventually(
          "the problems",
          () => Effect.runPromise(problems),
          (seen) => seen.length > 0
        )
      )
      expect(found.map(({ setting }) => setting)).toEqual([
        "BOT_CRT_ROLE_IDS",
        "BOT_MONITORED_CHANNELS",
        "BOT_CRT_ROLE_IDS"
      ])
      expect(yield* canCallTeam).toBe(false)
      yield* Effect.promise(() =>
        eventually(
          "its lines",
          () => lines.length,
          (count) => count === found.length
        )
      )
      expect(lines[0]).toContain('"level":"ERROR"')
      expect(lines[0]).toContain("BOT_CRT_ROLE_IDS: no role of the team is in the community")
      expect(lines[1]).toContain('"level":"WARN"')
    })
  )

  it.live("asks nothing without a token", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam({ settings: () => ({ token: null, crtRoles: [] }) })
      const { canCallTeam, problems } = yield* started(team, [])
      expect([yield* canCallTeam, yield* problems]).toEqual([false, []])
      expect(team.discord.calls).toEqual([])
      expect(teamIsThere(team.settings, { guild: "unknown", channels: new Map() })).toBe(false)
    })
  )
})
