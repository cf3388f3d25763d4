/** The registry row: TTLs, keys, jobs; the chart means the same in live XState; and what is stored today wakes up tomorrow. */
import { readFileSync } from "node:fs"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { ActorEvent } from "#domain/Envelope.ts"
import { decodeRecord } from "#kernel/ActorRecord.ts"
import { registerActors } from "#kernel/RegisteredActor.ts"
import { decodeState, encodeState } from "#kernel/SnapshotCodec.ts"
import { VERSION } from "#machines/pending-action/schema.ts"
import { conformance } from "#test/kernel/conformance/conformance.ts"
import { EPOCH } from "#test/kernel/conformance/Run.ts"
import { ActionDriver, ANN, BOB, CREATE, DONE, KEY, PREPARED, REFUSED, row, T0, TOKEN } from "./Driver.ts"

const HOUR = 3_600_000

describe("the row", () => {
  it("is accepted by the kernel, with its jobs, and names every timer's policy", () => {
    const actor = registerActors([row]).get("pending-action")
    expect(Object.keys(actor?.childKinds ?? {})).toEqual(["prepare", "perform"])
    expect(new Set(Object.values(actor?.delayNames ?? {}))).toEqual(new Set(Object.keys(row.lateTimers ?? {})))
    expect(row.migrations).toHaveLength(row.version - 1)
    expect(row.whenStoreAway).toBeUndefined()
    expect(row.projectionKeys?.({ id: TOKEN } as never)).toEqual([KEY])
  })

  it("keeps what was never created for a minute, and the outcome for 24 hours however often it is looked at", () => {
    const action = new ActionDriver()
    action.look()
    expect(action.ttlMs).toBe(60_000)
    action.create()
    expect(action.ttlMs).toBe(24 * HOUR + 60_000)
    action.at(10_000).confirm()
    expect(action.ttlMs).toBe(24 * HOUR)
    action
      .at(10_000 + HOUR)
      .done(PREPARED)
      .look()
    expect(action.ttlMs).toBe(23 * HOUR)
    action.at(10_000 + 24 * HOUR).look()
    expect(action.ttlMs).toBe(60_000)
    const cancelled = new ActionDriver().create().at(5_000)
    cancelled.cancel()
    expect(cancelled.ttlMs).toBe(24 * HOUR)
    const expired = new ActionDriver().create().at(HOUR).wake()
    expect(expired.ttlMs).toBe(24 * HOUR)
    expired.at(2 * HOUR).look()
    expect(expired.ttlMs).toBe(23 * HOUR)
  })

  it("keeps what was prepared only while it is acted upon", () => {
    const action = new ActionDriver().create()
    action.confirm()
    expect(encodeState(action.done(PREPARED).live)).toContain("abc123")
    expect(encodeState(action.done(DONE).live)).not.toContain("abc123")
  })

  it("marks each action by a mark of its own, from which its token cannot be had", () => {
    const action = new ActionDriver().create()
    action.confirm()
    action.done(PREPARED)
    const work = action.running?.work
    const { marker } = (work?.kind === "invoke" ? work.params : {}) as { readonly marker: string }
    expect(TOKEN).not.toContain(marker.replace("action-", ""))
    action.fail("unreachable")
    const perform = (id: string): unknown => {
      const other = new ActionDriver(id).create()
      other.confirm()
      const asked = other.done(PREPARED).running?.work
      return asked?.kind === "invoke" ? asked.params : null
    }
    expect(perform(TOKEN)).toMatchObject({ marker })
    expect(perform(`${TOKEN}x`)).not.toMatchObject({ marker })
  })
})

it("means the same in live XState, with a restart after every turn", () => {
  const at = fc.integer({ min: EPOCH, max: EPOCH + 1_500 })
  const create = { ...CREATE, at: EPOCH, expiresInMs: 1_000 } as ActorEvent
  const confirm: ActorEvent = { type: "CONFIRM", by: ANN, idempotencyKey: "k", at: EPOCH + 1 }
  return conformance(
    { rows: [row], id: TOKEN },
    {
      events: fc.oneof(
        fc.constant(create),
        fc.record({
          type: fc.constant("CONFIRM"),
          by: fc.constantFrom(ANN, BOB),
          idempotencyKey: fc.constantFrom(null, "k", "l"),
          at
        }),
        fc.record({ type: fc.constant("CANCEL"), by: fc.constantFrom(ANN, BOB), at }),
        fc.constant({ type: "LOOK" })
      ),
      advances: fc.constantFrom(1, 400, 1_000, 1_800_000),
      outputs: {
        prepare: fc.constantFrom(PREPARED, { result: REFUSED }, { result: DONE }),
        perform: fc.constantFrom(DONE, REFUSED)
      },
      codes: fc.constantFrom("unreachable", "not_done"),
      opening: [create, confirm, "prepare", "perform"]
    },
    { numRuns: 100, maxSteps: 15 }
  )
})

const frozen = (version: number) =>
  readFileSync(new URL(`../../fixtures/snapshots/pending-action/v${version}.json`, import.meta.url), "utf8")

describe("a stored action of version 1", () => {
  const woken = () => {
    const action = new ActionDriver()
    action.state = decodeState(action.bench.actor, frozen(1))
    return action.at(40_000)
  }

  it("wakes up while it is performed, and goes on", () => {
    const action = woken()
    expect(action.look()).toMatchObject({ state: "executing", owner: ANN, confirmedAt: T0 + 10_000 })
    expect(action.confirm(ANN, "k")).toMatchObject({ accepted: true, repeated: true })
    expect(action.done(DONE).look()).toMatchObject({ state: "done", result: DONE })
  })

  it("is written as it was read", () => {
    expect(VERSION).toBe(1)
    expect(JSON.parse(encodeState(woken().live))).toEqual(decodeRecord(frozen(1)))
  })
})
