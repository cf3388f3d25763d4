/**
 * How often a developer may ask, counted per user by effect's rate limiter: requests of any kind, and, more tightly, what leads
 * to a side effect. Guessed tokens count like right ones. Counted per process: with several, each has the full limit.
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as RateLimiter from "effect/persistence/RateLimiter"
import { all, whole } from "#runtime/SettingRules.ts"
import { type Limited, limited } from "./DeveloperProblems.ts"

/** `DEVELOPER_COMMANDS_PER_MINUTE` (60), `DEVELOPER_ACTIONS_PER_MINUTE` (10). */
export const limitSettings = all({
  commands: whole("DEVELOPER_COMMANDS_PER_MINUTE", 1, 100_000, 60),
  actions: whole("DEVELOPER_ACTIONS_PER_MINUTE", 1, 100_000, 10)
})

export class DeveloperLimits extends Context.Service<
  DeveloperLimits,
  {
    /** Any request. */
    readonly request: (user: string) => Effect.Effect<void, Limited>
    /** What proposes or confirms an action; cancelling is never held up by it. Half a minute's worth may come at once. */
    readonly action: (user: string) => Effect.Effect<void, Limited>
  }
>()("app/channels/http/DeveloperLimits") {
  static readonly layer = Layer.effect(
    DeveloperLimits,
    Effect.gen(function* () {
      const limiter = yield* RateLimiter.make
      const { actions, commands } = yield* limitSettings
      const admit = (key: string, limit: number, window: Duration.Input): Effect.Effect<void, Limited> =>
        limiter.consume({ algorithm: "token-bucket", onExceeded: "fail", key, limit, window }).pipe(
          Effect.asVoid,
          Effect.catchTag("RateLimiterError", ({ reason }) => {
            const wait = reason._tag === "RateLimitExceeded" ? Duration.toSeconds(reason.retryAfter) : 1
            return Effect.fail(limited(Math.max(1, Math.ceil(wait))))
          })
        )
      const burst = Math.ceil(actions / 2)
      return {
        request: (user) => admit(`request:${user}`, commands, "1 minute"),
        action: (user) => admit(`action:${user}`, burst, Duration.seconds((60 * burst) / actions))
      }
    })
  ).pipe(Layer.provide(RateLimiter.layerStoreMemory))
}
