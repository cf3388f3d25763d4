/**
 * A look at the server after each connect: is it one that keeps what it was given? It only warns, because the operator may
 * have reasons, and an account may be forbidden to ask.
 */
import * as Effect from "effect/Effect"
import type { Redis } from "ioredis"

const ask = (send: () => Promise<unknown>): Effect.Effect<unknown> => Effect.promise(() => send().catch(() => null))

/** The value of one `CONFIG GET`, or `null` when Redis does not say. */
const setting = (redis: Redis, name: string): Effect.Effect<string | null> =>
  Effect.map(
    ask(() => redis.config("GET", name)),
    (reply) => (Array.isArray(reply) && typeof reply[1] === "string" ? reply[1] : null)
  )

/** Marks of busy actors are pruned with HRANDFIELD, which came with 6.2. */
const tooOld = (info: unknown): boolean => {
  const version = /^redis_version:([0-9]+)\.([0-9]+)/m.exec(String(info))
  return version !== null && Number(version[1]) * 100 + Number(version[2]) < 602
}

/**
 * Warns when Redis is older than 6.2, may evict keys, or keeps nothing on disk; says so when it was not allowed to ask.
 * Never fails.
 */
export const inspectServer = (redis: Redis): Effect.Effect<void> =>
  Effect.gen(function* () {
    if (tooOld(yield* ask(() => redis.info("server")))) {
      yield* Effect.logWarning("Redis is older than 6.2: dedup marks of busy actors will not be pruned")
    }
    const policy = yield* setting(redis, "maxmemory-policy")
    if (policy === null) {
      yield* Effect.logInfo("Redis did not tell its maxmemory-policy; it must be noeviction")
    } else if (policy !== "noeviction") {
      yield* Effect.logWarning(`Redis may evict actors: its maxmemory-policy is ${policy}, it must be noeviction`)
    }
    const appendOnly = yield* setting(redis, "appendonly")
    if (appendOnly === "no")
      yield* Effect.logWarning("Redis writes no append-only file: a restart of it may lose actors")
  })
