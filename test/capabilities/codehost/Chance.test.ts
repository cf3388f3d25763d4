/**
 * Whatever happens to the calls of however many attempts, an action is never done twice, and it is done once GitHub can be
 * reached again. The claim of a process that died is played by simply trying again: an attempt knows nothing of the others.
 */
import * as Effect from "effect/Effect"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Fault } from "#test/harness/github/Faults.ts"
import { primaryLimit, secondaryLimit } from "#test/harness/GitHubStandIn.ts"
import { facts, gitHub, on, perform, WRITES } from "./Hosts.ts"

/** Faults that another attempt may cure. */
const FAULTS: ReadonlyArray<Fault> = [
  { kind: "reset" },
  { kind: "reset", when: "after" },
  { kind: "status", status: 500 },
  { kind: "status", status: 502, when: "after" },
  { kind: "status", status: 200, body: "<html>", when: "after" },
  { kind: "cut", when: "after" },
  { kind: "meanwhile", happens: () => {} },
  primaryLimit(1),
  secondaryLimit(1)
]

const trouble = fc.array(
  fc.record({ target: fc.constantFrom("read", "write", "any"), fault: fc.constantFrom(...FAULTS) }),
  { maxLength: 6 }
)

describe("by whatever chance", () => {
  for (const [action, write] of WRITES)
    it(`${action.name} is done once`, () =>
      fc.assert(
        fc.asyncProperty(trouble, (armed) =>
          Effect.gen(function* () {
            const github = yield* gitHub()
            const host = on(github)
            const prepared = yield* facts(action).pipe(Effect.provide(host))
            const attempt = Effect.exit(perform(action, prepared)).pipe(Effect.provide(host))
            for (const { fault, target } of armed) github.spoil(target, fault)
            for (let tried = 0; tried <= armed.length; tried++) {
              const exit = yield* attempt
              expect(github.done().length).toBeLessThanOrEqual(1)
              if (exit._tag === "Success") expect(exit.value.ok).toBe(true)
            }
            expect(yield* attempt).toMatchObject({ _tag: "Success", value: { ok: true, code: "already_done" } })
            expect(github.done().map((done) => done.write)).toEqual([write])
          }).pipe(Effect.scoped, Effect.runPromise)
        ),
        { numRuns: 15 }
      ))
})
