/**
 * Who words Ash's answers: a language model behind Anthropic's interface, or the reviewed sentences built in. Whoever it is,
 * what comes out has passed the safe-messaging guard.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Companionship, Converse } from "#domain/ash/AshSession.ts"
import type { EffectFailed } from "#runtime/EffectHandler.ts"
import type { CapabilityDescription } from "../Capability.ts"

export interface CompanionService {
  readonly describe: CapabilityDescription
  /**
   * One answer to the newest words. Safe to ask again: nothing is stored. **Fails with** the codes of `callJson`; unusable
   * words of a model are no failure but a built-in answer with `concern`.
   */
  readonly converse: (asked: Converse) => Effect.Effect<Companionship, EffectFailed>
}

export class Companion extends Context.Service<Companion, CompanionService>()("app/capabilities/Companion") {}
