import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { describe, expect, it } from "#test/harness/effect.ts"
import { type Answer, start } from "./service.ts"

const question = { query: "Who?" }
const ORIGIN = "https://desk.example.com"
const PREFLIGHT = { "access-control-request-method": "POST", "access-control-request-headers": "content-type" }

const corsOf = ({ headers }: Answer) =>
  Object.fromEntries([...headers].filter(([name]) => name.startsWith("access-control-")))

describe("questions", () => {
  it.live("need the analyst's token when there is one", () =>
    Effect.gen(function* () {
      const { ask, call } = yield* start({ ANALYST_TOKEN: "analyst-token" })
      const refused = yield* ask(question)
      expect([refused.status, refused.headers.get("www-authenticate")]).toEqual([401, 'Bearer realm="tardigrade"'])
      expect((yield* ask(question, { token: "another" })).status).toBe(401)
      expect((yield* ask({ evidence: "" }, { token: "" })).status).toBe(401)
      expect((yield* ask(question, { token: "analyst-token" })).status).toBe(200)
      // A page must learn that it may ask before it can show its token.
      expect((yield* call("/api/analytics", { method: "OPTIONS" })).status).toBe(200)
    })
  )

  it.live("may not be asked by pages of other origins", () =>
    Effect.gen(function* () {
      const { ask, call } = yield* start()
      const answer = yield* ask(question, { headers: { origin: ORIGIN } })
      const preflight = yield* call("/api/analytics", { method: "OPTIONS", headers: { origin: ORIGIN, ...PREFLIGHT } })
      expect([corsOf(answer), corsOf(preflight)]).toEqual([{}, {}])
      expect([preflight.status, preflight.text]).toEqual([200, '{"status":"ok"}'])
    })
  )

  it.live("may be asked by pages of the origins that are set, and only questions", () =>
    Effect.gen(function* () {
      const environment = { ANALYST_CORS_ORIGINS: `${ORIGIN}, http://localhost:5173`, ADMIN_TOKEN: "operator-token" }
      const { ask, call } = yield* start(environment)
      const headers = { origin: ORIGIN }
      const preflight = yield* call("/api/analytics", { method: "OPTIONS", headers: { ...headers, ...PREFLIGHT } })
      expect([preflight.status, preflight.text]).toEqual([200, '{"status":"ok"}'])
      expect(corsOf(preflight)).toMatchObject({
        "access-control-allow-origin": ORIGIN,
        "access-control-allow-methods": "POST, OPTIONS",
        "access-control-allow-headers": "content-type,accept,authorization,idempotency-key"
      })
      const allowed = { "access-control-allow-origin": ORIGIN, "access-control-expose-headers": "session-kept" }
      const answers = [yield* ask(question, { headers }), yield* ask({ query: "" }, { headers })]
      expect(answers.map(corsOf)).toEqual([allowed, allowed])
      const streamed = yield* ask(question, { headers: { ...headers, accept: "text/event-stream" } })
      expect(corsOf(streamed)).toEqual(allowed)
      const stranger = yield* ask(question, { headers: { origin: "https://desk.example.com.evil.example" } })
      expect(corsOf(stranger)["access-control-allow-origin"]).toBeUndefined()
      const debug = yield* call("/api/session/a/debug", { token: "operator-token", headers })
      expect([debug.status, corsOf(debug)]).toEqual([200, {}])
    })
  )

  it.live.each(["*", "desk.example.com", "https://desk.example.com/", "https://a.example,,https://b.example"])(
    "with the origins %j the service does not start",
    (ANALYST_CORS_ORIGINS) =>
      Effect.gen(function* () {
        const started = yield* Effect.exit(start({ ANALYST_CORS_ORIGINS }))
        expect(Exit.isFailure(started)).toBe(true)
        expect(String(started)).toContain("ANALYST_CORS_ORIGINS")
      })
  )
})
