/**
 * The service put together: which actors run, what their effects call, which routes answer. Needs an `ActorStore`; all
 * else comes from the configuration. This and `main.ts` are the only files that know every part.
 */
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import { identity } from "effect/Function"
import * as Layer from "effect/Layer"
import * as References from "effect/References"
import type { Analyst } from "#capabilities/analyst/Analyst.ts"
import { analystJobs, describeAnalyst, layerConfig as analyst } from "#capabilities/analyst/AnalystJobs.ts"
import { describeCapabilities, layerConfig as capabilities } from "#capabilities/Capabilities.ts"
import type { CartSource } from "#capabilities/cart/CartSource.ts"
import * as ConfiguredClassifier from "#capabilities/classifier/ConfiguredClassifier.ts"
import { CrisisClassifier } from "#capabilities/classifier/CrisisClassifier.ts"
import type { CodeHost } from "#capabilities/codehost/CodeHost.ts"
import { codeHostJobs, describeCodeHost, layerConfig as codeHost } from "#capabilities/codehost/CodeHostJobs.ts"
import type { Companion } from "#capabilities/companion/Companion.ts"
import { describeCompanion, layerConfig as companion } from "#capabilities/companion/CompanionJobs.ts"
import { cleanUpJobs } from "#capabilities/CleanUp.ts"
import { conversationJobs } from "#capabilities/ConversationJobs.ts"
import type { UserDirectory } from "#capabilities/directory/UserDirectory.ts"
import type { MealPlanner } from "#capabilities/planner/MealPlanner.ts"
import { readRecipePdf } from "#capabilities/recipes/RecipeDocuments.ts"
import type { ServiceSettings } from "#capabilities/Settings.ts"
import { DiscordRest } from "#channels/discord/DiscordRest.ts"
import { DiscordSettings, layerConfig as discordSettings } from "#channels/discord/DiscordSettings.ts"
import { adminRoutes } from "#channels/http/AdminRoutes.ts"
import { analystRoutes } from "#channels/http/analyst/AnalystRoutes.ts"
import { describeDevelopers } from "#channels/http/developer/DeveloperKeys.ts"
import { developerRoutes } from "#channels/http/developer/DeveloperRoutes.ts"
import { documentationRoutes } from "#channels/http/Documentation.ts"
import * as HttpServer from "#channels/http/HttpServer.ts"
import { RecipeFiles } from "#channels/http/RecipeFiles.ts"
import { type Dependency, ServiceDescription } from "#channels/http/ServiceDescription.ts"
import { serviceRoutes } from "#channels/http/ServiceRoutes.ts"
import { checkBind } from "#channels/sms/LocalBind.ts"
import type { ProviderName } from "#channels/sms/Provider.ts"
import { sendSmsHandler } from "#channels/sms/SendSms.ts"
import { SmsProvider } from "#channels/sms/SmsProvider.ts"
import { SmsRoutes } from "#channels/sms/Webhook.ts"
import { registryWith } from "#machines/registry.ts"
import * as ActorRuntime from "#runtime/ActorRuntime.ts"
import { ActorStore } from "#runtime/ports/ActorStore.ts"
import type { Housekeeping } from "#runtime/ports/Housekeeping.ts"
import { directAnswers } from "./Analyst.ts"
import { sessionPolicy } from "./AnalystConfig.ts"
import * as Ash from "./Ash.ts"
import { ashPolicy } from "./AshConfig.ts"
import { conversationSettings } from "./ConversationConfig.ts"
import { codeHostReads, decisionSettings } from "./Developer.ts"
import { reportPolicy } from "./ReportConfig.ts"
import { retentionSettings } from "./RetentionConfig.ts"
import * as Schedules from "./Schedules.ts"
import * as Views from "./Views.ts"

type HandlerNeeds =
  | ActorStore
  | Housekeeping
  | UserDirectory
  | CartSource
  | MealPlanner
  | ServiceSettings
  | CrisisClassifier
  | Companion
  | Analyst
  | CodeHost

/** The actor system, and what listens to Discord on top of it. */
const actors = Layer.unwrap(
  Effect.gen(function* () {
    const conversation = yield* conversationSettings((yield* SmsProvider).name)
    const { token } = yield* DiscordSettings
    // What Ash would warn about concerns nobody where Ash is off.
    const aboutAsh = token === null ? Effect.provideService(References.MinimumLogLevel, "Error") : identity
    const ash = yield* ashPolicy.pipe(aboutAsh)
    const report = yield* reportPolicy.pipe(aboutAsh)
    const session = yield* sessionPolicy
    const retention = yield* retentionSettings(ash, report, session)
    const sendSms = yield* sendSmsHandler
    const definitions = registryWith({ conversation, ash, report, session, developer: yield* decisionSettings })
    const system = ActorRuntime.layer<HandlerNeeds>({
      actors: definitions,
      handlers: {
        conversation: { ...conversationJobs, sendSms },
        retention: cleanUpJobs(retention),
        session: analystJobs(session),
        "pending-action": codeHostJobs,
        ...(yield* Ash.handlers(ash))
      }
    })
    const schedules = Schedules.layer({ report: token === null ? null : report, retention })
    return Layer.mergeAll(Ash.listening(ash), schedules).pipe(
      Layer.provideMerge(Views.layer(definitions, retention.rules)),
      Layer.provideMerge(system)
    )
  })
)

const recipeFiles = Layer.effect(
  RecipeFiles,
  Effect.map(ActorStore, (store) => ({
    read: (token: string) => Effect.provideService(readRecipePdf(token), ActorStore, store)
  }))
)

const SMS: Readonly<Partial<Record<ProviderName, Dependency>>> = {
  local: { name: "sms", kind: "embedded", note: "local: unsigned, loopback only, reaches no real phone" },
  off: { name: "sms", kind: "off", note: "SMS_PROVIDER=off: no routes, and nothing is sent" }
}

/** Says at start and in health what each dependency is, so that nobody takes a sample for the real thing. */
const description = Layer.effect(
  ServiceDescription,
  Effect.gen(function* () {
    const store = yield* ActorStore
    const sms = yield* SmsProvider
    const { host } = yield* HttpServer.bind
    yield* checkBind(sms.name, host)
    const described = yield* describeCapabilities
    const { token } = yield* DiscordSettings
    const dependencies: ReadonlyArray<Dependency> = [
      store.kind === "redis"
        ? { name: "store", kind: "redis", note: "Redis" }
        : { name: "store", kind: "embedded", note: `${store.kind}, in this process` },
      SMS[sms.name] ?? { name: "sms", kind: "http", note: sms.name },
      { name: "userDirectory", ...described.userDirectory },
      { name: "cartSource", ...described.cartSource },
      { name: "mealPlanner", ...described.mealPlanner },
      token === null
        ? { name: "discord", kind: "off", note: "no DISCORD_TOKEN and no secret ash_bot_token: nobody is watched over" }
        : { name: "discord", kind: "http", note: "the gateway and HTTP interface, version 10" },
      { name: "crisisClassifier", ...(yield* CrisisClassifier).describe },
      { name: "companion", ...(yield* describeCompanion) },
      { name: "analyst", ...(yield* describeAnalyst) },
      { name: "developers", ...(yield* describeDevelopers) },
      { name: "codeHost", ...(yield* describeCodeHost) }
    ]
    for (const { name, kind, note } of dependencies) yield* Effect.logInfo(`${name}: ${kind} (${note})`)
    return { dependencies, components: yield* Ash.components }
  })
)

const routes = Layer.mergeAll(
  SmsRoutes,
  serviceRoutes,
  adminRoutes,
  analystRoutes,
  developerRoutes,
  documentationRoutes
)

export const layer = HttpServer.serve(routes).pipe(
  Layer.provide([recipeFiles, description, directAnswers, codeHostReads]),
  Layer.provide(actors),
  Layer.provide(DiscordRest.layer),
  Layer.provide([SmsProvider.layerConfig, discordSettings]),
  Layer.provide([capabilities, ConfiguredClassifier.layerConfig, companion, analyst, codeHost]),
  Layer.provide(FetchHttpClient.layer)
)
