/**
 * Brings events to their actors and does not let go of one before it is durable: while the store is away or a mailbox is
 * full it is held here and told again, for as long as it takes. Events to one actor keep their order. One that is refused
 * for good is counted and logged, never silently gone; the actor's own dead letters hold it where there are any.
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Schedule from "effect/Schedule"
import { format } from "#domain/ActorAddress.ts"
import { ActorSystem } from "#runtime/ActorSystem.ts"
import { fingerprint } from "#runtime/Fingerprint.ts"
import type { TurnRefused } from "#runtime/RuntimeError.ts"
import * as IngressLanes from "./IngressLanes.ts"
import type { Tell } from "./IngressTells.ts"
import { StoreAwayAlarm } from "./StoreAwayAlarm.ts"

export interface Held {
  /** Events that have waited longer than a moment for the store or a mailbox. */
  readonly count: number
  /** How long the oldest of them has waited, milliseconds. */
  readonly forMs: number
}

export interface IngressDeliveryService {
  /** Puts tells in line in this order. The inner effect ends when each is durable or refused for good; it never fails. */
  readonly submit: (tells: ReadonlyArray<Tell>) => Effect.Effect<Effect.Effect<void>>
  readonly held: Effect.Effect<Held>
}

/** Labels: `reason` = the refusal's tag, or `Defect`. */
const refused = Metric.counter("discord_events_refused_total", {
  description: "Events from Discord that an actor can never take",
  incremental: true
})

const heldGauge = Metric.gauge("discord_events_held", {
  description: "Events from Discord waiting for the store or a mailbox"
})

/** What passes in this time is no trouble worth a word. */
const MOMENT_MS = 3000

const again = Schedule.min([Schedule.exponential("50 millis"), Schedule.spaced("2 seconds")]).pipe(
  Schedule.jittered,
  Schedule.setInputType<TurnRefused>(),
  Schedule.while(({ input }) => input.isRetryable)
)

const make = Effect.gen(function* () {
  const system = yield* ActorSystem
  const alarm = yield* StoreAwayAlarm
  const lanes = yield* IngressLanes.make
  /** Since when each event waits that was refused at least once, epoch milliseconds. */
  const waiting = new Map<Tell, number>()

  const held = Effect.map(Clock.currentTimeMillis, (now): Held => {
    const waits = [...waiting.values()].map((since) => now - since).filter((ms) => ms >= MOMENT_MS)
    return { count: waits.length, forMs: Math.max(0, ...waits) }
  })

  const drop = (tell: Tell, reason: string) =>
    Effect.logError("discord: an event was refused for good").pipe(
      Effect.annotateLogs({ actor: fingerprint(tell.to), event: tell.event.type, reason }),
      Effect.andThen(Metric.update(Metric.withAttributes(refused, { reason }), 1)),
      Effect.andThen(alarm.refused(tell))
    )

  const deliver = (tell: Tell) =>
    system.tell(tell.to, tell.event, { id: tell.id }).pipe(
      Effect.tapError((error) =>
        Effect.map(Clock.currentTimeMillis, (now) => {
          if (error.isRetryable && !waiting.has(tell)) waiting.set(tell, now)
        })
      ),
      Effect.retry(again),
      Effect.catch((error) => drop(tell, error._tag)),
      Effect.catchCauseIf(
        (cause) => !Cause.hasInterrupts(cause),
        () => drop(tell, "Defect")
      ),
      Effect.ensuring(Effect.sync(() => waiting.delete(tell)))
    )

  /** Says when events begin to be held and when the last one got through. */
  let told = false
  yield* held.pipe(
    Effect.tap(({ count }) => Metric.update(heldGauge, count)),
    Effect.flatMap(({ count, forMs }) => {
      if (told === count > 0) return Effect.void
      told = count > 0
      const line = told
        ? Effect.logError(
            "discord: events are held until the store takes them; nothing is lost while this process lives"
          )
        : Effect.logInfo("discord: all held events are durable")
      return line.pipe(Effect.annotateLogs({ held: count, forMs }))
    }),
    Effect.repeat(Schedule.spaced("1 second")),
    Effect.forkScoped
  )

  const submit: IngressDeliveryService["submit"] = (tells) =>
    Effect.map(
      Effect.forEach(tells, (tell) => Effect.andThen(alarm.heard(tell), lanes.submit(format(tell.to), deliver(tell)))),
      (waits) => Effect.all(waits, { discard: true, concurrency: "unbounded" })
    )

  return { submit, held }
})

export class IngressDelivery extends Context.Service<IngressDelivery, IngressDeliveryService>()(
  "app/channels/discord/IngressDelivery"
) {
  static readonly layer: Layer.Layer<IngressDelivery, never, ActorSystem> = Layer.effect(IngressDelivery, make)
}
