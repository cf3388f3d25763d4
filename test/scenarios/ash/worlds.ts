/**
 * Opens worlds of Ash for a scenario, on the suite's Redis unless told otherwise, and lives each scenario in both residencies
 * at the same time, because most of a scenario is waiting. What a scenario answers is what people on Discord and readers of
 * the store can see; it must be the same in both.
 */
import { expect, inject, test } from "vitest"
import { AshWorld, type AshWorldOptions } from "#test/harness/AshWorld.ts"
import type { Environment, Residency } from "#test/harness/ProcessWorld.ts"
import { RESIDENCIES } from "../twice.ts"

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

const twice = (name: string, scenario: Scenario, settings: AshSettings = {}): void => {
  test(
    name,
    async () => {
      const lived = await Promise.allSettled(
        RESIDENCIES.map((residency, database) =>
          inAsh(residency, { database: 8 + database, ...settings }, (world) => scenario(world, residency))
        )
      )
      const outcomes = lived.map((one, nth) => {
        if (one.status === "fulfilled") return one.value
        if (one.reason instanceof Error) one.reason.message = `(${RESIDENCIES[nth]}) ${one.reason.message}`
        throw one.reason
      })
      expect(outcomes[1], RESIDENCIES[1]).toEqual(outcomes[0])
    },
    settings.timeoutMs
  )
}

/** `it.twice`: a test that lives its scenario in both residencies. */
export const it = { twice }

/** Starts a process that listens to Discord. */
export const listening = async (world: AshWorld, env: Environment = {}) => {
  const service = await world.start(env)
  await world.listening()
  return service
}
