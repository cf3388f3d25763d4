/** What was named and cannot be used: it is asked for, and nothing the session is about takes its place. */
import { describe, expect, it } from "vitest"
import { decide, type Situation } from "#domain/developer/Decide.ts"
import { intentOf } from "#domain/developer/Grammar.ts"

const SITUATION: Situation = {
  ...{ repo: "acme/web", prNumber: 7, profile: "default", lines: [], line: 0 },
  ...{ proposed: null, awaits: null }
}

const heard = (text: string) =>
  decide(
    SITUATION,
    // As it is once it was stored: what JSON cannot hold is not there.
    { intent: JSON.parse(JSON.stringify(intentOf(text))) as never, profile: "default", token: "t" },
    { defaultRepo: "acme/home", confirmWithinMs: 60_000 }
  ).decision

const said = (text: string): string => {
  const decision = heard(text)
  return decision.kind === "say" ? decision.spoken : decision.kind
}

describe("a number that cannot be a pull request's", () => {
  const numbers = ["0", "zero", "99999999999", "9".repeat(400), "2147483648", "1e3", "-3", "–3", "+3", "12.5", "12-13"]
  for (const number of [...numbers, "3rd", "٣", "#0", "12 0"]) {
    for (const command of ["merge PR", "rerun the checks of PR", "summarise PR", "comment on PR"]) {
      it(`${command} ${number.slice(0, 20)}`, () =>
        expect(said(`${command} ${number}`)).toBe("Which pull request? Say the command again with its number."))
    }
  }

  it("is none of a reviewer's name, a repository's or a profile's", () => {
    expect(heard("request review from 4lex")).toMatchObject({ action: { prNumber: 7, reviewers: ["4lex"] } })
    expect(heard("merge 12 in 3scale/porta")).toMatchObject({ action: { prNumber: 12, repo: "3scale/porta" } })
    expect(said("request review from 99999999999")).toBe("Which pull request? Say the command again with its number.")
  })
})

describe("a place that is no repository", () => {
  const places = ["in kubernetes", "in ../etc", "in octo/hello/world", "in hello", "in the kubernetes repo", "in"]
  for (const place of [...places, "in repo kubernetes", "in github.com", "in octo/hello's", "in 🦄/🦄"]) {
    for (const command of ["merge PR 12", "rerun the checks of PR 12", "summarise PR 12", "how are the checks of 12"]) {
      const text = `${command} ${place}`
      it(text, () => expect(said(text)).toBe("Which repository? Say the command again with owner/name."))
    }
  }

  it("is asked about also beside one, and where others host", () => {
    for (const text of [
      "merge PR 12 in octo/hello in kubernetes",
      "merge https://gitlab.com/octo/hello/-/merge_requests/12",
      "merge https://mygithub.com/octo/hello/pull/12",
      "merge https://example.com/github.com/octo/hello/pull/12",
      "comment on pr 12 in kubernetes saying hi"
    ])
      expect(said(text), text).toBe("Which repository? Say the command again with owner/name.")
  })

  it("is none when it was a hesitation, or a word of the command", () => {
    expect(heard("merge PR 12 in, uh, octo/hello")).toMatchObject({ action: { repo: "octo/hello", prNumber: 12 } })
    expect(heard("what changed in pr 12")).toMatchObject({ kind: "read", repo: "acme/web", prNumber: 12 })
  })
})

it("what is asked for says how to say it, and that is understood", () => {
  expect(said("comment on 7")).toBe("What should the comment on PR 7 say? Say comment saying, then the text.")
  expect(heard("comment saying Ship it")).toMatchObject({ action: { prNumber: 7, body: "Ship it" } })
  expect(heard("request review from bob")).toMatchObject({ action: { prNumber: 7, reviewers: ["bob"] } })
})

describe("whose it is", () => {
  it("is not dropped", () => {
    for (const text of ["merge the pull request of bob", "merge bob's pr", "rerun the checks of bob"])
      expect(said(text), text).toMatch(/^Did you want to/)
  })
})

describe("a reviewer", () => {
  it("is no address", () => {
    for (const address of ["https://github.com/bob", "github.com/bob", "bob.example.com", "bob@example.com"])
      expect(said(`request review from ${address}`), address).toBe(
        "That is no GitHub login. Say request review from, then the login."
      )
  })

  it("who is only named after the question is not understood, and it is said what to say", () => {
    expect(said("request review")).toBe("Who should review PR 7? Say request review from, then the login.")
    expect(said("bob")).toMatch(/not understand.*request review from octocat/)
  })
})
