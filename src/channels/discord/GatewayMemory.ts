/**
 * What a shard knows of the time it was not there: takes up a remembered session, and closes the gap over HTTP when there is
 * none to resume. While a gap is open no checkpoint is written, so a crash in the middle begins it again.
 */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FiberHandle from "effect/FiberHandle"
import type { GatewayCheckpoint } from "#domain/ash/Gateway.ts"
import type { CatchUpService, Shard } from "./CatchUp.ts"
import type { GatewayCheckpoints } from "./GatewayCheckpoints.ts"
import type { GatewayProgress } from "./GatewayProgress.ts"
import type { GatewayTuningService } from "./GatewayTuning.ts"
import type { IngressService } from "./Ingress.ts"

interface Parts {
  readonly shard: Shard
  readonly progress: GatewayProgress
  readonly checkpoints: GatewayCheckpoints
  readonly catchUp: CatchUpService
  readonly ingress: IngressService
  readonly tuning: GatewayTuningService
}

/** Catch-ups run in the scope. */
export const make = Effect.fnUntraced(function* (parts: Parts) {
  const { catchUp, checkpoints, ingress, progress, shard, tuning } = parts
  const catchingUp = yield* FiberHandle.make()

  /** From where there is something to catch up; `null` = nothing is missing. */
  let gap: Effect.Effect<GatewayCheckpoint> | null = null

  const accept = (message: { readonly id: string }) =>
    Effect.flatMap(
      ingress.accept({ t: "MESSAGE_CREATE", d: message, eventId: `fetched:${message.id}`, progress }),
      (wait) => wait ?? Effect.void
    )

  const closeGap = (missing: Effect.Effect<GatewayCheckpoint>) =>
    Effect.gen(function* () {
      yield* catchUp.run(shard, yield* missing, accept)
      gap = null
      progress.release()
      // From the first moment on: a process that is killed a second later has a mark to come back to.
      yield* checkpoints.write
    })

  return {
    /** Goes on from what is remembered. When that takes too long a new session begins, and the gap is closed later. */
    recall: Effect.fnUntraced(function* (memory: Effect.Effect<GatewayCheckpoint>) {
      progress.hold()
      gap = null
      const remembering = yield* Effect.forkScoped(memory)
      const known = yield* Effect.timeoutOption(Fiber.join(remembering), tuning.memoryWithin)
      const session = known._tag === "Some" ? known.value.session : null
      if (session === null || !URL.canParse(session.resumeUrl)) {
        gap = Fiber.join(remembering)
        return
      }
      progress.adopt(session)
      progress.release()
    }),

    /** The session is gone: what is missing begins where Discord was heard last. */
    lose: Effect.gen(function* () {
      yield* FiberHandle.clear(catchingUp)
      if (gap === null) {
        progress.hold()
        const noted = Effect.andThen(checkpoints.lost(progress.marks()), checkpoints.look)
        gap = Fiber.join(yield* Effect.forkScoped(noted))
      }
      progress.lose()
    }),

    /** Another process listens: what is under way is finished, and nothing more is written. */
    leave: Effect.gen(function* () {
      yield* FiberHandle.clear(catchingUp)
      progress.hold()
      progress.lose()
    }),

    /** Closes the gap, if there is one. A new session may have left one behind a catch-up that still runs: it begins again. */
    connected: Effect.fnUntraced(function* (resumed: boolean) {
      if (gap !== null) yield* FiberHandle.run(catchingUp, closeGap(gap), { onlyIfMissing: resumed })
    })
  }
})
