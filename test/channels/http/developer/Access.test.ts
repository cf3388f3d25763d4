import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { describe, expect, it } from "#test/harness/effect.ts"
import { ALICE, BOB, command, KEYS, start, UNLIMITED } from "./world.ts"

const ROUTES = [
  ["POST", "/v1/command"],
  ["POST", "/v1/commands/confirm"],
  ["POST", "/v1/commands/action"],
  ["GET", "/v1/actions"],
  ["POST", "/v1/actions"],
  ["POST", "/v1/actions/merge"],
  ["GET", `/v1/actions/${"A".repeat(43)}`],
  ["DELETE", `/v1/actions/${"A".repeat(43)}`],
  ["GET", "/v1/inbox"],
  ["GET", "/v1/sessions/walk/context"],
  ["PUT", "/v1/sessions/walk/context"],
  ["DELETE", "/v1/sessions/walk/context"]
] as const

const refusesToStart = (environment: Readonly<Record<string, string>>) =>
  Effect.map(Effect.scoped(Effect.exit(start(environment))), (exit) => {
    expect(Exit.isFailure(exit)).toBe(true)
    return JSON.stringify(exit)
  })

describe("a key", () => {
  it.live("is asked for before anything else is said", () =>
    Effect.gen(function* () {
      const { call } = yield* start()
      for (const [method, path] of ROUTES) {
        for (const headers of [
          {},
          { authorization: "Bearer " },
          { authorization: `Bearer ${ALICE}x` },
          { "x-user-id": "alice" }
        ]) {
          const answer = yield* call(path, {
            method,
            headers,
            key: null,
            ...(method === "GET" ? {} : { body: "nonsense" })
          })
          expect(answer, `${method} ${path}`).toMatchObject({
            status: 401,
            body: { status: 401, error: "unauthorized" }
          })
          expect(answer.headers.get("www-authenticate")).toBe('Bearer realm="tardigrade"')
          expect(answer.headers.get("content-type")).toBe("application/problem+json")
        }
      }
      expect((yield* call("/v1/actions", { key: BOB })).status).toBe(200)
    })
  )

  it.live("of nobody leaves the routes out", () =>
    Effect.gen(function* () {
      const { call } = yield* start({})
      for (const [method, path] of [...ROUTES, ["GET", "/v1/status"] as const]) {
        expect((yield* call(path, { method })).status).toBe(404)
      }
    })
  )

  it.live("that is short, shared or malformed stops the start, and is not repeated", () =>
    Effect.gen(function* () {
      for (const keys of [
        JSON.stringify({ alice: "short-secret" }),
        JSON.stringify({ alice: ALICE, bob: ALICE }),
        JSON.stringify({ "al ice": ALICE }),
        JSON.stringify({ "a:b": ALICE }),
        JSON.stringify({ alice: 7 }),
        "{}",
        ALICE
      ]) {
        const why = yield* refusesToStart({ DEVELOPER_KEYS: keys })
        expect(why).toContain("DEVELOPER_KEYS")
        for (const secret of [ALICE, "short-secret"]) expect(why).not.toContain(secret)
      }
    })
  )
})

describe("a body", () => {
  it.live("that is too long is not read to its end", () =>
    Effect.gen(function* () {
      const { call } = yield* start()
      const tell = (key: string | null) => call("/v1/command", { key, body: command("x".repeat(1_000_000)) })
      expect((yield* tell(null)).status).toBe(401)
      const answer = yield* tell(ALICE)
      expect(answer).toMatchObject({ status: 413, body: { error: "too_large" } })
      expect(answer.headers.get("content-type")).toBe("application/problem+json")
    })
  )

  it.live("is JSON", () =>
    Effect.gen(function* () {
      const { call } = yield* start()
      for (const type of ["text/plain", "application/jsonp", "application/x-www-form-urlencoded"]) {
        const headers = { "content-type": type }
        const answer = yield* call("/v1/commands/confirm", { body: "token=x", headers })
        expect(answer).toMatchObject({ status: 400, body: { error: "validation_error", field: "content-type" } })
      }
      expect((yield* call("/v1/command", { method: "POST" })).status).toBe(400)
    })
  )
})

describe("development", () => {
  it.live("believes X-User-Id on this machine only, and says so", () =>
    Effect.gen(function* () {
      const { call, lines } = yield* start({ DEVELOPER_DEV_AUTH: "true", HOST: "127.0.0.1" })
      const as = (user: string) => call("/v1/actions", { key: null, headers: { "x-user-id": user } })
      expect((yield* as("alice")).status).toBe(200)
      expect((yield* as("no:colon")).status).toBe(401)
      expect((yield* as("")).status).toBe(401)
      expect(lines.filter((line) => line.includes("WARN") && line.includes("DEVELOPER_DEV_AUTH"))).toHaveLength(1)
      expect(yield* refusesToStart({ DEVELOPER_DEV_AUTH: "true", HOST: "0.0.0.0" })).toContain("loopback")
    })
  )

  it.live("does not believe X-User-Id of what was forwarded or comes from another site", () =>
    Effect.gen(function* () {
      const { call } = yield* start({ ...KEYS, DEVELOPER_DEV_AUTH: "true", HOST: "127.0.0.1" })
      const user = { "x-user-id": "alice" }
      for (const name of ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via", "origin"]) {
        const headers = { ...user, [name]: "203.0.113.7" }
        expect((yield* call("/v1/actions", { key: null, headers })).status, name).toBe(401)
        if (name !== "origin") expect((yield* call("/v1/actions", { headers })).status, name).toBe(200)
      }
    })
  )

  it.live("makes nobody another who comes with a key", () =>
    Effect.gen(function* () {
      const { call } = yield* start({ ...KEYS, DEVELOPER_DEV_AUTH: "true", HOST: "127.0.0.1" })
      const body = { intent_name: "checks.rerun", entities: { repo: "octo/hello", pr_number: 12 } }
      yield* call("/v1/actions", { body, headers: { "x-user-id": "bob" } })
      expect((yield* call("/v1/actions")).body["actions"]).toHaveLength(1)
      expect((yield* call("/v1/actions", { key: BOB })).body["actions"]).toHaveLength(0)
    })
  )
})

describe("limits", () => {
  it.live("count confirmations, also of guessed tokens, for each user", () =>
    Effect.gen(function* () {
      const { call } = yield* start({ ...KEYS, DEVELOPER_ACTIONS_PER_MINUTE: "4" })
      const guess = (key: string) => call("/v1/commands/confirm", { key, body: { token: "guess" } })
      expect((yield* guess(ALICE)).status).toBe(404)
      expect((yield* guess(ALICE)).status).toBe(404)
      const refused = yield* guess(ALICE)
      expect(refused).toMatchObject({ status: 429, body: { error: "rate_limited" } })
      const seconds = Number(refused.headers.get("retry-after"))
      expect(seconds).toBeGreaterThan(0)
      expect(seconds).toBeLessThanOrEqual(15)
      expect((yield* guess(BOB)).status).toBe(404)
      expect((yield* call("/v1/actions")).status).toBe(200)
      expect((yield* call(`/v1/actions/${"A".repeat(43)}`, { method: "DELETE" })).status).toBe(404)
    })
  )

  it.live("count commands", () =>
    Effect.gen(function* () {
      const { say } = yield* start({ ...KEYS, DEVELOPER_COMMANDS_PER_MINUTE: "2" })
      expect((yield* say("inbox")).status).toBe(200)
      expect((yield* say("inbox")).status).toBe(200)
      expect((yield* say("inbox")).status).toBe(429)
      expect((yield* say("inbox", {}, { key: BOB })).status).toBe(200)
    })
  )
})

describe("a session's context", () => {
  const path = "/v1/sessions/walk/context"

  it.live("that somebody else set first is theirs, and who came second hears so", () =>
    Effect.gen(function* () {
      const { call, switches } = yield* start()
      const put = (key: string) => call(path, { method: "PUT", body: { repo: "octo/hello" }, key })
      switches.meanwhile = Effect.map(put(BOB), ({ status }) => expect(status).toBe(200))
      expect(yield* put(ALICE)).toMatchObject({ status: 403, body: { error: "not_yours" } })
      expect((yield* call(path, { key: BOB })).body).toStrictEqual({ repo: "octo/hello" })
    })
  )

  it.live("is set, read, replaced and forgotten (P12-P14)", () =>
    Effect.gen(function* () {
      const { call } = yield* start()
      const put = (body: unknown, key = ALICE) => call(path, { method: "PUT", body, key })
      expect(yield* call(path)).toMatchObject({ status: 404, body: { error: "not_found" } })
      expect((yield* call(`${path}?fallback_repo=octo/else`)).body).toStrictEqual({ repo: "octo/else" })
      expect((yield* put({ repo: "octo/hello", pr_number: 12 })).status).toBe(200)
      expect((yield* call(path)).body).toStrictEqual({ repo: "octo/hello", pr_number: 12 })
      yield* put({ repo: "octo/hello" })
      expect((yield* call(`${path}?fallback_repo=octo/else`)).body).toStrictEqual({ repo: "octo/hello" })
      for (const repo of [
        "nonsense",
        "octo/..",
        "octo/.",
        "../hello",
        "octo/hello\n",
        "octo/hello/..",
        "-octo/hello"
      ]) {
        expect((yield* put({ repo })).body, repo).toMatchObject({ error: "validation_error", field: "repo" })
      }
      expect((yield* call(`${path}?fallback_repo=octo/..`)).status).toBe(400)

      for (const answer of [yield* put({ repo: "b/b" }, BOB), yield* call(path, { key: BOB })]) {
        expect(answer).toMatchObject({ status: 403, body: { error: "not_yours" } })
      }
      expect((yield* call(path, { method: "DELETE", key: BOB })).status).toBe(403)
      expect((yield* call(path, { method: "DELETE" })).body).toStrictEqual({ cleared: true })
      expect((yield* call(path)).status).toBe(404)
    })
  )

  it.live("is what commands in it are about", () =>
    Effect.gen(function* () {
      const { call, say } = yield* start()
      yield* call(path, { method: "PUT", body: { repo: "octo/hello", pr_number: 12 } })
      const answer = yield* say("merge it", {}, { headers: { "x-session-id": "walk" } })
      expect(answer.body["intent"]).toMatchObject({ entities: { repo: "octo/hello", pr_number: 12 } })
    })
  )

  it.live("cannot be begun for somebody else", () =>
    Effect.gen(function* () {
      const { call } = yield* start()
      const put = (id: string) =>
        call(`/v1/sessions/${id}/context`, { method: "PUT", key: BOB, body: { repo: "octo/hello" } })
      expect((yield* put("alice:ios")).body["error"]).toBe("not_yours")
      expect((yield* put("bob:ios")).status).toBe(200)
      expect((yield* put("watch:7")).status).toBe(200)
      expect((yield* put("a%20b")).body).toMatchObject({ error: "validation_error", field: "id" })
    })
  )
})

describe("the status", () => {
  it.live("is there for everybody, also while the store is away", () =>
    Effect.gen(function* () {
      const { call, switches } = yield* start()
      const answer = yield* call("/v1/status", { key: null })
      expect(answer.body).toStrictEqual({
        status: "ok",
        service: "tardigrade",
        version: expect.stringMatching(/^\d+\.\d+\.\d+/),
        timestamp: expect.stringMatching(/Z$/),
        dependencies: [{ name: "store", status: "ok" }]
      })
      switches.away = true
      expect((yield* call("/v1/status", { key: null })).body).toMatchObject({ status: "unavailable" })
    })
  )
})

describe("what is logged", () => {
  it.live("holds no key, token, word or user", () =>
    Effect.gen(function* () {
      const { call, lines, say } = yield* start({ ...KEYS, ...UNLIMITED })
      const answer = yield* say("comment on pr 12 in octo/hello saying my private words")
      const { token } = answer.body["pending_action"] as { readonly token: string }
      yield* call("/v1/commands/confirm", { body: { token } })
      yield* call(`/v1/actions/${token}`)
      yield* call("/v1/sessions/octo-walk/context")
      yield* call("/v1/command", { body: { ...command("my private words"), profile: "x" } })
      const all = lines.join("\n")
      for (const secret of [ALICE, token, "private", "octo"]) expect(all).not.toContain(secret)
    })
  )
})
