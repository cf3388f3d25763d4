/** What becomes of an action that GitHub does not do: the state it finds, every status it answers, every limit it sets. */
import * as Effect from "effect/Effect"
import type { CodeHostAction } from "#domain/developer/CodeHost.ts"
import { NOT_DONE } from "#domain/developer/PendingAction.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import type { Fault, Write } from "#test/harness/github/Faults.ts"
import type { Pull } from "#test/harness/github/Hub.ts"
import { primaryLimit, secondaryLimit } from "#test/harness/GitHubStandIn.ts"
import { failure } from "../Under.ts"
import { act, facts, gitHub, MERGE, on, perform, prepare, REPO, RERUN, REVIEW, WRITES } from "./Hosts.ts"

describe("while it is prepared", () => {
  const states: ReadonlyArray<readonly [CodeHostAction, Partial<Pull>, object]> = [
    [MERGE, { state: "closed" }, { ok: false, code: "not_open" }],
    [MERGE, { state: "closed", merged: true }, { ok: true, code: "already_done" }],
    [MERGE, { draft: true }, { ok: false, code: "draft" }],
    [MERGE, { mergeable: false }, { ok: false, code: "conflict" }],
    [REVIEW, { state: "closed", merged: true }, { ok: false, code: "not_open" }],
    [RERUN, { state: "closed" }, { ok: false, code: "not_open" }]
  ]
  for (const [action, state, expected] of states)
    it.effect(`${action.name} ends at a pull request with ${JSON.stringify(state)}`, () =>
      Effect.gen(function* () {
        const github = yield* gitHub()
        Object.assign(github.pull(REPO, 12), state)
        expect(yield* prepare(action).pipe(Effect.provide(on(github)))).toMatchObject({ result: expected })
        expect(github.done()).toEqual([])
      })
    )

  for (const [action] of WRITES) {
    it.effect(`${action.name} ends where there is no such pull request`, () =>
      Effect.gen(function* () {
        const github = yield* gitHub()
        const host = on(github)
        for (const other of [{ prNumber: 13 }, { repo: "acme/unknown" }, { repo: "acme/.." }, { repo: "acme/." }]) {
          const prepared = yield* prepare({ ...action, ...other }).pipe(Effect.provide(host))
          expect(prepared).toMatchObject({ result: { ok: false, code: "not_found" } })
        }
        expect(github.calls.every(({ path }) => path.startsWith("/repos/acme/"))).toBe(true)
      })
    )

    it.effect(`${action.name} holds no more than it may`, () =>
      Effect.gen(function* () {
        const github = yield* gitHub()
        for (let more = 0; more < 90; more++) github.run(REPO, 12)
        const prepared = yield* facts(action).pipe(Effect.provide(on(github)))
        expect(JSON.stringify(prepared).length).toBeLessThan(4000)
        expect(JSON.parse(JSON.stringify(prepared))).toEqual(prepared)
      })
    )
  }
})

describe("a merge", () => {
  it.effect("asks for the commit that was prepared, in the way that was asked for", () =>
    Effect.gen(function* () {
      const github = yield* gitHub()
      const { headSha } = github.pull(REPO, 12)
      yield* act(MERGE).pipe(Effect.provide(on(github)))
      const { body } = github.calls.find(({ operation }) => operation === "merge") ?? {}
      expect(body).toEqual({ sha: headSha, merge_method: "squash" })
    })
  )

  it.effect("is not done when somebody pushed since it was prepared", () =>
    Effect.gen(function* () {
      const github = yield* gitHub()
      const host = on(github)
      const prepared = yield* facts(MERGE).pipe(Effect.provide(host))
      github.moveHead(REPO, 12)
      const result = yield* perform(MERGE, prepared).pipe(Effect.provide(host))
      expect(result).toMatchObject({ ok: false, code: "head_moved" })
      expect(github.calls.map(({ operation }) => operation)).not.toContain("merge")
    })
  )

  for (const [name, happens, expected] of [
    ["pushes", (pull: Pull) => void (pull.headSha = "f".repeat(40)), { ok: false, code: "head_moved" }],
    ["closes it", (pull: Pull) => void (pull.state = "closed"), { ok: false, code: "not_open" }],
    ["makes it a draft", (pull: Pull) => void (pull.draft = true), { ok: false, code: "draft" }],
    [
      "merges it",
      (pull: Pull) => void Object.assign(pull, { merged: true, state: "closed" }),
      { code: "already_done" }
    ],
    ["brings a conflict", (pull: Pull) => void (pull.mergeable = false), { ok: false, code: "conflict" }]
  ] as const)
    it.effect(`is not done when somebody ${name} at the last moment`, () =>
      Effect.gen(function* () {
        const github = yield* gitHub()
        const pull = github.pull(REPO, 12)
        github.spoil("merge", { kind: "meanwhile", happens: () => happens(pull) })
        expect(yield* act(MERGE).pipe(Effect.provide(on(github)))).toMatchObject(expected)
        expect(github.done()).toEqual([])
      })
    )

  it.effect("is refused by the branch's rules, and by ways to merge that are not allowed", () =>
    Effect.gen(function* () {
      const github = yield* gitHub()
      const host = on(github)
      github.pull(REPO, 12, { rule: "At least 1 approving review is required by reviewers with write access." })
      expect(yield* act(MERGE).pipe(Effect.provide(host))).toMatchObject({ ok: false, code: "not_mergeable" })
      github.pull(REPO, 12)
      github.repository(REPO).methods.delete("squash")
      expect(yield* act(MERGE).pipe(Effect.provide(host))).toMatchObject({ ok: false, code: "not_mergeable" })
      expect(github.done()).toEqual([])
    })
  )

  it.effect("waits while GitHub is busy with the same branch", () =>
    Effect.gen(function* () {
      const github = yield* gitHub()
      const message = "Base branch was modified. Review and try the merge again."
      github.spoil("merge", { kind: "status", status: 405, message })
      const busy = failure(act(MERGE)).pipe(Effect.provide(on(github)))
      expect(yield* busy).toEqual({ code: "merge_busy", retry: true, retryAfterMs: 2000 })
      expect(yield* act(MERGE).pipe(Effect.provide(on(github)))).toMatchObject({ code: "done" })
    })
  )

  it.effect("is tried while GitHub does not know yet whether it can", () =>
    Effect.gen(function* () {
      const github = yield* gitHub()
      github.pull(REPO, 12, { mergeable: null })
      expect(yield* act(MERGE).pipe(Effect.provide(on(github)))).toMatchObject({ code: "done" })
    })
  )
})

describe("a request for reviews", () => {
  const asking = (...reviewers: ReadonlyArray<string>): CodeHostAction => ({
    name: "pr.request_review",
    repo: REPO,
    prNumber: 12,
    reviewers
  })

  it.effect("reaches people and teams", () =>
    Effect.gen(function* () {
      const github = yield* gitHub()
      github.repository(REPO).reviewers.add("acme/propulsion")
      expect(yield* act(asking("Mona", "acme/propulsion")).pipe(Effect.provide(on(github)))).toMatchObject({
        code: "done",
        message: "Requested 2 reviews of PR 12 in acme/rockets."
      })
      expect(github.repository(REPO).pulls.get(12)?.requested).toEqual(["mona", "acme/propulsion"])
    })
  )

  it.effect("tells the rule when GitHub does not know somebody, and names nobody", () =>
    Effect.gen(function* () {
      const github = yield* gitHub()
      for (const name of ["nobody-here", "hubot"]) {
        const result = yield* act(asking("mona", name)).pipe(Effect.provide(on(github)))
        expect(result).toMatchObject({ ok: false, code: "reviewer_refused" })
        expect(result.message).toContain("must have access")
        expect(result.message).not.toContain(name)
      }
      expect(github.done()).toEqual([])
    })
  )

  it.effect("is not said to be done when GitHub leaves somebody out", () =>
    Effect.gen(function* () {
      const github = yield* gitHub()
      github.spoil("review", { kind: "status", status: 201, body: { requested_reviewers: [], requested_teams: [] } })
      const result = yield* act(asking("mona")).pipe(Effect.provide(on(github)))
      expect(result).toMatchObject({ ok: false, code: "partly_done" })
    })
  )
})

/** Statuses that are GitHub's word on the action, wherever they come. */
const REFUSALS: ReadonlyArray<readonly [number, string]> = [
  [301, "moved"],
  [403, "not_allowed"],
  [404, "not_found"],
  [410, "not_found"],
  [451, "not_allowed"],
  [400, "rejected"],
  [418, "rejected"]
]

/** What each action makes of those that mean something of their own to it. */
const OWN: Partial<Record<Write, ReadonlyArray<readonly [number, string]>>> = {
  merge: [
    [405, "not_mergeable"],
    [409, "head_moved"],
    [422, "rejected"]
  ],
  comment: [
    [409, "rejected"],
    [422, "rejected"]
  ],
  review: [[422, "reviewer_refused"]],
  rerun: [
    [409, "not_allowed"],
    [422, "not_allowed"]
  ]
}

describe("a status", () => {
  for (const [action, write] of WRITES)
    for (const [status, code] of [...REFUSALS, ...(OWN[write] ?? [])])
      it.effect(`${status} to a ${write} is ${code}`, () =>
        Effect.gen(function* () {
          const github = yield* gitHub()
          const fault: Fault = { kind: "status", status, headers: { location: "https://elsewhere.test/" } }
          github.spoil(write, fault)
          const result = yield* act(action).pipe(Effect.provide(on(github)))
          expect(result).toMatchObject({ ok: false, code })
          expect(result.message).not.toContain("spoilt")
          expect(github.done()).toEqual([])
          expect(github.calls.filter(({ operation }) => operation === write)).toHaveLength(1)
        })
      )

  for (const [status, expected] of [
    [408, { code: "server_busy", retry: true }],
    [429, { code: "rate_limited", retry: true, retryAfterMs: 60_000 }],
    [500, { code: "server_error", retry: true }],
    [503, { code: "server_error", retry: true }]
  ] as const)
    it.effect(`${status} is a failure, while preparing and while acting`, () =>
      Effect.gen(function* () {
        const github = yield* gitHub()
        for (const [action, write] of WRITES) {
          for (const target of ["read", write] as const) {
            github.spoil(target, { kind: "status", status })
            expect(yield* failure(act(action)).pipe(Effect.provide(on(github)))).toEqual(expected)
          }
        }
        expect(github.done()).toEqual([])
      })
    )

  it.effect("401 is a failure that stays, and says whether nothing was done", () =>
    Effect.gen(function* () {
      const github = yield* gitHub()
      const host = on(github)
      for (const [action, write] of WRITES) {
        const prepared = yield* facts(action).pipe(Effect.provide(host))
        github.spoil("read", { kind: "status", status: 401 })
        const asked = failure(prepare(action)).pipe(Effect.provide(host))
        expect(yield* asked).toEqual({ code: "unauthorized", retry: false })
        const performed = failure(perform(action, prepared)).pipe(Effect.provide(host))
        github.spoil("read", { kind: "status", status: 401 })
        expect(yield* performed).toEqual({ code: "unauthorized", retry: false })
        github.spoil(write, { kind: "status", status: 401 })
        expect(yield* performed).toEqual({ code: NOT_DONE, retry: false })
      }
      expect(github.done()).toEqual([])
    })
  )

  it.effect("200 with something else in it is a failure that stays", () =>
    Effect.gen(function* () {
      const github = yield* gitHub()
      github.spoil("pull", { kind: "status", status: 200, body: { number: "12" } })
      const failed = yield* failure(prepare(MERGE)).pipe(Effect.provide(on(github)))
      expect(failed).toEqual({ code: "bad_answer", retry: false })
    })
  )
})

describe("a limit", () => {
  for (const [name, fault, wait] of [
    ["of the hour", primaryLimit(90), 90_000],
    ["of the hour that is over already", primaryLimit(-90), 1000],
    ["of the hour, further away than an hour", primaryLimit(90_000), 3_600_000],
    ["on too much at once", secondaryLimit(17), 17_000],
    ["on too much at once, as 429", secondaryLimit(17, 429), 17_000],
    ["on too much at once, without a wait", secondaryLimit(), 60_000],
    ["on too much at once, as 429 without a wait", secondaryLimit(undefined, 429), 60_000]
  ] as const)
    it.effect(`${name} is waited for, and costs no attempt`, () =>
      Effect.gen(function* () {
        const github = yield* gitHub()
        for (const target of ["pull", "merge"] as const) {
          github.spoil(target, fault)
          const failed = yield* Effect.flip(act(MERGE)).pipe(Effect.provide(on(github)))
          expect(failed).toMatchObject({ code: "rate_limited", retry: true, counts: false, retryAfterMs: wait })
        }
        expect(github.done()).toEqual([])
        expect(yield* act(MERGE).pipe(Effect.provide(on(github)))).toMatchObject({ code: "done" })
      })
    )
})

describe("a key that may only look", () => {
  for (const [action] of WRITES)
    it.effect(`is not allowed ${action.name}`, () =>
      Effect.gen(function* () {
        const github = yield* gitHub()
        github.repository(REPO).readOnly = true
        expect(yield* act(action).pipe(Effect.provide(on(github)))).toMatchObject({ ok: false, code: "not_allowed" })
      })
    )
})
