/**
 * Waits until a commit has reached replicas, for those who want to pay for it: a primary that dies then takes nothing
 * with it that was answered. Without this, a failover may lose what the primary answered in its last moment.
 */
import * as Duration from "effect/Duration"
import type { Redis } from "ioredis"
import * as Keys from "./Keys.ts"

export interface ReplicaOptions {
  /** How many replicas must have a commit before it is answered. */
  readonly count: number
  /** How long to wait for them; must be shorter than the command time-out. Default 1 second. */
  readonly timeout?: Duration.Input
}

/**
 * Whether enough replicas have all that was written so far. `WAIT` covers only what its own connection wrote, and a commit
 * that was repeated after a reconnect wrote nothing: hence a small write of our own first. Rejects as the client does.
 */
export const reachedReplicas = async (redis: Redis, { count, timeout }: ReplicaOptions): Promise<boolean> => {
  const [, reached] = await Promise.all([
    redis.set(Keys.BARRIER, "", "PX", 60_000),
    redis.wait(count, Duration.toMillis(timeout ?? "1 second"))
  ])
  return reached >= count
}
