import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpRouter from "effect/http/HttpRouter"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { createServer, type IncomingHttpHeaders } from "node:http"
import type { AddressInfo } from "node:net"
import * as Telemetry from "#channels/http/Telemetry.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { ADMIN, PHONE, RECIPE, start, WORDS } from "./service.ts"

interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

interface Attribute {
  readonly key: string
  readonly value: { readonly stringValue?: string; readonly intValue?: number }
}
interface Span {
  readonly name: string
  readonly traceId: string
  readonly attributes: ReadonlyArray<Attribute>
  readonly events: ReadonlyArray<unknown>
  readonly status: { readonly code: number; readonly message?: string }
}

/** A collector on loopback that keeps what it is sent. */
const collector = Effect.acquireRelease(
  Effect.promise(async () => {
    const received: Array<Received> = []
    const server = createServer((request, response) => {
      const chunks: Array<Buffer> = []
      request.on("data", (chunk: Buffer) => chunks.push(chunk))
      request.on("end", () => {
        const body = Buffer.concat(chunks).toString("utf8")
        received.push({ path: request.url ?? "", headers: request.headers, body })
        response.writeHead(200, { "content-type": "application/json" }).end("{}")
      })
    })
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    return { received, server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
  }),
  ({ server }) => Effect.promise(() => new Promise((resolve) => server.close(resolve)))
)

const spansOf = (received: ReadonlyArray<Received>): ReadonlyArray<Span> =>
  received
    .filter(({ path }) => path === "/v1/traces")
    .flatMap(({ body }) => {
      const data = JSON.parse(body) as { resourceSpans: [{ scopeSpans: [{ spans: ReadonlyArray<Span> }] }] }
      return data.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
    })

const attribute = (span: Span | undefined, key: string) => {
  const found = span?.attributes.find((each) => each.key === key)?.value
  return found?.stringValue ?? Number(found?.intValue)
}

/** Runs with telemetry under this environment; what is held is sent when it ends. */
const traced = <A, E>(environment: Record<string, string>, program: Effect.Effect<A, E, HttpClient.HttpClient>) =>
  Effect.scoped(
    Effect.gen(function* () {
      const layer = Telemetry.layer.pipe(
        Layer.provideMerge(FetchHttpClient.layer),
        Layer.provideMerge(Logger.layer([Logger.tracerLogger])),
        Layer.provide(ConfigProvider.layer(ConfigProvider.fromUnknown(environment)))
      )
      return yield* Effect.provide(program, yield* Layer.build(layer))
    })
  )

describe("telemetry", () => {
  it.live("sends a request's span by its route, with no number, token or word in it", () =>
    Effect.gen(function* () {
      const { received, url } = yield* collector
      const traceId = "0af7651916cd43dd8448eb211c80319c"
      const routes = HttpRouter.add("GET", "/broken/:phone", Effect.die(new Error(WORDS)))
      const program = Effect.scoped(
        Effect.gen(function* () {
          const { call } = yield* start({ environment: { ADMIN_TOKEN: ADMIN }, routes })
          const headers = { traceparent: `00-${traceId}-b7ad6b7169203331-01` }
          yield* call(`/api/actors/counter/${encodeURIComponent(PHONE)}`, { token: ADMIN, headers })
          yield* call(`/api/actors/counter/${PHONE}?token=${RECIPE}`, { token: ADMIN })
          yield* call(`/recipes/${RECIPE}.pdf`)
          yield* call(`/unknown/${PHONE}`)
          yield* call(`/broken/${PHONE}`)
        })
      )
      const environment = {
        OTEL_EXPORTER_OTLP_ENDPOINT: `${url}/`,
        OTEL_EXPORTER_OTLP_HEADERS: "x-key=a%20b, x-other=c",
        OTEL_SERVICE_NAME: "tardigrade-test"
      }
      yield* traced(environment, program)

      const spans = spansOf(received).filter(({ name }) => name === "GET")
      expect(
        spans.map((span) => [attribute(span, "http.route"), attribute(span, "http.response.status_code")])
      ).toEqual([
        ["/api/actors/:type/:id", 404],
        ["/api/actors/:type/:id", 404],
        ["/recipes/:token.pdf", 200],
        ["none", 404],
        ["/broken/:phone", 500]
      ])
      expect(spans[0]?.traceId).toBe(traceId)
      const metrics = received.filter(({ path }) => path === "/v1/metrics")
      expect(metrics.map(({ body }) => body).join("")).toContain("tardigrade_http_requests_total")
      for (const { body, headers } of received) {
        expect(headers).toMatchObject({ "x-key": "a b", "x-other": "c" })
        expect(body).toContain("tardigrade-test")
        for (const secret of [PHONE.slice(1), WORDS, RECIPE, ADMIN]) expect(body).not.toContain(secret)
      }
    })
  )

  it.live("tells a failed span by the name of its failure only, and outgoing calls not at all", () =>
    Effect.gen(function* () {
      const { received, url } = yield* collector
      const program = Effect.gen(function* () {
        const failing = Effect.andThen(Effect.logError(WORDS), Effect.die(new TypeError(WORDS)))
        yield* Effect.exit(Effect.withSpan(failing, "died"))
        yield* Effect.exit(Effect.withSpan(Effect.fail({ _tag: "Refused", words: WORDS }), "failed"))
        yield* Effect.withSpan(Effect.void, "fine")
        yield* Effect.exit(HttpClient.get(`${url}/Messages.json?To=${PHONE}`))
      })
      yield* traced({ OTEL_EXPORTER_OTLP_ENDPOINT: url }, program)

      const spans = spansOf(received)
      expect(spans.map(({ name, status }) => [name, status.code, status.message])).toEqual([
        ["died", 2, "TypeError"],
        ["failed", 2, "Refused"],
        ["fine", 1, undefined]
      ])
      const outgoing = received.find(({ path }) => path.startsWith("/Messages.json"))
      expect(outgoing?.headers["traceparent"]).toBeUndefined()
      const exported = received.filter(({ path }) => path.startsWith("/v1/")).map(({ body }) => body)
      expect(exported.join("")).not.toContain(WORDS)
      expect(exported.join("")).not.toContain(PHONE.slice(1))
    })
  )

  it.live("is off without an endpoint, and when OpenTelemetry's own switch says so", () =>
    Effect.gen(function* () {
      const { received, url } = yield* collector
      const program = Effect.withSpan(Effect.void, "unseen")
      yield* traced({}, program)
      yield* traced({ OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_SDK_DISABLED: "true" }, program)
      expect(received).toEqual([])
    })
  )

  it.live("costs nothing but its spans when the collector is away", () =>
    Effect.gen(function* () {
      const program = Effect.as(Effect.withSpan(Effect.void, "lost"), "done")
      expect(yield* traced({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" }, program)).toBe("done")
    })
  )
})
