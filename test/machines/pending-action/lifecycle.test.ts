/** An action from its creation to each of its ends: what is answered, written, asked for and told. */
import { describe, expect, it } from "vitest"
import { ActionDriver, ANN, BOB, CREATE, DONE, KEY, MERGE, PREPARED, REFUSED, T0, TOKEN } from "./Driver.ts"

const LOOK = {
  token: TOKEN,
  state: "pending",
  action: MERGE,
  entities: CREATE.entities,
  summary: CREATE.summary,
  owner: ANN,
  createdAt: T0,
  expiresAt: T0 + 60_000,
  confirmedAt: null,
  result: null
}

it("P1-P4: writes the documented document, in its order, with its time to live", () => {
  const action = new ActionDriver().create()
  expect(action.reply).toEqual(LOOK)
  const value =
    `{"token":"${TOKEN}","intent_name":"pr.merge","entities":{"pr_number":123,"repo":"acme/web"},` +
    `"summary":"Merge PR 123 in acme/web by squash","expires_at":"2026-11-21T12:01:00.000Z","user_id":"ann"}`
  expect(action.projections).toEqual([{ op: "put", key: KEY, value, ttlMs: 60_000 }])
  expect(action.timers.map(({ dueAt }) => dueAt)).toEqual([T0 + 60_000])
})

it("P5, P9: looking consumes nothing, and nothing is asked for before a confirmation", () => {
  const action = new ActionDriver().create()
  expect([action.look(), action.look()]).toEqual([LOOK, LOOK])
  expect(action.asked).toEqual([])
  expect(action.document).not.toBeNull()
})

it("C21: one commit consumes, answers, closes and asks for the work", () => {
  const action = new ActionDriver().create().at(30_000)
  const look = { ...LOOK, state: "confirmed", confirmedAt: T0 + 30_000 }
  expect(action.confirm(ANN, "k")).toEqual({ accepted: true, repeated: false, look })
  expect(action.projections).toEqual([{ op: "delete", key: KEY }])
  expect(action.asked).toMatchObject([
    { kind: "message", to: { type: "developer", id: ANN }, event: { type: "ACTION_CLOSED", token: TOKEN } },
    { kind: "invoke", name: "prepare", params: { action: MERGE, owner: ANN } }
  ])
  expect(action.everEmitted).toEqual([])
})

it("performs what was prepared, and keeps what it came to", () => {
  const action = new ActionDriver().create()
  action.confirm()
  expect(action.done(PREPARED).look()).toMatchObject({ state: "executing", result: null })
  const marker = expect.stringMatching(/^action-[0-9a-f]{16}$/) as unknown
  expect(action.running?.work).toMatchObject({ params: { action: MERGE, owner: ANN, ...PREPARED, marker } })
  action.done(DONE)
  expect(action.emitted).toEqual([{ type: "ACTION_SETTLED" }])
  expect(action.look()).toMatchObject({ state: "done", result: DONE })
  expect(action.timers).toEqual([])
})

describe("ends as failed", () => {
  const executing = () => {
    const action = new ActionDriver().create()
    action.confirm()
    return action.done(PREPARED)
  }

  it("when it was refused while preparing, or while acting", () => {
    const action = new ActionDriver().create()
    action.confirm()
    expect(action.done({ result: REFUSED }).look()).toMatchObject({ state: "failed", result: REFUSED })
    expect(action.count("perform")).toBe(0)
    expect(executing().done(REFUSED).look()).toMatchObject({ state: "failed", result: REFUSED })
  })

  it("and says that nothing was done when preparing failed", () => {
    const action = new ActionDriver().create()
    action.confirm()
    const result = { ok: false, url: null, code: "not_done", message: expect.stringMatching(/^Nothing was done: /) }
    expect(action.fail("unreachable").look()).toMatchObject({ state: "failed", result })
    const odd = new ActionDriver().create()
    odd.confirm()
    expect(odd.done({}).look()).toMatchObject({ state: "failed", result })
  })

  it.each(["unreachable", "timeout", "rejected", "not_mergeable"])("and is not sure after %s while acting", (code) => {
    const result = { ok: false, url: null, code: "unknown", message: expect.stringMatching(/unknown whether/) }
    expect(executing().fail(code).look()).toMatchObject({ state: "failed", result })
  })

  it("and says that nothing was done when whoever acted knows it", () => {
    const result = { ok: false, code: "not_done", message: expect.stringMatching(/^Nothing was done: /) }
    expect(executing().fail("not_done").look()).toMatchObject({ state: "failed", result })
  })

  it("after 30 minutes in which the work never ended", () => {
    const action = new ActionDriver().create()
    action.confirm()
    action.at(1_799_999).wake()
    expect(action.value).toEqual({ working: "confirmed" })
    action.at(1_800_000).wake()
    expect(action.look()).toMatchObject({ state: "failed", result: { code: "not_done" } })
    expect(action.running).toBeUndefined()
    const acting = executing().at(1_800_000).wake()
    expect(acting.look()).toMatchObject({ state: "failed", result: { code: "unknown" } })
    expect(acting.everEmitted).toEqual([{ type: "ACTION_SETTLED" }])
  })
})

it("is cancelled by its owner alone, and then there is nothing to confirm", () => {
  const action = new ActionDriver().create()
  expect(action.cancel(BOB)).toEqual({ cancelled: false, because: "not_yours" })
  expect(action.document).not.toBeNull()
  expect(action.cancel()).toEqual({ cancelled: true, look: { ...LOOK, state: "cancelled" } })
  expect(action.projections).toEqual([{ op: "delete", key: KEY }])
  expect(action.emitted).toEqual([{ type: "ACTION_SETTLED" }])
  expect(action.asked).toMatchObject([{ kind: "message", event: { type: "ACTION_CLOSED" } }])
  expect(action.cancel()).toEqual({ cancelled: false, because: "expired" })
  expect(action.confirm()).toEqual({ accepted: false, because: "expired" })
  expect(action.count("prepare")).toBe(0)
})
