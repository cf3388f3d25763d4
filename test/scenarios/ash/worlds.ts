/**
 * Opens worlds of Ash for a scenario, on the suite's Redis unless told otherwise, and lives each scenario in both residencies
 * at the same time. What a scenario answers is what people on Discord and readers of
 * the store can see; it must be the same in both.
 */
import { inject } from "vitest"
import { AshWorld, type AshWorldOptions } from "#test/harness/AshWorld.ts"
import type { Environment, Residency } from "#test/harness/ProcessWorld.ts"
import { livedInBoth } from "../twice.ts"

export interface AshSettings extends Partial<Omit<AshWorldOptions, "residency">> {
  readonly timeoutMs?: number
}

/** A world that ends with what is done in it. */
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

type Scenario = (world: AshWorld, residency: Residency) => Promise<unknown>

const twice = (name: string, scenario: Scenario, settings: AshSettings = {}): void =>
  livedInBoth(
    name,
    (residency, database) => inAsh(residency, { database, ...settings }, (world) => scenario(world, residency)),
    settings.timeoutMs
  )

/** `it.twice`: a test that lives its scenario in both residencies. */
export const it = { twice }

/** Starts a process that listens to Discord. */
export const listening = async (world: AshWorld, env: Environment = {}) => {
  const service = await world.start(env)
  await world.listening()
  return service
}
