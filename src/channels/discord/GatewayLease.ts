/**
 * Which process listens to a shard when several could. The newest that starts takes it, so a restart and a rolling deploy
 * wait for nobody; an older one is told when it asks, and stands by until the shard is released or not held on to any more.
 * Two that listen for a moment do no harm, because events are deduplicated.
 *
 * **Crash**: one that stands by takes over when the lease runs out. **Store away**: nobody is told anything, so whoever
 * listens goes on.
 */
import { randomUUID } from "node:crypto"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { GatewayCheckpoint, GatewayEvent } from "#domain/ash/Gateway.ts"
import type { ActorSystemService } from "#runtime/ActorSystem.ts"
import type { GatewayActor } from "./GatewayActor.ts"
import type { GatewayTuningService } from "./GatewayTuning.ts"

export interface GatewayLease {
  /** This process, as the actor knows it; another one for each start. */
  readonly holder: string
  /** Takes the shard, whoever has it, and answers what is remembered; waits for the store. */
  readonly claim: Effect.Effect<GatewayCheckpoint>
  /** Waits until nobody else has the shard, takes it and answers what is remembered. */
  readonly claimWhenFree: Effect.Effect<GatewayCheckpoint>
  /** Holds on to the shard. False only when the actor says that it is not ours any more. */
  readonly isOurs: Effect.Effect<boolean>
  /** Holds on to the shard until it is not ours any more. */
  readonly lost: Effect.Effect<void>
  /** Lets those that stand by have it at once; a failure leaves it to run out. */
  readonly release: Effect.Effect<void>
}

/** Only this takes the shard away: not a store that is silent, nor an answer that means nothing to us. */
const saysNo = Schema.is(Schema.Struct({ held: Schema.Literal(false) }))

export const make = (
  system: ActorSystemService,
  actor: GatewayActor,
  { leaseFor, renewEvery }: Pick<GatewayTuningService, "leaseFor" | "renewEvery">
): GatewayLease => {
  const holder = randomUUID()
  const forMs = Duration.toMillis(leaseFor)
  /** Until the claim is durable there is nothing to hold on to. */
  let claimed = false

  const claiming = (ifFree: boolean) => (at: number) => ({ type: "CLAIM", holder, ifFree, forMs, at }) as const
  const renewing = (at: number) => ({ type: "RENEW", holder, forMs, at }) as const
  const ask = (event: (at: number) => GatewayEvent) => Effect.flatMap(system.now, (at) => actor.ask(event(at)))
  /** One answer, soon; none when the store does not give it. */
  const soon = (event: (at: number) => GatewayEvent) => Effect.option(Effect.timeout(ask(event), renewEvery))

  const claim = Effect.tap(actor.remembered(ask(claiming(false))), () =>
    Effect.sync(() => {
      claimed = true
    })
  )

  const storeIsBack = Effect.repeat(
    Effect.delay(
      soon(() => ({ type: "LOOK" })),
      renewEvery
    ),
    { until: Option.isSome }
  )

  const claimWhenFree = Effect.gen(function* () {
    while (true) {
      const answer = yield* soon(claiming(true))
      if (Option.isSome(answer) && answer.value !== null) return yield* actor.read(answer.value)
      // With the store away the holder could not hold on either: once it is back, that one has all its time to do so.
      if (Option.isNone(answer)) yield* storeIsBack
      yield* Effect.sleep(Option.isSome(answer) ? renewEvery : leaseFor)
    }
  })

  const isOurs = Effect.suspend(() =>
    claimed ? Effect.map(soon(renewing), (answer) => !Option.exists(answer, saysNo)) : Effect.succeed(true)
  )

  return {
    holder,
    claim,
    claimWhenFree,
    isOurs,
    lost: Effect.asVoid(Effect.repeat(Effect.delay(isOurs, renewEvery), { until: (ours) => !ours })),
    release: Effect.suspend(() => (claimed ? Effect.ignore(actor.tell({ type: "RELEASE", holder })) : Effect.void))
  }
}
