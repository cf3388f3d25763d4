import * as Effect from "effect/Effect"
import * as fc from "fast-check"
import { address } from "#domain/ActorAddress.ts"
import { fingerprint } from "#runtime/Fingerprint.ts"
import { EventQuarantined, MailboxFull, SnapshotUndecodable } from "#runtime/RuntimeError.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { ADMIN, type Answer, PHONE, type Service, start, WORDS } from "./service.ts"

const me = address("counter", PHONE)
const path = `/api/actors/counter/${encodeURIComponent(PHONE)}`
const environment = { ADMIN_TOKEN: ADMIN }
const token = ADMIN
const ROUTES = [
  ["GET", path],
  ["DELETE", path],
  ["GET", "/api/dead-letters"],
  ["POST", "/api/dead-letters/event-1/replay"]
] as const

const expectProblem = (answer: Answer, status: number, more: object) => {
  expect(answer.status).toBe(status)
  expect(answer.headers.get("content-type")).toBe("application/problem+json")
  expect(answer.body).toMatchObject({ status, ...more })
  expect(answer.text).not.toContain(PHONE.slice(1))
}

const press = (service: Service, id: string) =>
  service.system.tell(me, { type: "PRESSED", words: WORDS }, { id }).pipe(Effect.andThen(service.system.drained))

const poison = (service: Service) => Effect.flip(service.system.tell(me, { type: "POISON" }, { id: "poison" }))

describe("the operator's token", () => {
  it.live("is asked for before anything else is said", () =>
    Effect.gen(function* () {
      const service = yield* start({ environment })
      yield* press(service, "1")
      for (const [method, route] of [...ROUTES, ["GET", "/api/dead-letters?limit=nonsense"]] as const) {
        for (const authorization of [undefined, "", "Bearer ", `Bearer ${ADMIN}x`, "Bearer x", `Basic ${ADMIN}`]) {
          const headers = authorization === undefined ? {} : { authorization }
          const answer = yield* service.call(route, { method, headers })
          expectProblem(answer, 401, { type: "urn:tardigrade:problem:unauthorized" })
          expect(answer.headers.get("www-authenticate")).toBe('Bearer realm="tardigrade"')
        }
      }
      expect((yield* service.call(path, { token })).status).toBe(200)
    })
  )

  it.live("unset means that the routes do not exist", () =>
    Effect.gen(function* () {
      const { call } = yield* start()
      const unknown = yield* call("/no/such/path")
      for (const [method, route] of ROUTES) {
        const answer = yield* call(route, { method, token })
        expectProblem(answer, 404, { type: "urn:tardigrade:problem:not-found" })
        expect(answer.text).toBe(unknown.text)
        expect(answer.headers.get("www-authenticate")).toBeNull()
      }
    })
  )
})

describe("an actor", () => {
  it.live("shows its state, timers and pending effects, and none of its words", () =>
    Effect.gen(function* () {
      const service = yield* start({ environment })
      yield* press(service, "1")
      const answer = yield* service.call(path, { token })
      expect(answer.status).toBe(200)
      expect(answer.body).toMatchObject({
        actor: fingerprint(me),
        type: "counter",
        status: "active",
        state: "waiting",
        version: 1,
        timers: [{ id: expect.stringContaining("60000"), dueAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) }],
        effects: [{ name: "keep", attempts: 1, lastError: "busy" }],
        recent: [{ type: "PRESSED" }]
      })
      expect(answer.text).not.toContain(WORDS)
      expect(answer.text).not.toContain(PHONE.slice(1))
    })
  )

  it.live("is forgotten by DELETE, which says how much was removed", () =>
    Effect.gen(function* () {
      const service = yield* start({ environment })
      yield* press(service, "1")
      const removed = yield* service.call(path, { method: "DELETE", token })
      expect(removed).toMatchObject({ status: 200, body: { removed: 2 } })
      expectProblem(yield* service.call(path, { token }), 404, { what: "actor" })
      expect(yield* service.call(path, { method: "DELETE", token })).toMatchObject({ body: { removed: 0 } })
    })
  )

  it.live("of an unknown type, or with an id that cannot be one, is not found", () =>
    Effect.gen(function* () {
      const { call } = yield* start({ environment })
      expectProblem(yield* call("/api/actors/teapot/1", { token }), 404, { what: "actor-type" })
      expectProblem(yield* call("/api/actors/NOT_A_TYPE/1", { token }), 404, { what: "actor-type" })
      expectProblem(yield* call("/api/actors/counter/%00", { token }), 404, { what: "actor" })
      expectProblem(yield* call(`/api/actors/counter/${"a".repeat(257)}`, { token }), 404, { what: "actor" })
      expectProblem(yield* call(`/api/actors/counter/${PHONE}/more`, { token }), 404, {})
      for (const broken of ["%", "%zz", "%ff", "%c3%28"]) {
        expectProblem(yield* call(`/api/actors/counter/${broken}`, { token }), 404, {})
      }
    })
  )

  it.live("is found by any id, percent-encoded once", () =>
    Effect.gen(function* () {
      const seen: Array<string> = []
      const { call } = yield* start({
        environment,
        system: (real) => ({
          ...real,
          inspect: (to) =>
            Effect.as(
              Effect.sync(() => seen.push(to.id)),
              null
            )
        })
      })
      const ids = fc.sample(
        fc.string({ unit: "binary", minLength: 1, maxLength: 40 }).filter((id) => !/\p{Cc}/u.test(id)),
        { numRuns: 200, seed: 7 }
      )
      const tricky = ["a/b", "%2B", "%", "a%2Fb", "..", "a;b", "a?b", "a#b", "+1 212", "é".repeat(256)]
      for (const id of [...ids, ...tricky]) {
        yield* call(`/api/actors/counter/${encodeURIComponent(id)}`, { token })
        expect(seen.pop()).toBe(id)
      }
    })
  )

  it.live("is a 503 to be tried again while the store is away", () =>
    Effect.gen(function* () {
      const service = yield* start({ environment })
      service.switches.away = true
      for (const [method, route] of [ROUTES[0], ROUTES[2], ROUTES[3]]) {
        const answer = yield* service.call(route, { method, token })
        expectProblem(answer, 503, { type: "urn:tardigrade:problem:try-later", code: "StoreUnavailable" })
        expect(answer.headers.get("retry-after")).toBe("5")
      }
    })
  )

  it.live("that the runtime refuses is a 409 or a 503 with the runtime's code", () =>
    Effect.gen(function* () {
      const { call } = yield* start({
        environment,
        system: (real) => ({
          ...real,
          inspect: () => Effect.fail(new SnapshotUndecodable({ actor: fingerprint(me), reason: WORDS })),
          forget: () => Effect.fail(new MailboxFull({ actor: fingerprint(me), capacity: 1 })),
          replay: () =>
            Effect.fail(new EventQuarantined({ actor: fingerprint(me), event: "POISON", reason: "guard threw" }))
        })
      })
      const refused = yield* call(path, { token })
      expectProblem(refused, 409, { type: "urn:tardigrade:problem:refused", code: "SnapshotUndecodable" })
      expect(refused.text).not.toContain(WORDS)
      expectProblem(yield* call(path, { method: "DELETE", token }), 503, { code: "MailboxFull" })
      const replay = yield* call("/api/dead-letters/event-1/replay", { method: "POST", token })
      expectProblem(replay, 409, { code: "EventQuarantined" })
    })
  )
})

describe("dead letters", () => {
  it.live("are listed newest first, without what they carried, and replayed", () =>
    Effect.gen(function* () {
      const service = yield* start({ environment })
      service.switches.refuse = true
      yield* press(service, "1")
      const { body, text } = yield* service.call("/api/dead-letters", { token })
      expect(body).toEqual([
        {
          id: expect.stringMatching(/^effect-[0-9a-f]{32}$/),
          kind: "effect",
          name: "deliver",
          reason: "blocked",
          at: expect.stringMatching(/Z$/),
          actorType: "counter",
          actor: fingerprint(me)
        }
      ])
      expect(text).not.toContain(WORDS)
      expect(text).not.toContain(PHONE.slice(1))

      service.switches.refuse = false
      const [{ id }] = body as [{ id: string }]
      const replayed = yield* service.call(`/api/dead-letters/${id}/replay`, { method: "POST", token })
      expect(replayed).toMatchObject({ status: 200, body: { status: "replayed" } })
      yield* service.system.drained
      expect((yield* service.call("/api/dead-letters", { token })).body).toEqual([])
      const again = yield* service.call(`/api/dead-letters/${id}/replay`, { method: "POST", token })
      expectProblem(again, 404, { what: "dead-letter" })
    })
  )

  it.live("that are still poison are a 409, and remain to be seen", () =>
    Effect.gen(function* () {
      const service = yield* start({ environment })
      yield* poison(service)
      const { body, text } = yield* service.call("/api/dead-letters?limit=1", { token })
      expect(body).toMatchObject([{ kind: "event", name: "POISON" }])
      expect(text).not.toContain(WORDS)
      const [{ id }] = body as [{ id: string }]
      const replayed = yield* service.call(`/api/dead-letters/${id}/replay`, { method: "POST", token })
      expectProblem(replayed, 409, { code: "EventQuarantined" })
      const after = yield* service.call("/api/dead-letters", { token })
      expect(after.body).toContainEqual(expect.objectContaining({ kind: "event", name: "POISON" }))
      expect(service.lines.join("\n")).not.toContain(PHONE.slice(1))
    })
  )

  it.live("take a limit of 1 to 1000 and nothing else", () =>
    Effect.gen(function* () {
      const { call } = yield* start({ environment })
      for (const limit of ["0", "-1", "1001", "1.5", "many", "", PHONE]) {
        const answer = yield* call(`/api/dead-letters?limit=${limit}`, { token })
        expectProblem(answer, 400, { type: "urn:tardigrade:problem:malformed-request", field: "query" })
      }
      expect((yield* call("/api/dead-letters?limit=1000", { token })).status).toBe(200)
    })
  )
})
