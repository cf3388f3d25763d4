/**
 * All actor types of the service: one row each. The composition root hands this list to the runtime, which refuses a row
 * that could not be made durable.
 */
import type { ActorDefinition } from "#domain/ActorDefinition.ts"
import { conversationDefinition } from "./conversation/definition.ts"
import type { ConversationSettings } from "./conversation/schema.ts"

export interface RegistrySettings {
  readonly conversation?: Partial<ConversationSettings>
}

/** The rows, with settings for new actors. */
export const registryWith = (settings: RegistrySettings = {}): ReadonlyArray<ActorDefinition> => [
  conversationDefinition(settings.conversation)
]

export const registry: ReadonlyArray<ActorDefinition> = registryWith()
