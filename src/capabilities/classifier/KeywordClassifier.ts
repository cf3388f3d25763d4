/**
 * The classifier of a service without Ash-NLP: the keyword net is all there is, and its word is final. It is not a crisis
 * model, and says so wherever the service describes itself.
 */
import * as Effect from "effect/Effect"
import { analyseByKeywords } from "#domain/ash/KeywordNet.ts"
import { type ClassifierTerms, CrisisClassifier } from "./CrisisClassifier.ts"

export const makeKeywordClassifier = (terms: ClassifierTerms): CrisisClassifier["Service"] =>
  CrisisClassifier.of({
    describe: {
      kind: "embedded",
      note: "a net of English phrases, NOT a crisis model: it finds what is said plainly and misses the rest; set BOT_NLP_BASE_URL"
    },
    terms,
    classify: ({ text }) => Effect.sync(() => analyseByKeywords(text)),
    admit: Effect.asSome,
    health: Effect.succeed({ state: "answering", server: "none", waiting: 0, unanswered: 0 })
  })
