/**
 * `kill -9` at any call to the store: the same story is lived undisturbed once, and then again and again with a process that
 * dies before or after its n-th call. Whatever the moment, what everybody sees in the end must be the same.
 *
 * A run tries a sample of the moments; `CRASH_POINTS=all` tries every one.
 */
import { expect, test } from "vitest"
import { REACHED, TRACED } from "#test/harness/CrashingStore.ts"
import type { Environment, Residency } from "#test/harness/ProcessWorld.ts"
import { fewAtATime } from "./twice.ts"

/** Worlds at work at the same time. */
const LANES = 3

/** What a story came to on a supervised process, and what was seen of its processes. */
export interface Lived<Outcome> {
  readonly outcome: Outcome
  readonly output: string
  readonly restarts: number
}

export interface Story<Outcome> {
  readonly name: string
  /** Lives the story in a world of database `database` whose first process gets `env`. */
  readonly live: (residency: Residency, database: number, env: Environment) => Promise<Lived<Outcome>>
  /** Every `step`-th call is tried; the two residencies try different ones. */
  readonly step: number
  /** Fails when an undisturbed story is not the story. */
  readonly check: (outcome: Outcome) => void
}

/** Defines one test for each residency. */
export const whateverTheMoment = <Outcome>({ name, live, step, check }: Story<Outcome>): void => {
  const outcomes: Array<Outcome> = []
  for (const residency of ["resident", "alwaysRehydrate"] as const) {
    test(`${name} (${residency})`, { timeout: 900_000 }, async () => {
      const { outcome: expected, output, restarts } = await live(residency, 1, { STORE_TRACE: "1" })
      expect(restarts).toBe(0)
      check(expected)
      outcomes.push(expected)
      expect(expected).toEqual(outcomes[0])

      const every = process.env["CRASH_POINTS"] === "all" ? 1 : step
      const first = residency === "resident" ? 0 : Math.floor(every / 2)
      const calls = output.split(TRACED).length - 1
      const points = Array.from({ length: calls }, (_, index) => index + 1)
        .filter((nth) => nth % every === first % every)
        .flatMap((nth) => [`any:before:${nth}`, `any:after:${nth}`])
      const died: Array<string> = []
      await fewAtATime(points, LANES, async (crashAt, lane) => {
        const seen = await live(residency, 1 + lane, { CRASH_AT: crashAt })
        if (seen.output.includes(REACHED)) died.push(crashAt)
        expect(seen.outcome, `killed ${crashAt}`).toEqual(expected)
      })
      // A call near the end may not come any more: which of two effects reads first is nobody's promise.
      expect(died.length).toBeGreaterThanOrEqual(points.length - 2)
    })
  }
}
