/** A member and its alerts in every order of their messages: two are never open, and no signal is lost between them. */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type AlertId, alertIdOf, type Signal } from "#domain/ash/Alert.ts"
import { defaultAshPolicy } from "#domain/ash/AshPolicy.ts"
import { GUILD, HOUR, MemberDriver, SAFE, SECOND, USER } from "./Driver.ts"
import { ModelAlerts } from "./ModelAlerts.ts"

const idOf = (messageId: string) => alertIdOf(GUILD, USER, messageId)
const keyOf = ({ messageId, at, humanWanted, unanalysed }: Signal) => [messageId, at, humanWanted, unanalysed].join("|")
const signalIn = (member: MemberDriver): Signal => {
  const event = member.told[0]?.event
  if (event === undefined || !("signal" in event)) throw new Error("no signal was told")
  return event.signal
}

describe("a signal on its way to an alert that closes", () => {
  it("opens another that is linked to it, whatever its cooldown", () => {
    const member = new MemberDriver().writes("1", "high").writes("2", "medium")
    const signal = signalIn(member)
    member.wait(SECOND).closes().givesBack(signal)
    expect(member.told).toMatchObject([
      { alert: idOf("2"), event: { type: "OPEN", signal, earlier: 1, previous: idOf("1") } }
    ])
  })

  it("that was told to nobody but is low stays in the history", () => {
    const member = new MemberDriver().writes("1", "high").writes("2", "low")
    const signal = signalIn(member)
    expect(member.closes().givesBack(signal).said).toEqual([])
  })

  it("goes to the alert that was opened meanwhile", () => {
    const member = new MemberDriver().writes("1", "medium").writes("2", "medium")
    const signal = signalIn(member)
    member.closes().writes("3", "critical")
    expect(member.givesBack(signal).told).toMatchObject([{ alert: idOf("3"), event: { type: "SIGNAL", signal } }])
    expect(member.context.alerts.filter(({ closedAt }) => closedAt === null)).toHaveLength(1)
  })

  it("of words that were taken back meanwhile opens one that does not show them", () => {
    const told = (takesBack: (member: MemberDriver) => MemberDriver) => {
      const member = new MemberDriver().writes("1", "medium").wait(SECOND).writes("2", "high")
      const signal = signalIn(member)
      return takesBack(member.closes()).givesBack(signal).said
    }
    expect(told((member) => member)).toEqual(["OPEN"])
    expect(told((member) => member.deletes("2").graceEnds())).toEqual(["OPEN", "TEXT_GONE"])
    expect(told((member) => member.leaves())).toEqual(["OPEN", "TEXT_GONE"])
  })

  it("a wish for a person gets through as one", () => {
    const member = new MemberDriver().writes("1", "high").wants("opted_out")
    const signal = signalIn(member)
    expect(member.closes().givesBack(signal).told).toMatchObject([
      { alert: idOf("dm1"), event: { type: "OPEN", signal: { humanWanted: "opted_out" } } }
    ])
  })

  it("its closing told again, late or for another changes nothing", () => {
    const member = new MemberDriver().writes("1", "medium").closes().wait(HOUR).writes("2", "high")
    expect([member.closes(idOf("1")).value.alert, member.open]).toEqual(["alerted", idOf("2")])
  })
})

describe("an alert whose closing never reached the member", () => {
  it("is known as closed when it gives a signal back the second time", () => {
    const member = new MemberDriver().writes("1", "medium").writes("2", "high")
    const signal = signalIn(member)
    expect(member.givesBack(signal).told).toMatchObject([{ alert: idOf("1"), event: { type: "SIGNAL" } }])
    expect(member.givesBack(signal).told).toMatchObject([
      { alert: idOf("2"), event: { type: "OPEN", signal, previous: idOf("1") } }
    ])
  })

  it("is known so however many signals it was handed of another before", () => {
    const member = new MemberDriver().writes("1", "medium").writes("2", "medium")
    const signal = signalIn(member)
    member.closes().writes("3", "critical")
    for (let n = 0; n < 120; n++) member.givesBack({ ...signal, messageId: String(1000 + n) })
    const last = signalIn(member.writes("4", "high"))
    expect(member.givesBack(last).told).toMatchObject([{ alert: idOf("3"), event: { type: "SIGNAL" } }])
    expect(member.givesBack(last).said).toEqual(["OPEN"])
    expect(member.context.open?.given).toHaveLength(1)
  })

  it("or at once when it gives back what opened it", () => {
    const member = new MemberDriver().writes("1", "medium")
    const signal = signalIn(member)
    member.givesBack(signal)
    expect(member.said).toEqual(["OPEN"])
    expect(member.open).not.toBe(idOf("1"))
  })

  it("and the wait ends where no other may be opened", () => {
    const world = new ModelAlerts()
    world.act((member) => member.writes("1", "medium"))
    world.settle()
    world.close(idOf("1"))
    world.toMember(idOf("1"), true)
    world.act((member) => member.wait(HOUR).writes("2", "low"))
    world.settle()
    expect([world.open, world.member.value.alert]).toEqual([[], "calm"])
  })
})

type Step =
  | { readonly kind: "write"; readonly severity: "low" | "medium" | "high" | "critical"; readonly guess: boolean }
  | { readonly kind: "edit" | "want" | "wait" }
  | { readonly kind: "answer"; readonly severity: "low" | "critical" }
  | { readonly kind: "toAlert" | "toMember" | "close" | "lose" | "forget"; readonly pick: number }

const severity = fc.constantFrom("low" as const, "medium" as const, "high" as const, "critical" as const)
const pick = fc.nat({ max: 9 })
const one = (weight: number, arbitrary: fc.Arbitrary<Step>) => ({ weight, arbitrary })
const orderly = [
  one(4, fc.record({ kind: fc.constant("write" as const), severity, guess: fc.boolean() })),
  one(1, fc.record({ kind: fc.constantFrom("edit" as const, "want" as const, "wait" as const) })),
  one(
    1,
    fc.record({ kind: fc.constant("answer" as const), severity: fc.constantFrom("low" as const, "critical" as const) })
  ),
  one(5, fc.record({ kind: fc.constantFrom("toAlert" as const, "toMember" as const), pick })),
  one(2, fc.record({ kind: fc.constant("close" as const), pick }))
]
const disorderly = [...orderly, one(2, fc.record({ kind: fc.constantFrom("lose" as const, "forget" as const), pick }))]

/** Runs one step; ids are the numbers of the steps. */
const run = (world: ModelAlerts, step: Step, index: number): void => {
  const ids = [...world.alerts.keys()]
  const id = "pick" in step ? (ids[step.pick % Math.max(1, ids.length)] ?? null) : null
  switch (step.kind) {
    case "write": {
      const name = String(1000 + index)
      world.member.wait(1).posts(name, SAFE)
      return world.act((member) =>
        step.guess ? member.guessed(name, step.severity) : member.classified(name, step.severity)
      )
    }
    case "edit": {
      const known = world.member.context.alerts.at(-1)
      if (known === undefined || known.messageId === "dm") return
      world.member.wait(1).edits(known.messageId, "Worse")
      return world.act((member) => member.classified(known.messageId, "critical"))
    }
    case "want":
      return world.act((member) => member.wait(1).wants("asked", "dm"))
    case "wait":
      return void world.member.wait(HOUR)
    case "answer": {
      const [owed] = world.member.context.pending.filter(({ effect }) => effect === "classifyLater")
      if (owed !== undefined) world.act((member) => member.wait(1).analysedLater(owed.messageId, step.severity))
      return
    }
    default:
      if (id !== null) onAlert(world, step.kind, id)
  }
}

const onAlert = (world: ModelAlerts, kind: "toAlert" | "toMember" | "close" | "lose" | "forget", id: AlertId): void => {
  if (kind === "toAlert") world.toAlert(id)
  if (kind === "toMember") world.toMember(id)
  if (kind === "close") world.close(id)
  if (kind === "forget") world.forget(id)
  if (kind === "lose" && world.alerts.get(id)?.outbox[0]?.type === "ALERT_CLOSED") world.toMember(id, true)
}

const live = (world: ModelAlerts, steps: ReadonlyArray<Step>, between: () => void): void => {
  for (const [index, step] of steps.entries()) {
    run(world, step, index)
    between()
  }
  world.settle()
  between()
}

describe("in any order", () => {
  it("one alert at most is open, every signal told is heard by one, and both agree which is open", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(...orderly), { maxLength: 40 }), (steps) => {
        const world = new ModelAlerts()
        live(world, steps, () => expect(world.open.length).toBeLessThanOrEqual(1))
        expect(world.open).toEqual(world.member.context.open === null ? [] : [world.member.open])
        const heard = new Set(world.heard.map(keyOf))
        const calling = world.member.everTold.flatMap(({ event }) =>
          event.type === "OPEN" || (event.type === "SIGNAL" && event.signal.severity !== "low") ? [event.signal] : []
        )
        expect(calling.filter((signal) => !heard.has(keyOf(signal)))).toEqual([])
      }),
      { numRuns: 400 }
    )
  })

  it("also when closings are lost and alerts forgotten: they come to rest, with one open at most", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(...disorderly), { maxLength: 40 }), (steps) => {
        const world = new ModelAlerts()
        live(world, steps, () => expect(world.open.length).toBeLessThanOrEqual(1))
        const { cooldownMs } = defaultAshPolicy.alerts
        world.act((member) => member.wait(cooldownMs).writes("9999", "critical"))
        world.settle()
        expect(world.open).toHaveLength(1)
        expect(world.heard.map(({ messageId }) => messageId)).toContain("9999")
      }),
      { numRuns: 400 }
    )
  })
})
