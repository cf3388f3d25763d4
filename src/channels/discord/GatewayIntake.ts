/**
 * Between a connection, which cannot be told to wait, and the events' way to the actors. Each dispatch is opened when it
 * arrives and settled when all it asked for is durable. With too much under way nothing more is taken in: what comes then
 * was never opened, so no mark passes it and Discord sends it again on the next connection.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Latch from "effect/Latch"
import * as Queue from "effect/Queue"
import * as Schedule from "effect/Schedule"
import * as Scope from "effect/Scope"
import type { GatewayDispatchPayload } from "discord.js"
import type { GatewayProgress, Settle } from "./GatewayProgress.ts"
import type { IngressService } from "./Ingress.ts"

export interface GatewayIntake {
  /** Takes a dispatch, unless too much is under way. */
  readonly offer: (payload: GatewayDispatchPayload) => void
  /** Ends when a dispatch had to be turned away. */
  readonly full: Effect.Effect<void>
  /** Waits until half of what may be under way is done, and takes dispatches again. */
  readonly relieved: Effect.Effect<void>
  /** Waits until nothing is under way. */
  readonly drained: Effect.Effect<void>
}

interface Received {
  readonly payload: GatewayDispatchPayload
  readonly eventId: string
  readonly settle: Settle
}

/** What is under way is interrupted with the scope, unsettled. `most`: dispatches under way at once. */
export const make = Effect.fnUntraced(function* (progress: GatewayProgress, ingress: IngressService, most: number) {
  const received = yield* Queue.unbounded<Received>()
  const work = yield* Effect.acquireRelease(Scope.make(), (scope) => Scope.close(scope, Exit.void))
  const full = Latch.makeUnsafe(false)
  let taking = true

  yield* Queue.take(received).pipe(
    Effect.flatMap(({ eventId, payload: { d, t }, settle }) =>
      Effect.flatMap(ingress.accept({ t, d, eventId, progress }), (wait) =>
        wait === null ? Effect.sync(settle) : Effect.forkIn(Effect.andThen(wait, Effect.sync(settle)), work)
      )
    ),
    Effect.forever,
    Effect.forkIn(work)
  )

  const fewerThan = (bound: number) =>
    Effect.sync(() => progress.inFlight).pipe(
      Effect.repeat({ schedule: Schedule.spaced("20 millis"), until: (inFlight) => inFlight < bound }),
      Effect.asVoid
    )

  return {
    offer: (payload) => {
      if (taking && progress.inFlight >= most) {
        taking = false
        full.openUnsafe()
      }
      if (!taking) return
      const eventId = `event:${progress.sessionId ?? "none"}:${payload.s}`
      const settle = progress.begin(payload.s)
      if (settle !== null) Queue.offerUnsafe(received, { payload, eventId, settle })
    },
    full: full.await,
    relieved: Effect.andThen(
      fewerThan(Math.max(1, Math.floor(most / 2))),
      Effect.sync(() => {
        full.closeUnsafe()
        taking = true
      })
    ),
    drained: fewerThan(1)
  } satisfies GatewayIntake
})
