/**
 * Which store this process uses (C15). `REDIS_ENABLED=false` wins; then `REDIS_URL`; then `BOT_REDIS_HOST` or `REDIS_HOST`
 * with port and database; with none of them the embedded SQLite file under `DATA_DIR`. The password may stand in the
 * URL or come from `REDIS_PASSWORD` or the secret `redis_token`.
 */
import { join } from "node:path"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as RedisStore from "#stores/redis/RedisStore.ts"
import * as SqliteJournal from "#stores/sqlite/SqliteJournal.ts"
import * as SqliteStore from "#stores/sqlite/SqliteStore.ts"

const first = <A>(...names: ReadonlyArray<Config.Config<Option.Option<A>>>) =>
  Effect.gen(function* () {
    for (const config of names) {
      const found = yield* config
      if (Option.isSome(found)) return found.value
    }
    return undefined
  })

const text = (name: string) => Config.option(Config.NonEmptyString(name))
const number = (name: string) => Config.option(Config.Int(name))
const secret = (name: string) => Config.option(Config.Redacted(name))

const redisUrl = Effect.gen(function* () {
  const enabled = yield* Config.Boolean("REDIS_ENABLED").pipe(Config.withDefault(true))
  if (!enabled) return undefined
  const url = yield* first(secret("REDIS_URL"))
  if (url !== undefined) return url
  const host = yield* first(text("BOT_REDIS_HOST"), text("REDIS_HOST"))
  if (host === undefined) return undefined
  const port = (yield* first(number("BOT_REDIS_PORT"), number("REDIS_PORT"))) ?? 6379
  const database = (yield* first(number("BOT_REDIS_DB"), number("REDIS_DB"))) ?? 0
  return Redacted.make(`redis://${host}:${port}/${database}`)
})

const Replicas = Schema.NumberFromString.check(Schema.isInt(), Schema.isBetween({ minimum: 0, maximum: 100 }))

const dataDir = Config.NonEmptyString("DATA_DIR").pipe(Config.withDefault("data"))

/** What to do with events while Redis is away (C14): `STORE_AWAY` = `refuse` (default) or `spool`. */
const journal = Layer.unwrap(
  Effect.gen(function* () {
    const whenAway = yield* Config.Literals(["refuse", "spool"], "STORE_AWAY").pipe(
      Config.withDefault("refuse" as const)
    )
    return whenAway === "refuse" ? Layer.empty : SqliteJournal.layer({ file: join(yield* dataDir, "spool.db") })
  })
)

/** The store that the configuration names. */
export const chosen = Effect.gen(function* () {
  const url = yield* redisUrl
  return url === undefined
    ? ({ kind: "sqlite", file: join(yield* dataDir, "tardigrade.db") } as const)
    : ({ kind: "redis", url } as const)
})

export const layer = Layer.unwrap(
  Effect.gen(function* () {
    const store = yield* chosen
    if (store.kind === "sqlite") {
      yield* Effect.logInfo("store: embedded SQLite; set REDIS_URL to use Redis")
      return SqliteStore.layer({ file: store.file })
    }
    const { url } = store
    const password = yield* first(secret("REDIS_PASSWORD"), secret("REDIS_TOKEN"))
    const replicas = yield* Config.schema(Replicas, "REDIS_WAIT_REPLICAS").pipe(Config.withDefault(0))
    const redis = RedisStore.layer({
      url,
      ...(password === undefined ? {} : { password }),
      ...(replicas === 0 ? {} : { replicas: { count: replicas } })
    })
    return Layer.merge(redis, journal)
  })
)
