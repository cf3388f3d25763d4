/** The analyst that is built in: no service, no key. It answers from the session alone, and says so with every answer. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { final } from "../Capability.ts"
import { Analyst } from "./Analyst.ts"
import { sessionAnswer, sessionSummary } from "./SessionSearch.ts"

export const layerSession: Layer.Layer<Analyst> = Layer.succeed(
  Analyst,
  Analyst.of({
    describe: {
      kind: "embedded",
      note: "answers from the session's own messages, no language model (ANALYST_MODEL is not set)"
    },
    answer: (asked) => {
      const text = sessionAnswer(asked)
      return text === null ? Effect.fail(final("no_question")) : Effect.succeed(text)
    },
    summarise: (asked) => Effect.sync(() => sessionSummary(asked))
  })
)
