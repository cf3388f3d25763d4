/** What a spoken confirmation is for: the action that was read out right before it, in this session, and no other. */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { INTENTS } from "#domain/developer/Intent.ts"
import { ANN, BOB, SessionDriver } from "./Driver.ts"

const ABOUT = { repo: "acme/web", pr_number: 123 }

const proposed = (): SessionDriver => {
  const session = new SessionDriver()
  session.say("pr.merge", ABOUT, { token: "merge" })
  return session
}

describe("a confirmation", () => {
  it("is for what was proposed right before it, once", () => {
    const session = proposed()
    expect(session.confirms()).toBe("merge")
    expect(session.confirms()).toBe(null)
    expect(new SessionDriver().confirms()).toBe(null)
  })

  it("is for the last of two proposals, and then for none", () => {
    const session = proposed()
    session.say("checks.rerun", {}, { token: "rerun" })
    expect([session.confirms(), session.confirms()]).toEqual(["rerun", null])
  })

  it("is still for it when it was repeated", () => {
    const session = proposed()
    expect(session.spoken("system.repeat")).toContain("Merge PR 123")
    expect(session.spoken("system.repeat")).toContain("Merge PR 123")
    expect(session.confirms()).toBe("merge")
  })

  it("is for nothing after a question that was asked back", () => {
    const session = proposed()
    expect(session.say("pr.comment", {}, { confidence: 0.66 })).toMatchObject({ ok: false })
    expect(session.confirms()).toBe(null)
    session.say("pr.merge", ABOUT)
    session.say("system.confirm", {}, { confidence: 0.5 })
    expect(session.confirms()).toBe(null)
  })

  it("is for nothing after anything else that was said", () => {
    for (const name of INTENTS.filter((one) => one !== "system.repeat" && one !== "system.confirm")) {
      const session = proposed()
      const isProposal = session.say(name, {}, { token: "other" }).kind === "propose"
      expect(session.confirms(), name).toBe(isProposal ? "other" : null)
    }
  })

  it("is for nothing after its answer was looked up, its session cleared, or what was read", () => {
    const session = proposed()
    session.answered(["Your inbox."])
    expect(session.confirms()).toBe(null)
    session.say("pr.merge", ABOUT)
    session.clear()
    expect(session.confirms()).toBe(null)
  })

  it("hears nobody else", () => {
    const session = proposed()
    session.say("inbox.list", {}, { user: BOB })
    session.readOut("theirs", "merge", BOB)
    expect(session.confirms()).toBe("merge")
  })
})

describe("what a confirmation had read out instead", () => {
  it("is what the next one is for", () => {
    const session = new SessionDriver()
    expect(session.confirms("c1")).toBe(null)
    session.readOut("newest", "c1")
    expect(session.spoken("system.repeat")).toBe("About newest.")
    expect([session.confirms("c2"), session.confirms("c3")]).toEqual(["newest", null])
  })

  it("is forgotten with anything said before it was read out, and before the confirmation", () => {
    for (const name of INTENTS) {
      const late = new SessionDriver()
      late.confirms("c1")
      late.say(name, {}, { token: "between" })
      late.readOut("newest", "c1")
      expect(late.confirms(), name).toBe(null)
      if (name === "system.repeat") continue
      const early = new SessionDriver()
      early.confirms("c1")
      early.readOut("newest", "c1")
      early.say(name, {}, { token: "between" })
      expect(early.confirms(), name).toBe(null)
    }
  })

  it("answers nothing but a confirmation", () => {
    const session = proposed()
    session.readOut("newest", "merge")
    expect(session.confirms()).toBe(null)
  })
})

it("whatever was said, a confirmation is only for the proposal right before it, repetitions left out", () => {
  const said = fc.record({
    name: fc.constantFrom(...INTENTS),
    confidence: fc.constantFrom(0.5, 0.7, 1),
    entities: fc.constantFrom({}, ABOUT, { ...ABOUT, body: "hi", reviewers: ["bob"] })
  })
  fc.assert(
    fc.property(fc.array(said, { maxLength: 12 }), (commands) => {
      const session = new SessionDriver()
      let before: string | null = null
      for (const [at, { name, ...more }] of commands.entries()) {
        const token = `token-${at}`
        const decision = session.say(name, more.entities, { confidence: more.confidence, token, user: ANN })
        if (decision.kind === "confirm_newest") expect(decision.expects).toBe(before)
        if (name !== "system.repeat") before = decision.kind === "propose" ? token : null
      }
      expect(session.confirms()).toBe(before)
    }),
    { numRuns: 300 }
  )
})
