/** Questions outside any session, answered by whoever answers those of a session. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Analyst } from "#capabilities/analyst/Analyst.ts"
import { answerAlone } from "#capabilities/analyst/AnalystJobs.ts"
import { DirectAnswers } from "#channels/http/analyst/DirectAnswers.ts"

export const directAnswers: Layer.Layer<DirectAnswers, never, Analyst> = Layer.effect(
  DirectAnswers,
  Effect.map(Analyst, (analyst) => ({
    answer: (query: string) => Effect.provideService(answerAlone(query), Analyst, analyst)
  }))
)
