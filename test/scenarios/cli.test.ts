/**
 * The operator's command line on real stores: straight on a SQLite file, straight on Redis, and through a running service. It
 * says the same everywhere, prints nobody's words, and its exit codes are those a script may go by.
 */
import { writeFileSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"
import { join } from "node:path"
import { address } from "#domain/ActorAddress.ts"
import { isoWeekOf } from "#domain/ash/ReportCalendar.ts"
import { readRecent } from "#kernel/RecentEvents.ts"
import { fingerprint } from "#runtime/Fingerprint.ts"
import { afterAll, beforeAll, describe, expect, inject, it } from "#test/harness/effect.ts"
import { tardigrade } from "#test/harness/CommandLine.ts"
import { eventually } from "#test/harness/Eventually.ts"
import { MARKED } from "#test/harness/ProcessWorld.ts"
import { freePort } from "#test/harness/ServiceProcess.ts"
import { BROKEN, GUILD, OperatorWorld, PHONE, RESPONDER } from "#test/harness/OperatorWorld.ts"

const GROUNDS = [
  { name: "a SQLite file", redis: false, served: false, says: /^reading the store: SQLite file .*tardigrade\.db\n/ },
  { name: "Redis", redis: true, served: false, says: /^reading the store: Redis at [\w.]+:\d+\n/ },
  { name: "a running service", redis: false, served: true, says: /^asking the service at http:\/\/127\.0\.0\.1:\d+\n/ }
]

describe.each(GROUNDS)("on $name", ({ redis, says, served }) => {
  let world: OperatorWorld
  beforeAll(async () => {
    const redisUrl = redis ? inject("redisUrl") : null
    world = await OperatorWorld.open({ residency: "resident", redisUrl, database: 11 }, served)
  })
  afterAll(() => world.close())

  it("alerts: the open ones, as a table and as JSON; where they come from is said beside them", async () => {
    const { acknowledged, open } = world.alerts
    // With a service, the alerts' own news reaches the desk again.
    const settled = (seen: unknown) => Array.isArray(seen) && seen[1]?.acknowledgedBy === RESPONDER
    expect(await eventually("the desk", () => world.json("alerts"), settled)).toEqual([
      {
        ...{ alertId: open, severity: "critical", state: "open", acknowledgedBy: null, closedAt: null },
        openedAt: expect.stringMatching(/^2.*Z$/)
      },
      expect.objectContaining({ alertId: acknowledged, severity: "high", state: "acknowledged" })
    ])
    const { code, stderr, stdout } = await world.run("alerts")
    expect(code).toBe(0)
    expect(stderr).toMatch(says)
    const lines = stdout.trimEnd().split("\n")
    expect(lines[0]).toMatch(/^ALERT +SEVERITY +STATE +OPENED +AGE +ACKNOWLEDGED BY$/)
    expect(lines[1]).toMatch(new RegExp(`^${open} +critical +open +2\\S+Z +(now|\\d+ \\w+ ago) +nobody$`))
    expect(lines[2]).toMatch(
      new RegExp(`^${acknowledged} +high +acknowledged +2\\S+Z +(now|\\d+ \\w+ ago) +${RESPONDER}$`)
    )
    expect(lines[1]?.indexOf("open ")).toBe(lines[0]?.indexOf("STATE"))
    expect(lines[3]).toBe("2 alerts")
    expect(stdout).not.toContain("\u001b")
  })

  it("alerts: all of the last days; none for another guild, whose desk is not there", async () => {
    const all = (await world.json("alerts", "--state", "all", "--days", "2")) as ReadonlyArray<{ state: string }>
    expect(all.map(({ state }) => state).toSorted()).toEqual(["acknowledged", "open", "resolved"])
    expect(await world.run("alerts", "--guild", "100000000000000002")).toMatchObject({ code: 3, stdout: "" })
  })

  it("pending: who waits, without saying who a person is", async () => {
    const waiting = (await world.json("pending")) as ReadonlyArray<{ type: string; id: string | null; actor: string }>
    expect(waiting).toContainEqual(expect.objectContaining({ type: "desk", id: GUILD }))
    const people = waiting.filter(({ type }) => type === "conversation")
    for (const one of people)
      expect(one).toMatchObject({ id: null, actor: fingerprint(address("conversation", PHONE)) })
    const { code, stdout } = await world.run("pending", "--limit", "1")
    expect(code).toBe(0)
    expect(stdout).toMatch(/^ACTOR +ID +WAKES/)
    expect(stdout).toContain("1 actor\n")
  })

  it("actor replay: what the record would do next; one that cannot be read is told as such and left untouched", async () => {
    expect(await world.json("actor", "replay", "desk", GUILD)).toMatchObject({
      ...{ storedVersion: 1, knownVersion: 1, unreadable: null },
      next: { kind: "timer", turn: { outcome: "moves", state: { alerts: expect.any(String) } } }
    })
    expect((await world.run("actor", "replay", "desk", GUILD)).stdout).toMatch(/^which +leads to alerts\./m)
    const broken = await world.run("actor", "replay", BROKEN.type, BROKEN.id, "--json")
    expect(broken.code).toBe(1)
    expect(JSON.parse(broken.stdout)).toMatchObject({ unreadable: "unknown_record_format", state: null, next: null })
    expect(await world.run("actor", "show", BROKEN.type, BROKEN.id)).toMatchObject({ code: 1, stdout: "" })
  })

  it("dead letters: listed, replayed one by one or all, with progress; what is refused stays", async () => {
    const away = { type: "AVAILABILITY", by: RESPONDER, available: false, at: Date.now(), words: MARKED[0] }
    const letter = (id: string, to = address("desk", GUILD)) => ({
      ...{ id, address: to, name: "AVAILABILITY", payload: JSON.stringify(away) }
    })
    await world.bury(letter("event-1"), letter("event-2", BROKEN), letter("event-3"), letter("event-4"))
    const listed = await world.run("dead-letters", "list")
    expect(listed.stdout).toMatch(/^event-4 +event +AVAILABILITY +threw +desk#/m)
    expect(listed.stdout).toContain("4 dead letters\n")
    expect(await world.json("dead-letters", "list", "--limit", "1")).toMatchObject([{ id: "event-4" }])

    expect(await world.json("dead-letters", "replay", "event-3")).toEqual([
      { id: "event-3", outcome: "replayed", code: null }
    ])
    expect(await world.run("dead-letters", "replay", "event-3")).toMatchObject({ code: 3, stdout: "" })
    expect(await world.run("dead-letters", "replay", "event-2")).toMatchObject({ code: 1, stdout: "" })

    const all = await world.run("dead-letters", "replay", "--all", "--json")
    expect(all.code).toBe(1)
    expect(JSON.parse(all.stdout)).toEqual([
      { id: "event-1", outcome: "replayed", code: null },
      { id: "event-2", outcome: "refused", code: "SnapshotUndecodable" },
      { id: "event-4", outcome: "replayed", code: null }
    ])
    expect(all.stderr).toContain("replaying: 3/3\n")
    expect(all.stderr).toContain("1 dead letter of 3 refused")
    expect(await world.json("dead-letters", "list")).toMatchObject([{ id: "event-2" }])
    const recent = (await world.recordOf(address("desk", GUILD)))?.recent ?? ""
    expect(readRecent(recent)).toContainEqual(expect.objectContaining({ type: "AVAILABILITY" }))
  })

  it("actor forget: nothing without a yes, then all of it; a second time there is nothing to remove", async () => {
    const asked = await world.run("actor", "forget", "conversation", PHONE)
    expect(asked).toMatchObject({ code: 2, stdout: "" })
    expect(await world.recordOf(address("conversation", PHONE))).not.toBeNull()
    const { removed } = (await world.json("actor", "forget", "conversation", PHONE, "--yes")) as { removed: number }
    expect(removed).toBeGreaterThan(0)
    expect(await world.recordOf(address("conversation", PHONE))).toBeNull()
    expect(await world.run("actor", "show", "conversation", PHONE)).toMatchObject({ code: 3 })
    expect(await world.run("actor", "forget", BROKEN.type, BROKEN.id, "--yes")).toMatchObject({ code: 0 })
  })
})

/** What differs by where it is asked is tried above; these answers are made of the same in every store. */
describe.each(GROUNDS.filter(({ redis }) => !redis))("of $name", ({ served }) => {
  let world: OperatorWorld
  beforeAll(async () => {
    world = await OperatorWorld.open({ residency: "resident", redisUrl: null }, served)
  })
  afterAll(() => world.close())

  it("stats and report: the numbers of the days, counted from the records", async () => {
    expect(await world.json("stats", "--days", "2")).toMatchObject({
      ...{ alerts: 3, bySeverity: { critical: 1, high: 1, medium: 1, low: 0 }, neverAcknowledged: 1 },
      ...{ acknowledged: { count: 2 }, resolved: { count: 1 } }
    })
    const { stdout } = await world.run("stats", "--days", "2")
    expect(stdout).toMatch(/^critical +1 +1 +0 \(0 %\)$/m)
    expect(stdout).toMatch(/^TIME TO +ALERTS +AVERAGE +MEDIAN +P90$/m)
    const bySeverity = await world.run("stats", "--days", "2", "--by", "severity")
    expect(bySeverity.stdout).toMatch(/^SEVERITY +ALERTS +IN TIME +NEVER +ACKNOWLEDGE +P90/m)
    const csv = await world.run("stats", "--days", "2", "--by", "channel", "--csv")
    expect(csv.stdout).toMatch(/^channel,alerts,.*\n#\d+,3,\d,\d+,1,2,.*\n$/)
    expect(await world.run("stats", "--csv", "--json")).toMatchObject({ code: 2, stdout: "" })
    const week = isoWeekOf(Date.now())
    const report = await world.run("report", "--week", week, "--details")
    expect(report.code).toBe(0)
    expect(report.stderr).toContain("This week is not over yet.")
    expect((await world.run("report")).stderr).not.toContain("not over")
    expect(report.stdout).toContain("📊 Weekly Crisis Response Report")
    expect(report.stdout).toContain("Acknowledged within the goal")
    expect(await world.json("report", "--week", week)).toMatchObject({ week })
    expect(await world.run("report", "--week", "2026-W54")).toMatchObject({ code: 2, stdout: "" })
    const posted = await world.run("report", "--post", "--week", "2026-W40")
    expect(posted).toMatchObject({ code: 1, stdout: "" })
    expect(posted.stderr).toContain("no channel is set")
  })

  it("stats --rebuild: days counted anew from their records; once more, nothing changes", async () => {
    const read = (days: unknown) =>
      (days as ReadonlyArray<{ alertsRead: number }>).reduce((n, day) => n + day.alertsRead, 0)
    const days = await world.json("stats", "--rebuild", "--days", "2")
    expect([days, read(days)]).toEqual([
      [expect.objectContaining({ refused: null }), expect.objectContaining({ refused: null })],
      3
    ])
    const again = await world.run("stats", "--rebuild", "--days", "2")
    expect(again.code).toBe(0)
    expect(again.stdout).toMatch(/^DAY +ALERTS READ +CONVERSATIONS READ.*\n2\S+ .* the same\n2\S+ .* the same\n/)
    expect(await world.json("stats", "--days", "2")).toMatchObject({ measuring: true, alerts: 3 })
    expect(await world.run("stats", "--rebuild", "--storage")).toMatchObject({ code: 2, stdout: "" })
    expect(await world.run("stats", "--date", "2026-02-30")).toMatchObject({ code: 2, stdout: "" })
  })

  it("retention and storage: what a clean-up would do, and does; how much is stored", async () => {
    const dry = (await world.json("retention", "--dry-run")) as { dataTypes: Record<string, { seen: number }> }
    expect(dry).toMatchObject({ dryRun: true, dataTypes: { alert_metrics: { seen: 3, removed: 0 } } })
    const run = await world.run("retention", "--run")
    expect(run.code).toBe(0)
    expect(run.stdout).toMatch(/^Cleaned up\.$/m)
    expect(run.stdout).toMatch(/^alert_metrics +3 +0 +0 +0 +0$/m)
    const { storage } = (await world.json("stats", "--storage")) as {
      storage: { prefixes: ReadonlyArray<{ prefix: string; keys: number }> }
    }
    expect(storage.prefixes).toContainEqual(expect.objectContaining({ prefix: "ash:metrics:alert:", keys: 3 }))
    expect(await world.run("retention", "--run", "--dry-run")).toMatchObject({ code: 2, stdout: "" })
  })

  it("actor show and events: state, timers, effects, last events, and no word of anybody", async () => {
    const { acknowledged } = world.alerts
    expect(await world.json("actor", "show", "alert", acknowledged)).toMatchObject({
      ...{ type: "alert", status: "active", version: 1 },
      recent: expect.arrayContaining([{ type: "ACKNOWLEDGE", at: expect.any(String) }])
    })
    const shown = await world.run("actor", "show", "alert", acknowledged)
    expect(shown.stdout).toMatch(/^state +known\.lifecycle\.open\.acknowledged/m)
    expect(shown.stdout).toMatch(/^ {2}postAlert +post +/m)
    const person = await world.run("actor", "show", "conversation", PHONE)
    expect(person.code).toBe(0)
    expect(person.stdout).toContain(fingerprint(address("conversation", PHONE)))
    const events = (await world.json("actor", "events", "alert", acknowledged)) as ReadonlyArray<{ type: string }>
    expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(["OPEN", "ACKNOWLEDGE"]))
    expect((await world.run("actor", "events", "alert", acknowledged)).stdout).toMatch(/^ {2}ACKNOWLEDGE +2\S+Z/m)
    for (const missing of [
      ["alert", "alert_000000000000"],
      ["teapot", "1"]
    ] as const) {
      expect(await world.run("actor", "show", ...missing)).toMatchObject({ code: 3, stdout: "" })
    }
  })
})

describe("beside a service", () => {
  let world: OperatorWorld
  beforeAll(async () => {
    world = await OperatorWorld.open({ residency: "resident", redisUrl: null }, true)
  })
  afterAll(() => world.close())

  it("the same SQLite file can be read; while somebody writes it is told that it is busy, and where to ask", async () => {
    const { DATA_DIR = "", ...rest } = world.environment()
    const straight = { env: { ...rest, DATA_DIR } }
    expect(await tardigrade(["pending"], straight)).toMatchObject({ code: 0 })
    const writer = new DatabaseSync(join(DATA_DIR, "tardigrade.db"))
    writer.exec("BEGIN IMMEDIATE")
    const busy = await tardigrade(["pending"], straight)
    writer.exec("ROLLBACK")
    writer.close()
    expect(busy).toMatchObject({ code: 1, stdout: "" })
    expect(busy.stderr).toContain("busy")
    expect(busy.stderr).toContain("--url")
  })

  it("a wrong token is refused; a service without operator routes is told as such", async () => {
    const wrong = await tardigrade(["pending", "--url", `http://127.0.0.1:${world.port}`], {
      env: { ADMIN_TOKEN: "wrong" }
    })
    expect(wrong).toMatchObject({ code: 1, stdout: "" })
    expect(wrong.stderr).toContain("the service refused the token")
    const without = await world.start({ ADMIN_TOKEN: "", PORT: String(await freePort()) })
    const closed = await tardigrade(["pending", "--url", without.url], { env: { ADMIN_TOKEN: "any" } })
    expect(closed).toMatchObject({ code: 1, stdout: "" })
    expect(closed.stderr).toContain("Is ADMIN_TOKEN set where the service runs")
  })

  it("the token may come from a file", async () => {
    const { ADMIN_TOKEN = "", DATA_DIR = "" } = world.environment()
    const file = join(DATA_DIR, "token")
    writeFileSync(file, `${ADMIN_TOKEN}\n`)
    const args = ["alerts", "--url", `http://127.0.0.1:${world.port}`, "--token-file", file]
    expect(await tardigrade(args)).toMatchObject({ code: 0 })
  })
})
