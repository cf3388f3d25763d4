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

/** Warns when Redis may evict keys, or keeps nothing on disk; says so when it was not allowed to ask. Never fails. */
export const inspectServer = (redis: Redis): Effect.Effect<void> =>
  Effect.gen(function* () {
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
