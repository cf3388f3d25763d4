/** Shorthand for registry rows of test charts. */
import type { AnyStateMachine } from "xstate"
import type { ActorDefinition } from "#domain/ActorDefinition.ts"

export const row = (type: string, machine: AnyStateMachine, more: Partial<ActorDefinition> = {}): ActorDefinition => ({
  type,
  machine,
  version: 1,
  ttlMs: null,
  ...more
})
