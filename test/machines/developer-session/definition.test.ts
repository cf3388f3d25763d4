/** The registry row: TTL, keys, its timer; the chart means the same in live XState; and what is stored today wakes up tomorrow. */
import { readFileSync } from "node:fs"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { ActorEvent } from "#domain/Envelope.ts"
import { INTENTS } from "#domain/developer/Intent.ts"
import { decodeRecord } from "#kernel/ActorRecord.ts"
import { registerActors } from "#kernel/RegisteredActor.ts"
import { decodeState, encodeState } from "#kernel/SnapshotCodec.ts"
import { developerSessionDefinition } from "#machines/developer-session/definition.ts"
import { VERSION } from "#machines/developer-session/schema.ts"
import { conformance } from "#test/kernel/conformance/conformance.ts"
import { EPOCH } from "#test/kernel/conformance/Run.ts"
import { ANN, BOB, HOUR, SessionDriver } from "./Driver.ts"

const row = developerSessionDefinition()

describe("the row", () => {
  it("is accepted by the kernel, and names its timer's policy", () => {
    const actor = registerActors([row]).get("developer-session")
    expect(Object.keys(actor?.childKinds ?? {})).toEqual([])
    expect(Object.values(actor?.delayNames ?? {})).toEqual(Object.keys(row.lateTimers ?? {}))
    expect(row.migrations).toHaveLength(row.version - 1)
    expect(row.projectionKeys?.({ id: "s" } as never)).toEqual(["session_context:s"])
  })

  it("keeps a session for an hour, and one that nobody spoke in for a minute", () => {
    const session = new SessionDriver()
    session.look()
    expect(session.ttlMs).toBe(60_000)
    session.clear()
    session.answered(["Heard by nobody."])
    expect(session.ttlMs).toBe(60_000)
    expect(session.spoken("system.repeat")).toBe("Nothing to repeat yet.")
    expect(session.ttlMs).toBe(HOUR)
  })
})

it("means the same in live XState, with a restart after every turn", () => {
  const user = fc.constantFrom(ANN, ANN, BOB)
  const entities = fc.constantFrom(
    {},
    { pr_number: 5 },
    { repo: "acme/web", pr_number: 7 },
    { reviewers: ["bob"], body: "hi", profile: "kitchen" }
  )
  const intent = fc.record({ name: fc.constantFrom(...INTENTS), confidence: fc.constantFrom(0.5, 1), entities })
  const profile = fc.constantFrom("default", "workout")
  const set: ActorEvent = { type: "SET_CONTEXT", user: ANN, repo: "acme/web", prNumber: 1, at: EPOCH }
  return conformance(
    { rows: [row], id: "session-1" },
    {
      events: fc.oneof(
        fc.record({
          type: fc.constant("COMMAND"),
          user,
          intent,
          profile,
          token: fc.constant("t"),
          at: fc.constant(EPOCH)
        }),
        fc.record({
          type: fc.constant("ANSWERED"),
          user,
          spoken: fc.constantFrom([], ["a", "b"]),
          at: fc.constant(EPOCH)
        }),
        fc.record({
          type: fc.constant("ANSWERED"),
          user,
          spoken: fc.constant(["a"]),
          at: fc.constant(EPOCH),
          proposed: fc.record({ token: fc.constant("p"), to: fc.constantFrom("t", "late") })
        }),
        fc.record({ type: fc.constant("CLEAR_CONTEXT"), user }),
        fc.constantFrom(set, { ...set, prNumber: null }, { ...set, user: BOB }),
        fc.constant({ type: "LOOK" })
      ),
      advances: fc.constantFrom(1, HOUR / 2, HOUR),
      opening: [set]
    },
    { numRuns: 100, maxSteps: 15 }
  )
})

const frozen = (version: number) =>
  readFileSync(new URL(`../../fixtures/snapshots/developer-session/v${version}.json`, import.meta.url), "utf8")

describe("a stored session of version 1", () => {
  const woken = () => {
    const session = new SessionDriver()
    session.state = decodeState(session.bench.actor, frozen(1))
    return session
  }

  it("wakes up, knows what it is about, and ends at its hour", () => {
    expect(woken().look()).toEqual({ owner: ANN, repo: "acme/web", prNumber: 123, profile: "kitchen" })
    expect(woken().say("pr.request_review", { reviewers: ["bob"] })).toMatchObject({ action: { prNumber: 123 } })
    expect(woken().spoken("system.next")).toBe("Two.")
    expect(woken().confirms()).toBe(null)
    expect(woken().at(HOUR).look()).toMatchObject({ owner: ANN, repo: null, prNumber: null })
  })
})

describe("a stored session of version 2", () => {
  const woken = () => {
    const session = new SessionDriver()
    session.state = decodeState(session.bench.actor, frozen(2))
    return session
  }

  it("wakes up, and confirms what it read out", () => {
    expect(woken().confirms()).toBe("t1")
    expect(woken().spoken("system.repeat")).toBe("Merge PR 123 in acme/web by squash. Say confirm if it is still open.")
  })

  it("is written as it was read", () => {
    expect(VERSION).toBe(2)
    expect(JSON.parse(encodeState(woken().live))).toEqual(decodeRecord(frozen(2)))
  })
})
