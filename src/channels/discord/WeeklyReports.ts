/**
 * The effects of the weekly report: `buildReport` makes its text from the documents of seven days, `postReport` posts it in
 * one channel, `warnNoReportChannel` says in the log that there is none. Responders are named as the guild shows them; a
 * name that cannot be had never keeps a report back.
 *
 * **Delivery** of posts: at least once; a nonce, and a look through the channel before a later attempt, keep it to one.
 * **Fails with** `discord_<code>` for good when the channel cannot be posted in; an outage and a missing token are waited out.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Routes } from "discord.js"
import { emptyDay, parseDayMetrics } from "#domain/ash/DayDocument.ts"
import { type DayMetrics, dayMetricsKey } from "#domain/ash/DayMetrics.ts"
import type { WeeklyReportEffects } from "#domain/ash/ReportPolicy.ts"
import { type Snowflake, snowflakeTime } from "#domain/ash/Snowflake.ts"
import { renderReportDetails, renderWeeklyReport, respondersIn, splitReport } from "#domain/ash/WeeklyReport.ts"
import { type EffectCall, EffectFailed, type EffectHandler } from "#runtime/EffectHandler.ts"
import { ActorStore, type ActorStoreService } from "#runtime/ports/ActorStore.ts"
import { type DiscordFailure, DiscordRest, type DiscordRestService } from "./DiscordRest.ts"
import { DiscordSettings, type DiscordSettingsService } from "./DiscordSettings.ts"
import { channelIsClosed, orOff, PATIENT, toEffectFailed } from "./Failures.ts"
import { mayHaveGoneOut, newest, nobody, nonceOf, read, type SeenOnDiscord, send } from "./Messages.ts"

type Build = WeeklyReportEffects["buildReport"]
type Post = WeeklyReportEffects["postReport"]
type Warn = WeeklyReportEffects["warnNoReportChannel"]

export interface WeeklyReports {
  readonly buildReport: EffectHandler<Build["input"], Build["output"]>
  readonly postReport: EffectHandler<Post["params"], Post["output"]>
  readonly warnNoReportChannel: EffectHandler<Warn["params"], null>
}

interface Setting {
  readonly rest: DiscordRestService
  readonly settings: DiscordSettingsService
  readonly store: ActorStoreService
}

/** A name is worth this long and no longer. */
const NAME_WITHIN = "5 seconds"

/** The seven days; one that has no document, or none that can be read, is a day without alerts. */
const readDays = ({ store }: Setting, dates: ReadonlyArray<string>) =>
  store.readDocuments(dates.map(dayMetricsKey)).pipe(
    Effect.mapError(() => new EffectFailed({ code: "store_unavailable", retry: true })),
    Effect.flatMap((texts) =>
      Effect.forEach(dates, (date, index) => {
        const text = texts[index] ?? null
        const day = text === null ? emptyDay(date) : parseDayMetrics(date, text)
        if (day !== null) return Effect.succeed(day)
        return Effect.logWarning("weekly report: the numbers of a day cannot be read").pipe(
          Effect.annotateLogs({ date }),
          Effect.as<DayMetrics>(emptyDay(date))
        )
      })
    )
  )

const Guilds = Schema.Array(Schema.Struct({ id: Schema.String }))

/** The guild whose members the responders are: the one asked for, else the community, else the only one there is. */
const guildOf = ({ rest, settings }: Setting, guildId: Snowflake | null) => {
  const known = guildId ?? settings.homeGuildId
  if (known !== null) return Effect.succeed(known)
  return rest.request("GET", Routes.userGuilds(), { query: { limit: 2 }, within: NAME_WITHIN }).pipe(
    Effect.flatMap(read(Guilds)),
    Effect.map((guilds) => (guilds.length === 1 ? (guilds[0]?.id ?? null) : null))
  )
}

const Name = Schema.optionalKey(Schema.NullOr(Schema.String))
const Member = Schema.Struct({
  nick: Name,
  user: Schema.Struct({ global_name: Name, username: Schema.String })
})

/** As the guild shows a person: nickname, else the name they chose, else their account's. */
const nameOf = ({ rest }: Setting, guildId: Snowflake, userId: Snowflake) =>
  rest.request("GET", Routes.guildMember(guildId, userId), { within: NAME_WITHIN }).pipe(
    Effect.flatMap(read(Member)),
    Effect.map(({ nick, user }) => nick || user.global_name || user.username)
  )

const unnamed = ({ code, kind }: DiscordFailure) =>
  Effect.logWarning("weekly report: responders stay without a name").pipe(Effect.annotateLogs({ kind, code }))

const namesOf = (setting: Setting, guildId: Snowflake | null, responders: ReadonlyArray<Snowflake>) =>
  Effect.gen(function* () {
    const names: Record<Snowflake, string> = {}
    if (responders.length === 0) return names
    const guild = yield* guildOf(setting, guildId).pipe(Effect.catch((failure) => Effect.as(unnamed(failure), null)))
    if (guild === null) return names
    yield* Effect.forEach(
      responders,
      (id) =>
        nameOf(setting, guild, id).pipe(
          Effect.map((name) => {
            names[id] = name
          }),
          Effect.catch(unnamed)
        ),
      { concurrency: "unbounded", discard: true }
    )
    return names
  })

const build = (setting: Setting) =>
  Effect.fnUntraced(function* ({
    params: { dates, guildId }
  }: EffectCall<Build["input"]>): Effect.fn.Return<Build["output"], EffectFailed> {
    const week = { days: yield* readDays(setting, dates) }
    const names = yield* namesOf(setting, guildId, respondersIn(week))
    return { text: renderWeeklyReport(week, names), details: renderReportDetails(week) }
  })

/** How many of a channel's newest messages are looked through for what an earlier attempt left. */
const LOOK_BACK = 100

/** How far Discord's clock and ours may differ. */
const CLOCKS_APART_MS = 5000

/** What an earlier attempt may have left: messages since the post was asked for. */
const standing = (
  { rest }: Setting,
  { params, requestedAt }: EffectCall<Post["params"]>
): Effect.Effect<ReadonlyArray<SeenOnDiscord>, DiscordFailure> =>
  newest(rest, params.channelId, LOOK_BACK).pipe(
    Effect.catchIf(channelIsClosed, () => Effect.succeed([])),
    Effect.map((messages) => messages.filter(({ id }) => snowflakeTime(id) >= requestedAt - CLOCKS_APART_MS))
  )

const post = (setting: Setting) =>
  Effect.fnUntraced(function* (call: EffectCall<Post["params"]>): Effect.fn.Return<Post["output"], DiscordFailure> {
    const { channelId, details, report, text } = call.params
    const earlier = (yield* mayHaveGoneOut(call)) ? yield* standing(setting, call) : []
    for (const [index, content] of [...splitReport(text), ...splitReport(details)].entries()) {
      if (earlier.some((message) => message.content === content)) continue
      yield* send(setting.rest, channelId, nonceOf(call, index), { content, allowed_mentions: nobody })
    }
    return { report }
  })

const closed = (channelId: Snowflake) => (failure: DiscordFailure) =>
  channelIsClosed(failure)
    ? Effect.logWarning("discord: a channel for the weekly report cannot be posted in").pipe(
        Effect.annotateLogs({ channel: channelId, code: failure.code })
      )
    : Effect.void

/** Builds the handlers of the actor type `weekly-report`: the invoke `buildReport` and its two actions. */
export const weeklyReports: Effect.Effect<WeeklyReports, never, DiscordRest | DiscordSettings | ActorStore> =
  Effect.gen(function* () {
    const settings = yield* DiscordSettings
    const setting: Setting = { rest: yield* DiscordRest, settings, store: yield* ActorStore }
    const building = build(setting)
    const posting = post(setting)
    return {
      buildReport: { ...PATIENT, run: (call) => orOff(settings, building(call)) },
      postReport: {
        ...PATIENT,
        run: (call) =>
          orOff(
            settings,
            posting(call).pipe(Effect.tapError(closed(call.params.channelId)), Effect.mapError(toEffectFailed))
          )
      },
      warnNoReportChannel: {
        run: ({ params: { week } }) =>
          Effect.logWarning("weekly report: there is no channel to post it in (BOT_WEEKLY_REPORT_CHANNEL_ID)").pipe(
            Effect.annotateLogs({ week }),
            Effect.as(null)
          )
      }
    }
  })
