/**
 * One shard for as long as the service runs: claims it, goes on from where it was heard last, connects, resumes, begins
 * anew; and stands by while a newer process listens.
 *
 * **Delivery**: at least once; a dispatch counts as heard when everything it asked for is durable. **Crash**: Discord sends
 * again what came after the checkpoint; what it no longer can is fetched. **Bounds**: with too much under way the connection
 * is closed until half of it is done; Discord keeps the rest meanwhile.
 */
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"
import type { APIGatewayBotInfo } from "discord.js"
import type { IIdentifyThrottler } from "@discordjs/ws"
import { ActorSystem } from "#runtime/ActorSystem.ts"
import { CatchUp, type Shard } from "./CatchUp.ts"
import { DiscordHealth, type ShardState } from "./DiscordHealth.ts"
import * as GatewayActor from "./GatewayActor.ts"
import * as GatewayCheckpoints from "./GatewayCheckpoints.ts"
import * as GatewayConnection from "./GatewayConnection.ts"
import * as GatewayIntake from "./GatewayIntake.ts"
import * as GatewayLease from "./GatewayLease.ts"
import * as GatewayMemory from "./GatewayMemory.ts"
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

type End = GatewayConnection.ConnectionEnd | { readonly kind: "full" | "not_ready" | "taken_over" }

/** Labels: `session` = resumed | new. */
const connections = Metric.counter("discord_connections_total", {
  description: "Connections that became ready, with the old session or a new one",
  incremental: true
})

/** Labels: `why` = dropped | session_lost | refused | full | not_ready | taken_over. */
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
  const actor = GatewayActor.make(system, shard.index)
  const lease = GatewayLease.make(system, actor, tuning)
  const checkpoints = GatewayCheckpoints.make(actor, lease.holder, progress)
  const memory = yield* GatewayMemory.make({ shard, progress, checkpoints, catchUp, ingress, tuning })
  const intake = yield* GatewayIntake.make(progress, ingress, tuning.mostInFlight)

  let state: ShardState = "connecting"
  let reason: string | null = null
  /** Connections in a row that did not last. */
  let tries = 0
  let readyAt: number | null = null
  health.watch(shard.index, () => ({ state, reason, heardAt: progress.heardAt, unhandled: progress.inFlight }))

  const afterReady = Effect.fnUntraced(function* (resumed: boolean) {
    const session = resumed ? "resumed" : "new"
    yield* Metric.update(Metric.withAttributes(connections, { session }), 1)
    yield* Effect.annotateLogs(Effect.logInfo("discord: connected"), { shard: shard.index, session })
    yield* memory.connected(resumed)
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

  const connect = Effect.gen(function* () {
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
        // The library says so before it hands on the dispatch: the first checkpoint must have a time to catch up from.
        progress.heard(readyAt)
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

  const takenOver: Effect.Effect<End> = Effect.as(lease.lost, { kind: "taken_over" })
  const once = Effect.raceFirst(connect, takenOver)

  const again = Effect.fnUntraced(function* (end: End) {
    const line = { shard: shard.index, why: end.kind, code: "code" in end ? end.code : null }
    yield* Metric.update(Metric.withAttributes(disconnects, { why: end.kind }), 1)
    yield* Effect.annotateLogs(Effect.logWarning("discord: disconnected"), line)
    if (end.kind === "taken_over") return
    if (end.kind === "refused") return yield* Effect.fail(end.because)
    if (end.kind === "session_lost") yield* memory.lose
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
      Effect.andThen(lease.release),
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

  /** Ends when another process has the shard. Who is cut off asks before it comes back: it may be the other's doing. */
  const listen = Effect.repeat(Effect.andThen(Effect.catch(Effect.flatMap(once, again), refused), lease.isOurs), {
    until: (ours) => !ours
  })
  const standBy = Effect.gen(function* () {
    yield* memory.leave
    state = "standby"
    reason = null
    tries = 0
    yield* Effect.annotateLogs(Effect.logInfo("discord: another process listens; standing by"), { shard: shard.index })
    return yield* lease.claimWhenFree
  })
  const goOn = Effect.flatMap(Effect.andThen(listen, standBy), (known) => memory.recall(Effect.succeed(known)))
  yield* Effect.forkScoped(Effect.andThen(memory.recall(lease.claim), Effect.forever(goOn)))
})
