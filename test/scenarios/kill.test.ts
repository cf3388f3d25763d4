/**
 * `kill -9` at any call to the store: whatever the moment, the texter gets every answer and every text once, no change is
 * lost or doubled, and the stored conversation is the one of an undisturbed run. The provider delivers an unanswered
 * webhook again under its id, as providers do; nothing else helps.
 *
 * A run tries a sample of the moments; `CRASH_POINTS=all` tries every one.
 */
import { describe, expect, test } from "vitest"
import { REACHED, TRACED } from "#test/harness/CrashingStore.ts"
import { CRASHABLE, type Residency } from "#test/harness/ProcessWorld.ts"
import { fewAtATime, inWorld, type Settings } from "./twice.ts"
import { type Outcome, wholeConversation } from "./wholeConversation.ts"

/** Worlds at work at the same time. */
const LANES = 3

const every = (residency: Residency, { redisUrl }: Settings): { readonly step: number; readonly first: number } => {
  const step = process.env["CRASH_POINTS"] === "all" ? 1 : redisUrl === null ? 16 : 8
  return { step, first: residency === "resident" ? 0 : step / 2 }
}

/** The conversation on a process that dies at `crashAt`, and what of the dying was seen. */
const disturbed = (residency: Residency, settings: Settings, crashAt: string) =>
  inWorld(residency, settings, async (world) => {
    world.supervise({ CRASH_AT: crashAt }, CRASHABLE)
    const outcome = await wholeConversation(world)
    return { outcome, died: world.output().includes(REACHED), restarts: world.restarts }
  })

const undisturbed = (residency: Residency, settings: Settings) =>
  inWorld(residency, settings, async (world) => {
    world.supervise({ STORE_TRACE: "1" }, CRASHABLE)
    const outcome = await wholeConversation(world)
    return { outcome, calls: world.output().split(TRACED).length - 1, restarts: world.restarts }
  })

const whateverTheMoment = (name: string, settings: Settings): void => {
  const outcomes: Array<Outcome> = []
  for (const residency of ["resident", "alwaysRehydrate"] as const) {
    test(`${name} (${residency})`, { timeout: 600_000 }, async () => {
      const { outcome: expected, calls, restarts } = await undisturbed(residency, { ...settings, database: 1 })
      expect(restarts).toBe(0)
      expect(expected.texts).toHaveLength(3)
      expect(expected.modifications).toBe(1)
      outcomes.push(expected)
      expect(expected).toEqual(outcomes[0])

      const { step, first } = every(residency, settings)
      const points = Array.from({ length: calls }, (_, index) => index + 1)
        .filter((nth) => nth % step === Math.floor(first) % step)
        .flatMap((nth) => [`any:before:${nth}`, `any:after:${nth}`])
      const died: Array<string> = []
      await fewAtATime(points, LANES, async (crashAt, lane) => {
        const seen = await disturbed(residency, { ...settings, database: 1 + lane }, crashAt)
        if (seen.died) died.push(crashAt)
        expect(seen.outcome, `killed ${crashAt}`).toEqual(expected)
      })
      // A call near the end may not come any more: which of two effects reads first is nobody's promise.
      expect(died.length).toBeGreaterThanOrEqual(points.length - 2)
    })
  }
}

describe("a kill -9 at any call to the store", () => {
  whateverTheMoment("on Redis", {})
  whateverTheMoment("on the embedded store", { redisUrl: null })
})
