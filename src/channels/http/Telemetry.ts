/**
 * Traces and metrics for a collector, by OTLP over HTTP. Off unless `OTEL_EXPORTER_OTLP_ENDPOINT` is set. What leaves is kept
 * free of people's words: a failed span says the name of its failure and nothing of its text, and outgoing calls have no
 * spans, because the URLs of SMS providers hold phone numbers. Logs stay on standard output.
 */
import * as Cause from "effect/Cause"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as OtlpExporter from "effect/observability/OtlpExporter"
import * as OtlpMetrics from "effect/observability/OtlpMetrics"
import * as OtlpSerialization from "effect/observability/OtlpSerialization"
import * as OtlpTracer from "effect/observability/OtlpTracer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Tracer from "effect/Tracer"
import { all, flag, httpAddresses, setting } from "#runtime/SettingRules.ts"
import { version } from "./ServiceDescription.ts"

export const settings = all({
  endpoint: Config.option(setting("OTEL_EXPORTER_OTLP_ENDPOINT", httpAddresses)),
  disabled: flag("OTEL_SDK_DISABLED", false),
  headers: Config.option(Config.Redacted("OTEL_EXPORTER_OTLP_HEADERS")),
  serviceName: Config.NonEmptyString("OTEL_SERVICE_NAME").pipe(Config.withDefault("tardigrade"))
})

/** `name=value,name=value`, values percent-encoded, as OpenTelemetry writes them. */
const readHeaders = (text: string): Record<string, string> =>
  Object.fromEntries(
    text
      .split(",")
      .filter((pair) => pair.includes("="))
      .map((pair) => {
        const equals = pair.indexOf("=")
        return [pair.slice(0, equals).trim(), decodeURIComponent(pair.slice(equals + 1).trim())]
      })
  )

const nameOf = (cause: Cause.Cause<unknown>): string => {
  const found = Cause.squash(cause)
  if (typeof found !== "object" || found === null) return "Failure"
  if ("_tag" in found && typeof found._tag === "string") return found._tag
  return found instanceof Error ? found.constructor.name : "Failure"
}

const nameOnly = (exit: Exit.Exit<unknown, unknown>): Exit.Exit<unknown, unknown> => {
  if (Exit.isSuccess(exit) || Cause.hasInterruptsOnly(exit.cause)) return exit
  const name = nameOf(exit.cause)
  return Exit.fail(Object.assign(new Error(name), { name, stack: name }))
}

/** The same tracer, but its spans forget what their failures and log lines said. */
const discreet = (tracer: Tracer.Tracer): Tracer.Tracer =>
  Tracer.make({
    ...(tracer.context && { context: tracer.context }),
    span: (options) => {
      const span = tracer.span(options)
      const end = span.end.bind(span)
      return Object.assign(span, {
        end: (endTime: bigint, exit: Exit.Exit<unknown, unknown>) => end(endTime, nameOnly(exit)),
        event: () => {}
      })
    }
  })

/**
 * The exporters, or nothing without an endpoint. To be provided around the whole process, so that its spans are seen; what is
 * still held is sent when the process stops. **Delivery**: at most once; a collector that is away costs spans, never work.
 */
export const layer: Layer.Layer<never, Config.ConfigError, HttpClient.HttpClient> = Layer.unwrap(
  Effect.map(settings, ({ disabled, endpoint, headers, serviceName }) => {
    if (disabled || Option.isNone(endpoint)) return Layer.empty
    const base = endpoint.value.href.replace(/\/+$/, "")
    const common = {
      resource: { serviceName, serviceVersion: version },
      headers: readHeaders(Option.match(headers, { onNone: () => "", onSome: Redacted.value }))
    }
    const tracer = Layer.effect(
      Tracer.Tracer,
      Effect.map(OtlpTracer.make({ ...common, url: `${base}/v1/traces` }), discreet)
    )
    return Layer.mergeAll(
      tracer,
      OtlpMetrics.layer({ ...common, url: `${base}/v1/metrics` }),
      Layer.succeed(HttpClient.TracerDisabledWhen)(() => true)
    ).pipe(Layer.provide(OtlpExporter.layerFlusher), Layer.provide(OtlpSerialization.layerJson))
  })
)
