/** The registry row: lanes, late timers, times to live, keys to forget; and what is stored today wakes up tomorrow. */
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import type { ActorView } from "#domain/ActorDefinition.ts"
import { defaultAshPolicy } from "#domain/ash/AshPolicy.ts"
import { decodeState } from "#kernel/SnapshotCodec.ts"
import { alertDefinition } from "#machines/alert/definition.ts"
import { ALERT, DAY, Driver, HOUR, MESSAGE, OTHER, POST, RESPONDER, SECOND, T0 } from "./Driver.ts"

const row = alertDefinition(defaultAshPolicy)
const viewOf = (alert: Driver): ActorView => ({
  id: ALERT,
  at: alert.now,
  createdAt: T0,
  status: "active",
  value: alert.state?.snapshot.value,
  context: alert.context as never,
  output: undefined
})

describe("the row", () => {
  it("names the policy of every timer, and no other", () => {
    const { actor } = new Driver()
    expect(new Set(Object.values(actor.delayNames))).toEqual(new Set(Object.keys(row.lateTimers ?? {})))
    expect(row.migrations).toHaveLength(row.version - 1)
  })

  it("keeps what happens while the store is away, unchanged", () => {
    const { whenStoreAway } = row
    const event = { type: "ACKNOWLEDGE", by: RESPONDER, at: T0, note: null }
    expect(typeof whenStoreAway === "object" ? whenStoreAway.spool(event) : null).toEqual(event)
  })

  it("forgets what belongs to the alert alone, and never the day that others are in", () => {
    const alert = new Driver()
    alert.feed({ type: "LOOK" })
    expect(row.projectionKeys?.(viewOf(alert))).toEqual([])
    alert.open().posted()
    const keys = row.projectionKeys?.(viewOf(alert)) ?? []
    expect(new Set(keys)).toEqual(new Set(alert.documents.keys()))
    expect(keys).toEqual([
      `ash:metrics:alert:${ALERT}`,
      `ash:pending_alert:${MESSAGE}`,
      `ash:metrics:alert_lookup:${POST.messageId}`
    ])
  })

  it("gives every document a time to live", () => {
    const alert = new Driver().open()
    const seen = [...alert.projected]
    seen.push(...alert.posted().projected)
    expect(seen).toHaveLength(6)
    for (const one of seen) if (one.op !== "delete") expect(one).toMatchObject({ ttlMs: expect.any(Number) as number })
  })
})

describe("stored snapshots", () => {
  const frozen = (version: number): string =>
    readFileSync(new URL(`../../fixtures/snapshots/alert/v${version}.json`, import.meta.url), "utf8")

  it("v1: an acknowledged alert that was raised wakes up, still calls, and is resolved", () => {
    const alert = new Driver()
    alert.state = decodeState(alert.actor, frozen(1))
    alert.now = T0 + HOUR + SECOND
    expect(alert.view).toMatchObject({ state: "acknowledged", severity: "critical", attention: 1, place: POST })
    expect(alert.step).toBe("acknowledged")
    alert.wait(5 * 60 * SECOND)
    expect(alert.calls).toEqual(["escalated crt", "escalated wider"])
    alert.ask("RESOLVE", OTHER)
    expect(alert.view).toMatchObject({ acknowledged: { by: RESPONDER }, resolved: { by: OTHER } })
    expect(alert.wait(DAY).state?.meta.timers).toEqual([])
  })
})
