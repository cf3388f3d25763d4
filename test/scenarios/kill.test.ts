/**
 * `kill -9` at any call to the store in the middle of a conversation: the texter gets every answer and every text once, no
 * change is lost or doubled, and the stored conversation is the one of an undisturbed run. The provider delivers an
 * unanswered webhook again under its id, as providers do; nothing else helps.
 */
import { describe, expect } from "vitest"
import { CRASHABLE } from "#test/harness/ProcessWorld.ts"
import { whateverTheMoment } from "./CrashPoints.ts"
import { inWorld, type Settings } from "./twice.ts"
import { type Outcome, wholeConversation } from "./wholeConversation.ts"

const aWholeConversation = (name: string, settings: Settings, step: number): void =>
  whateverTheMoment<Outcome>({
    name,
    step,
    live: (residency, database, env) =>
      inWorld(residency, { ...settings, database }, async (world) => {
        world.supervise(env, CRASHABLE)
        const outcome = await wholeConversation(world)
        return { outcome, output: world.output(), restarts: world.restarts }
      }),
    check: ({ texts, modifications }) => {
      expect(texts).toHaveLength(3)
      expect(modifications).toBe(1)
    }
  })

describe("a kill -9 at any call to the store", () => {
  aWholeConversation("on Redis", {}, 8)
  aWholeConversation("on the embedded store", { redisUrl: null }, 16)
})
