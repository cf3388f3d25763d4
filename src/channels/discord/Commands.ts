/**
 * The slash commands as Discord knows them: `/ash` for the team, `/ash-me` for everybody about themselves. Registered whole,
 * so registering again changes nothing. `/ash` belongs to the home guild where one is set; `/ash-me` also works in private.
 */
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import {
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandSubcommandOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  type RESTPostAPIChatInputApplicationCommandsJSONBody as CommandForm,
  Routes
} from "discord.js"
import { SEVERITIES } from "#domain/ash/Severity.ts"
import type { DiscordFailure, DiscordRestService } from "./DiscordRest.ts"
import type { DiscordSettingsService } from "./DiscordSettings.ts"
import { read } from "./Messages.ts"

const NOTE_MAX = 500

const sub = (
  name: string,
  description: string,
  ...options: Array<APIApplicationCommandBasicOption>
): APIApplicationCommandSubcommandOption => ({
  type: ApplicationCommandOptionType.Subcommand,
  name,
  description,
  options
})

const text = (name: string, description: string, max: number, required = true): APIApplicationCommandBasicOption => ({
  type: ApplicationCommandOptionType.String,
  name,
  description,
  required,
  max_length: max
})

const user = (name: string, description: string): APIApplicationCommandBasicOption => ({
  type: ApplicationCommandOptionType.User,
  name,
  description,
  required: true
})

const flag = (name: string, description: string, required = false): APIApplicationCommandBasicOption => ({
  type: ApplicationCommandOptionType.Boolean,
  name,
  description,
  required
})

const note = text("note", "A word on it, kept with the alert", NOTE_MAX, false)
const reason = text("reason", "Why", NOTE_MAX)

export const STATS_DAYS = { minimum: 1, maximum: 90, standard: 7 } as const

/** For the team. */
export const ash: CommandForm = {
  type: ApplicationCommandType.ChatInput,
  name: "ash",
  description: "The crisis desk",
  options: [
    sub("status", "Open alerts, who is there, and whether everything works"),
    sub("stats", "The last days in numbers", {
      type: ApplicationCommandOptionType.Integer,
      name: "days",
      description: `How many days, ${STATS_DAYS.minimum} to ${STATS_DAYS.maximum}; ${STATS_DAYS.standard} by default`,
      min_value: STATS_DAYS.minimum,
      max_value: STATS_DAYS.maximum
    }),
    sub(
      "report",
      "Post the weekly report now",
      text("week", "An ISO week such as 2026-W47; without one the seven days that ended yesterday", 8, false)
    ),
    sub("history", "A member's stored messages", user("user", "The member")),
    sub("config", "The settings in force"),
    sub(
      "notes",
      "Keep a note with a conversation of Ash",
      text("session", "The id from the session's notes", 40),
      text("text", "The note", 2000)
    ),
    sub(
      "optout",
      "Whether a member opted out of Ash",
      user("user", "The member"),
      flag("clear", "End the opt-out: only when the member asked for it")
    ),
    sub("clear", "Remove a member's stored messages", user("user", "The member")),
    sub("away", "Say that you cannot be counted on for now"),
    sub("back", "Say that you are there again"),
    {
      type: ApplicationCommandOptionType.SubcommandGroup,
      name: "alert",
      description: "The alert whose thread this is",
      options: [
        sub("ack", "Acknowledge it", note),
        sub("resolve", "Resolve it", note),
        sub("take", "Speak with the member yourself, through this thread"),
        sub("handback", "Stop speaking with the member through this thread"),
        sub("assign", "Assign it to somebody of the team", user("responder", "Who")),
        sub(
          "severity",
          "Set its severity",
          {
            type: ApplicationCommandOptionType.String,
            name: "level",
            description: "The severity it should have",
            required: true,
            choices: SEVERITIES.filter((word) => word !== "safe").map((word) => ({ name: word, value: word }))
          },
          reason
        ),
        sub("falsepositive", "Mark it as a false positive", reason)
      ]
    }
  ]
}

/** For everybody, about themselves (B14, B15). */
export const ashMe: CommandForm = {
  type: ApplicationCommandType.ChatInput,
  name: "ash-me",
  description: "You and Ash",
  contexts: [InteractionContextType.Guild, InteractionContextType.BotDM],
  integration_types: [ApplicationIntegrationType.GuildInstall],
  options: [
    sub("optout", "Ash does not write to you any more"),
    sub("optin", "Ash may write to you again"),
    sub("data", "What is stored about you, in numbers"),
    sub("forget", "Remove what is stored about you", flag("sure", "This cannot be undone", true))
  ]
}

const again = Schedule.min([Schedule.exponential("2 seconds"), Schedule.spaced("5 minutes")]).pipe(
  Schedule.setInputType<DiscordFailure>(),
  Schedule.while(({ input }) => input.kind === "unavailable" || input.kind === "rate_limited")
)

const Application = Schema.Struct({ id: Schema.String })

/** Registers the commands, waiting out an outage; says in the log when Discord refuses. Nothing when they are off. */
export const registerCommands = (
  rest: DiscordRestService,
  { homeGuildId, slash, token }: DiscordSettingsService
): Effect.Effect<void> => {
  if (token === null || !slash.enabled) return Effect.void
  const put = (route: `/${string}`, body: ReadonlyArray<CommandForm>) => rest.request("PUT", route, { body })
  // Not for people who install the application for themselves: then it would be offered where the bot is no member.
  const inGuilds: CommandForm = {
    ...ash,
    contexts: [InteractionContextType.Guild],
    integration_types: [ApplicationIntegrationType.GuildInstall]
  }
  return rest.request("GET", "/applications/@me").pipe(
    Effect.flatMap(read(Application)),
    Effect.flatMap(({ id }) =>
      homeGuildId === null
        ? put(Routes.applicationCommands(id), [inGuilds, ashMe])
        : Effect.andThen(
            put(Routes.applicationGuildCommands(id, homeGuildId), [ash]),
            put(Routes.applicationCommands(id), [ashMe])
          )
    ),
    Effect.retry(again),
    Effect.andThen(Effect.logInfo("discord: slash commands registered")),
    Effect.catch(({ code, kind }) =>
      Effect.logError("discord: slash commands are not registered").pipe(Effect.annotateLogs({ kind, code }))
    )
  )
}
