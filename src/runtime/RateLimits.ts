/**
 * Limits how often a destination is called, on Effect's rate limiter. Over the limit an effect goes back to the outbox
 * with a later time and keeps its attempts. Counted per process: with several processes each has the full limit.
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as RateLimiter from "effect/persistence/RateLimiter"
import { EffectFailed, type EffectHandler } from "./EffectHandler.ts"

type Rate = NonNullable<EffectHandler<unknown>["rate"]>

export interface RateLimits {
  /** **Fails with** `EffectFailed` `rate_limited`, to be tried again after the given time, when the window is used up. */
  readonly admit: (type: string, name: string, rate: Rate, params: unknown) => Effect.Effect<void, EffectFailed>
}

export const RateLimits = Context.Service<RateLimits>("app/runtime/RateLimits")

export const layer: Layer.Layer<RateLimits> = Layer.effect(
  RateLimits,
  Effect.map(RateLimiter.make, (limiter) => ({
    admit: (type, name, rate, params) =>
      limiter
        .consume({
          algorithm: "token-bucket",
          onExceeded: "fail",
          key: `${type}:${name}:${rate.destination(params)}`,
          limit: rate.limit,
          window: rate.window
        })
        .pipe(
          Effect.asVoid,
          Effect.catchTag("RateLimiterError", ({ reason }) =>
            Effect.fail(
              new EffectFailed({
                code: "rate_limited",
                retry: true,
                counts: false,
                retryAfterMs: reason._tag === "RateLimitExceeded" ? Duration.toMillis(reason.retryAfter) : 1000
              })
            )
          )
        )
  }))
).pipe(Layer.provide(RateLimiter.layerStoreMemory))
