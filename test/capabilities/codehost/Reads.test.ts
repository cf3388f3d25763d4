/** What is read from GitHub for a person: inbox, pull request, checks. */
import * as Effect from "effect/Effect"
import { CodeHost, INBOX_LIMIT } from "#capabilities/codehost/CodeHost.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import type { Pull } from "#test/harness/github/Hub.ts"
import { failure } from "../Under.ts"
import { gitHub, on, REPO } from "./Hosts.ts"

const inbox = (repo: string | null) => Effect.flatMap(CodeHost, (host) => host.inbox(repo))
const pullRequest = (repo: string, number: number) => Effect.flatMap(CodeHost, (host) => host.pullRequest(repo, number))
const checks = (repo: string, number: number) => Effect.flatMap(CodeHost, (host) => host.checks(repo, number))

describe("a pull request", () => {
  for (const [state, expected] of [
    [{}, { state: "open", draft: false }],
    [{ draft: true }, { state: "open", draft: true }],
    [{ state: "closed" }, { state: "closed" }],
    [{ state: "closed", merged: true }, { state: "merged" }]
  ] as ReadonlyArray<readonly [Partial<Pull>, object]>)
    it.effect(`with ${JSON.stringify(state)} is told as it is`, () =>
      Effect.gen(function* () {
        const github = yield* gitHub()
        github.pull(REPO, 12, { title: "More thrust", additions: 7, deletions: 1, changedFiles: 2, ...state })
        expect(yield* pullRequest(REPO, 12).pipe(Effect.provide(on(github)))).toEqual({
          repo: REPO,
          number: 12,
          title: "More thrust",
          author: "hubot",
          draft: false,
          additions: 7,
          deletions: 1,
          changedFiles: 2,
          url: "https://github.test/acme/rockets/pull/12",
          ...expected
        })
      })
    )

  it.effect("that GitHub does not show is none, and so are its checks", () =>
    Effect.gen(function* () {
      const github = yield* gitHub()
      const host = on(github)
      for (const [repo, number] of [
        [REPO, 13],
        ["acme/unknown", 12],
        ["acme/..", 12]
      ] as const) {
        expect(yield* pullRequest(repo, number).pipe(Effect.provide(host))).toBe(null)
        expect(yield* checks(repo, number).pipe(Effect.provide(host))).toBe(null)
      }
    })
  )

  for (const [status, code] of [
    [302, "moved"],
    [403, "not_allowed"],
    [422, "rejected"]
  ] as const)
    it.effect(`answered with ${status} is a failure that stays`, () =>
      Effect.gen(function* () {
        const github = yield* gitHub()
        github.spoil("pull", { kind: "status", status, headers: { location: "https://elsewhere.test/" } })
        const failed = yield* failure(pullRequest(REPO, 12)).pipe(Effect.provide(on(github)))
        expect(failed).toEqual({ code, retry: false })
        expect(github.calls).toHaveLength(1)
      })
    )
})

describe("the checks", () => {
  it.effect("count runs and statuses of the newest commit, and name the failed ones", () =>
    Effect.gen(function* () {
      const github = yield* gitHub()
      github.check(REPO, 12, "before the push", "failure")
      github.moveHead(REPO, 12)
      for (const conclusion of ["success", "neutral", "skipped"]) github.check(REPO, 12, conclusion, conclusion)
      for (const conclusion of ["failure", "timed_out", "cancelled", "action_required", "startup_failure"]) {
        github.check(REPO, 12, conclusion, conclusion)
      }
      github.check(REPO, 12, "running", null)
      github.check(REPO, 12, "stale", "stale")
      github.status(REPO, 12, "deploy", "success")
      github.status(REPO, 12, "licence", "error")
      github.status(REPO, 12, "coverage", "pending")
      expect(yield* checks(REPO, 12).pipe(Effect.provide(on(github)))).toEqual({
        repo: REPO,
        number: 12,
        passed: 4,
        failed: 6,
        pending: 3,
        failing: ["failure", "timed_out", "cancelled", "action_required", "startup_failure", "licence"],
        url: "https://github.test/acme/rockets/pull/12"
      })
    })
  )

  it.effect("are counted over pages, and ten names are enough", () =>
    Effect.gen(function* () {
      const github = yield* gitHub()
      for (let check = 0; check < 230; check++) github.check(REPO, 12, `job ${check}`, "failure")
      const found = yield* checks(REPO, 12).pipe(Effect.provide(on(github)))
      expect([found?.failed, found?.failing.length]).toEqual([230, 10])
    })
  )

  it.effect("are none where none were made", () =>
    Effect.gen(function* () {
      const github = yield* gitHub()
      const found = yield* checks(REPO, 12).pipe(Effect.provide(on(github)))
      expect(found).toMatchObject({ passed: 0, failed: 0, pending: 0, failing: [] })
    })
  )
})

describe("the inbox", () => {
  it.effect("holds what the token's user is asked for, failed checks first", () =>
    Effect.gen(function* () {
      const github = yield* gitHub()
      const host = on(github)
      const other = "acme/landers"
      github.pull(REPO, 20, { title: "Draft", draft: true, requested: ["octocat"] })
      github.pull(REPO, 21, { title: "Ready", requested: ["octocat"] })
      github.pull(REPO, 22, { title: "For somebody else", requested: ["mona"] })
      github.pull(REPO, 23, { title: "Over", requested: ["octocat"], state: "closed" })
      github.pull(other, 1, { title: "Mine, failed", author: "octocat" })
      github.check(other, 1, "test", "failure")
      github.pull(other, 2, { title: "Mine, passed", author: "octocat" })
      github.check(other, 2, "test", "success")

      const all = yield* inbox(null).pipe(Effect.provide(host))
      expect(all).toEqual([
        {
          type: "check",
          title: "Mine, failed",
          priority: 1,
          repo: other,
          url: "https://github.test/acme/landers/pull/1",
          summary: "Checks of your PR 1 failed."
        },
        {
          type: "pr",
          title: "Ready",
          priority: 2,
          repo: REPO,
          url: "https://github.test/acme/rockets/pull/21",
          summary: "hubot asks for your review of PR 21."
        },
        {
          type: "pr",
          title: "Draft",
          priority: 4,
          repo: REPO,
          url: "https://github.test/acme/rockets/pull/20",
          summary: "hubot asks for your review of PR 20."
        }
      ])
      const here = yield* inbox(REPO).pipe(Effect.provide(host))
      expect(here.map(({ title }) => title)).toEqual(["Ready", "Draft"])
    })
  )

  it.effect("ends at its limit", () =>
    Effect.gen(function* () {
      const github = yield* gitHub()
      for (let number = 100; number < 130; number++) {
        github.pull(REPO, number, { requested: ["octocat"] })
        github.pull(REPO, number + 100, { author: "octocat", headSha: `${number}`.padStart(40, "0") })
        github.check(REPO, number + 100, "test", "failure")
      }
      expect(yield* inbox(null).pipe(Effect.provide(on(github)))).toHaveLength(INBOX_LIMIT)
    })
  )

  it.effect("of a repository GitHub does not show is not an empty one", () =>
    Effect.gen(function* () {
      const github = yield* gitHub()
      for (const repo of ["acme/unknown", "acme/rockets author:hubot", "../.."]) {
        const failed = yield* failure(inbox(repo)).pipe(Effect.provide(on(github)))
        expect(failed).toEqual({ code: "not_found", retry: false })
      }
      expect(github.calls.every(({ query }) => query["q"]?.endsWith("repo:acme/unknown"))).toBe(true)
    })
  )
})
