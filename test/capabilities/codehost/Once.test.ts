/** Every action is done once: plainly, repeated, and when the answer to it was lost on the way. */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { describe, expect, it } from "#test/harness/effect.ts"
import type { Fault } from "#test/harness/github/Faults.ts"
import type { GitHubStandIn } from "#test/harness/GitHubStandIn.ts"
import { failure } from "../Under.ts"
import { act, COMMENT, facts, gitHub, MARKER, on, perform, REPO, WRITES } from "./Hosts.ts"

/** What became of the action on GitHub, to compare whole. */
const wrote = (github: GitHubStandIn) => github.done().map(({ write }) => write)

for (const [action, write] of WRITES)
  describe(action.name, () => {
    it.effect("is done, and says so", () =>
      Effect.gen(function* () {
        const github = yield* gitHub()
        const result = yield* act(action).pipe(Effect.provide(on(github)))
        expect(result).toMatchObject({ ok: true, code: "done" })
        expect(result.message).toContain("PR 12 in acme/rockets")
        expect(result.url).toMatch(/^https:\/\/github\.test\/acme\/rockets\/pull\/12/)
        expect(wrote(github)).toEqual([write])
      })
    )

    it.effect("is not done again when it is repeated", () =>
      Effect.gen(function* () {
        const github = yield* gitHub()
        const prepared = yield* facts(action).pipe(Effect.provide(on(github)))
        yield* perform(action, prepared).pipe(Effect.provide(on(github)))
        const again = yield* perform(action, prepared).pipe(Effect.provide(on(github)))
        expect(again).toMatchObject({ ok: true, code: "already_done" })
        expect(wrote(github)).toEqual([write])
      })
    )

    const lost: ReadonlyArray<readonly [string, Fault]> = [
      ["a reset", { kind: "reset", when: "after" }],
      ["a bad gateway", { kind: "status", status: 502, when: "after" }],
      ["a page instead", { kind: "status", status: 200, body: "<html>", when: "after" }],
      ["an answer cut off", { kind: "cut", when: "after" }]
    ]
    for (const [name, fault] of lost)
      it.effect(`is found done when ${name} takes the place of its answer`, () =>
        Effect.gen(function* () {
          const github = yield* gitHub()
          github.spoil(write, fault)
          const result = yield* act(action).pipe(Effect.provide(on(github)))
          expect(result.ok).toBe(true)
          expect(wrote(github)).toEqual([write])
        })
      )

    it.effect("is found done when its answer does not come in time", () =>
      Effect.gen(function* () {
        const github = yield* gitHub()
        const held = github.spoil(write, { kind: "hold", when: "after" })
        const acting = yield* Effect.forkChild(act(action).pipe(Effect.provide(on(github))))
        yield* Effect.promise(() => held.met())
        yield* TestClock.adjust("12 seconds")
        expect(yield* Fiber.join(acting)).toMatchObject({ ok: true, code: "already_done" })
        expect(wrote(github)).toEqual([write])
      })
    )

    it.effect("is found done by the next attempt when GitHub goes away with its answer", () =>
      Effect.gen(function* () {
        const github = yield* gitHub()
        const host = on(github)
        const prepared = yield* facts(action).pipe(Effect.provide(host))
        github.spoil(write, { kind: "reset", when: "after" })
        const doing = perform(action, prepared)
        const looks = action.name === "pr.comment" ? "comments" : action.name === "checks.rerun" ? "run" : "pull"
        github.spoil(looks, { kind: "meanwhile", happens: () => {} })
        github.spoil(looks, { kind: "reset" }, Infinity)
        expect(yield* failure(doing).pipe(Effect.provide(host))).toEqual({ code: "unreachable", retry: true })
        yield* Effect.promise(() => github.stop())
        expect(yield* failure(doing).pipe(Effect.provide(host))).toEqual({ code: "unreachable", retry: true })
        yield* Effect.promise(() => github.resume())
        expect(yield* doing.pipe(Effect.provide(host))).toMatchObject({ ok: true, code: "already_done" })
        expect(wrote(github)).toEqual([write])
      })
    )

    it.effect("is unknown, and not undone, when GitHub lets nobody look any more", () =>
      Effect.gen(function* () {
        const github = yield* gitHub()
        const host = on(github)
        const prepared = yield* facts(action).pipe(Effect.provide(host))
        yield* perform(action, prepared).pipe(Effect.provide(host))
        const looks = action.name === "pr.comment" ? "comments" : action.name === "checks.rerun" ? "run" : "pull"
        for (const [status, code] of [
          [403, "not_allowed"],
          [404, "not_found"],
          [301, "moved"]
        ] as const) {
          github.spoil(looks, { kind: "status", status })
          expect(yield* failure(perform(action, prepared)).pipe(Effect.provide(host))).toEqual({ code, retry: false })
        }
        expect(wrote(github)).toEqual([write])
      })
    )

    for (const [name, fault, code] of [
      ["a server's error", { kind: "status", status: 500 }, "server_error"],
      ["a reset", { kind: "reset" }, "unreachable"]
    ] as const)
      it.effect(`is tried again after ${name} before it was done, and then done once`, () =>
        Effect.gen(function* () {
          const github = yield* gitHub()
          const host = on(github)
          const prepared = yield* facts(action).pipe(Effect.provide(host))
          github.spoil(write, fault)
          const doing = perform(action, prepared)
          expect(yield* failure(doing).pipe(Effect.provide(host))).toEqual({ code, retry: true })
          expect(wrote(github)).toEqual([])
          expect(yield* doing.pipe(Effect.provide(host))).toMatchObject({ ok: true, code: "done" })
          expect(wrote(github)).toEqual([write])
        })
      )
  })

describe("a comment", () => {
  it.effect("carries its marker where nobody sees it", () =>
    Effect.gen(function* () {
      const github = yield* gitHub()
      yield* act(COMMENT).pipe(Effect.provide(on(github)))
      expect(github.comments(REPO, 12)).toEqual([`Looks good to me.\n\n<!-- ${MARKER} -->`])
    })
  )

  it.effect("is found behind hundreds of others", () =>
    Effect.gen(function* () {
      const github = yield* gitHub()
      const host = on(github)
      const prepared = yield* facts(COMMENT).pipe(Effect.provide(host))
      for (let other = 0; other < 250; other++) github.comment(REPO, 12, `Comment ${other}`)
      yield* perform(COMMENT, prepared).pipe(Effect.provide(host))
      expect(yield* perform(COMMENT, prepared).pipe(Effect.provide(host))).toMatchObject({ code: "already_done" })
      expect(github.done("comment")).toHaveLength(1)
    })
  )

  it.effect("with the same words is another one when it was asked for twice", () =>
    Effect.gen(function* () {
      const github = yield* gitHub()
      const host = on(github)
      const prepared = yield* facts(COMMENT).pipe(Effect.provide(host))
      yield* perform(COMMENT, prepared, "first").pipe(Effect.provide(host))
      expect(yield* perform(COMMENT, prepared, "second").pipe(Effect.provide(host))).toMatchObject({ code: "done" })
      expect(github.done("comment")).toHaveLength(2)
    })
  )
})
