/**
 * All actor types of the service: one row each. The composition root hands this list to the runtime, which refuses a row
 * that could not be made durable.
 */
import type { ActorDefinition } from "#domain/ActorDefinition.ts"
import { defaultSessionPolicy, type SessionPolicy } from "#domain/analyst/AnalystSession.ts"
import { type AshPolicy, defaultAshPolicy } from "#domain/ash/AshPolicy.ts"
import { defaultReportPolicy, type ReportPolicy } from "#domain/ash/ReportPolicy.ts"
import { alertDefinition } from "./alert/definition.ts"
import { ashSessionDefinition } from "./ash-session/definition.ts"
import { conversationDefinition } from "./conversation/definition.ts"
import type { ConversationSettings } from "./conversation/schema.ts"
import { deskDefinition } from "./desk/definition.ts"
import { developerDefinition } from "./developer/definition.ts"
import { developerSessionDefinition } from "./developer-session/definition.ts"
import type { DeveloperSessionSettings } from "./developer-session/schema.ts"
import { gatewayDefinition } from "./gateway/definition.ts"
import { memberDefinition } from "./member/definition.ts"
import { metricsDayDefinition } from "./metrics-day/definition.ts"
import { pendingActionDefinition } from "./pending-action/definition.ts"
import { retentionDefinition } from "./retention/definition.ts"
import { sessionDefinition } from "./session/definition.ts"
import { weeklyReportDefinition } from "./weekly-report/definition.ts"

export interface RegistrySettings {
  readonly conversation?: Partial<ConversationSettings>
  readonly ash?: AshPolicy
  readonly report?: ReportPolicy
  readonly session?: SessionPolicy
  readonly developer?: Partial<DeveloperSessionSettings>
}

/** The rows, with the given settings. */
export const registryWith = ({
  conversation,
  ash = defaultAshPolicy,
  report = defaultReportPolicy,
  session = defaultSessionPolicy,
  developer
}: RegistrySettings = {}): ReadonlyArray<ActorDefinition> => [
  conversationDefinition(conversation),
  memberDefinition(ash),
  alertDefinition(ash),
  ashSessionDefinition(ash),
  deskDefinition(ash),
  gatewayDefinition(),
  metricsDayDefinition(report),
  weeklyReportDefinition(),
  retentionDefinition(),
  sessionDefinition(session),
  pendingActionDefinition(),
  developerDefinition(),
  developerSessionDefinition(developer)
]

export const registry: ReadonlyArray<ActorDefinition> = registryWith()
