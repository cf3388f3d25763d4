/** What commands mean in a session: what is proposed, what is asked for, what is looked up. */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { INTENTS, type IntentName } from "#domain/developer/Intent.ts"
import { SessionDriver } from "./Driver.ts"

const ABOUT = { repo: "acme/web", pr_number: 123 }
const ask = (name: IntentName, entities: Readonly<Record<string, unknown>>, settings = {}) =>
  new SessionDriver(settings).say(name, entities)

describe("a side effect", () => {
  it.each([
    [
      "pr.merge",
      {},
      { name: "pr.merge", method: "squash" },
      "Merge PR 123 in acme/web by squash",
      { merge_method: "squash" }
    ],
    [
      "pr.merge",
      { merge_method: "merge" },
      { name: "pr.merge", method: "merge" },
      "Merge PR 123 in acme/web by merge commit",
      { merge_method: "merge" }
    ],
    [
      "pr.request_review",
      { reviewers: ["@bob", "Bob", "ann-lee"] },
      { name: "pr.request_review", reviewers: ["bob", "ann-lee"] },
      "Request review from bob and ann-lee on PR 123 in acme/web",
      { reviewers: ["bob", "ann-lee"] }
    ],
    ["checks.rerun", {}, { name: "checks.rerun" }, "Rerun the checks of PR 123 in acme/web", {}]
  ] as const)("%s %j is proposed, and done by nobody", (name, said, action, summary, entities) => {
    const session = new SessionDriver()
    expect(session.say(name, { ...ABOUT, ...said })).toEqual({
      kind: "propose",
      intent: { name, confidence: 1, entities: { ...ABOUT, ...entities } },
      profile: "default",
      token: "t1",
      action: { repo: "acme/web", prNumber: 123, ...action },
      summary,
      spoken: `${summary}. Say confirm within 60 seconds.`
    })
    expect(session.live.meta.outbox).toEqual([])
    expect(session.document).toEqual(ABOUT)
  })

  it("pr.comment keeps its text out of the summary, and reads it back", () => {
    const decision = ask("pr.comment", { ...ABOUT, body: "  looks good to me " })
    expect(decision).toMatchObject({
      kind: "propose",
      action: { name: "pr.comment", repo: "acme/web", prNumber: 123, body: "looks good to me" },
      summary: "Comment on PR 123 in acme/web",
      spoken: "Comment on PR 123 in acme/web: “looks good to me”. Say confirm within 60 seconds."
    })
  })

  it("says how long it can be confirmed", () => {
    expect(ask("checks.rerun", ABOUT, { confirmWithinMs: 90_000 })).toMatchObject({
      spoken: expect.stringContaining("within 90 seconds") as unknown
    })
  })

  it.each([
    ["pr.merge", {}, "Which pull request, and in which repository?"],
    ["pr.merge", { pr_number: 5 }, "Which repository? Say the command again with owner/name."],
    ["pr.merge", { repo: "acme/web" }, "Which pull request? Say the command again with its number."],
    ["pr.merge", { ...ABOUT, merge_method: "octopus" }, "Merge how: by merge commit, squash or rebase?"],
    ["pr.comment", ABOUT, "What should the comment on PR 123 say? Say comment saying, then the text."],
    [
      "pr.comment",
      { ...ABOUT, body: " \n" },
      "What should the comment on PR 123 say? Say comment saying, then the text."
    ],
    ["pr.request_review", ABOUT, "Who should review PR 123? Say request review from, then the login."],
    [
      "pr.request_review",
      { ...ABOUT, reviewers: [] },
      "Who should review PR 123? Say request review from, then the login."
    ],
    ["checks.rerun", { pr_number: 0, repo: "acme/web" }, "Which pull request? Say the command again with its number."],
    [
      "checks.rerun",
      { pr_number: 2_147_483_648, repo: "acme/web" },
      "Which pull request? Say the command again with its number."
    ],
    [
      "checks.rerun",
      { pr_number: "5", repo: "acme/web" },
      "Which pull request? Say the command again with its number."
    ],
    ["checks.rerun", { pr_number: 5, repo: "acme" }, "Which repository? Say the command again with owner/name."]
  ] as const)("%s %j is asked back for exactly what is missing", (name, entities, spoken) => {
    expect(ask(name, entities)).toMatchObject({ kind: "say", ok: false, spoken })
  })

  it("of a pull request up to 2147483647 is proposed", () => {
    expect(ask("checks.rerun", { repo: "acme/web", pr_number: 2_147_483_647 })).toMatchObject({ kind: "propose" })
  })

  it("names GitHub's users only", () => {
    const decided = (login: string) => ask("pr.request_review", { ...ABOUT, reviewers: ["bob", login] }).kind
    const good = ["a", "a-b-c", "A1", "x".repeat(39), "octo_acme"]
    const bad = ["", "-a", "a-", "a--b", "a b", "x".repeat(40), "bob's", "acme/team", "ann@example.com", "_a", "a_"]
    expect(good.filter((login) => decided(login) !== "propose")).toEqual([])
    expect(bad.filter((login) => decided(login) !== "say")).toEqual([])
    const sixteen = Array.from({ length: 16 }, (_, n) => `dev${n}`)
    expect(ask("pr.request_review", { ...ABOUT, reviewers: sixteen }).kind).toBe("say")
  })

  it("is not proposed when the words were not sure, and leaves the context alone", () => {
    const session = new SessionDriver()
    session.set("acme/web", 1)
    const decision = session.say("pr.merge", ABOUT, { confidence: 0.69 })
    expect(decision).toMatchObject({
      kind: "say",
      ok: false,
      spoken: expect.stringMatching(/^Did you want to merge/) as unknown
    })
    expect(session.document).toEqual({ repo: "acme/web", pr_number: 1 })
    expect(session.say("system.confirm", {}, { confidence: 0.69 }).kind).toBe("say")
    expect(session.say("pr.merge", ABOUT, { confidence: 0.7 }).kind).toBe("propose")
  })
})

describe("the follow-up", () => {
  it("goes on about the pull request that was asked about, whatever was missing", () => {
    const session = new SessionDriver()
    session.say("pr.request_review", ABOUT)
    expect(session.say("pr.request_review", { reviewers: ["bob"] })).toMatchObject({ action: { prNumber: 123 } })
    expect(session.say("pr.comment", { body: "hi" })).toMatchObject({
      action: { ...{ repo: "acme/web", prNumber: 123 } }
    })
    expect(session.say("checks.status")).toMatchObject({ kind: "read", what: "checks", prNumber: 123 })
  })

  it("never takes one repository's number for another", () => {
    const session = new SessionDriver({ defaultRepo: "acme/home" })
    session.set("acme/web", 123)
    expect(session.say("pr.merge", { repo: "acme/api" }).kind).toBe("say")
    expect(session.document).toEqual(ABOUT)
    expect(session.say("pr.merge", { repo: "Acme/Web" })).toMatchObject({ action: { repo: "Acme/Web", prNumber: 123 } })
    expect(session.say("pr.merge", { pr_number: 7 })).toMatchObject({ action: { repo: "Acme/Web", prNumber: 7 } })
    session.clear()
    expect(session.say("pr.merge").kind).toBe("say")
    expect(session.say("pr.merge", { pr_number: 8 })).toMatchObject({ action: { repo: "acme/home", prNumber: 8 } })
  })

  it("knows nothing any more after an hour", () => {
    const session = new SessionDriver()
    session.say("pr.summarize", ABOUT)
    expect(session.at(3_599_999).say("checks.status").kind).toBe("read")
    expect(session.at(2 * 3_600_000 - 1).say("checks.status").kind).toBe("say")
  })
})

describe("what is looked up", () => {
  it("is the inbox of everywhere, or of the repository named, and changes no context", () => {
    const session = new SessionDriver({ defaultRepo: "acme/home" })
    session.set("acme/web", 123)
    expect(session.say("inbox.list")).toMatchObject({ kind: "read", what: "inbox", repo: null, prNumber: null })
    expect(session.say("inbox.list", { repo: "acme/api" })).toMatchObject({ repo: "acme/api", prNumber: null })
    expect(session.document).toEqual(ABOUT)
  })

  it("is a pull request, with its entities whole", () => {
    const session = new SessionDriver({ defaultRepo: "acme/web" })
    expect(session.say("pr.summarize", { pr_number: 123 })).toEqual({
      kind: "read",
      intent: { name: "pr.summarize", confidence: 1, entities: ABOUT },
      profile: "default",
      what: "pull_request",
      ...{ repo: "acme/web", prNumber: 123 }
    })
  })
})

it("any command with any entities comes to a decision, and proposes only what is whole and sure", () => {
  const value = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.constant(null),
    fc.array(fc.string()),
    fc.constantFrom("bob", "acme/web")
  )
  const keys = ["repo", "pr_number", "reviewers", "merge_method", "body", "profile"]
  const entities = fc.dictionary(fc.constantFrom(...keys), value)
  fc.assert(
    fc.property(
      fc.constantFrom(...INTENTS),
      entities,
      fc.double({ min: 0, max: 1, noNaN: true }),
      (name, said, confidence) => {
        const session = new SessionDriver()
        session.set("acme/web", 123)
        const decision = session.say(name, said, { confidence })
        if (decision.kind !== "propose") return
        const { action, spoken } = decision
        expect(confidence).toBeGreaterThanOrEqual(0.7)
        expect(action.repo).toMatch(/^[\w-]+\/[\w.-]+$/)
        expect(Number.isInteger(action.prNumber) && action.prNumber >= 1 && action.prNumber < 2 ** 31).toBe(true)
        expect(decision.intent.entities).toMatchObject({ repo: action.repo, pr_number: action.prNumber })
        expect(spoken.endsWith("Say confirm within 60 seconds.")).toBe(true)
        expect(session.document).toEqual({ repo: action.repo, pr_number: action.prNumber })
      }
    ),
    { numRuns: 300 }
  )
})
