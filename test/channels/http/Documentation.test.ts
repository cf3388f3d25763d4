import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpRouter from "effect/http/HttpRouter"
import * as Layer from "effect/Layer"
import { codeHostReads } from "#app/Developer.ts"
import { directAnswers } from "#app/Analyst.ts"
import { layerSession } from "#capabilities/analyst/SessionAnalyst.ts"
import { layerEmbedded } from "#capabilities/codehost/EmbeddedCodeHost.ts"
import { analystRoutes } from "#channels/http/analyst/AnalystRoutes.ts"
import { developerRoutes } from "#channels/http/developer/DeveloperRoutes.ts"
import { SmsProvider } from "#channels/sms/SmsProvider.ts"
import { SmsRoutes } from "#channels/sms/Webhook.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { recordingSystem } from "../sms/service.ts"
import { ADMIN, type Service, type ServiceOptions, start } from "./service.ts"

type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [key: string]: Json }
interface Operation {
  readonly operationId: string
  readonly parameters?: ReadonlyArray<{ readonly name: string; readonly in: string; readonly required?: boolean }>
  readonly responses: Readonly<Record<string, { readonly description?: string; readonly content?: object }>>
  readonly security?: ReadonlyArray<Readonly<Record<string, unknown>>>
}
interface Document {
  readonly openapi: string
  readonly info: { readonly title: string; readonly version: string }
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly securitySchemes: Readonly<Record<string, Json>> }
}

const sms = SmsRoutes.pipe(
  Layer.provide(SmsProvider.layerLocal),
  Layer.provide(recordingSystem().layer),
  Layer.provide(FetchHttpClient.layer),
  Layer.orDie
)

const others = Layer.merge(analystRoutes, developerRoutes).pipe(
  Layer.provide([directAnswers, codeHostReads]),
  Layer.provide([layerSession, layerEmbedded])
)

const SERVED = { ADMIN_TOKEN: ADMIN, DEVELOPER_KEYS: '{"alice":"a-key-of-enough-characters"}' }

/** Everything that registers a route on the router, seen from the router. */
const registered = (options: ServiceOptions = {}) =>
  Effect.gen(function* () {
    const found: Array<string> = []
    const spy = HttpRouter.use((router) =>
      Effect.sync(() => {
        const { add, addAll } = router
        Object.assign(router, {
          add: (...args: Parameters<typeof add>) => {
            found.push(`${args[0]} ${args[1]}`)
            return add(...args)
          },
          addAll: (...args: Parameters<typeof addAll>) => {
            found.push(...args[0].map(({ method, path }) => `${method} ${path}`))
            return addAll(...args)
          }
        })
      })
    )
    const service = yield* start({ environment: SERVED, ...options, before: spy, routes: Layer.merge(sms, others) })
    return { service, found: [...new Set(found)].toSorted() }
  })

const documentOf = ({ call }: Service) => Effect.map(call("/openapi.json"), ({ body }) => body as Document)

/** `/api/actors/{type}` ↔ `/api/actors/:type`. */
const asRouterPath = (path: string): string => path.replace(/\{(\w+)\}/g, ":$1")

const operationsOf = (document: Document) =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation }))
  )

/** Every `$ref` in the document with what it points to. */
const refsOf = (document: Json): ReadonlyArray<readonly [string, Json | undefined]> => {
  const at = (pointer: string): Json | undefined =>
    pointer
      .replace(/^#\//, "")
      .split("/")
      .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
      .reduce<Json | undefined>(
        (node, part) => (node !== null && typeof node === "object" ? (node as Record<string, Json>)[part] : undefined),
        document
      )
  const walk = (node: Json): ReadonlyArray<readonly [string, Json | undefined]> => {
    if (node === null || typeof node !== "object") return []
    const own = "$ref" in node && typeof node.$ref === "string" ? [[node.$ref, at(node.$ref)] as const] : []
    return [...own, ...Object.values(node).flatMap(walk)]
  }
  return walk(document)
}

describe("the API document", () => {
  it.live("is OpenAPI 3.1, whole and consistent in itself", () =>
    Effect.gen(function* () {
      const { service } = yield* registered()
      const document = yield* documentOf(service)
      expect(document.openapi).toMatch(/^3\.1\.\d+$/)
      expect(document.info.title).toBe("Tardigrade")
      const refs = refsOf(document as unknown as Json)
      expect(refs.length).toBeGreaterThan(5)
      expect(refs.filter(([, target]) => target === undefined)).toEqual([])

      const operations = operationsOf(document)
      const ids = operations.map(({ operation }) => operation.operationId)
      expect(new Set(ids).size).toBe(ids.length)
      const schemes = Object.keys(document.components.securitySchemes)
      for (const { method, operation, path } of operations) {
        const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
        const given = (operation.parameters ?? []).filter(({ in: place }) => place === "path")
        expect({ method, path, given: given.map(({ name }) => name) }).toEqual({ method, path, given: named })
        expect(given.every(({ required }) => required === true)).toBe(true)
        const statuses = Object.keys(operation.responses)
        expect(statuses.some((status) => status.startsWith("2"))).toBe(true)
        expect(statuses.every((status) => /^[1-5]\d\d$/.test(status))).toBe(true)
        expect(Object.values(operation.responses).every(({ description }) => description !== undefined)).toBe(true)
        for (const requirement of operation.security ?? []) {
          expect(schemes).toEqual(expect.arrayContaining(Object.keys(requirement)))
        }
      }
    })
  )

  it.live("describes exactly the routes that are served", () =>
    Effect.gen(function* () {
      const { found, service } = yield* registered()
      const described = operationsOf(yield* documentOf(service)).map(
        ({ method, path }) => `${method} ${asRouterPath(path)}`
      )
      expect(found).toContain("POST /webhook/sms")
      expect(described.toSorted()).toEqual(found)
    })
  )

  it.live("documents answers that come: every route answers with a status of its description", () =>
    Effect.gen(function* () {
      const { service } = yield* registered()
      for (const { method, operation, path } of operationsOf(yield* documentOf(service))) {
        const filled = path.replace("{type}", "counter").replaceAll(/\{\w+\}/g, "nobody-0123456789")
        const answer = yield* service.call(filled, { method, token: ADMIN })
        expect({ method, path, documented: Object.keys(operation.responses) }).toEqual({
          method,
          path,
          documented: expect.arrayContaining([String(answer.status)])
        })
      }
    })
  )

  it.live("says which routes want a token", () =>
    Effect.gen(function* () {
      const { service } = yield* registered()
      const guarded = operationsOf(yield* documentOf(service)).filter(
        ({ operation }) => (operation.security ?? []).length > 0
      )
      expect(guarded.map(({ path }) => path).toSorted()).toEqual([
        "/api/actors/{type}/{id}",
        "/api/actors/{type}/{id}",
        "/api/actors/{type}/{id}/rehearsal",
        "/api/alerts",
        "/api/analytics",
        "/api/dead-letters",
        "/api/dead-letters/{id}/replay",
        "/api/pending",
        "/api/reports/{week}",
        "/api/reports/{week}/post",
        "/api/retention",
        "/api/retention",
        "/api/session/{id}",
        "/api/session/{id}/debug",
        "/api/stats",
        "/api/stats.csv",
        "/api/stats/rebuild",
        "/api/storage",
        "/metrics",
        "/v1/actions",
        "/v1/actions",
        "/v1/actions/comment",
        "/v1/actions/merge",
        "/v1/actions/request-review",
        "/v1/actions/rerun-checks",
        "/v1/actions/{token}",
        "/v1/actions/{token}",
        "/v1/command",
        "/v1/commands/action",
        "/v1/commands/confirm",
        "/v1/inbox",
        "/v1/sessions/{id}/context",
        "/v1/sessions/{id}/context",
        "/v1/sessions/{id}/context"
      ])
    })
  )

  it.live("stays the same when the operator's routes are switched off", () =>
    Effect.gen(function* () {
      const on = yield* registered()
      const off = yield* registered({ environment: {} })
      expect(yield* documentOf(off.service)).toEqual(yield* documentOf(on.service))
      expect(off.found).not.toContain("GET /api/dead-letters")
    })
  )
})

describe("the page", () => {
  it.live("brings everything along and may load nothing else", () =>
    Effect.gen(function* () {
      const { call } = yield* start()
      const page = yield* call("/docs")
      expect(page.status).toBe(200)
      expect(page.headers.get("content-type")).toContain("text/html")
      expect(page.headers.get("content-security-policy")).toMatch(/default-src 'none';.*connect-src 'self'/)
      expect(page.text).not.toMatch(/<(?:script|link|img|iframe)[^>]+(?:src|href)=["']?https?:/i)
      expect(page.text).toContain("/webhook/sms/status")
    })
  )
})
