/**
 * One connection to Redis that never repeats a command by itself. There is no offline queue and no retry per request:
 * while Redis is away every call fails at once, and a call whose connection broke fails with an unknown outcome. The
 * connection comes back by itself, with growing pauses.
 *
 * RESP2 on purpose: scripts answer integers, texts and arrays only, and the RESP3 decoder of ioredis 6.0.0 misreads some
 * numbers. Autopipelining stays off, because a commit is already a batch.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { Redis } from "ioredis"
import { StoreUnavailable } from "#runtime/RuntimeError.ts"
import { inspectServer } from "./Inspection.ts"
import { isRefusal, reasonOf } from "./Reason.ts"
import { parseTarget, type Target } from "./Target.ts"

export interface ConnectionOptions {
  /** `redis://` or `rediss://`, with user, password and database number where needed. */
  readonly url: Redacted.Redacted<string>
  /** Overrides the password of the URL: for one that comes from a secret file. */
  readonly password?: Redacted.Redacted<string>
  /** Bound on opening the connection. Default 5 seconds. */
  readonly connectTimeout?: Duration.Input
  /** Bound on one call; over it the outcome is unknown. Default 5 seconds. */
  readonly commandTimeout?: Duration.Input
  /** Longest pause between two attempts to reconnect. Default 5 seconds. */
  readonly maxReconnectDelay?: Duration.Input
  /**
   * Whether the layer fails when Redis cannot be reached at start. Default `false`: it comes up, answers
   * `StoreUnavailable` and goes on trying. Wrong credentials fail at start either way.
   */
  readonly requireAtStart?: boolean
}

export interface Connection {
  /** Sends through the connection. **Fails with** `StoreUnavailable`: the outcome is unknown, never "did not happen". */
  readonly call: <A>(operation: string, send: (redis: Redis) => Promise<A>) => Effect.Effect<A, StoreUnavailable>
}

/** The store's one error, with a code for its reason. */
export const unavailable = (operation: string, reason: string): StoreUnavailable =>
  new StoreUnavailable({ store: "redis", operation, reason })

/** 50 ms, doubled each time up to the bound, and up to a fifth of jitter, so that many processes do not return as one. */
const backoff =
  (longestMs: number) =>
  (attempt: number): number => {
    const pause = Math.min(longestMs, 50 * 2 ** Math.min(attempt - 1, 16))
    return Math.round(pause * (0.8 + 0.2 * Math.random()))
  }

const makeClient = (target: Target, options: ConnectionOptions): Redis => {
  const commandTimeout = Duration.toMillis(options.commandTimeout ?? "5 seconds")
  return new Redis({
    host: target.host,
    port: target.port,
    db: target.database,
    ...(target.username === undefined ? {} : { username: target.username }),
    ...(target.password === undefined ? {} : { password: Redacted.value(target.password) }),
    ...(target.tls ? { tls: { servername: target.host } } : {}),
    lazyConnect: true,
    protocol: 2,
    connectionName: "tardigrade",
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    enableAutoPipelining: false,
    autoResubscribe: false,
    connectTimeout: Duration.toMillis(options.connectTimeout ?? "5 seconds"),
    commandTimeout,
    // A peer that vanished without a word leaves a socket that looks alive: silence for two time-outs ends it.
    socketTimeout: commandTimeout * 2,
    retryStrategy: backoff(Duration.toMillis(options.maxReconnectDelay ?? "5 seconds")),
    // After a failover the old primary answers READONLY: connect anew and find the new one. The call itself fails.
    reconnectOnError: (error) => error.message.includes("READONLY")
  })
}

/**
 * Opens the connection and closes it with the scope. **Fails with** `StoreUnavailable`: `url_invalid`, wrong credentials or
 * database at start, and, with `requireAtStart`, whatever kept Redis from answering.
 */
export const connect = (options: ConnectionOptions): Effect.Effect<Connection, StoreUnavailable, Scope.Scope> =>
  Effect.gen(function* () {
    const parsed = parseTarget(options.url, options.password)
    if (parsed === null) return yield* unavailable("connect", "url_invalid")
    const target: Target = parsed
    const redis = makeClient(target, options)
    const run = Effect.runForkWith(yield* Effect.context<never>())
    const connectTimeout = Duration.fromInputUnsafe(options.connectTimeout ?? "5 seconds")
    const commandTimeout = Duration.fromInputUnsafe(options.commandTimeout ?? "5 seconds")
    const where = { host: target.host, port: target.port, database: target.database }
    const log = (entry: Effect.Effect<void>): void => void run(Effect.annotateLogs(entry, where))

    let closing = false
    let healthy = false
    // Why the last attempt to connect failed. A refusal stays until an attempt ends differently.
    let trouble = "connection"
    let announced = ""

    redis.on("error", (cause: unknown) => {
      const reason = reasonOf(cause)
      trouble = reason
      if (healthy || reason === announced) return
      announced = reason
      log(Effect.logWarning(`Redis cannot be used: ${reason}`))
    })
    redis.on("connect", () => {
      trouble = "connection"
    })
    redis.on("close", () => {
      if (healthy && !closing) log(Effect.logWarning("Redis connection lost; trying again in the background"))
      healthy = false
    })
    redis.on("ready", () => {
      if (trouble === "database_unknown") return
      healthy = true
      announced = ""
      log(Effect.andThen(Effect.logInfo("Redis connected"), inspectServer(redis)))
    })

    const call: Connection["call"] = (operation, send) =>
      Effect.callback((resume) => {
        if (closing) return resume(Effect.fail(unavailable(operation, "closed")))
        if (!healthy) return resume(Effect.fail(unavailable(operation, trouble)))
        send(redis).then(
          (reply) => resume(Effect.succeed(reply)),
          (cause: unknown) => resume(Effect.fail(unavailable(operation, closing ? "closed" : reasonOf(cause))))
        )
      })

    yield* Effect.addFinalizer(() =>
      Effect.promise(async () => {
        closing = true
        if (redis.status === "ready") await redis.quit().catch(() => undefined)
        redis.disconnect()
      })
    )

    // A server that loads its data keeps us waiting: go on in the background then. Errors were told by the events above.
    const opening = Effect.promise(() =>
      redis.connect().then(
        () => healthy,
        () => false
      )
    )
    const patience = Duration.sum(connectTimeout, commandTimeout)
    const opened = Option.getOrElse(yield* Effect.timeoutOption(opening, patience), () => false)
    const proof = opened ? call("connect", (client) => client.ping()) : Effect.fail(unavailable("connect", trouble))
    yield* Effect.catchIf(
      proof,
      ({ reason }) => !isRefusal(reason) && options.requireAtStart !== true,
      () => Effect.void
    )
    return { call }
  })
