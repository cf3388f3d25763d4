/**
 * Opens worlds of developers and analysts for a scenario, on the suite's Redis unless told otherwise, and lives each scenario
 * in both residencies at the same time. What a scenario answers is what callers and readers of the store can see; it must be
 * the same in both.
 */
import { inject } from "vitest"
import { DeveloperWorld } from "#test/harness/DeveloperWorld.ts"
import type { ProcessOptions, Residency } from "#test/harness/ProcessWorld.ts"
import { type RedisServer, startRedis } from "#test/harness/RedisServer.ts"
import { livedInBoth, RESIDENCIES } from "./twice.ts"

export interface DeveloperSettings extends Partial<Omit<ProcessOptions, "residency">> {
  readonly timeoutMs?: number
}

/** A world that ends with what is done in it. */
export const inDevelopment = async <A>(
  residency: Residency,
  settings: DeveloperSettings,
  use: (world: DeveloperWorld) => Promise<A>
): Promise<A> => {
  const world = await DeveloperWorld.open({ redisUrl: inject("redisUrl"), ...settings, residency })
  try {
    return await use(world)
  } finally {
    await world.close()
  }
}

/** A scenario on a Redis of its own, which it may kill. */
export const onOwnRedis =
  (scenario: (world: DeveloperWorld, redis: RedisServer) => Promise<unknown>) =>
  async ({ options: { residency } }: DeveloperWorld): Promise<unknown> => {
    const redis = await startRedis({ appendfsync: "always" })
    try {
      return await inDevelopment(residency, { redisUrl: redis.url }, (world) => scenario(world, redis))
    } finally {
      await redis.stop()
    }
  }

export interface Life {
  readonly crashAt: string
  readonly residency: Residency
}

/**
 * Lives with a `kill -9` before or after one of the first `commits` commits of an actor's type: the moments in turn, and the
 * residencies too. `CRASH_POINTS=all` has every moment, and both residencies try it.
 */
export const livesOf = (actor: string, commits: number): ReadonlyArray<Life> =>
  Array.from({ length: commits }, (_, index) => index + 1).flatMap((nth) =>
    ["before", "after"].flatMap((side, place) =>
      RESIDENCIES.map((residency, turn) => ({
        crashAt: `commit/${actor}:${side}:${nth}`,
        residency,
        isTried: (nth + place) % 2 === 0 && (nth + turn) % 2 === 0
      })).filter(({ isTried }) => isTried || process.env["CRASH_POINTS"] === "all")
    )
  )

const twice = (
  name: string,
  scenario: (world: DeveloperWorld) => Promise<unknown>,
  settings: DeveloperSettings = {}
): void =>
  livedInBoth(
    name,
    (residency, database) => inDevelopment(residency, { database, ...settings }, scenario),
    settings.timeoutMs
  )

/** `it.twice`: a test that lives its scenario in both residencies. */
export const it = { twice }
