/**
 * Vitest's global setup for suites that need Redis: finds or starts one server for the whole run and hands its address to
 * the tests as `inject("redisUrl")`. Test files that share it run one after the other and may empty its database.
 */
import type { TestProject } from "vitest/node"
import { findRedis } from "./RedisServer.ts"

declare module "vitest" {
  export interface ProvidedContext {
    redisUrl: string
  }
}

/** Starts (or finds) Redis, provides its URL, and answers the teardown. */
export default async (project: TestProject): Promise<() => Promise<void>> => {
  const redis = await findRedis()
  project.provide("redisUrl", redis.url)
  return redis.stop
}
