/**
 * The runtime's bounds an operator may set. Durations are written as `10 seconds` or `500 millis`. What is absent keeps
 * the default of `RuntimeConfig`.
 */
import * as Config from "effect/Config"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as RuntimeConfig from "#runtime/RuntimeConfig.ts"

const { defaults } = RuntimeConfig

const millis = (name: string, fallback: number) =>
  Config.Duration(name).pipe(Config.withDefault(Duration.millis(fallback)), Config.map(Duration.toMillis))
const count = (name: string, fallback: number) => Config.Int(name).pipe(Config.withDefault(fallback))

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
