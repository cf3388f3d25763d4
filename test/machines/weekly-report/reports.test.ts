/** What becomes of a report that is due or asked for: built once, posted to every channel for itself, never in the clock's way. */
import { readFileSync } from "node:fs"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type ActorRecord, decodeRecord } from "#kernel/ActorRecord.ts"
import { decodeState, encodeState } from "#kernel/SnapshotCodec.ts"
import { weeklyReportDefinition } from "#machines/weekly-report/definition.ts"
import { MAX_CHANNELS } from "#machines/weekly-report/schema.ts"
import { conformance } from "#test/kernel/conformance/conformance.ts"
import { EPOCH } from "#test/kernel/conformance/Run.ts"
import { NOW } from "#test/kernel/harness.ts"
import { BUILT, DAY, MONDAY_NINE, ReportDriver } from "./Driver.ts"

const refused = { ok: false, code: "discord_50001", error: null } as const
const posted = (report: string) => ({ ok: true, output: { report } }) as const

/** A Monday, nine o'clock: the report is due. */
const due = (channels = MONDAY_NINE.channels) =>
  new ReportDriver("2026-01-08T12:00:00Z")
    .start({ ...MONDAY_NINE, channels })
    .until("2026-01-12T09:00:00Z")
    .wake()

describe("the row", () => {
  it("lives ninety days, has a policy for every timer and a lane for every channel", () => {
    const row = weeklyReportDefinition()
    expect(row).toMatchObject({ type: "weekly-report", version: 1, ttlMs: 90 * DAY })
    const { actor } = new ReportDriver("2026-01-08T12:00:00Z").bench
    expect(new Set(Object.values(actor.delayNames))).toEqual(new Set(Object.keys(row.lateTimers ?? {})))
    const report = due().built()
    expect(report.pending("postReport").map(({ lane }) => lane)).toEqual(["post:70", "post:71"])
  })

  it.each([
    ["900", "900"],
    ["main", null]
  ])("reports for %s as for guild %s", (id, guildId) => {
    const report = new ReportDriver("2026-01-08T12:00:00Z", id).start().until("2026-01-12T09:00:00Z").wake()
    expect(report.builds).toMatchObject([{ guildId }])
  })
})

describe("a report that is due", () => {
  it("is posted to every channel of the schedule as it is by then", () => {
    const report = due().start({ ...MONDAY_NINE, channels: ["71", "72"] })
    expect(report.built().posts).toEqual([
      { channelId: "71", report: "2026-W03", ...BUILT },
      { channelId: "72", report: "2026-W03", ...BUILT }
    ])
    expect(report.context.due).toBeNull()
  })

  it("is told how it went, channel by channel", () => {
    const report = due().built()
    expect(report.status().last).toEqual({ report: "2026-W03", posted: 0, notPosted: 0 })
    report.settle("postReport", refused).settle("postReport", posted("2026-W03"))
    expect(report.status()).toEqual({
      schedule: MONDAY_NINE,
      dueAt: Date.parse("2026-01-19T09:00:00Z"),
      lastWeek: "2026-W03",
      last: { report: "2026-W03", posted: 1, notPosted: 1 }
    })
  })

  it("without a channel is one warning a week and nothing else (M37)", () => {
    const report = due([])
    expect([report.warnings, report.builds, report.posts]).toEqual([[{ week: "2026-W03" }], [], []])
    expect(report.until("2026-01-18T00:00:00Z").start({ ...MONDAY_NINE, channels: [] }).warnings).toEqual([])
    expect(report.until("2026-01-19T09:00:00Z").wake().warnings).toEqual([{ week: "2026-W04" }])
  })

  it("that cannot be built leaves the clock as it is", () => {
    const report = due().settle("buildReport", { ok: false, code: "store_unavailable", error: null })
    expect([report.posts, report.context.due, report.due]).toEqual([[], null, "2026-01-19T09:00:00.000Z"])
  })

  it("still being built gives way to the next one", () => {
    const report = due().until("2026-01-19T09:00:00Z").wake()
    expect(report.pending("buildReport")).toHaveLength(1)
    expect(report.built().posts.map((post) => post.report)).toEqual(["2026-W04", "2026-W04"])
  })

  it("has a bounded number of channels", () => {
    const many = Array.from({ length: MAX_CHANNELS + 1 }, (_, index) => String(100 + index))
    expect(due(many).built().posts).toHaveLength(MAX_CHANNELS)
  })
})

describe("a report somebody asks for", () => {
  const ready = () => new ReportDriver("2026-01-08T12:00:00Z").start()
  const accepted = { accepted: true, because: null }
  const not = (because: string) => ({ accepted: false, because })

  it("is about the seven days that ended yesterday", () => {
    const report = ready().want("a")
    expect(report.reply).toEqual(accepted)
    expect(report.builds[0]?.dates).toEqual(["01", "02", "03", "04", "05", "06", "07"].map((day) => `2026-01-${day}`))
    expect(report.built().posts.map(({ channelId, report: id }) => [channelId, id])).toEqual([
      ["70", "a"],
      ["71", "a"]
    ])
  })

  it("or about an ISO week, Monday to Sunday", () => {
    const report = ready().want("a", "2026-W01")
    expect([report.builds[0]?.dates[0], report.builds[0]?.dates[6]]).toEqual(["2025-12-29", "2026-01-04"])
  })

  it.each([
    ["2026-W02", "week_not_over"],
    ["2027-W01", "week_not_over"],
    ["2026-W54", "unknown_week"],
    ["last week", "unknown_week"]
  ])("for %s is refused: %s", (week, because) => {
    const report = ready().want("a", week)
    expect([report.reply, report.builds]).toEqual([not(because), []])
    expect(report.want("b").reply).toEqual(accepted)
  })

  it("with nowhere to post it is refused, scheduled or not", () => {
    expect(new ReportDriver("2026-01-08T12:00:00Z").want("a").reply).toEqual(not("no_channel"))
    expect(
      ready()
        .start({ ...MONDAY_NINE, channels: [] })
        .want("a").reply
    ).toEqual(not("no_channel"))
  })

  it("is made while the weekly one is off", () =>
    expect(
      ready()
        .start({ ...MONDAY_NINE, enabled: false })
        .want("a").reply
    ).toEqual(accepted))

  it("is the same wish when it is heard again, and another one waits its turn", () => {
    const report = ready().want("a")
    expect(report.want("a").reply).toEqual(accepted)
    expect(report.want("b").reply).toEqual(not("busy"))
    report.built()
    expect([report.want("a").reply, report.builds]).toEqual([accepted, []])
    expect([report.want("b").reply, report.builds.length]).toEqual([accepted, 1])
  })

  it("that cannot be built makes room for the next", () => {
    const report = ready().want("a").settle("buildReport", { ok: false, code: "timeout", error: null })
    expect(report.posts).toEqual([])
    expect(report.want("b").reply).toEqual(accepted)
  })

  it("neither moves the clock nor takes the place of the weekly one", () => {
    const report = ready().until("2026-01-12T08:59:59Z").want("a").until("2026-01-12T09:00:00Z").wake()
    expect(report.pending("buildReport")).toHaveLength(2)
    expect(report.built().posts.map((post) => post.report)).toEqual(["a", "a"])
    expect(report.built().posts.map((post) => post.report)).toEqual(["2026-W03", "2026-W03"])
    report.settle("postReport", posted("a"))
    expect(report.status().last).toEqual({ report: "2026-W03", posted: 0, notPosted: 0 })
  })
})

describe("any order of events", () => {
  const time = fc.integer({ min: EPOCH, max: EPOCH + 9 * DAY })
  const schedule = fc.record({
    type: fc.constant("SCHEDULE"),
    enabled: fc.boolean(),
    day: fc.nat({ max: 6 }),
    hour: fc.constantFrom(0, 9, 23),
    channels: fc.constantFrom<ReadonlyArray<string>>([], ["70"], ["70", "71"]),
    at: time
  })

  it("means the same in live XState, with a restart after every turn", () =>
    conformance(
      { rows: [weeklyReportDefinition()], id: "900" },
      {
        events: fc.oneof(
          { weight: 2, arbitrary: schedule },
          fc.record({
            type: fc.constant("REPORT_NOW"),
            id: fc.constantFrom("a", "b"),
            week: fc.constantFrom(null, "2026-W01", "2199-W01", "x"),
            by: fc.constant("1"),
            at: time
          }),
          fc.constant({ type: "LOOK" })
        ),
        advances: fc.constantFrom(1, 3_600_000, DAY, 7 * DAY, 20 * DAY),
        outputs: {
          buildReport: fc.constant(BUILT),
          postReport: fc.constant(posted("a").output),
          warnNoReportChannel: fc.constant(null)
        },
        opening: [
          { type: "SCHEDULE", ...MONDAY_NINE, at: EPOCH },
          { type: "REPORT_NOW", id: "a", week: null, by: "1", at: EPOCH },
          "buildReport"
        ]
      }
    ))
})

describe("a weekly report of version 1", () => {
  const frozen = JSON.parse(
    readFileSync(new URL("../../fixtures/snapshots/weekly-report/v1.json", import.meta.url), "utf8")
  ) as ActorRecord

  it("is read, written as it was, and goes on", () => {
    const report = new ReportDriver(new Date(NOW).toISOString())
    report.state = decodeState(report.bench.actor, JSON.stringify(frozen))
    expect(JSON.parse(encodeState(report.live))).toEqual(decodeRecord(JSON.stringify(frozen)))
    expect(report.start().timers).toEqual(frozen.timers)
    expect(report.due).toBe("2027-01-18T09:00:00.000Z")
    expect(report.built().posts).toHaveLength(2)
    report.settle("postReport", posted("a"))
    expect(report.status().last).toEqual({ report: "a", posted: 1, notPosted: 0 })
    expect(report.until("2027-01-18T09:00:00Z").wake().builds).toHaveLength(1)
  })
})
