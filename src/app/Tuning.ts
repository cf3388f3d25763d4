/**
 * The runtime's bounds an operator may set. Durations are written as `10 seconds` or `500 millis`. What is absent keeps
 * the default of `RuntimeConfig`.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as RuntimeConfig from "#runtime/RuntimeConfig.ts"
import { all, duration, whole, word } from "#runtime/SettingRules.ts"

const { defaults } = RuntimeConfig

/** At least 1 ms: a pause of none would be a busy loop, and an endless one never looks again. */
const millis = (name: string, standard: number) => duration(name, standard, { maximum: 365 * 86_400_000 })

/** At least 1: a bound of none would refuse everything. */
const count = (name: string, standard: number) => whole(name, 1, 10_000_000, standard)

export const settings = all({
  residency: word("ACTOR_RESIDENCY", ["resident", "alwaysRehydrate"], defaults.residency),
  maxResidents: count("ACTOR_MAX_RESIDENTS", defaults.maxResidents),
  idleAfterMs: millis("ACTOR_IDLE_AFTER", defaults.idleAfterMs),
  mailboxCapacity: count("ACTOR_MAILBOX_CAPACITY", defaults.mailboxCapacity),
  pollIntervalMs: millis("ACTOR_POLL_INTERVAL", defaults.pollIntervalMs),
  claimMs: millis("ACTOR_CLAIM", defaults.claimMs),
  stopWithinMs: millis("STOP_WITHIN", defaults.stopWithinMs)
})

export const layer = Layer.unwrap(Effect.map(settings, RuntimeConfig.layer))
