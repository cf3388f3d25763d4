/** What a session is about: P10-P17, line by line, each turn from what a restart would find. */
import { describe, expect, it } from "vitest"
import { decodeState, encodeState } from "#kernel/SnapshotCodec.ts"
import { ANN, BOB, HOUR, SessionDriver } from "./Driver.ts"

describe("the session's context", () => {
  it("P10, P11, P12: is written in the documented form for an hour, with or without a pull request", () => {
    const session = new SessionDriver()
    expect(session.set("acme/web", 456)).toEqual({ changed: true })
    const key = "session_context:session-1"
    const value = `{"repo":"acme/web","pr_number":456}`
    expect(session.projections).toEqual([{ op: "put", key, value, ttlMs: 3_600_000 }])
    session.set("acme/web")
    expect(session.projections).toEqual([{ op: "put", key, value: `{"repo":"acme/web"}`, ttlMs: 3_600_000 }])
  })

  it("P11: is forgotten an hour after it was last said, by document and actor alike", () => {
    const session = new SessionDriver()
    session.set("acme/web", 456)
    session.at(HOUR - 1)
    expect(session.look()).toMatchObject({ repo: "acme/web", prNumber: 456 })
    expect(session.document).toEqual({ repo: "acme/web", pr_number: 456 })
    session.at(HOUR)
    expect(session.look()).toMatchObject({ repo: null, prNumber: null })
    expect(session.document).toBeNull()
    session.set("acme/web", 456)
    session.at(HOUR + HOUR / 2).set("acme/web", 456)
    expect(session.at(2 * HOUR).look()).toMatchObject({ repo: "acme/web", prNumber: 456 })
  })

  it("P12: a set without a pull request replaces the old one", () => {
    const session = new SessionDriver()
    session.set("acme/web", 456)
    session.set("acme/web")
    expect(session.look()).toMatchObject({ repo: "acme/web", prNumber: null })
  })

  it("P13: is answered, or the fallback repository", () => {
    expect(new SessionDriver().look()).toEqual({ owner: null, repo: null, prNumber: null, profile: "default" })
    const session = new SessionDriver({ defaultRepo: "acme/home" })
    expect(session.look()).toMatchObject({ repo: "acme/home", prNumber: null })
    session.set("acme/web", 7)
    expect(session.look()).toMatchObject({ repo: "acme/web", prNumber: 7 })
  })

  it("P14: is cleared, document and all", () => {
    const session = new SessionDriver()
    session.set("acme/web", 456)
    expect(session.clear()).toEqual({ changed: true })
    expect(session.projections).toEqual([{ op: "delete", key: "session_context:session-1" }])
    expect(session.look()).toEqual({ owner: ANN, repo: null, prNumber: null, profile: "default" })
    expect(session.live.meta.timers).toEqual([])
    expect(session.clear()).toEqual({ changed: false })
  })

  it("P15: carries on in another process", () => {
    const before = new SessionDriver()
    before.say("pr.summarize", { repo: "acme/web", pr_number: 123 })
    const after = new SessionDriver()
    after.state = decodeState(after.bench.actor, encodeState(before.live))
    expect(after.say("pr.request_review", { reviewers: ["bob"] })).toMatchObject({ action: { prNumber: 123 } })
  })

  it("P16: sessions know nothing of one another, and one belongs to the user who began it", () => {
    const [one, other] = [new SessionDriver({}, "phone"), new SessionDriver({}, "desk")]
    one.set("acme/web", 1)
    other.set("acme/api", 2)
    expect([one.document, other.document]).toEqual([
      { repo: "acme/web", pr_number: 1 },
      { repo: "acme/api", pr_number: 2 }
    ])
    const before = JSON.stringify(one.live.snapshot.context)
    const refused = one.say("pr.comment", { repo: "evil/repo", pr_number: 9, body: "their words" }, { user: BOB })
    expect(refused).toMatchObject({ kind: "not_yours", intent: { name: "pr.comment", entities: {} } })
    expect(one.set("evil/repo", 9, BOB)).toEqual({ changed: false })
    expect(one.clear(BOB)).toEqual({ changed: false })
    one.answered(["Something else."], BOB)
    expect(JSON.stringify(one.live.snapshot.context)).toBe(before)
    expect(one.document).toEqual({ repo: "acme/web", pr_number: 1 })
  })

  it("P17: summarise PR 123, then request a review: it is 123's", () => {
    const session = new SessionDriver({ defaultRepo: "acme/web" })
    expect(session.say("pr.summarize", { pr_number: 123 })).toMatchObject({
      kind: "read",
      what: "pull_request",
      repo: "acme/web",
      prNumber: 123
    })
    expect(session.document).toEqual({ repo: "acme/web", pr_number: 123 })
    expect(session.say("pr.request_review", { reviewers: ["bob"] })).toEqual({
      kind: "propose",
      intent: {
        name: "pr.request_review",
        confidence: 1,
        entities: { reviewers: ["bob"], repo: "acme/web", pr_number: 123 }
      },
      profile: "default",
      token: "t1",
      action: { name: "pr.request_review", repo: "acme/web", prNumber: 123, reviewers: ["bob"] },
      summary: "Request review from bob on PR 123 in acme/web",
      spoken: "Request review from bob on PR 123 in acme/web. Say confirm within 60 seconds."
    })
  })
})
