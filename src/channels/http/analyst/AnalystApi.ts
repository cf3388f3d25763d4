/**
 * The analyst's API as data (U15, U17, U18): what a question is, what every answer looks like, with examples. The bodies and
 * the order of their fields are documented elsewhere and stay as they are: frontends read them.
 */
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as HttpApiSecurity from "effect/http-api/HttpApiSecurity"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import { SessionMessage } from "#domain/analyst/AnalystSession.ts"
import { RequestProblems } from "../Api.ts"
import { AdminOnly } from "../BearerToken.ts"
import { Limit } from "../OperatorApi.ts"
import { MalformedRequest, Refused, UnauthorizedResponse } from "../Problems.ts"
import { EvidenceRefused, NotJson, QuestionMalformed, QuestionTooLarge } from "./Refusals.ts"

const describe = (summary: string, description: string) => OpenApi.annotations({ summary, description })

/** Guards the questions, when `ANALYST_TOKEN` is set. */
export class AnalystOnly extends HttpApiMiddleware.Service<AnalystOnly>()("app/channels/http/analyst/AnalystOnly", {
  error: UnauthorizedResponse,
  security: { analystToken: HttpApiSecurity.bearer }
}) {}

const nullable = (schema: Schema.Codec<string>, description: string) =>
  Schema.optionalKey(Schema.NullOr(schema)).annotate({ description })

const Ask = Schema.Struct({
  query: Schema.String.annotate({ description: "1 to 8000 characters, not blank. No data: URLs, no encoded bytes." }),
  session_id: nullable(Schema.String, "Whose dialogue this is; without it nothing is kept."),
  email_id: nullable(Schema.String, "Kept with the message."),
  current_timestamp: nullable(Schema.String, "`YYYY-MM-DDTHH:mm:ssZ`; kept as the message's time.")
}).annotate({
  identifier: "AnalyticsQuestion",
  examples: [
    {
      query: "What is a UFDR report?",
      session_id: "session-abc-123",
      email_id: "investigator@example.com",
      current_timestamp: "2024-01-15T10:30:00Z"
    }
  ]
})

/** U15. `response` is empty when `status` is `error`. */
export const AnalyticsAnswer = Schema.Struct({
  message: Schema.String,
  status: Schema.Literals(["success", "error"]),
  response: Schema.Struct({ query: Schema.optionalKey(Schema.String) }),
  session_id: Schema.NullOr(Schema.String),
  status_code: Schema.Int
}).annotate({
  identifier: "AnalyticsAnswer",
  description: "The answer, or with `status` `error` why there is none",
  examples: [
    {
      message: "A UFDR report is...",
      status: "success",
      response: { query: "What is a UFDR report?" },
      session_id: "session-abc-123",
      status_code: 200
    }
  ]
})
export type AnalyticsAnswer = typeof AnalyticsAnswer.Type

/** Written by hand as text: the fields of server-sent events are not JSON. */
const Streamed = Schema.String.annotate({
  description: "Server-sent events `part`, `answer` and `error`, in this order",
  examples: [
    [
      'event: part\ndata: {"text":"A UFDR report "}\n\n',
      'event: answer\ndata: {"message":"A UFDR report is...","status":"success","response":{"query":"What is a UFDR report?"},',
      '"session_id":"session-abc-123","status_code":200}\n\n'
    ].join("")
  ]
}).pipe(HttpApiSchema.asText({ contentType: "text/event-stream" }))

const ASK = [
  "Answers from the session's dialogue when `session_id` is given, and keeps question and answer there; without it, or while",
  "the store is away (header `session-kept: false`), nothing is kept. What goes wrong behind the door is told in a body of",
  "the same shape with HTTP 200: `status_code` 400 a bad `current_timestamp`, 429 too many questions waiting in the session,",
  "410 a repeated question whose answer is no longer remembered, 500 it could not be answered, 503 stopping, 504 not in time. The same `Idempotency-Key` with the same session and query",
  "is the same question for 24 h. With `Accept: text/event-stream` or `?stream=true` server-sent events: `part` with",
  "`{text}` while the answer is written, `not_kept` where a session does not have it, then `answer` or `error` with the whole body,",
  "which is what counts. Needs a token only where `ANALYST_TOKEN` is set."
].join(" ")

const AnalyticsGroup = HttpApiGroup.make("analytics")
  .add(
    HttpApiEndpoint.post("ask", "/api/analytics", {
      headers: { "idempotency-key": Schema.optionalKey(Schema.String) },
      query: { stream: Schema.optionalKey(Schema.Literals(["true", "false"])) },
      payload: Ask,
      success: [AnalyticsAnswer, Streamed],
      error: [QuestionMalformed, EvidenceRefused, QuestionTooLarge, NotJson]
    })
      .middleware(RequestProblems)
      .middleware(AnalystOnly)
      .annotateMerge(describe("Ask a question", ASK)),
    HttpApiEndpoint.options("options", "/api/analytics", {
      success: Schema.Struct({ status: Schema.Literal("ok") })
    }).annotateMerge(describe("May a page ask", "CORS headers for the origins of `ANALYST_CORS_ORIGINS`."))
  )
  .annotateMerge(
    OpenApi.annotations({
      title: "Analytics",
      description: "Questions of analysts. Open unless `ANALYST_TOKEN` is set."
    })
  )

/** Served always. */
export const AnalyticsApi = HttpApi.make("analytics").add(AnalyticsGroup)

/** U17. `message_count` counts all that is stored; `messages` are the last `limit`, oldest first. */
export const SessionShown = Schema.Struct({
  session_id: Schema.String,
  exists: Schema.Boolean,
  message_count: Schema.Int,
  messages: Schema.Array(SessionMessage),
  redis_available: Schema.Boolean
}).annotate({
  identifier: "AnalystSession",
  description: "The session's dialogue, oldest message first",
  examples: [
    {
      session_id: "session-abc-123",
      exists: true,
      message_count: 2,
      messages: [
        {
          role: "user",
          content: "What is a UFDR report?",
          timestamp: "2024-01-15T10:30:00Z",
          metadata: { email_id: "investigator@example.com" }
        },
        { role: "assistant", content: "A UFDR report is...", timestamp: "2024-01-15T10:30:05Z" }
      ],
      redis_available: true
    }
  ]
})
export type SessionShown = typeof SessionShown.Type

/** U18. */
export const SessionCleared = Schema.Struct({
  session_id: Schema.String,
  status: Schema.Literals(["success", "warning"]),
  message: Schema.String,
  redis_available: Schema.Boolean
}).annotate({
  identifier: "AnalystSessionCleared",
  description: "Whether the session is gone; `warning` = the store did not say so in time",
  examples: [
    {
      session_id: "session-abc-123",
      status: "success",
      message: "Session cleared successfully",
      redis_available: true
    }
  ]
})
export type SessionCleared = typeof SessionCleared.Type

const session = { id: Schema.String }

const SessionGroup = HttpApiGroup.make("analystSession")
  .add(
    HttpApiEndpoint.get("debug", "/api/session/:id/debug", {
      params: session,
      query: { limit: Schema.optionalKey(Limit) },
      success: SessionShown,
      error: [MalformedRequest, QuestionMalformed, Refused]
    }).annotateMerge(
      describe(
        "Look at a session",
        "Its dialogue as stored. `limit` is 1-1000, default all. While the store is away `redis_available` is false."
      )
    ),
    HttpApiEndpoint.delete("clear", "/api/session/:id", {
      params: session,
      success: SessionCleared,
      error: [QuestionMalformed, Refused]
    }).annotateMerge(
      describe(
        "Clear a session",
        "Removes its dialogue and all that is known of it, also what an earlier version kept."
      )
    )
  )
  .annotateMerge(OpenApi.annotations({ title: "Analyst sessions", description: "404 unless `ADMIN_TOKEN` is set." }))

/** Served when `ADMIN_TOKEN` is set (X18). */
export const SessionApi = HttpApi.make("analystSessions")
  .add(SessionGroup)
  .middleware(RequestProblems)
  .middleware(AdminOnly)

/** All of it, for the API document. */
export const AnalystApi = HttpApi.make("analyst").addHttpApi(AnalyticsApi).addHttpApi(SessionApi)
