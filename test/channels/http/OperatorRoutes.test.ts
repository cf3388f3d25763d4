/** What an operator's command line asks beyond single actors: alerts, who waits, numbers, and what a record would do. */
import * as Effect from "effect/Effect"
import { address } from "#domain/ActorAddress.ts"
import { type AlertId, alertIdOf } from "#domain/ash/Alert.ts"
import type { CrisisSeverity } from "#domain/ash/Severity.ts"
import { isoWeekOf } from "#domain/ash/ReportCalendar.ts"
import { fingerprint } from "#runtime/Fingerprint.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { ADMIN, PHONE, type Service, start, WORDS } from "./service.ts"

const GUILD = "100000000000000001"
const MEMBER = "500000000000000001"
const RESPONDER = "400000000000000001"
const environment = { ADMIN_TOKEN: ADMIN, BOT_DISCORD_GUILD_ID: GUILD }
const token = ADMIN
const MINUTE = 60_000

const ask = (service: Service, path: string) => service.call(path, { token })

/** Has the desk and the alert hear of a message, as the member's actor tells them; answers the alert's id. */
const open = (service: Service, n: number, severity: CrisisSeverity) =>
  Effect.gen(function* () {
    const messageId = `60000000000000000${n}`
    const at = Date.now() - (10 - n) * MINUTE
    const alertId = alertIdOf(GUILD, MEMBER, messageId)
    const signal = {
      ...{ guildId: GUILD, userId: MEMBER, channelId: "200000000000000001", messageId, at, severity, sensitivity: 1 },
      ...{ origin: "channel", analysis: null, unanalysed: false, humanWanted: null }
    }
    const opening = { type: "OPEN", signal, earlier: 0, previous: null }
    yield* service.system.tell(address("alert", alertId), opening, { id: `open-${n}` })
    yield* service.system.tell(
      address("desk", GUILD),
      { type: "ALERT_OPENED", alertId, severity, at },
      { id: `desk-${n}` }
    )
    return alertId
  })

const step = (service: Service, alertId: AlertId, type: "ACKNOWLEDGE" | "RESOLVE") => {
  const event = { type, note: WORDS, by: RESPONDER, at: Date.now() }
  return service.system.tell(address("alert", alertId), event, { id: `${type}-${alertId}` })
}

describe("alerts", () => {
  it.live("that are open come from the desk, oldest first, and say who acknowledged them", () =>
    Effect.gen(function* () {
      const service = yield* start({ environment })
      const first = yield* open(service, 1, "high")
      const second = yield* open(service, 2, "critical")
      const event = { type: "ALERT_ACKNOWLEDGED", alertId: first, by: RESPONDER, at: Date.now() }
      yield* service.system.tell(address("desk", GUILD), event, { id: "acknowledged" })
      const answer = yield* ask(service, "/api/alerts")
      expect(answer.body).toMatchObject([
        { alertId: first, severity: "high", state: "acknowledged", acknowledgedBy: RESPONDER, closedAt: null },
        { alertId: second, severity: "critical", state: "open", acknowledgedBy: null, closedAt: null }
      ])
      expect(answer.text).not.toContain(MEMBER)
      // Whoever looks leaves no trace.
      const seen = yield* service.system.inspect(address("desk", GUILD))
      yield* ask(service, "/api/alerts")
      expect(yield* service.system.inspect(address("desk", GUILD))).toEqual(seen)
    })
  )

  it.live("of all states come from their records, of this guild only", () =>
    Effect.gen(function* () {
      const service = yield* start({ environment })
      const ids = [yield* open(service, 1, "low"), yield* open(service, 2, "medium"), yield* open(service, 3, "high")]
      yield* step(service, ids[1] ?? "", "ACKNOWLEDGE")
      yield* step(service, ids[2] ?? "", "RESOLVE")
      const answer = yield* ask(service, "/api/alerts?state=all&days=1")
      const states = (answer.body as ReadonlyArray<{ alertId: string; state: string }>).map(
        ({ alertId, state }) => [alertId, state] as const
      )
      expect(new Map(states)).toEqual(
        new Map([
          [ids[0], "open"],
          [ids[1], "acknowledged"],
          [ids[2], "resolved"]
        ])
      )
      expect(answer.text).not.toContain(WORDS)
      expect(answer.text).not.toContain(MEMBER)
      expect((yield* ask(service, "/api/alerts?state=all&guild=100000000000000002")).body).toEqual([])
    })
  )

  it.live("need a guild, and its desk", () =>
    Effect.gen(function* () {
      const homeless = yield* start({ environment: { ADMIN_TOKEN: ADMIN } })
      expect(yield* ask(homeless, "/api/alerts")).toMatchObject({ status: 400, body: { field: "guild" } })
      expect(yield* ask(homeless, `/api/alerts?guild=${GUILD}`)).toMatchObject({ status: 404, body: { what: "desk" } })
      expect(yield* ask(homeless, "/api/alerts?guild=x")).toMatchObject({ status: 400, body: { field: "query" } })
      expect(yield* ask(homeless, "/api/alerts?state=closed")).toMatchObject({ status: 400 })
    })
  )
})

describe("waiting work", () => {
  it.live("is told earliest first, without saying whose it is", () =>
    Effect.gen(function* () {
      const service = yield* start({ environment })
      yield* open(service, 1, "high")
      yield* service.system.tell(address("counter", PHONE), { type: "PRESSED" }, { id: "1" })
      yield* service.system.drained
      const answer = yield* ask(service, "/api/pending")
      const waiting = answer.body as ReadonlyArray<{ type: string; id: string | null; actor: string; wakeAt: string }>
      expect(waiting).toContainEqual(
        expect.objectContaining({ type: "counter", id: null, actor: fingerprint(address("counter", PHONE)) })
      )
      expect(waiting).toContainEqual(expect.objectContaining({ type: "desk", id: GUILD }))
      expect(waiting.map(({ wakeAt }) => wakeAt)).toEqual(waiting.map(({ wakeAt }) => wakeAt).toSorted())
      expect(answer.text).not.toContain(PHONE.slice(1))
      expect((yield* ask(service, "/api/pending?limit=1")).body).toHaveLength(1)
      expect(yield* ask(service, "/api/pending?limit=0")).toMatchObject({ status: 400 })
    })
  )
})

describe("a rehearsal", () => {
  it.live("says what the next timer's turn would do, and does not do it", () =>
    Effect.gen(function* () {
      const service = yield* start({ environment })
      const to = address("counter", PHONE)
      yield* service.system.tell(to, { type: "PRESSED" }, { id: "1" })
      yield* service.system.drained
      const before = yield* service.system.inspect(to)
      const answer = yield* ask(service, `/api/actors/counter/${encodeURIComponent(PHONE)}/rehearsal`)
      expect(answer.body).toMatchObject({
        ...{ actor: fingerprint(to), type: "counter", storedVersion: 1, knownVersion: 1, unreadable: null },
        ...{ state: "waiting", next: { kind: "effect", name: "keep", turn: null } }
      })
      expect(yield* service.system.inspect(to)).toEqual(before)
      expect(answer.text).not.toContain(WORDS)
      expect(answer.text).not.toContain(PHONE.slice(1))
    })
  )

  it.live("of an alert's desk leads where its timer would", () =>
    Effect.gen(function* () {
      const service = yield* start({ environment })
      yield* open(service, 1, "high")
      const { body } = yield* ask(service, `/api/actors/desk/${GUILD}/rehearsal`)
      expect(body).toMatchObject({
        state: { alerts: "some" },
        next: { kind: "timer", turn: { outcome: "moves", state: { alerts: "none" }, effects: [], timers: [] } }
      })
    })
  )

  it.live("needs an actor", () =>
    Effect.gen(function* () {
      const service = yield* start({ environment })
      expect(yield* ask(service, "/api/actors/counter/1/rehearsal")).toMatchObject({
        status: 404,
        body: { what: "actor" }
      })
      expect(yield* ask(service, "/api/actors/teapot/1/rehearsal")).toMatchObject({
        status: 404,
        body: { what: "actor-type" }
      })
    })
  )
})

describe("numbers", () => {
  it.live("are counted from the records of the days asked for", () =>
    Effect.gen(function* () {
      const service = yield* start({ environment })
      yield* open(service, 1, "critical")
      yield* step(service, yield* open(service, 2, "high"), "ACKNOWLEDGE")
      const { body } = yield* ask(service, "/api/stats?days=2")
      expect(body).toMatchObject({
        ...{ alerts: 2, bySeverity: { critical: 1, high: 1, medium: 0, low: 0 }, neverAcknowledged: 1 },
        ...{
          withinGoal: { critical: 0, high: 1 },
          acknowledged: { count: 1 },
          resolved: { count: 0, medianSeconds: null }
        }
      })
      expect(yield* ask(service, "/api/stats?days=400")).toMatchObject({ status: 400 })
    })
  )

  it.live("of a week are the report the team knows", () =>
    Effect.gen(function* () {
      const service = yield* start({ environment })
      yield* open(service, 1, "critical")
      const week = isoWeekOf(Date.now())
      const { body } = yield* ask(service, `/api/reports/${week}`)
      expect(body).toMatchObject({ week, text: expect.stringMatching(/Total Alerts: +1\n/) })
      expect(yield* ask(service, "/api/reports/2026-W54")).toMatchObject({ status: 400, body: { field: "week" } })
      const post = yield* service.call("/api/reports/2026-W46/post", { token, method: "POST" })
      expect(post).toMatchObject({ status: 409, body: { code: "no_channel" } })
    })
  )
})

describe("upkeep", () => {
  it.live("says what is stored, by prefix", () =>
    Effect.gen(function* () {
      const service = yield* start({ environment })
      yield* service.system.tell(address("counter", PHONE), { type: "PRESSED" }, { id: "1" })
      const { body, text } = yield* ask(service, "/api/storage")
      expect(body).toMatchObject({
        prefixes: expect.arrayContaining([expect.objectContaining({ prefix: "tardigrade:", keys: expect.any(Number) })])
      })
      expect(text).not.toContain(PHONE.slice(1))
    })
  )

  it.live("has the retention actor clean up, and says how that is; nothing before there is one", () =>
    Effect.gen(function* () {
      const service = yield* start({ environment })
      expect(yield* ask(service, "/api/retention")).toMatchObject({ status: 404, body: { what: "actor" } })
      const want = (dryRun: unknown) =>
        Effect.promise(async () => {
          const headers = { authorization: `Bearer ${ADMIN}`, "content-type": "application/json" }
          const body = JSON.stringify({ dryRun })
          const answer = await fetch(`${service.base}/api/retention`, { method: "POST", headers, body })
          return { status: answer.status, body: (await answer.json()) as unknown }
        })
      expect(yield* want("yes")).toMatchObject({ status: 400, body: { field: "payload" } })
      // Nobody has switched it on, so that only a dry run is made.
      expect(yield* want(false)).toMatchObject({ status: 409, body: { code: "off" } })
      expect(yield* want(true)).toEqual({ status: 200, body: { status: "accepted" } })
      expect((yield* ask(service, "/api/retention")).body).toMatchObject({ dueAt: null, last: null })
    })
  )
})

describe("posting a report", () => {
  it.live("is the report actor's, which says yes or why not", () =>
    Effect.gen(function* () {
      const service = yield* start({ environment })
      const schedule = {
        type: "SCHEDULE",
        enabled: true,
        day: 1,
        hour: 9,
        channels: ["300000000000000001"],
        at: Date.now()
      }
      yield* service.system.tell(address("weekly-report", "main"), schedule, { id: "schedule" })
      const post = (week: string) => service.call(`/api/reports/${week}/post`, { token, method: "POST" })
      expect(yield* post(isoWeekOf(Date.now()))).toMatchObject({ status: 409, body: { code: "week_not_over" } })
      expect(yield* post("2026-W54")).toMatchObject({ status: 409, body: { code: "unknown_week" } })
      expect(yield* post("2026-W40")).toMatchObject({ status: 200, body: { status: "accepted" } })
    })
  )
})

describe("a store that is away", () => {
  it.live("is told as such by every route that looks", () =>
    Effect.gen(function* () {
      const service = yield* start({ environment })
      service.switches.away = true
      const paths = [
        "alerts",
        "alerts?state=all",
        "pending",
        "stats",
        "reports/2026-W46",
        `actors/desk/${GUILD}/rehearsal`
      ]
      for (const path of paths) {
        expect(yield* ask(service, `/api/${path}`)).toMatchObject({ status: 503, body: { code: "StoreUnavailable" } })
      }
    })
  )
})
