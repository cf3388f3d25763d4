/**
 * Answers that belong to no session: a question without a session id (U26), and any question while the store is away (U8).
 * Nothing of them is kept. The composition root hands in what answers.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"

export class DirectAnswers extends Context.Service<
  DirectAnswers,
  {
    /** Knows no dialogue. **Fails with** a code, never with anybody's words. Interrupting it gives the answer up. */
    readonly answer: (query: string) => Effect.Effect<string, { readonly code: string }>
  }
>()("app/channels/http/analyst/DirectAnswers") {}
