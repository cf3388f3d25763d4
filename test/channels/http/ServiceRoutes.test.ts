import * as Effect from "effect/Effect"
import { readFileSync } from "node:fs"
import { address } from "#domain/ActorAddress.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { ADMIN, PDF, PHONE, RECIPE, start } from "./service.ts"

const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string }

describe("health", () => {
  it.live("says alive, ready and ok, and what the process is made of", () =>
    Effect.gen(function* () {
      const { call } = yield* start()
      expect((yield* call("/healthz")).status).toBe(200)
      expect(yield* call("/readyz")).toMatchObject({ status: 200, body: { status: "ready" } })
      const health = yield* call("/health")
      expect(health.status).toBe(200)
      expect(health.headers.get("cache-control")).toBe("no-store")
      expect(health.body).toEqual({
        status: "ok",
        reason: null,
        version,
        uptimeSeconds: 0,
        store: { kind: "memory", reachable: true },
        residents: 0,
        effectsInFlight: 0,
        spooled: null,
        dependencies: [{ name: "meal planner", kind: "embedded", note: "fixed recipes" }],
        components: []
      })
      expect((yield* call("/health/detailed")).body).toMatchObject({ status: "ok", components: [] })
      expect(yield* call("/health/ready")).toMatchObject({ status: 200, body: { status: "ready" } })
    })
  )

  it.live("is degraded, and names the part, while one is unwell; it still takes work", () =>
    Effect.gen(function* () {
      const well = { name: "discord", state: "off", reason: null, degraded: false, details: {} }
      const unwell = { name: "classifier", state: "silent", reason: null, degraded: true, details: { waiting: 3 } }
      const { call } = yield* start({ components: [well, unwell] })
      expect((yield* call("/health")).body).toMatchObject({
        status: "degraded",
        reason: "classifier",
        components: [well, unwell]
      })
      expect((yield* call("/readyz")).status).toBe(200)
    })
  )

  it.live("stays alive but not ready while the store is away", () =>
    Effect.gen(function* () {
      const { call, switches } = yield* start()
      switches.away = true
      expect((yield* call("/healthz")).status).toBe(200)
      const ready = yield* call("/readyz")
      expect(ready.status).toBe(503)
      expect(ready.headers.get("content-type")).toBe("application/problem+json")
      expect(ready.headers.get("retry-after")).toBe("5")
      expect(ready.body).toMatchObject({ type: "urn:tardigrade:problem:try-later", code: "StoreUnavailable" })
      expect(yield* call("/health")).toMatchObject({
        status: 200,
        body: { status: "degraded", reason: "StoreUnavailable", store: { kind: "memory", reachable: false } }
      })
    })
  )

  it.live("says stopping, and answers although the store hangs", () =>
    Effect.gen(function* () {
      const stopping = yield* start({
        system: (real) => ({
          ...real,
          health: Effect.map(real.health, (seen) => ({ ...seen, stopping: true }))
        })
      })
      expect(yield* stopping.call("/readyz")).toMatchObject({ status: 503, body: { code: "SystemStopping" } })
      expect(yield* stopping.call("/health")).toMatchObject({ body: { status: "stopping", reason: "SystemStopping" } })
      const hanging = yield* start({ system: (real) => ({ ...real, health: Effect.never }) })
      expect(yield* hanging.call("/readyz")).toMatchObject({ status: 503, body: { code: "StoreUnavailable" } })
    })
  )
})

describe("metrics", () => {
  it.live("are open without a token, and count requests by route pattern", () =>
    Effect.gen(function* () {
      const { call, system } = yield* start({ environment: { ADMIN_TOKEN: ADMIN } })
      yield* system.tell(address("counter", PHONE), { type: "PRESSED" }, { id: "m1" })
      yield* call(`/api/actors/counter/${encodeURIComponent(PHONE)}`, { token: ADMIN })
      yield* call(`/no/such/path/${PHONE}`)
      const metrics = yield* call("/metrics")
      expect(metrics.status).toBe(200)
      expect(metrics.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8")
      expect(metrics.text).toContain("# TYPE tardigrade_turns_total counter")
      expect(metrics.text).toContain(
        'tardigrade_http_requests_total{method="GET",route="/api/actors/:type/:id",status="200"} 1'
      )
      expect(metrics.text).toContain('tardigrade_http_requests_total{method="GET",route="none",status="404"} 1')
      expect(metrics.text).not.toContain(PHONE.slice(1))
    })
  )

  it.live("ask for their own token when there is one", () =>
    Effect.gen(function* () {
      const { call } = yield* start({ environment: { METRICS_TOKEN: "scraper", ADMIN_TOKEN: ADMIN } })
      for (const token of [undefined, "", "scrape", "scraper2", ADMIN]) {
        const refused = yield* call("/metrics", token === undefined ? {} : { token })
        expect(refused.status).toBe(401)
        expect(refused.headers.get("www-authenticate")).toBe('Bearer realm="tardigrade"')
        expect(refused.text).not.toContain("tardigrade_turns_total")
      }
      expect((yield* call("/metrics", { token: "scraper" })).status).toBe(200)
    })
  )

  it.live("an empty token is no token: metrics open, operator's routes absent", () =>
    Effect.gen(function* () {
      const { call } = yield* start({ environment: { METRICS_TOKEN: "", ADMIN_TOKEN: "" } })
      expect((yield* call("/metrics")).status).toBe(200)
      for (const token of [undefined, "", "x"]) {
        expect((yield* call("/api/dead-letters", token === undefined ? {} : { token })).status).toBe(404)
      }
    })
  )
})

describe("recipes", () => {
  it.live("come as a PDF that only the reader's own browser may keep", () =>
    Effect.gen(function* () {
      const { base, call } = yield* start()
      const found = yield* Effect.promise(() => fetch(`${base}/recipes/${RECIPE}.pdf`))
      expect(found.status).toBe(200)
      expect(found.headers.get("content-type")).toBe("application/pdf")
      expect(found.headers.get("cache-control")).toBe("private, max-age=3600")
      expect(found.headers.get("referrer-policy")).toBe("no-referrer")
      expect(found.headers.get("x-content-type-options")).toBe("nosniff")
      expect(new Uint8Array(yield* Effect.promise(() => found.arrayBuffer()))).toEqual(PDF)
      expect(yield* call(`/recipes/${RECIPE}.pdf`, { method: "HEAD" })).toMatchObject({ status: 200, text: "" })
    })
  )

  it.live("unknown and malformed tokens are all the same 404", () =>
    Effect.gen(function* () {
      const { call, lookedUp } = yield* start()
      const paths = [
        "/recipes/another-token_0123456.pdf",
        "/recipes/short.pdf",
        `/recipes/${RECIPE}`,
        `/recipes/${RECIPE}.pdf.pdf`,
        `/recipes/${"a".repeat(129)}.pdf`,
        "/recipes/..%2f..%2fpackage.pdf",
        "/recipes/../../package.json.pdf",
        "/recipes/%2e%2e%2f%2e%2e%2f%2e%2e%2fetc%2fpasswd.pdf",
        "/recipes/%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00.pdf",
        "/recipes/%.pdf",
        "/recipes/%ff%fe.pdf",
        "/recipes/.pdf"
      ]
      for (const path of paths) {
        const answer = yield* call(path)
        expect({ path, status: answer.status }).toEqual({ path, status: 404 })
        expect(answer.body).toMatchObject({ type: "urn:tardigrade:problem:not-found" })
      }
      expect(lookedUp).toEqual(["another-token_0123456"])
    })
  )

  it.live("are a 503 to be tried again while the store is away", () =>
    Effect.gen(function* () {
      const { call, lines, switches } = yield* start()
      switches.away = true
      const answer = yield* call(`/recipes/${RECIPE}.pdf`)
      expect(answer.status).toBe(503)
      expect(answer.headers.get("retry-after")).toBe("5")
      expect(answer.text + lines.join("")).not.toContain(RECIPE)
    })
  )
})
