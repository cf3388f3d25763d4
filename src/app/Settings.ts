/**
 * All settings of the service, read together before anything is opened, so that an operator is told everything that is
 * wrong in one go. Each part reads its own again when it is built; nothing here is kept.
 */
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as References from "effect/References"
import * as AnalystJobs from "#capabilities/analyst/AnalystJobs.ts"
import * as Capabilities from "#capabilities/Capabilities.ts"
import * as ConfiguredClassifier from "#capabilities/classifier/ConfiguredClassifier.ts"
import * as CodeHostJobs from "#capabilities/codehost/CodeHostJobs.ts"
import * as CompanionJobs from "#capabilities/companion/CompanionJobs.ts"
import * as CatchUp from "#channels/discord/CatchUp.ts"
import * as DiscordSettings from "#channels/discord/DiscordSettings.ts"
import { sensitivitySettings } from "#channels/discord/SensitivitySettings.ts"
import { analystSettings } from "#channels/http/analyst/AnalystRoutes.ts"
import { developerAccess } from "#channels/http/developer/DeveloperKeys.ts"
import { limitSettings } from "#channels/http/developer/DeveloperLimits.ts"
import * as HttpServer from "#channels/http/HttpServer.ts"
import * as Telemetry from "#channels/http/Telemetry.ts"
import { sendSettings } from "#channels/sms/SendSms.ts"
import * as SmsProvider from "#channels/sms/SmsProvider.ts"
import { maxBody } from "#channels/sms/Webhook.ts"
import { defaultSessionPolicy } from "#domain/analyst/AnalystSession.ts"
import { defaultAshPolicy } from "#domain/ash/AshPolicy.ts"
import { defaultReportPolicy } from "#domain/ash/ReportPolicy.ts"
import { all } from "#runtime/SettingRules.ts"
import { sessionPolicy } from "./AnalystConfig.ts"
import { ashPolicy } from "./AshConfig.ts"
import { conversationSettings } from "./ConversationConfig.ts"
import { decisionSettings } from "./Developer.ts"
import { reportPolicy } from "./ReportConfig.ts"
import { retentionSettings } from "./RetentionConfig.ts"
import * as Store from "./Store.ts"
import * as Tuning from "./Tuning.ts"

/** What a policy finds strange it says where it is used. */
const quietly = Effect.provideService(References.MinimumLogLevel, "None")

/** What the store holds and for how long. */
const policies = {
  store: Store.settings,
  ash: ashPolicy,
  report: reportPolicy,
  retention: retentionSettings(defaultAshPolicy, defaultReportPolicy, defaultSessionPolicy),
  sessions: sessionPolicy
}

/** Where the server may not listen is told by who opens it. */
const developers = Effect.catchTag(developerAccess, "DevelopmentAuthExposed", () => Effect.succeed(null))

/** What the operator's command line goes by. **Fails with** one config error for all that is wrong. */
export const checkStore = quietly(Effect.asVoid(all(policies)))

/** What the service goes by. **Fails with** one config error for all that is wrong. */
export const check = quietly(
  Effect.asVoid(
    all({
      ...policies,
      tuning: Tuning.settings,
      telemetry: Telemetry.settings,
      http: HttpServer.settings,
      smsBody: maxBody,
      smsSend: sendSettings(1),
      sms: SmsProvider.configured,
      texts: Effect.flatMap(SmsProvider.providerName, conversationSettings),
      discord: DiscordSettings.settings,
      sensitivity: sensitivitySettings,
      catchUp: CatchUp.maximum,
      capabilities: Capabilities.settings,
      classifier: ConfiguredClassifier.settings,
      companion: CompanionJobs.settings,
      analyst: AnalystJobs.settings,
      analystRoutes: analystSettings,
      developers,
      developerLimits: limitSettings,
      decisions: decisionSettings,
      codeHost: CodeHostJobs.settings
    })
  )
).pipe(Effect.provide(FetchHttpClient.layer))
