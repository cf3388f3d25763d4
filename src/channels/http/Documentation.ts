/**
 * `/openapi.json` (OpenAPI 3.1) and `/docs`, a page that draws it. Both describe every route of the process, also those of
 * other channels and those that its configuration leaves out, but for SMS when that is switched off. The page brings its scripts along and its policy lets it
 * load nothing else.
 */
import * as Effect from "effect/Effect"
import * as HttpMiddleware from "effect/http/HttpMiddleware"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiScalar from "effect/http-api/HttpApiScalar"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { AnalystApi } from "./analyst/AnalystApi.ts"
import { AdminApi, PublicApi } from "./Api.ts"
import { DeveloperApi } from "./developer/DeveloperApi.ts"
import { ServiceDescription, version } from "./ServiceDescription.ts"
import { SmsGroup } from "./SmsDescription.ts"

const DocumentationGroup = HttpApiGroup.make("documentation")
  .add(
    HttpApiEndpoint.get("openapi", "/openapi.json", {
      success: Schema.Record(Schema.String, Schema.Json)
    }).annotateMerge(OpenApi.annotations({ summary: "This document" })),
    HttpApiEndpoint.get("docs", "/docs", {
      success: Schema.String.pipe(HttpApiSchema.asText({ contentType: "text/html" }))
    }).annotateMerge(OpenApi.annotations({ summary: "This document as a page" }))
  )
  .annotateMerge(OpenApi.annotations({ title: "Documentation" }))

const WithoutSms = HttpApi.make("tardigrade")
  .addHttpApi(PublicApi)
  .addHttpApi(AdminApi)
  .addHttpApi(AnalystApi)
  .addHttpApi(DeveloperApi)
  .add(DocumentationGroup)
  .annotateMerge(
    OpenApi.annotations({
      title: "Tardigrade",
      version,
      description:
        "Durable statechart actors, and on top of them meal plans by SMS, analysts' sessions, and developers' commands.",
      license: { name: "MIT", identifier: "MIT" }
    })
  )

const Everything = WithoutSms.add(SmsGroup)

type Api<Id extends string, Groups extends HttpApiGroup.Constraint> = HttpApi.HttpApi<Id, Groups>

const openapi = <Id extends string, Groups extends HttpApiGroup.Constraint>(api: Api<Id, Groups>) =>
  HttpRouter.add(
    "GET",
    "/openapi.json",
    Effect.sync(() => HttpServerResponse.jsonUnsafe(OpenApi.fromApi(api)))
  )

/** Scalar needs inline scripts and styles; it may call nothing but this very service. */
const POLICY = [
  "default-src 'none'",
  "script-src 'unsafe-inline' 'unsafe-eval'",
  "style-src 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'"
].join("; ")

const withPolicy = HttpRouter.middleware(
  HttpMiddleware.make((route) => Effect.map(route, HttpServerResponse.setHeader("content-security-policy", POLICY)))
).layer

const docs = <Id extends string, Groups extends HttpApiGroup.Constraint>(api: Api<Id, Groups>) =>
  HttpApiScalar.layer(api, { path: "/docs", scalar: { withDefaultFonts: false } }).pipe(Layer.provide(withPolicy))

export const documentationRoutes: Layer.Layer<never, never, HttpRouter.HttpRouter | ServiceDescription> = Layer.unwrap(
  Effect.map(ServiceDescription, ({ dependencies }) => {
    const off = dependencies.some(({ kind, name }) => name === "sms" && kind === "off")
    return off ? Layer.merge(openapi(WithoutSms), docs(WithoutSms)) : Layer.merge(openapi(Everything), docs(Everything))
  })
)
