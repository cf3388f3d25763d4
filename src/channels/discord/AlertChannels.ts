/**
 * Where an alert lands: the channel of its severity, else of a lower one, else of a higher one (an alert must land
 * somewhere), passing over channels that Discord does not let us post in. With nowhere to go it is kept and an operator is
 * called.
 */
import * as Effect from "effect/Effect"
import type { CrisisSeverity } from "#domain/ash/Severity.ts"
import type { Snowflake } from "#domain/ash/Snowflake.ts"
import type { EffectFailed } from "#runtime/EffectHandler.ts"
import type { DiscordFailure } from "./DiscordRest.ts"
import type { DiscordSettingsService } from "./DiscordSettings.ts"
import { channelIsClosed, toEffectFailed, waitsForOperator } from "./Failures.ts"

type Listed = keyof DiscordSettingsService["alertChannels"]

const ORDER: Readonly<Record<CrisisSeverity, ReadonlyArray<Listed>>> = {
  critical: ["critical", "high", "medium"],
  high: ["high", "medium", "critical"],
  medium: ["medium", "high", "critical"],
  low: ["medium", "high", "critical"]
}

/** Why an alert waits for an operator. */
export const NO_ALERT_CHANNEL = "no_alert_channel"

/** Every alert channel, the one to try first in front. */
export const alertChannels = (
  { alertChannels }: DiscordSettingsService,
  severity: CrisisSeverity
): ReadonlyArray<Snowflake> => [...new Set(ORDER[severity].flatMap((list) => alertChannels[list]))]

/** Tries one after another until one takes it. Only a channel that is closed to us is passed over. */
export const firstOpen = <T, A>(
  targets: ReadonlyArray<T>,
  channelOf: (target: T) => Snowflake,
  attempt: (target: T) => Effect.Effect<A, DiscordFailure>
): Effect.Effect<A, EffectFailed> => {
  const from = (index: number): Effect.Effect<A, EffectFailed> => {
    const target = targets[index]
    if (target === undefined) {
      return Effect.logError("discord: no channel takes alerts; set the alert channels or the bot's permissions").pipe(
        Effect.annotateLogs({ configured: targets.length }),
        Effect.andThen(Effect.fail(waitsForOperator(NO_ALERT_CHANNEL)))
      )
    }
    return attempt(target).pipe(
      Effect.matchEffect({
        onSuccess: Effect.succeed,
        onFailure: (failure) =>
          channelIsClosed(failure)
            ? Effect.logWarning("discord: a channel cannot be posted in").pipe(
                Effect.annotateLogs({ channel: channelOf(target), code: failure.code }),
                Effect.andThen(from(index + 1))
              )
            : Effect.fail(toEffectFailed(failure))
      })
    )
  }
  return from(0)
}
