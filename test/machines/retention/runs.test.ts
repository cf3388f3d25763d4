/** What becomes of a clean-up that is due or asked for: one at a time, its report kept and shown, whatever comes in between. */
import { readFileSync } from "node:fs"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type ActorRecord, decodeRecord } from "#kernel/ActorRecord.ts"
import { decodeState, encodeState } from "#kernel/SnapshotCodec.ts"
import { retentionDefinition } from "#machines/retention/definition.ts"
import { conformance } from "#test/kernel/conformance/conformance.ts"
import { EPOCH } from "#test/kernel/conformance/Run.ts"
import { NOW } from "#test/kernel/harness.ts"
import { AT_THREE, DAY, OFF, report, RetentionDriver } from "./Driver.ts"

const ready = () => new RetentionDriver("2026-01-08T17:00:00Z").start()
const due = () => ready().until("2026-01-09T03:00:00Z").wake()
const accepted = { accepted: true, because: null }
const not = (because: string) => ({ accepted: false, because })
const failed = {
  ok: false,
  code: "store_unavailable",
  error: { name: "EffectFailed", code: "store_unavailable" }
} as const

describe("the row", () => {
  it("lives ninety days and has a policy for every timer", () => {
    const row = retentionDefinition()
    expect(row).toMatchObject({ type: "retention", version: 1, ttlMs: 90 * DAY })
    const { actor } = ready().bench
    expect(new Set(Object.values(actor.delayNames))).toEqual(new Set(Object.keys(row.lateTimers ?? {})))
  })
})

describe("a clean-up that is due", () => {
  it("leaves its report, for LOOK and for readers (M51)", () => {
    const actor = due()
    expect(actor.look().running).toEqual({ dryRun: false })
    expect(actor.done().projections).toEqual([
      {
        op: "put",
        key: "ash:retention:last",
        ttlMs: 30 * DAY,
        value: JSON.stringify({
          started_at: "2026-01-09T03:00:00.000Z",
          finished_at: "2026-01-09T03:00:12.000Z",
          duration_seconds: 12,
          data_types: { alert_metrics: { seen: 5, removed: 2, trimmed: 0, failed: 0, ttl_given: 1 } },
          unknown_keys: 1,
          storage: { used_bytes: 5000, limit_bytes: null, prefixes: { "ash:": { keys: 5, bytes: 900 } } }
        })
      }
    ])
    expect(actor.look()).toEqual({
      schedule: AT_THREE,
      dueAt: Date.parse("2026-01-10T03:00:00Z"),
      running: null,
      last: report(),
      lastDryRun: null,
      failed: null
    })
  })

  it("that is given up says so until one succeeds, and the clock goes on", () => {
    const actor = due().settle(failed)
    expect(actor.look()).toMatchObject({ running: null, failed: { at: actor.now, code: "store_unavailable" } })
    expect(actor.projections).toEqual([])
    expect(actor.until("2026-01-10T03:00:00Z").wake().runs).toHaveLength(1)
    expect(actor.look().failed).not.toBeNull()
    expect(actor.done().look()).toMatchObject({ failed: null, last: report() })
  })

  it("while another is running follows it, once, however that one ends", () => {
    const endings = [(actor: RetentionDriver) => actor.done(), (actor: RetentionDriver) => actor.settle(failed)]
    for (const end of endings) {
      const actor = due().until("2026-01-12T05:00:00Z").wake()
      expect([actor.runs, actor.pending.length]).toEqual([[], 1])
      expect(end(actor).runs).toEqual([{ dryRun: false }])
      expect(end(actor).runs).toEqual([])
      expect(actor.look().running).toBeNull()
    }
  })

  it("an outcome that comes twice changes nothing", () => {
    const actor = due()
    const [entry] = actor.pending
    if (entry === undefined) throw new Error("nothing is running")
    actor.done().want(true)
    actor.took(actor.bench.settle(actor.live, entry, { ok: true, output: report({ unknownKeys: 99 }) }, actor.now))
    expect(actor.look()).toMatchObject({ running: { dryRun: true }, last: { unknownKeys: 1 } })
  })
})

describe("a clean-up somebody asks for", () => {
  it("is done at once, and who asked is not kept", () => {
    const actor = ready().hear({ type: "RUN_NOW", dryRun: false, by: "who asked", at: 1 })
    expect([actor.reply, actor.runs]).toEqual([accepted, [{ dryRun: false }]])
    expect(encodeState(actor.live)).not.toContain("who asked")
    expect(actor.done().look().last).toEqual(report())
  })

  it("as a dry run leaves what is known of the last real one, and no document", () => {
    const actor = due().done().want(true)
    expect([actor.reply, actor.runs]).toEqual([accepted, [{ dryRun: true }]])
    const dry = report({ dryRun: true, unknownKeys: 7 })
    expect(actor.done(dry).projections).toEqual([])
    expect(actor.look()).toMatchObject({ last: report(), lastDryRun: dry })
  })

  it("waits its turn", () => {
    const actor = due()
    expect(actor.want(false).reply).toEqual(not("busy"))
    expect(actor.want(true).reply).toEqual(not("busy"))
    expect(actor.done().want(false).reply).toEqual(accepted)
  })

  it("may only be a dry run while cleaning up is off, or not yet set", () => {
    for (const actor of [ready().start(OFF), new RetentionDriver("2026-01-08T17:00:00Z")]) {
      expect(actor.want(false).reply).toEqual(not("off"))
      expect(actor.want(true).reply).toEqual(accepted)
      // A dry run goes on though it is switched off meanwhile.
      expect(actor.start(OFF).pending).toHaveLength(1)
      expect(actor.done(report({ dryRun: true })).look().lastDryRun).not.toBeNull()
    }
  })

  it("neither moves the clock nor takes the place of the daily one", () => {
    const actor = ready().until("2026-01-09T02:59:59Z").want(true).until("2026-01-09T03:00:00Z").wake()
    expect([actor.runs, actor.due]).toEqual([[], "2026-01-10T03:00:00.000Z"])
    expect(actor.done(report({ dryRun: true })).runs).toEqual([{ dryRun: false }])
  })
})

describe("any order of events", () => {
  const time = fc.integer({ min: EPOCH, max: EPOCH + 9 * DAY })
  it("means the same in live XState, with a restart after every turn", () =>
    conformance(
      { rows: [retentionDefinition()], id: "main" },
      {
        events: fc.oneof(
          {
            weight: 2,
            arbitrary: fc.record({
              type: fc.constant("SCHEDULE"),
              enabled: fc.boolean(),
              hour: fc.constantFrom(0, 3, 23),
              at: time
            })
          },
          fc.record({ type: fc.constant("RUN_NOW"), dryRun: fc.boolean(), by: fc.constant("1"), at: time }),
          fc.constant({ type: "LOOK" })
        ),
        advances: fc.constantFrom(1, 3_600_000, DAY, 3 * DAY),
        outputs: { cleanUp: fc.constantFrom(report(), report({ dryRun: true })) },
        opening: [
          { type: "SCHEDULE", ...AT_THREE, at: EPOCH },
          { type: "RUN_NOW", dryRun: true, by: "1", at: EPOCH },
          "cleanUp"
        ]
      }
    ))
})

describe("a retention actor of version 1", () => {
  const frozen = JSON.parse(
    readFileSync(new URL("../../fixtures/snapshots/retention/v1.json", import.meta.url), "utf8")
  ) as ActorRecord

  it("is read, written as it was, and goes on", () => {
    const actor = new RetentionDriver(new Date(NOW).toISOString())
    actor.state = decodeState(actor.bench.actor, JSON.stringify(frozen))
    expect(JSON.parse(encodeState(actor.live))).toEqual(decodeRecord(JSON.stringify(frozen)))
    expect(actor.start().timers).toEqual(frozen.timers)
    expect(actor.look()).toMatchObject({ running: { dryRun: true }, last: report() })
    expect(actor.done(report({ dryRun: true })).look().lastDryRun).not.toBeNull()
    expect(actor.until("2027-01-16T03:00:00Z").wake().runs).toEqual([{ dryRun: false }])
  })
})
