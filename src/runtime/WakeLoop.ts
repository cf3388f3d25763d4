/**
 * Looks for actors whose pending work has come due and wakes them: timers, retries, effects whose process died. Sleeps
 * until the next known due time, at most `pollIntervalMs`, so that what other processes left behind is found too.
 *
 * Also keeps the runtime's clock on the store's time: the store decides what is due, so stamps must agree with it even when
 * a node's clock is wrong or jumps.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import type { ActorAddress } from "#domain/ActorAddress.ts"
import type { ActorStoreService } from "./ports/ActorStore.ts"
import type { RuntimeConfigService } from "./RuntimeConfig.ts"
import type { StoreUnavailable } from "./RuntimeError.ts"

/** The node's clock corrected by what the store last said. */
export class StoreClock {
  readonly #clock: Clock.Clock
  #offset = 0

  constructor(clock: Clock.Clock) {
    this.#clock = clock
  }

  /** Epoch milliseconds of the store, as far as known. */
  readonly now = (): number => this.#clock.currentTimeMillisUnsafe() + this.#offset

  /** Epoch milliseconds of this node. */
  readonly node = (): number => this.#clock.currentTimeMillisUnsafe()

  /** Takes over what the store said some time after `askedAt` (of this node), and trusts it no further: answers may be late. */
  sync(storeNow: number, askedAt: number): void {
    this.#offset = Math.min(Math.max(this.#offset, storeNow - this.node()), storeNow - askedAt)
  }
}

export interface WakeLoop {
  /** Says that work of this process becomes due at `at` (epoch milliseconds). */
  readonly notify: (at: number) => void
  /** One look: takes what is due and waits until it has been worked on. Answers how many actors were due. */
  readonly look: Effect.Effect<number, StoreUnavailable>
  /** Looks until it is told to stop. */
  readonly run: Effect.Effect<void>
  /** Lets `run` end after the look under way: what that one took is still woken. */
  readonly stop: () => void
  /** False after a look that the store did not answer. */
  readonly healthy: () => boolean
}

/** A slow actor does not hold up the others: after this the loop goes on and leaves it to its mailbox. */
const WAKE_PATIENCE = "2 seconds"

export const makeWakeLoop = (options: {
  readonly store: ActorStoreService
  readonly config: RuntimeConfigService
  readonly clock: StoreClock
  readonly wake: (address: ActorAddress) => Effect.Effect<void>
  /** Run whenever the store has answered a look. */
  readonly answered: Effect.Effect<void>
}): WakeLoop => {
  const { store, config, clock, wake, answered } = options
  const changed = Latch.makeUnsafe()
  let sleepingUntil = -Infinity
  /** The earliest moment of which `notify` spoke during a look. */
  let noticed = Infinity
  let nextAt: number | null = null
  let healthy = true
  let stopped = false

  const look = Effect.gen(function* () {
    const askedAt = clock.node()
    const due = yield* store.claimDue(config.wakeBatch, config.wakeVisibilityMs)
    clock.sync(due.now, askedAt)
    nextAt = due.nextAt
    yield* Effect.forEach(due.addresses, wake, { concurrency: "unbounded", discard: true }).pipe(
      Effect.timeoutOption(WAKE_PATIENCE)
    )
    yield* answered
    return due.addresses.length
  })

  const pause = (millis: number) =>
    stopped ? Effect.void : Effect.raceFirst(Effect.sleep(Math.max(0, millis)), changed.await)

  const sleep = Effect.suspend(() => {
    const now = clock.now()
    sleepingUntil = Math.min(now + config.pollIntervalMs, nextAt ?? Infinity, noticed)
    return pause(sleepingUntil - now)
  })

  const away = (reason: string) => {
    const first = healthy
    healthy = false
    const said = first ? Effect.logError("store away: due work waits", { reason }) : Effect.void
    return Effect.andThen(
      said,
      Effect.suspend(() => pause(config.pollIntervalMs))
    )
  }

  const turn = Effect.gen(function* () {
    changed.closeUnsafe()
    sleepingUntil = -Infinity
    noticed = Infinity
    const taken = yield* look
    if (!healthy) yield* Effect.logInfo("store answers again: waking due actors")
    healthy = true
    if (taken < config.wakeBatch) yield* sleep
  }).pipe(
    Effect.catchTag("StoreUnavailable", ({ reason }) => away(reason)),
    Effect.catchDefect(() => away("defect"))
  )

  return {
    notify: (at) => {
      noticed = Math.min(noticed, at)
      if (at < sleepingUntil) changed.openUnsafe()
    },
    look,
    run: Effect.asVoid(Effect.repeat(turn, { until: () => stopped })),
    stop: () => {
      stopped = true
      changed.openUnsafe()
    },
    healthy: () => healthy
  }
}
