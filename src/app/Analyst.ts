/** Questions outside any session, answered by whoever answers those of a session. */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Analyst } from "#capabilities/analyst/Analyst.ts"
import { DirectAnswers } from "#channels/http/analyst/DirectAnswers.ts"

export const directAnswers: Layer.Layer<DirectAnswers, never, Analyst> = Layer.effect(
  DirectAnswers,
  Effect.map(Analyst, (analyst) => ({
    answer: Effect.fnUntraced(function* (query: string) {
      const timestamp = DateTime.formatIso(yield* DateTime.now)
      return yield* analyst.answer({ dialogue: [{ role: "user", content: query, timestamp }], summary: null })
    })
  }))
)
