/**
 * What is known of a request afterwards: a span and two numbers, by method, route pattern and status. Paths hold phone
 * numbers and tokens, so no URL is written anywhere, not even of an unknown path; the built-in request log and tracer, which
 * write URLs, stay off. Whatever no route answered becomes a problem here, so a request always has an answer.
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerError from "effect/http/HttpServerError"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as HttpTraceContext from "effect/http/HttpTraceContext"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as Tracer from "effect/Tracer"
import { response as problem } from "./Problems.ts"

/** Labels: `method`, `route`, `status`. */
const requests = Metric.counter("tardigrade_http_requests_total", {
  description: "HTTP requests by method, route pattern and status",
  incremental: true
})

/** Labels: `method`, `route`. */
const durations = Metric.histogram("tardigrade_http_request_duration_ms", {
  description: "Time to answer a request, milliseconds",
  boundaries: [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 20_000]
})

/** The pattern of the route that took the request; `none` when no route did. */
const routeTaken = Effect.contextWith((context: Context.Context<never>) =>
  Effect.succeed(
    Option.match(Context.getOption(context, HttpRouter.RouteContext), {
      onNone: () => "none",
      onSome: ({ route }) => route.path
    })
  )
)

/** A failure's text may quote what it broke on, so only its being there is logged. */
const answerFailure = <E>(cause: Cause.Cause<E>) =>
  Effect.gen(function* () {
    if (Cause.hasInterruptsOnly(cause)) return yield* Effect.failCause(cause as Cause.Cause<never>)
    const [{ status }] = yield* HttpServerError.causeResponse(cause)
    if (status >= 500) yield* Effect.logError("http: route failed", { route: yield* routeTaken, status })
    return problem(status)
  })

/** Headers every answer has: no guessing of types, and nothing kept by a cache unless the route said so. */
const withCommonHeaders = (response: HttpServerResponse.HttpServerResponse): HttpServerResponse.HttpServerResponse =>
  HttpServerResponse.setHeaders(response, {
    "cache-control": "no-store",
    ...response.headers,
    "x-content-type-options": "nosniff"
  })

/** A request's way through the router, with what is written into its span when there is one. */
const answered = <E, R>(
  router: Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>,
  method: string,
  span: Tracer.Span | null
) =>
  Effect.gen(function* () {
    const startedAt = yield* Clock.currentTimeMillis
    const response = yield* Effect.catchCause(router, answerFailure)
    const route = yield* routeTaken
    const status = String(response.status)
    span?.attribute("http.request.method", method)
    span?.attribute("http.route", route)
    span?.attribute("http.response.status_code", response.status)
    yield* Metric.update(Metric.withAttributes(requests, { method, route, status }), 1)
    const took = (yield* Clock.currentTimeMillis) - startedAt
    yield* Metric.update(Metric.withAttributes(durations, { method, route }), took)
    return withCommonHeaders(response)
  })

/** Wraps the router: every request gets an answer, its place in the numbers, and a span where somebody exports them. */
export const observeRequests = <E, R>(router: Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>) =>
  Effect.gen(function* () {
    const { headers, method } = yield* HttpServerRequest.HttpServerRequest
    if ((yield* Tracer.Tracer) === Tracer.nativeTracer) return yield* answered(router, method, null)
    const parent = Option.getOrUndefined(HttpTraceContext.fromHeaders(headers))
    return yield* Effect.useSpan(method, { kind: "server", ...(parent && { parent }) }, (span) =>
      answered(router, method, span).pipe(Effect.withParentSpan(span))
    )
  })
