/**
 * One shard for as long as the service runs: remembers how far it was heard, connects, resumes, begins anew, catches up.
 *
 * **Delivery**: at least once; a dispatch counts as heard when everything it asked for is durable. **Crash**: Discord sends
 * again what came after the checkpoint; what it no longer can is fetched. **Bounds**: with too much under way the connection
 * is closed until half of it is done; Discord keeps the rest meanwhile.
 */
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FiberHandle from "effect/FiberHandle"
import * as Metric from "effect/Metric"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"
import type { APIGatewayBotInfo } from "discord.js"
import type { IIdentifyThrottler } from "@discordjs/ws"
import type { GatewayCheckpoint } from "#domain/ash/Gateway.ts"
import { ActorSystem } from "#runtime/ActorSystem.ts"
import { CatchUp, type Shard } from "./CatchUp.ts"
import { DiscordHealth, type ShardState } from "./DiscordHealth.ts"
import * as GatewayCheckpoints from "./GatewayCheckpoints.ts"
import * as GatewayConnection from "./GatewayConnection.ts"
import * as GatewayIntake from "./GatewayIntake.ts"
import { GatewayProgress } from "./GatewayProgress.ts"
import { type GatewayRefusal, sayRefused } from "./GatewayRefusal.ts"
import { GatewayTuning } from "./GatewayTuning.ts"
import { Ingress } from "./Ingress.ts"

export interface ShardOptions {
  readonly shard: Shard
  readonly token: string
  readonly throttler: IIdentifyThrottler
  /** Where to connect; waits while Discord does not answer. */
  readonly gateway: Effect.Effect<APIGatewayBotInfo, GatewayRefusal>
}

type End = GatewayConnection.ConnectionEnd | { readonly kind: "full" | "not_ready" }

/** Labels: `session` = resumed | new. */
const connections = Metric.counter("discord_connections_total", {
  description: "Connections that became ready, with the old session or a new one",
  incremental: true
})

/** Labels: `why` = dropped | session_lost | refused | full | not_ready. */
const disconnects = Metric.counter("discord_disconnects_total", {
  description: "Connections that ended, by why",
  incremental: true
})

const unhandledGauge = Metric.gauge("discord_dispatches_unhandled", {
  description: "Dispatches of Discord that are not durable yet"
})
const unhandled = (shard: number) => Metric.withAttributes(unhandledGauge, { shard: String(shard) })

/** Discord asks for one to five seconds before a new session. */
const NEW_SESSION_AFTER_MS = 1500

/** A connection that lasts this long makes up for the tries before it. */
const LASTING_MS = 30_000

/** Where a session is to be resumed may be down for good; after this many tries the common address is asked. */
const TRIES_AT_RESUME_URL = 4

/** Connects and stays connected until the scope ends; the session outlives it. Ends at once: the work goes on behind. */
export const start = Effect.fnUntraced(function* (options: ShardOptions) {
  const { gateway, shard, throttler, token } = options
  const tuning = yield* GatewayTuning
  const system = yield* ActorSystem
  const ingress = yield* Ingress
  const catchUp = yield* CatchUp
  const health = yield* DiscordHealth
  const clock = yield* Clock.Clock
  const progress = new GatewayProgress()
  const checkpoints = GatewayCheckpoints.make(system, shard.index, progress)
  const intake = yield* GatewayIntake.make(progress, ingress, tuning.mostInFlight)

  const catchingUp = yield* FiberHandle.make()

  let state: ShardState = "connecting"
  let reason: string | null = null
  /** Connections in a row that did not last. */
  let tries = 0
  let readyAt: number | null = null
  health.watch(shard.index, () => ({ state, reason, heardAt: progress.heardAt, unhandled: progress.inFlight }))

  /** From where there is something to catch up; `null` = nothing is missing. While there is, no checkpoint is written. */
  let gap: Effect.Effect<GatewayCheckpoint> | null = null

  const remember = Effect.gen(function* () {
    progress.hold()
    const memory = yield* Effect.forkScoped(checkpoints.look)
    const known = yield* Effect.timeoutOption(Fiber.join(memory), tuning.memoryWithin)
    const session = known._tag === "Some" ? known.value.session : null
    if (session === null || !URL.canParse(session.resumeUrl)) {
      gap = Fiber.join(memory)
      return
    }
    progress.adopt(session)
    progress.release()
  })

  /** The session is gone: what is missing begins where Discord was heard last. */
  const lose = Effect.gen(function* () {
    yield* FiberHandle.clear(catchingUp)
    if (gap === null) {
      progress.hold()
      const noted = Effect.andThen(checkpoints.lost(progress.marks()), checkpoints.look)
      gap = Fiber.join(yield* Effect.forkScoped(noted))
    }
    progress.lose()
  })

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

  const afterReady = Effect.fnUntraced(function* (resumed: boolean) {
    const session = resumed ? "resumed" : "new"
    yield* Metric.update(Metric.withAttributes(connections, { session }), 1)
    yield* Effect.annotateLogs(Effect.logInfo("discord: connected"), { shard: shard.index, session })
    // A new session may have left a gap behind a catch-up that is still running: that one begins again.
    if (gap !== null) yield* FiberHandle.run(catchingUp, closeGap(gap), { onlyIfMissing: resumed })
  })

  const session = (info: APIGatewayBotInfo) => {
    const known = progress.session
    const resumeUrl = tries < TRIES_AT_RESUME_URL ? known?.resumeUrl : info.url
    return known === null || resumeUrl === undefined ? null : { ...known, resumeUrl }
  }

  /** Discord counts new sessions, and takes the token away from a bot that begins too many. */
  const allowed = Effect.gen(function* () {
    let info = yield* gateway
    while (progress.session === null && info.session_start_limit.remaining < 1) {
      reason = "too_many_sessions"
      yield* Effect.annotateLogs(Effect.logError("discord: no new session is allowed today; waiting"), {
        shard: shard.index,
        forMs: info.session_start_limit.reset_after
      })
      yield* Effect.sleep(Duration.millis(Math.min(info.session_start_limit.reset_after + 1000, 600_000)))
      info = yield* gateway
    }
    return info
  })

  const once = Effect.gen(function* () {
    const info = yield* allowed
    readyAt = null
    state = progress.session === null ? "connecting" : "resuming"
    const ready = yield* Deferred.make<boolean>()
    yield* Effect.forkScoped(Effect.flatMap(Deferred.await(ready), afterReady))
    const connection = GatewayConnection.run({
      shard: shard.index,
      shards: shard.total,
      token,
      gateway: info,
      throttler,
      session: () => session(info),
      onSession: (session) => progress.adopt(session),
      onReady: (resumed) => {
        state = "connected"
        reason = null
        readyAt = clock.currentTimeMillisUnsafe()
        Deferred.doneUnsafe(ready, Effect.succeed(resumed))
      },
      onDispatch: intake.offer,
      onHeard: () => progress.heard(clock.currentTimeMillisUnsafe())
    })
    const late = Deferred.await(ready).pipe(
      Effect.timeoutOption(tuning.readyWithin),
      Effect.flatMap((seen) => (seen._tag === "Some" ? Effect.never : Effect.void))
    )
    const ways: ReadonlyArray<Effect.Effect<End>> = [
      connection,
      Effect.as(intake.full, { kind: "full" }),
      Effect.as(late, { kind: "not_ready" })
    ]
    return yield* Effect.raceAllFirst(ways)
  }).pipe(Effect.scoped)

  const again = Effect.fnUntraced(function* (end: End) {
    const line = { shard: shard.index, why: end.kind, code: "code" in end ? end.code : null }
    yield* Metric.update(Metric.withAttributes(disconnects, { why: end.kind }), 1)
    yield* Effect.annotateLogs(Effect.logWarning("discord: disconnected"), line)
    if (end.kind === "refused") return yield* Effect.fail(end.because)
    if (end.kind === "session_lost") yield* lose
    state = progress.session === null ? "connecting" : "resuming"
    if (end.kind === "full") {
      reason = "too_much_under_way"
      return yield* intake.relieved
    }
    tries = readyAt !== null && clock.currentTimeMillisUnsafe() - readyAt > LASTING_MS ? 1 : tries + 1
    if (readyAt === null && tries >= TRIES_AT_RESUME_URL) reason = "not_answering"
    const least = end.kind === "session_lost" ? NEW_SESSION_AFTER_MS : 250 * 2 ** Math.min(tries, 6)
    yield* Effect.sleep(Duration.millis(least * (1 + (yield* Random.next))))
  })

  yield* Effect.addFinalizer(() =>
    intake.drained.pipe(
      Effect.timeoutOption(tuning.stopWithin),
      Effect.andThen(checkpoints.write),
      Effect.timeoutOption(tuning.stopWithin)
    )
  )
  yield* checkpoints.write.pipe(
    Effect.andThen(Effect.suspend(() => Metric.update(unhandled(shard.index), progress.inFlight))),
    Effect.repeat(Schedule.spaced("1 second")),
    Effect.forkScoped
  )
  const refused = Effect.fnUntraced(function* (because: GatewayRefusal) {
    state = "failed"
    reason = because
    yield* sayRefused(because)
    yield* Effect.sleep(tuning.refusedAgain)
  })
  const listen = Effect.catch(Effect.forever(Effect.flatMap(once, again)), refused)
  yield* Effect.forkScoped(Effect.andThen(remember, Effect.forever(listen)))
})
