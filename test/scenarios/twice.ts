/**
 * Runs a scenario of real processes twice: with residents in memory, and with every actor read back from its record at
 * every turn. What a scenario answers is what a texter and a reader of the store can see; it must be the same both times.
 */
import { expect, inject, onTestFinished, test } from "vitest"
import type { ConversationDocument } from "#machines/conversation/schema.ts"
import { type Residency } from "#test/harness/ProcessWorld.ts"
import { World, type WorldOptions } from "#test/harness/World.ts"

export const RESIDENCIES: ReadonlyArray<Residency> = ["resident", "alwaysRehydrate"]

export interface Settings extends Partial<Omit<WorldOptions, "residency">> {
  readonly timeoutMs?: number
}

/** A world that ends with the test. On the suite's Redis unless told otherwise. */
export const openWorld = async (residency: Residency, settings: Settings = {}): Promise<World> => {
  const world = await World.open({ redisUrl: inject("redisUrl"), ...settings, residency })
  onTestFinished(() => world.close())
  return world
}

/** A world that ends with what is done in it: for many worlds in one test. */
export const inWorld = async <A>(
  residency: Residency,
  settings: Settings,
  use: (world: World) => Promise<A>
): Promise<A> => {
  const world = await World.open({ redisUrl: inject("redisUrl"), ...settings, residency })
  try {
    return await use(world)
  } finally {
    await world.close()
  }
}

/** Runs all of these, a few at a time. `lane` tells apart those that run at the same time. */
export const fewAtATime = async <A>(
  items: ReadonlyArray<A>,
  lanes: number,
  run: (item: A, lane: number) => Promise<void>
): Promise<void> => {
  const waiting = [...items]
  const work = async (lane: number): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await run(item, lane)
  }
  await Promise.all(Array.from({ length: lanes }, (_, lane) => work(lane)))
}

/**
 * A test that lives in both residencies at the same time, each on a database of its own, because most of a scenario is waiting.
 * What both come to must be the same.
 */
export const livedInBoth = (
  name: string,
  live: (residency: Residency, database: number) => Promise<unknown>,
  timeoutMs?: number
): void => {
  test(
    name,
    async () => {
      const lived = await Promise.allSettled(RESIDENCIES.map((residency, nth) => live(residency, 8 + nth)))
      const outcomes = lived.map((one, nth) => {
        if (one.status === "fulfilled") return one.value
        if (one.reason instanceof Error) one.reason.message = `(${RESIDENCIES[nth]}) ${one.reason.message}`
        throw one.reason
      })
      expect(outcomes[1], RESIDENCIES[1]).toEqual(outcomes[0])
    },
    timeoutMs
  )
}

const twice = (
  name: string,
  scenario: (world: World, residency: Residency) => Promise<unknown>,
  settings: Settings = {}
): void => {
  const outcomes: Array<unknown> = []
  for (const residency of RESIDENCIES) {
    test(
      `${name} (${residency})`,
      async () => {
        const outcome = await scenario(await openWorld(residency, settings), residency)
        outcomes.push(outcome)
        expect(outcome).toEqual(outcomes[0])
      },
      settings.timeoutMs
    )
  }
}

/** The document without its times and generated names. */
export const timeless = (document: ConversationDocument): unknown => ({
  ...document,
  created_at: "",
  last_activity: "",
  context: {
    ...document.context,
    last_analysis: document.context.last_analysis && { ...document.context.last_analysis, ref: "" },
    modifications: document.context.modifications.map((change) => ({ ...change, timestamp: "" }))
  }
})

/** A text without the token in its link, and without the port. */
export const tokenless = (text: string): string =>
  text.replace(/http:\/\/127\.0\.0\.1:\d+/, "").replace(/recipes\/[\w-]+\.pdf/, "recipes/TOKEN.pdf")

/** `it.twice`: a test that runs in both residencies. */
export const it = { twice }
