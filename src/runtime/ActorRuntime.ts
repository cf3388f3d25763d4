/**
 * The actor system at work: mailboxes, turns, timers and effects of one process, over whatever store it is given. Any
 * number of processes may run it on the same store; none of them owns an actor.
 *
 * **Crash**: everything acknowledged is in the store; what was under way is found again through its due time or its claim.
 * **Stop**: takes no new events, finishes turns and effects within `stopWithinMs`, gives the rest back to other processes.
 */
import { randomBytes } from "node:crypto"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FiberSet from "effect/FiberSet"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as PubSub from "effect/PubSub"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { type ActorAddress, address as toAddress } from "#domain/ActorAddress.ts"
import type { ActorDefinition } from "#domain/ActorDefinition.ts"
import { type ActorEvent, EnvelopeId } from "#domain/Envelope.ts"
import { registerActors } from "#kernel/RegisteredActor.ts"
import type { Turn } from "#kernel/Turn.ts"
import { makeActivity } from "./Activity.ts"
import { makeSendToActor } from "./ActorMessages.ts"
import { ActorSystem, type ActorSystemService, type Emitted, type Inspection, type TellOptions } from "./ActorSystem.ts"
import { makeCommitter } from "./Committer.ts"
import { makeDispatcher } from "./Dispatcher.ts"
import type { EffectHandler, EffectHandlers } from "./EffectHandler.ts"
import { fingerprint } from "./Fingerprint.ts"
import { inspectionOf } from "./Inspect.ts"
import { makeMailboxes } from "./Mailboxes.ts"
import * as Metrics from "./Metrics.ts"
import { ActorStore } from "./ports/ActorStore.ts"
import { EventJournal } from "./ports/EventJournal.ts"
import * as RateLimits from "./RateLimits.ts"
import { makeReplay } from "./Replay.ts"
import type { Item, Resident } from "./Resident.ts"
import { RuntimeConfig } from "./RuntimeConfig.ts"
import { PayloadTooLarge, SystemStopping, type TurnRefused } from "./RuntimeError.ts"
import { makeSpool } from "./Spool.ts"
import { makeTransactions } from "./Transaction.ts"
import { makeTurns } from "./Turns.ts"
import { makeWakeLoop, StoreClock } from "./WakeLoop.ts"

export interface RuntimeOptions<R> {
  readonly actors: ReadonlyArray<ActorDefinition>
  /** Actor type → action type or invoke src → handler. What is missing runs on what the machine itself brings along. */
  readonly handlers?: Readonly<Record<string, EffectHandlers<R>>>
  /**
   * Takes events and commits their turns, but wakes nobody and performs no effect: what is due, and what a turn asks for,
   * is left to the processes that work on the same store; it keeps no journal. For operators' tools. Default `false`.
   */
  readonly passive?: boolean
}

/**
 * The actor system over the `ActorStore` in the environment. **Throws** `MachineRefused` as a defect at start when a
 * machine cannot be made durable.
 */
export const layer = <R = never>(options: RuntimeOptions<R>): Layer.Layer<ActorSystem, never, ActorStore | R> =>
  Layer.effect(ActorSystem, make(options)).pipe(Layer.provide(RateLimits.layer))

/** How long an item that could not be committed waits in front of its mailbox. */
const LATER = "500 millis"
const PASSIVATE_EVERY = "30 seconds"
/** How long a stop waits beyond `stopWithinMs` for effects to be given back, and once more for what will not end. */
const RELEASE_WITHIN = "5 seconds"

const make = Effect.fnUntraced(function* <R>({ actors, handlers = {}, passive = false }: RuntimeOptions<R>) {
  const registered = registerActors(actors)
  const store = yield* ActorStore
  const config = yield* RuntimeConfig
  const environment = yield* Effect.context<R>()
  const fibers = yield* Scope.make()
  const runFork = yield* Scope.provide(FiberSet.makeRuntime<never>(), fibers)
  const fork = <A, E>(effect: Effect.Effect<A, E>) => runFork(effect)
  const emitted = yield* PubSub.sliding<Emitted>(1024)
  const emit = (one: Emitted) => Effect.asVoid(PubSub.publish(emitted, one))
  const clock = new StoreClock(yield* Clock.Clock)
  const activity = makeActivity()
  const processId = randomBytes(6).toString("base64url")
  let stopping = false
  let releasing = false

  const mailboxes = makeMailboxes({
    ...{ registered, config, now: clock.now, activity, fork },
    handle: (resident, item) => turns.handle(resident, item)
  })
  const { withResident, enqueue, deliver } = mailboxes

  const dispatcher = makeDispatcher({
    handlers: (type, name) => {
      const handler = handlers[type]?.[name] as EffectHandler<unknown, unknown, R> | undefined
      return handler && { ...handler, run: (call) => Effect.provideContext(handler.run(call), environment) }
    },
    sendToActor: makeSendToActor(deliver),
    report: (resident, entry, claim, attempt) => enqueue(resident, { kind: "attempt", entry, claim, attempt }),
    extend: (resident, entry, claim) => enqueue(resident, { kind: "extend", entry, claim }),
    emit,
    rateLimits: yield* RateLimits.RateLimits,
    concurrency: config.effectConcurrency,
    claimMs: config.claimMs,
    now: clock.now,
    fork: (effect) => {
      activity.enter()
      const fiber = fork(effect)
      fiber.addObserver(activity.leave)
      return fiber
    }
  })

  const transactions = makeTransactions({
    ...{ store, config, processId, now: clock.now },
    committer: makeCommitter(store, config, fork),
    claims: () => !releasing && !passive
  })

  const turns = makeTurns({
    ...{ store, transactions, config, now: clock.now },
    released: (resident, { before, decision, claimed, wakeAt }) => {
      if (before !== null && before.meta.outbox.length > 0) {
        const kept = new Set(decision.state?.meta.outbox.map(({ id }) => id))
        for (const { id, claim } of before.meta.outbox) {
          if (claim?.by === processId && !kept.has(id)) dispatcher.interrupt(resident.address, id)
        }
      }
      for (const entry of claimed) dispatcher.start(resident, entry)
      if (wakeAt !== null) wakeLoop.notify(wakeAt)
    },
    published: Effect.fnUntraced(function* (resident: Resident, turn: Turn) {
      for (const event of turn.emitted) yield* emit({ address: resident.address, event })
      for (const { label } of turn.logs) yield* Effect.logInfo(label ?? "log", { actor: fingerprint(resident.address) })
    }),
    lost: ({ address }, { id }) => dispatcher.interrupt(address, id),
    concluded: ({ address }, { id }) => dispatcher.concluded(address, id),
    later: (resident, item) => {
      activity.enter()
      fork(
        Effect.sleep(LATER).pipe(
          Effect.andThen(Effect.sync(() => enqueue(resident, item))),
          Effect.ensuring(Effect.sync(activity.leave))
        )
      )
    }
  })

  const wake = (address: ActorAddress): Effect.Effect<void> =>
    withResident(address, (resident) => {
      if (resident.wakePending) return Effect.void
      resident.wakePending = true
      const done = Deferred.makeUnsafe<void>()
      enqueue(resident, { kind: "wake", done })
      return Deferred.await(done)
    }).pipe(
      Effect.catchTag("UnknownActorType", ({ type }) =>
        Effect.logError("stored actor of an unregistered type is left untouched", { type }).pipe(
          Effect.andThen(store.postpone(address, clock.now() + config.quarantineRetryMs)),
          Effect.ignore
        )
      )
    )

  const journal = yield* Effect.serviceOption(EventJournal)
  const spool =
    passive || Option.isNone(journal)
      ? null
      : yield* makeSpool(journal.value, ({ address, event, id, priority }) =>
          deliver(toAddress(address.type, address.id), { kind: "event", event }, EnvelopeId(id), priority)
        )
  const wakeLoop = makeWakeLoop({ store, config, clock, wake, answered: spool?.drain ?? Effect.void })

  const ask = (to: ActorAddress, event: ActorEvent, options: TellOptions): Effect.Effect<unknown, TurnRefused> =>
    Effect.suspend(() => {
      if (stopping) return Effect.fail(new SystemStopping({}))
      if (event.type.startsWith("xstate.")) {
        return Effect.die(new TypeError("events named xstate.* are the runtime's own"))
      }
      const bytes = Buffer.byteLength(JSON.stringify(event))
      if (bytes > config.maxEventBytes) {
        return Effect.fail(new PayloadTooLarge({ actor: fingerprint(to), bytes, limit: config.maxEventBytes }))
      }
      const id = EnvelopeId(options.id)
      const priority = options.priority ?? "normal"
      const direct = (event: ActorEvent) => deliver(to, { kind: "event", event }, id, priority)
      const definition = registered.get(to.type)?.definition
      return spool === null || definition === undefined
        ? direct(event)
        : spool.deliver(definition, to, event, id, priority, direct)
    })

  /** Has the actor do what is no event, and waits for the answer. */
  const have = <A>(
    address: ActorAddress,
    item: (done: Deferred.Deferred<A, TurnRefused>) => Item
  ): Effect.Effect<A, TurnRefused> =>
    withResident(address, (resident): Effect.Effect<A, TurnRefused> => {
      if (stopping) return Effect.fail(new SystemStopping({}))
      const done = Deferred.makeUnsafe<A, TurnRefused>()
      enqueue(resident, item(done))
      return Deferred.await(done)
    })

  const replay = makeReplay({
    store,
    deliver: (to, event, id) =>
      Effect.suspend(() =>
        stopping ? Effect.fail(new SystemStopping({})) : deliver(to, { kind: "event", event }, id, "normal")
      ),
    requeue: (address, entry) => have<void>(address, (done) => ({ kind: "requeue", entry, done })),
    rearm: (address, timer) => have<void>(address, (done) => ({ kind: "rearm", timer, done }))
  })

  /** The store's time, from a look that takes nobody. */
  const tellTheTime = Effect.gen(function* () {
    const askedAt = clock.node()
    clock.sync((yield* store.claimDue(0, 1)).now, askedAt)
  })
  if (passive) yield* Effect.ignore(tellTheTime)
  const looking = fork(passive ? Effect.void : wakeLoop.run)
  fork(
    Effect.sleep(PASSIVATE_EVERY).pipe(
      Effect.andThen(Effect.sync(() => mailboxes.passivateIdle(clock.now() - config.idleAfterMs))),
      Effect.andThen(Effect.suspend(() => Metric.update(Metrics.residents, mailboxes.size()))),
      Effect.forever
    )
  )

  /** Works off what is under way; then claims nothing any more, gives back what is left, and answers who still waits. */
  const stop = Effect.gen(function* () {
    stopping = true
    wakeLoop.stop()
    yield* Effect.timeoutOption(Effect.andThen(Fiber.await(looking), activity.quiet), config.stopWithinMs)
    releasing = true
    yield* Effect.timeoutOption(Effect.andThen(dispatcher.interruptAll, activity.quiet), RELEASE_WITHIN)
    mailboxes.refuseAll(new SystemStopping({}))
    const ended = yield* Effect.forkDetach(Scope.close(fibers, Exit.void))
    yield* Effect.timeoutOption(Fiber.await(ended), RELEASE_WITHIN)
  })
  yield* Effect.addFinalizer(() => stop)

  return {
    tell: (to, event, options) => Effect.asVoid(ask(to, event, options)),
    ask,
    inspect: (address) =>
      withResident(address, (resident) => transactions.load({ ...resident, state: undefined })).pipe(
        Effect.map((state) => (state === null ? null : (inspectionOf(address, state) satisfies Inspection)))
      ),
    forget: (address) =>
      Effect.zipWith(
        spool?.forget(address) ?? Effect.succeed(0),
        have<number>(address, (done) => ({ kind: "forget", done })),
        (kept, stored) => kept + stored
      ),
    replay,
    emitted: Stream.fromPubSub(emitted),
    now: Effect.sync(clock.now),
    drained: activity.quiet.pipe(
      Effect.andThen(wakeLoop.look),
      Effect.catch(() => Effect.succeed(0)),
      Effect.tap(activity.quiet),
      Effect.repeat({ until: (due) => due === 0 }),
      Effect.asVoid
    ),
    health: Effect.map(Effect.isSuccess(store.ping), (reachable) => ({
      store: { kind: store.kind, reachable: reachable && wakeLoop.healthy() },
      residents: mailboxes.size(),
      effectsInFlight: dispatcher.inFlight(),
      spooled: spool?.pending() ?? null,
      stopping
    }))
  } satisfies ActorSystemService
})
