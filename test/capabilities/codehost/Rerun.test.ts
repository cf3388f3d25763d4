/** Which failed checks are run again, and how often: by workflow run, by check suite, and when only some of it works. */
import * as Effect from "effect/Effect"
import { describe, expect, it } from "#test/harness/effect.ts"
import type { Run } from "#test/harness/github/Hub.ts"
import { GitHubStandIn } from "#test/harness/GitHubStandIn.ts"
import { failure } from "../Under.ts"
import { act, facts, gitHub, on, perform, prepare, REPO, RERUN } from "./Hosts.ts"

/** A GitHub whose pull request 12 has only these runs. */
const withRuns = (...seeds: ReadonlyArray<Partial<Run>>) =>
  Effect.map(gitHub(), (github) => {
    github.moveHead(REPO, 12)
    return { github, runs: seeds.map((seed) => github.run(REPO, 12, seed)) }
  })

const ids = (github: GitHubStandIn) => github.done().map(({ id }) => id)

describe("failed checks", () => {
  it.effect("are run again, each by its newest run, and nothing else is", () =>
    Effect.gen(function* () {
      const { github, runs } = yield* withRuns(
        { conclusion: "failure", workflowId: 1 },
        { conclusion: "timed_out" },
        { conclusion: "cancelled" },
        { conclusion: "success" },
        { conclusion: "skipped" },
        { conclusion: null, status: "in_progress" },
        { conclusion: "success", workflowId: 1, event: "push" },
        { conclusion: "failure", workflowId: 2 },
        { conclusion: "success", workflowId: 2 }
      )
      const result = yield* act(RERUN).pipe(Effect.provide(on(github)))
      expect(result).toMatchObject({ ok: true, code: "done" })
      expect(result.message).toBe("3 failed checks of PR 12 in acme/rockets will run again.")
      expect(ids(github).toSorted()).toEqual(runs.slice(0, 3).map(({ id }) => id))
    })
  )

  it.effect("of other services are asked for by their suite", () =>
    Effect.gen(function* () {
      const { github } = yield* withRuns()
      const failed = github.suite(REPO, 12)
      github.suite(REPO, 12, "github-actions")
      github.suite(REPO, 12, "passing-ci", "success")
      github.suite(REPO, 12, "running-ci", null)
      const host = on(github)
      const prepared = yield* facts(RERUN).pipe(Effect.provide(host))
      const doing = perform(RERUN, prepared).pipe(Effect.provide(host))
      expect(yield* doing).toMatchObject({
        code: "done",
        message: "1 failed check of PR 12 in acme/rockets will run again."
      })
      expect(yield* doing).toMatchObject({ code: "already_done" })
      expect(github.done()).toMatchObject([{ write: "rerequest", id: failed }])
    })
  )

  it.effect("of other services are found running when the answer was lost", () =>
    Effect.gen(function* () {
      const { github } = yield* withRuns()
      github.suite(REPO, 12)
      github.spoil("rerequest", { kind: "reset", when: "after" })
      expect(yield* act(RERUN).pipe(Effect.provide(on(github)))).toMatchObject({ ok: true, code: "already_done" })
      expect(github.done("rerequest")).toHaveLength(1)
    })
  )

  it.effect("that are none leave nothing to do, and it says so", () =>
    Effect.gen(function* () {
      const { github } = yield* withRuns({ conclusion: "success" })
      expect(yield* prepare(RERUN).pipe(Effect.provide(on(github)))).toMatchObject({
        result: { ok: true, code: "nothing_to_do", message: expect.stringContaining("nothing to run again") as unknown }
      })
    })
  )

  it.effect("that somebody else ran again meanwhile are not run again", () =>
    Effect.gen(function* () {
      const { github, runs } = yield* withRuns({})
      const host = on(github)
      const prepared = yield* facts(RERUN).pipe(Effect.provide(host))
      Object.assign(runs[0] as Run, { attempt: 2, conclusion: "failure" })
      expect(yield* perform(RERUN, prepared).pipe(Effect.provide(host))).toMatchObject({
        ok: true,
        code: "already_done"
      })
      expect(github.done()).toEqual([])
    })
  )

  it.effect("are each run again once when the attempt broke off between them", () =>
    Effect.gen(function* () {
      const { github, runs } = yield* withRuns({}, {}, {})
      const host = on(github)
      const prepared = yield* facts(RERUN).pipe(Effect.provide(host))
      const doing = perform(RERUN, prepared)
      github.spoil("rerun", { kind: "meanwhile", happens: () => {} })
      github.spoil("rerun", { kind: "status", status: 502 })
      expect(yield* failure(doing).pipe(Effect.provide(host))).toEqual({ code: "server_error", retry: true })
      expect(ids(github)).toHaveLength(1)
      expect(yield* doing.pipe(Effect.provide(host))).toMatchObject({ ok: true, code: "done" })
      expect(ids(github).toSorted()).toEqual(runs.map(({ id }) => id))
    })
  )

  it.effect("that ran are told when GitHub refuses the others, whatever it says to them", () =>
    Effect.gen(function* () {
      for (const status of [301, 400, 404, 410]) {
        const { github, runs } = yield* withRuns({}, {})
        github.spoil("rerun", { kind: "meanwhile", happens: () => {} })
        github.spoil("rerun", { kind: "status", status })
        const result = yield* act(RERUN).pipe(Effect.provide(on(github)))
        expect(result).toMatchObject({ ok: false, code: "partly_done" })
        expect(result.message).toContain("1 of 2 failed checks")
        expect(ids(github)).toEqual([runs[0]?.id])
      }
    })
  )

  it.effect("of which one may have run are not said to be none when the key is taken away", () =>
    Effect.gen(function* () {
      const { github } = yield* withRuns({}, {})
      github.spoil("rerun", { kind: "meanwhile", happens: () => {} })
      github.spoil("rerun", { kind: "status", status: 401 })
      const failed = yield* failure(act(RERUN)).pipe(Effect.provide(on(github)))
      expect(failed).toEqual({ code: "partly_unknown", retry: false })
      expect(ids(github)).toHaveLength(1)
    })
  )

  it.effect("too old for GitHub are told apart from those that run", () =>
    Effect.gen(function* () {
      const { github, runs } = yield* withRuns({ old: true }, {})
      const some = yield* act(RERUN).pipe(Effect.provide(on(github)))
      expect(some).toMatchObject({ ok: false, code: "partly_done" })
      expect(some.message).toContain("1 of 2 failed checks")
      expect(ids(github)).toEqual([runs[1]?.id])
      const none = yield* act(RERUN).pipe(Effect.provide(on(github)))
      expect(none).toMatchObject({ ok: false, code: "not_allowed" })
    })
  )

  it.effect("beyond what one action takes are counted", () =>
    Effect.gen(function* () {
      const { github } = yield* withRuns(...Array.from({ length: 23 }, () => ({})))
      const result = yield* act(RERUN).pipe(Effect.provide(on(github)))
      expect(github.done("rerun")).toHaveLength(20)
      expect(result.message).toContain("3 others failed, too")
    })
  )

  it.effect("are run again by a key that may not see suites, unless there is nothing else", () =>
    Effect.gen(function* () {
      const { github } = yield* withRuns({})
      github.spoil("suites", { kind: "status", status: 403 }, Infinity)
      expect(yield* act(RERUN).pipe(Effect.provide(on(github)))).toMatchObject({ code: "done" })
      expect(yield* prepare(RERUN).pipe(Effect.provide(on(github)))).toMatchObject({ result: { code: "not_allowed" } })
    })
  )
})
