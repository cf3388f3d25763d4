/**
 * The runtime's bounds an operator may set. Durations are written as `10 seconds` or `500 millis`. What is absent keeps
 * the default of `RuntimeConfig`.
 */
import * as Config from "effect/Config"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as RuntimeConfig from "#runtime/RuntimeConfig.ts"

const { defaults } = RuntimeConfig

/** At least 1 ms: a pause of none would be a busy loop, and an endless one never looks again. */
const Pause = Schema.DurationFromString.check(
  Schema.makeFilter((given: Duration.Duration) => {
    const ms = Duration.toMillis(given)
    return ms >= 1 && Number.isFinite(ms) ? undefined : "expected a duration of at least 1 millis that ends"
  })
)
const millis = (name: string, fallback: number) =>
  Config.schema(Pause, name).pipe(Config.withDefault(Duration.millis(fallback)), Config.map(Duration.toMillis))

/** At least 1: a bound of none would refuse everything. */
const Count = Schema.NumberFromString.check(Schema.isInt(), Schema.isBetween({ minimum: 1, maximum: 10_000_000 }))
const count = (name: string, fallback: number) => Config.schema(Count, name).pipe(Config.withDefault(fallback))

const settings = Config.all({
  residency: Config.Literals(["resident", "alwaysRehydrate"], "ACTOR_RESIDENCY").pipe(
    Config.withDefault(defaults.residency)
  ),
  maxResidents: count("ACTOR_MAX_RESIDENTS", defaults.maxResidents),
  idleAfterMs: millis("ACTOR_IDLE_AFTER", defaults.idleAfterMs),
  mailboxCapacity: count("ACTOR_MAILBOX_CAPACITY", defaults.mailboxCapacity),
  pollIntervalMs: millis("ACTOR_POLL_INTERVAL", defaults.pollIntervalMs),
  claimMs: millis("ACTOR_CLAIM", defaults.claimMs),
  stopWithinMs: millis("STOP_WITHIN", defaults.stopWithinMs)
})

export const layer = Layer.unwrap(Effect.map(settings, RuntimeConfig.layer))
