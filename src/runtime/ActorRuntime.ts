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
import { type ActorAddress, address as toAddress, format } from "#domain/ActorAddress.ts"
import type { ActorDefinition } from "#domain/ActorDefinition.ts"
import { type ActorEvent, EnvelopeId, type Priority } from "#domain/Envelope.ts"
import { type RegisteredActor, registerActors } from "#kernel/RegisteredActor.ts"
import type { Turn } from "#kernel/Turn.ts"
import { ActorSystem, type ActorSystemService, type Emitted, type Inspection, type TellOptions } from "./ActorSystem.ts"
import { makeCommitter } from "./Committer.ts"
import { makeDispatcher, type SendToActor } from "./Dispatcher.ts"
import { EffectFailed, type EffectHandler, type EffectHandlers } from "./EffectHandler.ts"
import { fingerprint, stableKey } from "./Fingerprint.ts"
import { inspectionOf } from "./Inspect.ts"
import * as Metrics from "./Metrics.ts"
import { ActorStore } from "./ports/ActorStore.ts"
import { EventJournal } from "./ports/EventJournal.ts"
import * as RateLimits from "./RateLimits.ts"
import { makeReplay } from "./Replay.ts"
import { type Delivery, type Item, offer, type Resident, Residents, takeItem } from "./Resident.ts"
import { RuntimeConfig } from "./RuntimeConfig.ts"
import { MailboxFull, PayloadTooLarge, SystemStopping, type TurnRefused, UnknownActorType } from "./RuntimeError.ts"
import { makeSpool } from "./Spool.ts"
import { makeTransactions } from "./Transaction.ts"
import { makeTurns } from "./Turns.ts"
import { makeWakeLoop, StoreClock } from "./WakeLoop.ts"

export interface RuntimeOptions<R> {
  readonly actors: ReadonlyArray<ActorDefinition>
  /** Actor type → action type or invoke src → handler. What is missing runs on what the machine itself brings along. */
  readonly handlers?: Readonly<Record<string, EffectHandlers<R>>>
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

const make = Effect.fnUntraced(function* <R>({ actors, handlers = {} }: RuntimeOptions<R>) {
  const registered = registerActors(actors)
  const store = yield* ActorStore
  const config = yield* RuntimeConfig
  const environment = yield* Effect.context<R>()
  const fibers = yield* Scope.make()
  const runFork = yield* Scope.provide(FiberSet.makeRuntime<never>(), fibers)
  const fork = <A, E>(effect: Effect.Effect<A, E>) => runFork(effect)
  const emitted = yield* PubSub.sliding<Emitted>(1024)
  const clock = new StoreClock(yield* Clock.Clock)
  const residents = new Residents(config.maxResidents)
  const processId = randomBytes(6).toString("base64url")
  const idle: Array<Deferred.Deferred<void>> = []
  let busy = 0
  let stopping = false
  let releasing = false

  const residentOf = (address: ActorAddress, actor: RegisteredActor): Resident =>
    residents.touch(
      format(address),
      () => ({
        ...{ address, actor, fingerprint: fingerprint(address), internal: [], high: [], normal: [] },
        ...{ state: undefined, running: false, wakePending: false, touchedAt: 0 }
      }),
      clock.now()
    )

  /** Calls `use` at once: between the look and the use nobody may passivate the resident. */
  const withResident = <A, E>(
    address: ActorAddress,
    use: (resident: Resident) => Effect.Effect<A, E>
  ): Effect.Effect<A, E | UnknownActorType> =>
    Effect.suspend((): Effect.Effect<A, E | UnknownActorType> => {
      const actor = registered.get(address.type)
      return actor === undefined
        ? Effect.fail(new UnknownActorType({ type: address.type }))
        : use(residentOf(address, actor))
    })

  const handlerFor = (type: string, name: string): EffectHandler<unknown> | undefined => {
    const handler = handlers[type]?.[name] as EffectHandler<unknown, unknown, R> | undefined
    return handler && { ...handler, run: (call) => Effect.provideContext(handler.run(call), environment) }
  }

  const sendToActor: SendToActor = (from, entry, work) => {
    const id = EnvelopeId(`effect:${stableKey(from, entry.id)}`)
    const input: Delivery["input"] =
      work.kind === "message"
        ? { kind: "event", event: work.event }
        : work.kind === "start"
          ? {
              kind: "start",
              input: work.input,
              parent: { address: from, child: work.child, generation: entry.generation }
            }
          : { kind: "stop" }
    const priority = work.kind === "message" ? work.priority : "normal"
    return deliver(toAddress(work.to.type, work.to.id), input, id, priority).pipe(
      Effect.asVoid,
      // The receiver has the event as a dead letter: the message itself has arrived. A child that cannot start has not.
      Effect.catchTag("EventQuarantined", (error) => (work.kind === "start" ? Effect.fail(error) : Effect.void)),
      Effect.mapError((error) => new EffectFailed({ code: error._tag, retry: error.isRetryable }))
    )
  }

  const dispatcher = makeDispatcher({
    handlers: handlerFor,
    sendToActor,
    report: (resident, entry, claim, attempt) => {
      enqueue(residentOf(resident.address, resident.actor), { kind: "attempt", entry, claim, attempt })
    },
    extend: (resident, entry, claim) => {
      enqueue(residentOf(resident.address, resident.actor), { kind: "extend", entry, claim })
    },
    rateLimits: yield* RateLimits.RateLimits,
    concurrency: config.effectConcurrency,
    claimMs: config.claimMs,
    now: clock.now,
    fork: (effect) => {
      busy++
      const fiber = fork(effect)
      fiber.addObserver(leave)
      return fiber
    }
  })

  const transactions = makeTransactions({
    store,
    committer: makeCommitter(store, config, fork),
    config,
    processId,
    now: clock.now,
    claims: () => !releasing
  })

  const turns = makeTurns({
    store,
    transactions,
    config,
    now: clock.now,
    released: (resident, { before, decision, claimed, wakeAt }) => {
      if (before !== null && before.meta.outbox.length > 0) {
        const kept = new Set(decision.state?.meta.outbox.map(({ id }) => id))
        const gone = before.meta.outbox.filter(({ id, claim }) => claim?.by === processId && !kept.has(id))
        dispatcher.interrupt(
          resident.address,
          gone.map(({ id }) => id)
        )
      }
      for (const entry of claimed) dispatcher.start(resident, entry)
      if (wakeAt !== null) wakeLoop.notify(wakeAt)
    },
    published: (resident, turn) => publish(resident, turn),
    later: (resident, item) => {
      busy++
      fork(
        Effect.sleep(LATER).pipe(
          Effect.andThen(Effect.sync(() => enqueue(residentOf(resident.address, resident.actor), item))),
          Effect.ensuring(Effect.sync(leave))
        )
      )
    }
  })

  const publish = Effect.fnUntraced(function* (resident: Resident, turn: Turn) {
    for (const event of turn.emitted) yield* PubSub.publish(emitted, { address: resident.address, event })
    for (const { label } of turn.logs) yield* Effect.logInfo(label ?? "log", { actor: resident.fingerprint })
  })

  const leave = (): void => {
    if (--busy > 0) return
    for (const waiting of idle.splice(0)) Deferred.doneUnsafe(waiting, Effect.void)
  }

  /** Works the mailbox off, one item after the other, and ends when it is empty. */
  const work = Effect.fnUntraced(function* (resident: Resident) {
    for (let item = takeItem(resident); item !== undefined; item = takeItem(resident)) {
      yield* turns.handle(resident, item).pipe(Effect.catchCause(() => supervise(resident)))
    }
    resident.running = false
    leave()
  })

  /** A mistake of our own: the actor is loaded anew, its waiting callers have their answer, the others notice nothing. */
  const supervise = (resident: Resident): Effect.Effect<void> => {
    resident.state = undefined
    return Effect.logError("actor restarted after a defect", { actor: resident.fingerprint })
  }

  const start = (resident: Resident): void => {
    if (resident.running) return
    resident.running = true
    busy++
    fork(work(resident))
  }

  const enqueue = (resident: Resident, item: Item): void => {
    resident.internal.push(item)
    start(resident)
  }

  const deliver = (
    to: ActorAddress,
    input: Delivery["input"],
    id: EnvelopeId,
    priority: Priority
  ): Effect.Effect<unknown, TurnRefused> =>
    withResident(to, (resident) => {
      const reply = Deferred.makeUnsafe<unknown, TurnRefused>()
      if (!offer(resident, { kind: "delivery", input, id, reply }, priority, config.mailboxCapacity)) {
        const refused = new MailboxFull({ actor: resident.fingerprint, capacity: config.mailboxCapacity })
        const counted = Metric.update(Metric.withAttributes(Metrics.mailboxFull, { type: to.type }), 1)
        return Effect.andThen(counted, Effect.fail(refused))
      }
      start(resident)
      return Deferred.await(reply)
    })

  const ask = (to: ActorAddress, event: ActorEvent, options: TellOptions): Effect.Effect<unknown, TurnRefused> =>
    Effect.suspend(() => {
      if (stopping) return Effect.fail(new SystemStopping({}))
      if (event.type.startsWith("xstate."))
        return Effect.die(new TypeError("events named xstate.* are the runtime's own"))
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

  const journal = yield* Effect.serviceOption(EventJournal)
  const spool = Option.isNone(journal)
    ? null
    : yield* makeSpool(journal.value, ({ address, event, id, priority }) =>
        deliver(toAddress(address.type, address.id), { kind: "event", event }, EnvelopeId(id), priority)
      )

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

  const wakeLoop = makeWakeLoop({ store, config, clock, wake })

  const settled = Effect.suspend(() => {
    if (busy === 0) return Effect.void
    const waiting = Deferred.makeUnsafe<void>()
    idle.push(waiting)
    return Deferred.await(waiting)
  })
  /** Waits until no turn and no attempt of an effect is under way. */
  const quiet = Effect.repeat(settled, { until: () => busy === 0 }).pipe(Effect.asVoid)

  const inspect: ActorSystemService["inspect"] = (address) =>
    withResident(address, (resident) => transactions.load({ ...resident, state: undefined })).pipe(
      Effect.map((state) => (state === null ? null : (inspectionOf(address, state) satisfies Inspection)))
    )

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

  const forget: ActorSystemService["forget"] = (address) => have<number>(address, (done) => ({ kind: "forget", done }))

  const replay = makeReplay({
    store,
    deliver: (to, event, id) =>
      Effect.suspend(() =>
        stopping ? Effect.fail(new SystemStopping({})) : deliver(to, { kind: "event", event }, id, "normal")
      ),
    requeue: (address, entry) => have<void>(address, (done) => ({ kind: "requeue", entry, done })),
    rearm: (address, timer) => have<void>(address, (done) => ({ kind: "rearm", timer, done }))
  })

  const looking = fork(wakeLoop.run)
  fork(
    Effect.sleep(PASSIVATE_EVERY).pipe(
      Effect.andThen(Effect.sync(() => residents.passivateIdle(clock.now() - config.idleAfterMs))),
      Effect.andThen(Effect.suspend(() => Metric.update(Metrics.residents, residents.size))),
      Effect.forever
    )
  )

  /** Works off what is under way; then claims nothing any more, gives back what is left, and answers who still waits. */
  const stop = Effect.gen(function* () {
    stopping = true
    wakeLoop.stop()
    yield* Effect.timeoutOption(Effect.andThen(Fiber.await(looking), quiet), config.stopWithinMs)
    releasing = true
    yield* Effect.timeoutOption(Effect.andThen(dispatcher.interruptAll, quiet), RELEASE_WITHIN)
    residents.refuseAll(new SystemStopping({}))
    const ended = yield* Effect.forkDetach(Scope.close(fibers, Exit.void))
    yield* Effect.timeoutOption(Fiber.await(ended), RELEASE_WITHIN)
  })
  yield* Effect.addFinalizer(() => stop)

  return {
    tell: (to, event, options) => Effect.asVoid(ask(to, event, options)),
    ask,
    inspect,
    forget,
    replay,
    emitted: Stream.fromPubSub(emitted),
    now: Effect.sync(clock.now),
    drained: Effect.repeat(
      quiet.pipe(
        Effect.andThen(spool?.drain ?? Effect.void),
        Effect.andThen(wakeLoop.look),
        Effect.catch(() => Effect.succeed(0)),
        Effect.tap(quiet)
      ),
      { until: (due) => due === 0 }
    ).pipe(Effect.asVoid),
    health: Effect.map(Effect.isSuccess(store.ping), (reachable) => ({
      store: { kind: store.kind, reachable: reachable && wakeLoop.healthy() },
      residents: residents.size,
      effectsInFlight: dispatcher.inFlight(),
      spooled: spool?.pending() ?? null,
      stopping
    }))
  } satisfies ActorSystemService
})
