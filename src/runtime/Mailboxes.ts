/**
 * The mailboxes of this process's actors: what is waiting, who is being worked off. One item at a time per actor; a fibre
 * lives only while its mailbox has work. A defect of ours costs one item, never an actor (G9).
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import { type ActorAddress, format } from "#domain/ActorAddress.ts"
import type { EnvelopeId, Priority } from "#domain/Envelope.ts"
import type { RegisteredActor } from "#kernel/RegisteredActor.ts"
import type { Activity } from "./Activity.ts"
import { fingerprint } from "./Fingerprint.ts"
import * as Metrics from "./Metrics.ts"
import { type Delivery, type Item, makeResident, offer, type Resident, Residents, takeItem } from "./Resident.ts"
import type { RuntimeConfigService } from "./RuntimeConfig.ts"
import { MailboxFull, type TurnRefused, UnknownActorType } from "./RuntimeError.ts"

export interface Mailboxes {
  /** Calls `use` at once: between the look and the use nobody may passivate the resident. */
  readonly withResident: <A, E>(
    address: ActorAddress,
    use: (resident: Resident) => Effect.Effect<A, E>
  ) => Effect.Effect<A, E | UnknownActorType>
  /** Puts one of the runtime's own items into the mailbox of the actor that this resident stands for. */
  readonly enqueue: (resident: Resident, item: Item) => void
  /** Puts an envelope into a mailbox and waits for its reply. */
  readonly deliver: (
    to: ActorAddress,
    input: Delivery["input"],
    id: EnvelopeId,
    priority: Priority
  ) => Effect.Effect<unknown, TurnRefused>
  /** Answers everybody who still waits. */
  readonly refuseAll: (refusal: TurnRefused) => void
  readonly passivateIdle: (before: number) => void
  readonly size: () => number
}

export const makeMailboxes = (options: {
  readonly registered: ReadonlyMap<string, RegisteredActor>
  readonly config: RuntimeConfigService
  readonly now: () => number
  readonly activity: Activity
  readonly fork: (effect: Effect.Effect<void>) => void
  readonly handle: (resident: Resident, item: Item) => Effect.Effect<void>
}): Mailboxes => {
  const { registered, config, now, activity, fork, handle } = options
  const residents = new Residents(config.maxResidents)

  const residentOf = (address: ActorAddress, actor: RegisteredActor): Resident =>
    residents.touch(format(address), () => makeResident(address, actor), now())

  const withResident = <A, E>(
    address: ActorAddress,
    use: (resident: Resident) => Effect.Effect<A, E>
  ): Effect.Effect<A, E | UnknownActorType> =>
    Effect.suspend((): Effect.Effect<A, E | UnknownActorType> => {
      const actor = registered.get(address.type)
      if (actor === undefined) return Effect.fail(new UnknownActorType({ type: address.type }))
      return use(residentOf(address, actor))
    })

  const work = Effect.fnUntraced(function* (resident: Resident) {
    for (let item = takeItem(resident); item !== undefined; item = takeItem(resident)) {
      yield* handle(resident, item).pipe(Effect.catchCause(() => supervise(resident)))
    }
    resident.running = false
    activity.leave()
  })

  /** A mistake of our own: the actor is loaded anew, its waiting callers have their answer, the others notice nothing. */
  const supervise = (resident: Resident): Effect.Effect<void> => {
    resident.state = undefined
    return Effect.logError("actor restarted after a defect", { actor: fingerprint(resident.address) })
  }

  const start = (resident: Resident): void => {
    if (resident.running) return
    resident.running = true
    activity.enter()
    fork(work(resident))
  }

  return {
    withResident,
    enqueue: ({ address, actor }, item) => {
      const resident = residentOf(address, actor)
      resident.internal.push(item)
      start(resident)
    },
    deliver: (to, input, id, priority) =>
      withResident(to, (resident): Effect.Effect<unknown, TurnRefused> => {
        const reply = Deferred.makeUnsafe<unknown, TurnRefused>()
        if (!offer(resident, { kind: "delivery", input, id, reply }, priority, config.mailboxCapacity)) {
          const refused = new MailboxFull({ actor: fingerprint(resident.address), capacity: config.mailboxCapacity })
          return Effect.andThen(Metrics.mailboxFull({ type: to.type }), Effect.fail(refused))
        }
        start(resident)
        return Deferred.await(reply)
      }),
    refuseAll: (refusal) => residents.refuseAll(refusal),
    passivateIdle: (before) => residents.passivateIdle(before),
    size: () => residents.size
  }
}
