/**
 * `kill -9` before and after every commit of one actor's story: another process goes on, and what people see in the end must
 * be the same whatever the moment. The two residencies share the moments; `CRASH_POINTS=all` has both try every one.
 */
import { expect, test } from "vitest"
import type { AshWorld } from "#test/harness/AshWorld.ts"
import { REACHED } from "#test/harness/CrashingStore.ts"
import { eventually } from "#test/harness/Eventually.ts"
import { CRASHABLE } from "#test/harness/ProcessWorld.ts"
import { fewAtATime, RESIDENCIES } from "../twice.ts"
import { type AshSettings, inAsh } from "./worlds.ts"

/** Worlds at work at the same time. */
const LANES = 3

export interface CommitStory {
  readonly name: string
  /** The actor's type. */
  readonly actor: string
  /** Commits of an undisturbed story. */
  readonly commits: number
  readonly settings?: AshSettings
  /** What the store holds before the first process starts. */
  readonly prepare?: (world: AshWorld) => Promise<void>
  /** Waits for the end, and fails when it is not the same as ever. */
  readonly check: (world: AshWorld) => Promise<void>
}

/** Defines the test. */
export const atEveryCommit = ({ actor, check, commits, name, prepare, settings = {} }: CommitStory): void => {
  const lives = Array.from({ length: commits }, (_, index) => index + 1).flatMap((nth) =>
    ["before", "after"].flatMap((side, place) =>
      RESIDENCIES.filter((_, turn) => process.env["CRASH_POINTS"] === "all" || (nth + place + turn) % 2 === 0).map(
        (residency) => ({ crashAt: `commit/${actor}:${side}:${nth}`, residency })
      )
    )
  )
  test(name, { timeout: 300_000 }, () =>
    fewAtATime(lives, LANES, ({ crashAt, residency }, lane) =>
      inAsh(residency, { ...settings, database: 1 + lane }, async (world) => {
        await prepare?.(world)
        world.supervise({ CRASH_AT: crashAt }, CRASHABLE)
        const died = eventually("the death", () => world.restarts === 1, Boolean, 60_000)
        await world.supervising(died).catch((error: unknown) => {
          throw new Error(`${crashAt} (${residency})`, { cause: error })
        })
        expect(world.output()).toContain(REACHED)
        await check(world)
      })
    )
  )
}
