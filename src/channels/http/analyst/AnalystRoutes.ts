/**
 * The analyst's routes, to be merged into the process's router: questions always, the look at sessions and their clearing
 * only with `ADMIN_TOKEN`.
 *
 * Settings: `ANALYST_ANSWER_WITHIN` (60 s), `ANALYST_TOKEN` (bearer token of the questions; absent = open),
 * `ANALYST_CORS_ORIGINS` (origins of pages that may ask, separated by commas; absent = none).
 */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { all, duration, secrets, setting } from "#runtime/SettingRules.ts"
import { RequestProblems } from "../Api.ts"
import { AdminOnly, adminOnly, adminToken } from "../BearerToken.ts"
import { Outcomes } from "../Outcomes.ts"
import { MalformedRequest } from "../Problems.ts"
import { AnalystOnly, AnalyticsApi, SessionApi } from "./AnalystApi.ts"
import { makeAnswering } from "./Answering.ts"
import { streamed, wantsStream } from "./AnswerStream.ts"
import { cors, corsOrigins } from "./Cors.ts"
import { readQuestion } from "./Question.ts"
import { sessionHandlers } from "./SessionRoutes.ts"

const STANDARD_WITHIN_MS = 60_000
const LONGEST_WITHIN_MS = 600_000

const analystToken = Config.option(setting("ANALYST_TOKEN", secrets))

/** What the routes go by. */
export const analystSettings = all({
  answerWithinMs: duration("ANALYST_ANSWER_WITHIN", STANDARD_WITHIN_MS, { maximum: LONGEST_WITHIN_MS }),
  corsOrigins,
  token: analystToken
})

const analytics = HttpApiBuilder.group(
  AnalyticsApi,
  "analytics",
  Effect.fnUntraced(function* (handlers) {
    const { answerWithinMs } = yield* analystSettings
    const answering = yield* makeAnswering(answerWithinMs)
    return handlers
      .handleRaw(
        "ask",
        Effect.fnUntraced(function* ({ query, request }) {
          const question = yield* readQuestion(request)
          if (wantsStream(request.headers["accept"], query.stream)) return streamed(answering(question))
          const { body, kept } = yield* answering(question).answered
          return HttpServerResponse.jsonUnsafe(body, { headers: { "session-kept": String(kept) } })
        })
      )
      .handle("options", () => Effect.succeed({ status: "ok" } as const))
  })
)

const requestProblems = HttpApiMiddleware.layerSchemaErrorTransform(RequestProblems, (error) =>
  Effect.fail(new MalformedRequest({ field: error.kind === "Query" ? "query string" : error.kind.toLowerCase() }))
)

/** Admits whoever holds the token, or everybody when there is none. */
const analystOnly = Layer.unwrap(
  Effect.map(analystToken, (token) =>
    Option.isNone(token)
      ? Layer.succeed(AnalystOnly, { analystToken: (route) => route })
      : Layer.effect(
          AnalystOnly,
          Effect.map(AdminOnly, ({ adminToken }) => ({ analystToken: adminToken }))
        ).pipe(Layer.provide(adminOnly(token.value)))
  )
)

const analyticsRoutes = Layer.unwrap(
  Effect.map(corsOrigins, (origins) =>
    HttpApiBuilder.layer(AnalyticsApi).pipe(
      Layer.provide(analytics),
      Layer.provide([analystOnly, requestProblems]),
      Layer.provide(cors(origins))
    )
  )
)

const sessionRoutes = Layer.unwrap(
  Effect.map(adminToken, (token) =>
    Option.isNone(token)
      ? Layer.empty
      : HttpApiBuilder.layer(SessionApi).pipe(
          Layer.provide(sessionHandlers),
          Layer.provide([requestProblems, adminOnly(token.value)])
        )
  )
)

/** Needs `ActorSystem`, `ActorStore`, `OperatorViews` and `DirectAnswers`. */
export const analystRoutes = Layer.merge(analyticsRoutes, sessionRoutes).pipe(Layer.provide(Outcomes.layer))
