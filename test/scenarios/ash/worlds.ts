/**
 * Opens worlds of Ash for a scenario, on the suite's Redis unless told otherwise, and runs a scenario in both residencies.
 * What a scenario answers is what people on Discord and readers of the store can see; it must be the same both times.
 */
import { inject, onTestFinished } from "vitest"
import { AshWorld, type AshWorldOptions } from "#test/harness/AshWorld.ts"
import type { Residency } from "#test/harness/ProcessWorld.ts"
import { twiceIn } from "../twice.ts"

export interface AshSettings extends Partial<Omit<AshWorldOptions, "residency">> {
  readonly timeoutMs?: number
}

/** A world that ends with the test. */
export const openAsh = async (residency: Residency, settings: AshSettings = {}): Promise<AshWorld> => {
  const world = await AshWorld.open({ redisUrl: inject("redisUrl"), ...settings, residency })
  onTestFinished(() => world.close())
  return world
}

/** A world that ends with what is done in it: for many worlds in one test. */
export const inAsh = async <A>(
  residency: Residency,
  settings: AshSettings,
  use: (world: AshWorld) => Promise<A>
): Promise<A> => {
  const world = await AshWorld.open({ redisUrl: inject("redisUrl"), ...settings, residency })
  try {
    return await use(world)
  } finally {
    await world.close()
  }
}

const inWorlds = twiceIn(openAsh)

/** `it.twice`: a test that runs in both residencies. */
export const it = {
  twice: (
    name: string,
    scenario: (world: AshWorld, residency: Residency) => Promise<unknown>,
    settings: AshSettings = {}
  ): void => inWorlds(name, scenario, settings)
}

/** Starts a process that listens to Discord. */
export const listening = async (world: AshWorld, env: Readonly<Record<string, string>> = {}) => {
  const service = await world.start(env)
  await world.listening()
  return service
}
