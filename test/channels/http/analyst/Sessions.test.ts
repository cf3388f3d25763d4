import * as Effect from "effect/Effect"
import { address } from "#domain/ActorAddress.ts"
import { formerHistoryKey, sessionMessagesKey } from "#domain/analyst/AnalystSession.ts"
import type { Projection } from "#domain/Projection.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { ADMIN, type Service, start } from "./service.ts"

const SESSION = "session-abc-123"
const token = ADMIN
const debugPath = `/api/session/${SESSION}/debug`
const EMPTY = '{"session_id":"session-abc-123","exists":false,"message_count":0,"messages":[],"redis_available":true}'
const CLEARED =
  '{"session_id":"session-abc-123","status":"success","message":"Session cleared successfully","redis_available":true}'

const startWithToken = start({ ADMIN_TOKEN: ADMIN })

/** Writes what another tool, or an earlier version, left in the store. */
const leave = ({ store }: Service, key: string, values: ReadonlyArray<string>) => {
  const projection: Projection = { op: "appendToList", key, values: [...values], keep: null, ttlMs: 60_000 }
  const next = { revision: 1, turn: `left ${key}`, record: "{}", ttlMs: 60_000 }
  const none = { expected: null, wakeAt: null, mark: null, deadLetters: [] }
  return store.commit([{ ...none, address: address("probe", key), next, projections: [projection] }])
}

const MESSAGES = [
  '{"role":"user","content":"What is a UFDR report?","timestamp":"2024-01-15T10:30:00Z","metadata":{"email_id":"investigator@example.com"}}',
  '{"role":"assistant","content":"A UFDR report is...","timestamp":"2024-01-15T10:30:05Z"}'
]

describe("the look at a session", () => {
  it.live("shows exactly the documented body", () =>
    Effect.gen(function* () {
      const service = yield* startWithToken
      expect((yield* service.call(debugPath, { token })).text).toBe(EMPTY)
      yield* leave(service, sessionMessagesKey(SESSION), MESSAGES)
      const { status, text } = yield* service.call(debugPath, { token })
      expect(status).toBe(200)
      expect(text).toBe(
        `{"session_id":"session-abc-123","exists":true,"message_count":2,"messages":[${MESSAGES.join(",")}],"redis_available":true}`
      )
      const last = yield* service.call(`${debugPath}?limit=1`, { token })
      expect(last.text).toContain(`"message_count":2,"messages":[${MESSAGES[1]}]`)
      // Looking makes no session.
      expect((yield* service.system.health).residents).toBe(0)
    })
  )

  it.live("counts what it cannot read, and shows the rest", () =>
    Effect.gen(function* () {
      const service = yield* startWithToken
      yield* leave(service, sessionMessagesKey(SESSION), ["no JSON", '{"role":"robot"}', ...MESSAGES])
      const { text } = yield* service.call(debugPath, { token })
      expect(text).toContain(`"message_count":4,"messages":[${MESSAGES.join(",")}]`)
    })
  )

  it.live("of a key that holds something else says so", () =>
    Effect.gen(function* () {
      const service = yield* startWithToken
      const put: Projection = { op: "put", key: sessionMessagesKey(SESSION), value: "text", ttlMs: 60_000 }
      const next = { revision: 1, turn: "put", record: "{}", ttlMs: 60_000 }
      const none = { expected: null, wakeAt: null, mark: null, deadLetters: [] }
      yield* service.store.commit([{ ...none, address: address("probe", "put"), next, projections: [put] }])
      const { status, text } = yield* service.call(debugPath, { token })
      expect([status, JSON.parse(text)]).toMatchObject([409, { code: "wrong_type" }])
    })
  )
})

describe("clearing a session", () => {
  it.live("removes its dialogue and the session, and answers as documented, also when there was none", () =>
    Effect.gen(function* () {
      const service = yield* startWithToken
      const { ask, call, listOf, switches, system } = service
      expect((yield* call(`/api/session/${SESSION}`, { method: "DELETE", token })).text).toBe(CLEARED)
      yield* ask({ query: "Who?", session_id: SESSION })
      yield* ask({ query: "Who?", session_id: "another" })
      const { status, text } = yield* call(`/api/session/${SESSION}`, { method: "DELETE", token })
      expect([status, text]).toEqual([200, CLEARED])
      expect((yield* call(debugPath, { token })).text).toBe(EMPTY)
      expect(yield* system.inspect(address("session", SESSION))).toBeNull()
      expect(yield* listOf("another")).toHaveLength(2)
      switches.answer = ({ messages }) => Effect.succeed(`asked with ${messages.length}`)
      expect((yield* ask({ query: "Who?", session_id: SESSION })).text).toContain("asked with 1")
    })
  )

  it.live("removes what other tools and an earlier version left under its id", () =>
    Effect.gen(function* () {
      const service = yield* startWithToken
      yield* leave(service, sessionMessagesKey(SESSION), MESSAGES)
      yield* leave(service, formerHistoryKey(SESSION), ["User: Who?"])
      expect((yield* service.call(`/api/session/${SESSION}`, { method: "DELETE", token })).text).toBe(CLEARED)
      expect(yield* service.store.readList(sessionMessagesKey(SESSION))).toEqual([])
      expect(yield* service.store.readList(formerHistoryKey(SESSION))).toEqual([])
    })
  )
})

describe("both", () => {
  it.live("are not there without ADMIN_TOKEN, and need it", () =>
    Effect.gen(function* () {
      const open = yield* start()
      const guarded = yield* startWithToken
      for (const [path, method] of [
        [debugPath, "GET"],
        [`/api/session/${SESSION}`, "DELETE"]
      ] as const) {
        expect((yield* open.call(path, { method, token })).status).toBe(404)
        expect((yield* guarded.call(path, { method })).status).toBe(401)
        expect((yield* guarded.call(path, { method, token: "another" })).status).toBe(401)
        expect((yield* guarded.call(path, { method, token })).status).toBe(200)
      }
    })
  )

  it.live("refuse an id that cannot be a session's, and a limit that is none", () =>
    Effect.gen(function* () {
      const { call, lines } = yield* startWithToken
      for (const id of ["a%20b", "a%2Fb", "*", "a:b", "a".repeat(129)]) {
        for (const [path, method] of [
          [`/api/session/${id}/debug`, "GET"],
          [`/api/session/${id}`, "DELETE"]
        ] as const) {
          const { status, text } = yield* call(path, { method, token })
          expect([status, JSON.parse(text)]).toMatchObject([400, { code: "malformed_request", field: "session_id" }])
        }
      }
      for (const limit of ["0", "1001", "many"]) {
        expect((yield* call(`${debugPath}?limit=${limit}`, { token })).status).toBe(400)
      }
      expect(lines.join("\n")).not.toContain("session-abc")
    })
  )
})
