/**
 * Actor systems as a test sees them: several processes of this one process, each with its own connection to one store in
 * memory, all on the test's clock. Handlers are written down as they run, together with whether what asked for them was
 * durable at that moment.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import type { ActorDefinition } from "#domain/ActorDefinition.ts"
import { type ActorAddress } from "#domain/ActorAddress.ts"
import type { ActorRecord } from "#kernel/ActorRecord.ts"
import * as ActorRuntime from "#runtime/ActorRuntime.ts"
import { ActorSystem, type ActorSystemService } from "#runtime/ActorSystem.ts"
import type { EffectCall, EffectFailed, EffectHandler, EffectHandlers } from "#runtime/EffectHandler.ts"
import { stableKey } from "#runtime/Fingerprint.ts"
import { ActorStore, type ActorStoreService } from "#runtime/ports/ActorStore.ts"
import * as MemoryStore from "#stores/memory/MemoryStore.ts"
import { type Faults, FaultyStore, layer as faultyLayer } from "#test/harness/FaultyStore.ts"

export interface Call extends EffectCall<{ readonly entry: string }> {
  readonly name: string
  readonly at: number
  /** Whether the record asked for this very effect when the handler was called. Only a turn's commit writes that. */
  readonly durable: boolean
}

export interface Process extends ActorSystemService {
  readonly faults: Faults
  /** A graceful stop. The caller moves the clock if something holds it up. */
  readonly stop: Effect.Effect<void>
  /** `kill -9`, as far as anybody else can tell: nothing of it reaches the store any more. */
  readonly kill: Effect.Effect<void>
}

export interface ProcessOptions {
  readonly actors: ReadonlyArray<ActorDefinition>
  readonly handlers?: Readonly<Record<string, EffectHandlers>>
  readonly config: Layer.Layer<never>
  readonly passive?: boolean
  /** Puts a store of another make between this process and the shared one. */
  readonly wrap?: (store: ActorStoreService) => ActorStoreService
}

export interface World {
  /** The store itself, behind all connections. */
  readonly store: ActorStoreService
  readonly process: (options: ProcessOptions) => Effect.Effect<Process>
  readonly calls: Array<Call>
  /** A handler that is written down, and then does what the test says. Default: succeeds. */
  readonly handler: (
    name: string,
    run?: (call: Call, nth: number) => Effect.Effect<unknown, EffectFailed>,
    more?: Omit<EffectHandler<never>, "run">
  ) => EffectHandler<never>
  readonly record: (address: ActorAddress) => Effect.Effect<ActorRecord | null>
}

/** A world with an empty store. Whatever is still running at the end is stopped, with the clock moving. */
export const makeWorld: Effect.Effect<World, never, Scope.Scope> = Effect.gen(function* () {
  const store = Context.get(yield* Layer.build(Layer.fresh(MemoryStore.layer)), ActorStore)
  const calls: Array<Call> = []
  const clock = yield* TestClock.testClockWith(Effect.succeed)

  const record = (address: ActorAddress) =>
    store.load(address).pipe(
      Effect.map((stored) => (stored === null ? null : (JSON.parse(stored.record) as ActorRecord))),
      Effect.orDie
    )

  const handler: World["handler"] = (name, run = () => Effect.void, more = {}) => ({
    ...more,
    run: (call: EffectCall<{ readonly entry: string }>) =>
      Effect.gen(function* () {
        const stored = yield* record(call.address)
        const durable = stored?.outbox.some(({ id }) => stableKey(call.address, id) === call.idempotencyKey) ?? false
        const written: Call = { ...call, name, at: clock.currentTimeMillisUnsafe(), durable }
        calls.push(written)
        return yield* run(written, calls.filter((one) => one.name === name).length)
      })
  })

  const end = yield* Effect.scope
  const process = Effect.fnUntraced(function* (options: ProcessOptions) {
    const scope = yield* Scope.make()
    const inner = options.wrap === undefined ? store : options.wrap(store)
    const context = yield* Layer.buildWithScope(
      ActorRuntime.layer({
        actors: options.actors,
        handlers: options.handlers ?? {},
        passive: options.passive ?? false
      }).pipe(
        Layer.provideMerge(Layer.fresh(faultyLayer)),
        Layer.provide(Layer.succeed(ActorStore, inner)),
        Layer.provide(options.config)
      ),
      scope
    )
    const faults = Context.get(context, FaultyStore)
    const stop = Scope.close(scope, Exit.void)
    yield* Scope.addFinalizer(end, Effect.raceFirst(stop, Effect.forever(TestClock.adjust("1 second"))))
    return { ...Context.get(context, ActorSystem), faults, stop, kill: Effect.sync(faults.cut) }
  })

  return { store, process, calls, handler, record }
})
