/** The code host as it is configured: which one serves, where its calls go and with what, and what it never gives away. */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { CodeHost } from "#capabilities/codehost/CodeHost.ts"
import { codeHostJobs, describeCodeHost, layerConfig, settings } from "#capabilities/codehost/CodeHostJobs.ts"
import { address } from "#domain/ActorAddress.ts"
import { WORK_WITHIN_MS } from "#domain/developer/PendingAction.ts"
import type { EffectFailed } from "#runtime/EffectHandler.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { environment, failure, printed } from "../Under.ts"
import {
  act,
  COMMENT,
  facts,
  gitHub,
  MARKER,
  MERGE,
  on,
  perform,
  prepare,
  REPO,
  RERUN,
  REVIEW,
  unconnected,
  WRITES
} from "./Hosts.ts"

describe("the built-in code host", () => {
  it.effect("says what it would do, and that nothing was done", () =>
    Effect.gen(function* () {
      for (const [action, words] of [
        [MERGE, "merge PR 12 in acme/rockets (squash)"],
        [COMMENT, "comment on PR 12 in acme/rockets"],
        [REVIEW, "ask mona to review PR 12 in acme/rockets"],
        [RERUN, "run the failed checks of PR 12 in acme/rockets again"]
      ] as const) {
        const message = `No code host is connected: I would ${words}. Nothing was done.`
        const result = { ok: false, code: "not_connected", message, url: null }
        expect(yield* prepare(action).pipe(Effect.provide(unconnected))).toEqual({ result })
      }
    })
  )

  it.effect("does not say that nothing was done of what another one may have begun", () =>
    Effect.gen(function* () {
      for (const [action] of WRITES) {
        const failed = yield* failure(perform(action, { facts: {} })).pipe(Effect.provide(unconnected))
        expect(failed).toEqual({ code: "not_connected", retry: false })
      }
    })
  )

  it.effect("says that it is none when it is asked", () =>
    Effect.gen(function* () {
      const host = yield* CodeHost
      for (const read of [host.inbox(null), host.pullRequest(REPO, 12), host.checks(REPO, 12)]) {
        expect(yield* failure(read as Effect.Effect<unknown, EffectFailed>)).toEqual({
          code: "not_connected",
          retry: false
        })
      }
      expect(yield* describeCodeHost).toMatchObject({ kind: "embedded" })
    }).pipe(Effect.provide(unconnected))
  )
})

describe("GitHub", () => {
  it.effect("is called with its headers, the token and a user agent", () =>
    Effect.gen(function* () {
      const github = yield* gitHub()
      yield* act(COMMENT).pipe(Effect.provide(on(github)))
      for (const { headers } of github.calls) {
        expect(headers).toMatchObject({
          accept: "application/vnd.github+json",
          authorization: `token ${github.token}`,
          "x-github-api-version": "2022-11-28"
        })
        expect(headers["user-agent"]).toMatch(/^tardigrade /)
        expect(headers).not.toHaveProperty("traceparent")
      }
      expect(yield* describeCodeHost.pipe(Effect.provide(on(github)))).toMatchObject({ kind: "http" })
    })
  )

  it.effect("may be an Enterprise Server below a path", () =>
    Effect.gen(function* () {
      const github = yield* gitHub({ path: "/api/v3" })
      const host = on(github, { GITHUB_API_BASE_URL: `${github.url}/` })
      expect(github.url).toMatch(/\/api\/v3$/)
      for (const [action] of WRITES) {
        expect(yield* act(action).pipe(Effect.provide(host))).toMatchObject({ ok: true, code: "done" })
      }
      expect(github.done().map(({ write }) => write)).toEqual(WRITES.map(([, write]) => write))
      expect(yield* Effect.flatMap(CodeHost, (at) => at.inbox(REPO)).pipe(Effect.provide(host))).toEqual([])
    })
  )

  it.effect("that is silent is given up after six seconds, and the call is aborted", () =>
    Effect.gen(function* () {
      const github = yield* gitHub()
      const held = github.spoil("pull", { kind: "hold" })
      const waiting = yield* Effect.forkChild(failure(prepare(MERGE)).pipe(Effect.provide(on(github))))
      yield* Effect.promise(() => held.met())
      yield* TestClock.adjust("6 seconds")
      expect(yield* Fiber.join(waiting)).toEqual({ code: "timeout", retry: true })
      held.release()
      expect(yield* prepare(MERGE).pipe(Effect.provide(on(github)))).toHaveProperty("prepared")
      expect(github.calls.map(({ status }) => status)).toEqual([undefined, 200])
    })
  )

  it.effect("that is gone is unreachable", () =>
    Effect.gen(function* () {
      const github = yield* gitHub()
      yield* Effect.promise(() => github.stop())
      const failed = yield* failure(prepare(MERGE)).pipe(Effect.provide(on(github)))
      expect(failed).toEqual({ code: "unreachable", retry: true })
    })
  )
})

describe("the configuration", () => {
  const started = (variables: Readonly<Record<string, string>>) =>
    describeCodeHost.pipe(Effect.provide(layerConfig.pipe(Layer.provide(environment(variables)))))

  it.effect("is nothing without a token, and refuses an address that is none", () =>
    Effect.gen(function* () {
      expect(yield* started({})).toMatchObject({ kind: "embedded" })
      expect(yield* started({ GITHUB_TOKEN: " ", GITHUB_API_BASE_URL: "nowhere" })).toMatchObject({ kind: "embedded" })
      expect(yield* started({ GITHUB_TOKEN: "ghp_x" })).toMatchObject({ kind: "http" })
      for (const url of ["nowhere", "ftp://github.test", "https://user:ghp_pass@github.test"]) {
        const refused = { GITHUB_TOKEN: "ghp_secret", GITHUB_API_BASE_URL: url }
        for (const text of [
          yield* printed(started(refused)),
          yield* printed(settings.pipe(Effect.provide(environment(refused))))
        ]) {
          expect(text).toContain("GITHUB_API_BASE_URL")
          expect(text).not.toContain("ghp_")
        }
      }
    })
  )
})

describe("the jobs", () => {
  const call = <P>(params: P) => ({
    params,
    address: address("pending-action", "1"),
    idempotencyKey: "a".repeat(32),
    attempt: 1,
    requestedAt: 0,
    emit: () => Effect.void
  })

  it.effect("prepare and perform what the actor asks for", () =>
    Effect.gen(function* () {
      const github = yield* gitHub()
      const host = on(github)
      const prepared = yield* codeHostJobs.prepare
        .run(call({ action: COMMENT, owner: "ada" }))
        .pipe(Effect.provide(host))
      if (!("prepared" in prepared)) throw new Error("it ended while it was prepared")
      const order = { action: COMMENT, owner: "ada", marker: MARKER, prepared: prepared.prepared }
      for (const code of ["done", "already_done"]) {
        expect(yield* codeHostJobs.perform.run(call(order)).pipe(Effect.provide(host))).toMatchObject({
          ok: true,
          code
        })
      }
      expect(github.comments(REPO, 12)).toHaveLength(1)
    })
  )

  it.effect("begin nothing long after it was confirmed, and do not say that it was not done", () =>
    Effect.gen(function* () {
      const github = yield* gitHub()
      const host = on(github)
      const prepared = yield* facts(MERGE).pipe(Effect.provide(host))
      const before = github.calls.length
      yield* TestClock.setTime(WORK_WITHIN_MS)
      const late = codeHostJobs.perform.run(call({ action: MERGE, owner: "ada", marker: MARKER, prepared }))
      expect(yield* failure(late).pipe(Effect.provide(host))).toEqual({ code: "too_late", retry: false })
      expect(github.calls).toHaveLength(before)
    })
  )

  it.effect("refuse facts that are not theirs, without asking GitHub", () =>
    Effect.gen(function* () {
      const github = yield* gitHub()
      const host = on(github)
      const review = yield* facts(REVIEW).pipe(Effect.provide(host))
      const before = github.calls.length
      for (const action of [MERGE, COMMENT, RERUN]) {
        const failed = yield* failure(perform(action, review)).pipe(Effect.provide(host))
        expect(failed).toEqual({ code: "facts_unreadable", retry: false })
      }
      expect(github.calls).toHaveLength(before)
    })
  )
})
