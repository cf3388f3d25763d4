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
import * as RedisStore from "#stores/redis/RedisStore.ts"
import * as SqliteJournal from "#stores/sqlite/SqliteJournal.ts"
import * as SqliteStore from "#stores/sqlite/SqliteStore.ts"
import { all, flag, setting, whole, wholeNumbers, word } from "#runtime/SettingRules.ts"

const first = <A>(...names: ReadonlyArray<Config.Config<Option.Option<A>>>) =>
  Effect.gen(function* () {
    for (const config of names) {
      const found = yield* config
      if (Option.isSome(found)) return found.value
    }
    return undefined
  })

const text = (name: string) => Config.option(Config.NonEmptyString(name))
const port = (name: string) => Config.option(setting(name, wholeNumbers({ minimum: 1, maximum: 65_535 })))
const database = (name: string) => Config.option(setting(name, wholeNumbers({ minimum: 0, maximum: 1_000_000 })))
const secret = (name: string) => Config.option(Config.Redacted(name))

const redisUrl = Effect.gen(function* () {
  const { enabled, host, index, url, ...given } = yield* all({
    enabled: flag("REDIS_ENABLED", true),
    url: first(secret("REDIS_URL")),
    host: first(text("BOT_REDIS_HOST"), text("REDIS_HOST")),
    port: first(port("BOT_REDIS_PORT"), port("REDIS_PORT")),
    index: first(database("BOT_REDIS_DB"), database("REDIS_DB"))
  })
  if (!enabled) return undefined
  if (url !== undefined || host === undefined) return url
  return Redacted.make(`redis://${host}:${given.port ?? 6379}/${index ?? 0}`)
})

const dataDir = Config.NonEmptyString("DATA_DIR").pipe(Config.withDefault("data"))

/** The store that the configuration names. */
export const chosen = Effect.gen(function* () {
  const url = yield* redisUrl
  return url === undefined
    ? ({ kind: "sqlite", file: join(yield* dataDir, "tardigrade.db") } as const)
    : ({ kind: "redis", url } as const)
})

/** `whenAway` is what to do with events while Redis is away (C14): `STORE_AWAY`. */
export const settings = all({
  store: chosen,
  dataDir,
  whenAway: word("STORE_AWAY", ["refuse", "spool"], "refuse"),
  password: first(secret("REDIS_PASSWORD"), secret("REDIS_TOKEN")),
  replicas: whole("REDIS_WAIT_REPLICAS", 0, 100, 0)
})

export const layer = Layer.unwrap(
  Effect.gen(function* () {
    const { dataDir, password, replicas, store, whenAway } = yield* settings
    if (store.kind === "sqlite") {
      yield* Effect.logInfo("store: embedded SQLite; set REDIS_URL to use Redis")
      return SqliteStore.layer({ file: store.file })
    }
    const redis = RedisStore.layer({
      url: store.url,
      ...(password === undefined ? {} : { password }),
      ...(replicas === 0 ? {} : { replicas: { count: replicas } })
    })
    return whenAway === "refuse" ? redis : Layer.merge(redis, SqliteJournal.layer({ file: join(dataDir, "spool.db") }))
  })
)
