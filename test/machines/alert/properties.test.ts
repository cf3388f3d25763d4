/** What holds for any order of events, time and outcomes, with the actor stored and read again after every turn. */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { ALERT_STATES, type AlertEffects, type AlertEvent, type AlertView, type Step } from "#domain/ash/Alert.ts"
import { alertMetricsKey, parseAlertMetrics, pendingAlertKey } from "#domain/ash/AlertMetrics.ts"
import { encodeState } from "#kernel/SnapshotCodec.ts"
import { ALERT, DAY, Driver, HOUR, MESSAGE, MINUTE, POST, SECOND, T0, THREAD } from "./Driver.ts"
import { eventsAt, SECRET } from "./Events.ts"

const EFFECTS = ["postAlert", "editAlert", "notify"] as const

type Act =
  | { readonly kind: "event"; readonly event: AlertEvent }
  | { readonly kind: "wait" | "sleep"; readonly ms: number }
  | { readonly kind: "settle"; readonly name: (typeof EFFECTS)[number]; readonly ok: boolean }

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    // The time of an event is put in when it happens.
    arbitrary: fc.record({ kind: fc.constant("event" as const), event: eventsAt(fc.constant(0)) })
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom("wait" as const, "sleep" as const),
      ms: fc.oneof(fc.nat(5 * MINUTE), fc.nat(3 * HOUR), fc.nat(4 * DAY))
    })
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("settle" as const),
      name: fc.constantFrom(...EFFECTS),
      ok: fc.boolean()
    })
  }
)
const acts = fc.array(act, { maxLength: 40, size: "max" })

const now = (event: AlertEvent, at: number): AlertEvent => {
  if ("signal" in event) return { ...event, signal: { ...event.signal, at } }
  return "at" in event ? { ...event, at } : event
}

const settle = (alert: Driver, name: (typeof EFFECTS)[number], ok: boolean): void => {
  const [entry] = alert.pending(name)
  if (entry === undefined || entry.work.kind !== "action") return
  if (!ok) return void alert.fail(name)
  if (name === "postAlert") return void alert.posted()
  if (name === "editAlert") return void alert.done("editAlert", null)
  const { notice, audience } = entry.work.params as AlertEffects["notify"]["params"]
  alert.done("notify", { kind: notice.kind, audience })
}

const run = (alert: Driver, one: Act): void => {
  alert.now += SECOND
  alert.asked = []
  alert.replies = []
  if (one.kind === "event") alert.feed(now(one.event, alert.now))
  else if (one.kind === "settle") settle(alert, one.name, one.ok)
  else if (alert.state === null) alert.now += one.ms
  else if (one.kind === "wait") alert.wait(one.ms)
  else alert.sleepUntil(alert.now + one.ms)
}

const isOpened = (alert: Driver): boolean => alert.state !== null && alert.context.facts !== null
const rank = (step: string): number => Math.min(2, ALERT_STATES.indexOf(step as AlertView["state"]))
const requests = new Set<string>(
  "ACKNOWLEDGE RESOLVE TALK_TO_ASH TAKE_OVER HAND_BACK ASSIGN OVERRIDE_SEVERITY FALSE_POSITIVE LOOK".split(" ")
)

/** Runs a whole sequence and looks after every act. */
const each = (look: (alert: Driver, one: Act) => void) =>
  fc.property(acts, (all) => {
    const alert = new Driver()
    for (const one of all) {
      run(alert, one)
      look(alert, one)
    }
  })

describe("any order of anything", () => {
  it("never goes backwards, and a step once taken is never changed", () => {
    fc.assert(
      fc.property(acts, (all) => {
        const alert = new Driver()
        let before = { step: "alert", acknowledged: null as Step | null, resolved: null as Step | null }
        for (const one of all) {
          run(alert, one)
          if (!isOpened(alert)) continue
          const { acknowledged, resolved } = alert.view
          const after = { step: alert.step, acknowledged, resolved }
          expect(rank(after.step)).toBeGreaterThanOrEqual(rank(before.step))
          if (rank(before.step) === 2) expect(after.step).toBe(before.step)
          if (before.acknowledged !== null) expect(acknowledged).toEqual(before.acknowledged)
          if (before.resolved !== null) expect(resolved).toEqual(before.resolved)
          if (resolved !== null) expect(acknowledged?.at).toBeLessThanOrEqual(resolved.at)
          before = after
        }
      }),
      { numRuns: 120 }
    )
  })

  it("answers every request exactly once, nothing else, and keeps what it refused", () => {
    let refused = 0
    fc.assert(
      each((alert, one) => {
        const isRequest = one.kind === "event" && requests.has(one.event.type)
        expect(alert.replies).toHaveLength(isRequest ? 1 : 0)
        const [answer] = alert.replies
        if (answer === undefined) return
        expect(answer.outcome === "refused").toBe(answer.because !== null)
        expect(answer.alert === null).toBe(answer.because === "unknown_alert")
        if (answer.alert !== null) expect(answer.alert).toEqual(alert.view)
        if (answer.because === null || answer.because === "unknown_alert") return
        refused++
        expect(alert.context.refusals.at(-1)).toMatchObject({ because: answer.because, at: alert.now })
      }),
      { numRuns: 80 }
    )
    expect(refused).toBeGreaterThan(20)
  })

  it("stays small and keeps no words of anybody's messages", () => {
    fc.assert(
      each((alert) => {
        if (alert.state === null) return
        const { snapshot, timers } = JSON.parse(encodeState(alert.state)) as Record<string, unknown>
        const kept = JSON.stringify([snapshot, timers])
        expect(kept).not.toContain(SECRET)
        expect(kept.length).toBeLessThan(20_000)
      }),
      { numRuns: 40 }
    )
  })

  it("shows in its regions what its facts say", () => {
    fc.assert(
      each((alert) => {
        if (!isOpened(alert)) return
        const ash = alert.region("ash")
        const waiting = typeof ash === "object"
        expect(waiting ? "none" : ash).toBe(alert.view.ash.state)
        if (rank(alert.step) === 2) expect(alert.region("attention")).toBe("quiet")
        expect(alert.documents.has(pendingAlertKey(MESSAGE))).toBe(waiting)
        const metrics = parseAlertMetrics(alert.documents.get(alertMetricsKey(ALERT)) ?? "")
        const { severity, signals, acknowledged, resolved, optedOut, falsePositive } = alert.view
        expect(metrics).toMatchObject({
          final_severity: severity,
          signals,
          acknowledged_by: acknowledged?.by ?? null,
          resolved_by: resolved?.by ?? null,
          user_opted_out: optedOut,
          false_positive: falsePositive
        })
        expect(metrics?.expired_at !== null).toBe(alert.step === "expired")
      }),
      { numRuns: 80 }
    )
  })

  it("has nothing left to wait for once it is closed, and calls nobody but the leads when a call for a person failed", () => {
    const mayWait = new Set(["postAgain", "callAgain"])
    fc.assert(
      fc.property(acts, (all) => {
        const alert = new Driver()
        for (const one of all) {
          const wasClosed = isOpened(alert) && rank(alert.step) === 2
          run(alert, one)
          if (!wasClosed) continue
          const timers = (alert.state?.meta.timers ?? []).map(({ id }) => alert.actor.delayNames[id] ?? id)
          expect(timers.filter((name) => !mayWait.has(name))).toEqual([])
          for (const notice of alert.notices) {
            expect(notice).toMatch(/ nobody$|^human_wanted leads$/)
          }
        }
      }),
      { numRuns: 80 }
    )
  })

  it("ends with a post that shows the alert as it is, one change at a time", () => {
    fc.assert(
      fc.property(acts, (all) => {
        const alert = new Driver()
        for (const one of all) {
          run(alert, one)
          if (alert.state === null) continue
          expect(alert.pending("postAlert").length + alert.pending("editAlert").length).toBeLessThanOrEqual(1)
        }
        if (!isOpened(alert)) return
        for (let turn = 0; turn < 5; turn++) for (const name of EFFECTS.slice(0, 2)) settle(alert, name, true)
        const shown = alert.everAsked.findLast(({ name }) => name !== "notify")?.params as { readonly alert: AlertView }
        const failed = all.some((one) => one.kind === "settle" && !one.ok && one.name !== "notify")
        if (failed || shown === undefined) return
        expect({ ...shown.alert, place: POST, threadId: THREAD }).toEqual({
          ...alert.view,
          place: POST,
          threadId: THREAD
        })
      }),
      { numRuns: 80 }
    )
  })

  it("replayed, gives the same state", () => {
    fc.assert(
      fc.property(acts, (all) => {
        const [one, other] = [new Driver(), new Driver()]
        for (const alert of [one, other]) for (const each of all) run(alert, each)
        if (one.state === null || other.state === null) return
        expect(encodeState(other.state)).toBe(encodeState(one.state))
        expect(other.everAsked).toEqual(one.everAsked)
        expect(other.everTold).toEqual(one.everTold)
      }),
      { numRuns: 30 }
    )
  })

  it("takes the first of ten who acknowledge, in any order", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...Array(10).keys()], { minLength: 10 }), (order) => {
        const alert = new Driver().open().posted()
        const answers = order.map((n) => {
          alert.now = T0 + n
          return alert.ask("ACKNOWLEDGE", `15000000000000000${n + 10}`)
        })
        expect(answers.map(({ outcome }) => outcome)).toEqual(["done", ...Array<string>(9).fill("refused")])
        for (const { alert: seen } of answers)
          expect(seen?.acknowledged?.by).toBe(`15000000000000000${(order[0] ?? 0) + 10}`)
      }),
      { numRuns: 20 }
    )
  })
})
