/**
 * From what happens to alerts to the document of their day: whatever the order and the number of times in which a day hears
 * of its alerts, its document is what the log of events comes to, counted by hand (C27).
 */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { AlertEvent } from "#domain/ash/Alert.ts"
import { type AlertMetrics, dayOf, isoSecond } from "#domain/ash/AlertMetrics.ts"
import { dayMetrics } from "#domain/ash/DayMetrics.ts"
import type { MetricsDayEvent } from "#domain/ash/ReportPolicy.ts"
import { type CrisisSeverity, isHigher } from "#domain/ash/Severity.ts"
import { alertOf, shuffled } from "#test/domain/ash/DayRecords.ts"
import { CHANNEL, Driver, policyWith } from "../alert/Driver.ts"
import { Day } from "./Day.ts"

const MIDNIGHT = Date.parse("2026-01-06T00:00:00Z")
const WORDS = ["ACKNOWLEDGE", "RESOLVE", "FALSE_POSITIVE", "THREAD_MESSAGE", "TALK_TO_ASH", "MEMBER_OPTED_OUT"] as const

type Happening =
  | { readonly what: (typeof WORDS)[number]; readonly at: number; readonly by: string }
  | { readonly what: "SIGNAL" | "OVERRIDE_SEVERITY"; readonly at: number; readonly severity: CrisisSeverity }

interface Story {
  readonly id: string
  readonly at: number
  readonly severity: CrisisSeverity
  readonly channelId: string
  /** In the order of their time. */
  readonly log: ReadonlyArray<Happening>
}

const severity = fc.constantFrom("low", "medium", "high", "critical")
const happening = fc.oneof(
  fc.record({ what: fc.constantFrom(...WORDS), at: fc.nat({ max: 20_000_000 }), by: fc.constantFrom("15", "16") }),
  fc.record({
    what: fc.constantFrom("SIGNAL" as const, "OVERRIDE_SEVERITY" as const),
    at: fc.nat({ max: 20_000_000 }),
    severity
  })
)
const story: fc.Arbitrary<Omit<Story, "id">> = fc
  .record({
    at: fc.oneof(fc.constantFrom(-1, 0), fc.integer({ min: -7_200_000, max: 7_200_000 })).map((ms) => MIDNIGHT + ms),
    severity,
    channelId: fc.constantFrom(CHANNEL, "17"),
    log: fc.array(happening, { maxLength: 8 })
  })
  .map(({ log, ...rest }) => ({
    ...rest,
    log: log
      .toSorted((one, other) => one.at - other.at)
      .map((happened) => ({ ...happened, at: rest.at + 1000 + happened.at }))
  }))
const stories: fc.Arbitrary<ReadonlyArray<Story>> = fc
  .array(story, { minLength: 1, maxLength: 4 })
  .map((all) => all.map((one, n) => ({ ...one, id: `alert_${String(n).padStart(12, "0")}` })))

const eventOf = (happened: Happening, n: number): AlertEvent | null => {
  const { at } = happened
  switch (happened.what) {
    case "SIGNAL":
      return null
    case "OVERRIDE_SEVERITY":
      return { type: happened.what, by: "15", at, severity: happened.severity, reason: "seen" }
    case "FALSE_POSITIVE":
      return { type: happened.what, by: happened.by, at, reason: "a song" }
    case "THREAD_MESSAGE":
      return { type: happened.what, by: happened.by, at, messageId: `18${n}`, text: "" }
    case "MEMBER_OPTED_OUT":
      return { type: happened.what, until: null, at }
    case "TALK_TO_ASH":
      return { type: happened.what, by: happened.by, at }
    case "ACKNOWLEDGE":
    case "RESOLVE":
      return { type: happened.what, by: happened.by, at, note: null }
  }
}

/** What the alert tells its day while this happens to it. */
const newsOf = ({ at, channelId, id, log, severity }: Story) => {
  const alert = new Driver(policyWith({ autoInitiate: { enabled: false } }), id)
  alert.now = at
  alert.open({ channelId, severity }).posted()
  log.forEach((happened, n) => {
    alert.now = happened.at
    if (happened.what === "SIGNAL") alert.signal({ severity: happened.severity, messageId: `19${n}` })
    const event = eventOf(happened, n)
    if (event !== null) alert.feed(event)
  })
  return alert.measured.map(({ event, to }) => ({ to, event: event as unknown as MetricsDayEvent }))
}

/** The alert as the log tells it, read by hand. */
const readByHand = ({ at: opened, channelId, id, log, severity }: Story): AlertMetrics => {
  const seconds = (at: number) => Math.floor((at - opened) / 1000)
  let read = alertOf({ alert_id: id, severity, channel_id: channelId, alert_created_at: isoSecond(opened) })
  const acknowledge = (at: number, by: string): void => {
    const taken = { acknowledged_at: isoSecond(at), acknowledged_by: by, time_to_acknowledge_seconds: seconds(at) }
    if (read.acknowledged_at === null) read = { ...read, ...taken }
  }
  const resolve = (at: number, by: string): void => {
    acknowledge(at, by)
    read = { ...read, resolved_at: isoSecond(at), time_to_resolve_seconds: seconds(at) }
  }
  for (const happened of log) {
    const { at } = happened
    const isOpen = read.resolved_at === null
    if (happened.what === "SIGNAL") {
      if (isOpen && isHigher(happened.severity, read.final_severity))
        read = { ...read, final_severity: happened.severity }
    } else if (happened.what === "OVERRIDE_SEVERITY") {
      if (isOpen) read = { ...read, final_severity: happened.severity }
    } else if (happened.what === "ACKNOWLEDGE") {
      if (isOpen) acknowledge(at, happened.by)
    } else if (happened.what === "RESOLVE") {
      if (isOpen) resolve(at, happened.by)
    } else if (happened.what === "FALSE_POSITIVE") {
      read = { ...read, false_positive: true }
      if (isOpen) resolve(at, happened.by)
    } else if (happened.what === "THREAD_MESSAGE") {
      if (read.time_to_response_seconds === null) read = { ...read, time_to_response_seconds: seconds(at) }
    } else if (happened.what === "TALK_TO_ASH") {
      if (isOpen && read.time_to_ash_seconds === null) read = { ...read, time_to_ash_seconds: seconds(at) }
    } else {
      read = { ...read, user_opted_out: true }
    }
  }
  return read
}

describe("from alerts to their day", () => {
  it("in any order, any number of times, around any midnight: the count of the log by hand", () => {
    const told = stories.chain((all) => {
      const news = all.flatMap(newsOf)
      return fc
        .subarray(news)
        .chain((doubled) => fc.record({ all: fc.constant(all), news: shuffled([...news, ...doubled]) }))
    })
    fc.assert(
      fc.property(told, ({ all, news }) => {
        const dates = [...new Set(all.map(({ at }) => dayOf(at)))]
        expect(new Set(news.map(({ to }) => to))).toEqual(new Set(dates.map((date) => `metrics-day/${date}`)))
        for (const date of dates) {
          const day = new Day(date)
          for (const { event, to } of news) if (to === `metrics-day/${date}`) day.hear(event)
          const byHand = all.filter(({ at }) => dayOf(at) === date).map(readByHand)
          expect(JSON.parse(day.document ?? "")).toEqual(dayMetrics(date, byHand, []))
        }
      }),
      { numRuns: 100 }
    )
  })
})
