/**
 * Who answers an analyst's questions: a language model, or what is built in, which knows the session and nothing else.
 * Whoever it is holds no state and reads no evidence: what it may know of the dialogue is handed to it with each question.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { SessionMessage } from "#domain/analyst/AnalystSession.ts"
import type { EffectFailed } from "#runtime/EffectHandler.ts"
import type { CapabilityDescription } from "../Capability.ts"

export interface Asked {
  /** Oldest first; its newest `user` message is the question. One message alone is a question outside any session. */
  readonly dialogue: ReadonlyArray<SessionMessage>
  /** Of what came before; may overlap the dialogue. */
  readonly summary: string | null
}

export interface AnalystService {
  readonly describe: CapabilityDescription
  /**
   * One answer to the newest question. `onPart` is told the pieces of a model's answer while they come, in order; what is
   * answered in the end is the whole, and it alone counts. Safe to ask again: nothing is stored. **Fails with** the codes of
   * `callJson`; `no_question`.
   */
  readonly answer: (asked: Asked, onPart?: (text: string) => Effect.Effect<void>) => Effect.Effect<string, EffectFailed>
  /** One summary of `summary` and the messages after it, of `MAX_SUMMARY` at most. **Fails with** the codes of `callJson`. */
  readonly summarise: (asked: Asked) => Effect.Effect<string, EffectFailed>
}

export class Analyst extends Context.Service<Analyst, AnalystService>()("app/capabilities/Analyst") {}
