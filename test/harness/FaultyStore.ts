/**
 * An actor store that stands in front of another one and misbehaves as told: calls that fail before or after they happened,
 * batches of which only a part is written, a second writer in between, calls that hang, due actors handed out twice. It is
 * a whole store: what it is not told to spoil it passes on, so a scenario runs on it unchanged.
 *
 * Each process of a test gets one of its own: it is that process's connection, and `cut` is that process's death.
 */
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type ActorAddress, format } from "#domain/ActorAddress.ts"
import { ActorStore, type ActorStoreService, type Commit, type Due } from "#runtime/ports/ActorStore.ts"
import { StoreUnavailable } from "#runtime/RuntimeError.ts"

export type Operation = "load" | "commit" | "claimDue" | "postpone"

export type Fault =
  /** Fails before anything happened. */
  | { readonly kind: "refuse" }
  /** Happens, and the answer is lost. */
  | { readonly kind: "loseAnswer" }
  /** Of a batch only the first `count` are written; the answer is lost. Commits only. */
  | { readonly kind: "split"; readonly count: number }
  /** Something else happens first: a second writer, another process. */
  | { readonly kind: "after"; readonly first: Effect.Effect<unknown, StoreUnavailable> }
  /** Waits, then goes through. */
  | { readonly kind: "hang"; readonly until: Deferred.Deferred<void> }
  /** Happens, and the answer comes late. */
  | { readonly kind: "answerLate"; readonly until: Deferred.Deferred<void> }
  /** Hands the same actors out once more at the next look. Due actors only. */
  | { readonly kind: "twice" }
  /** The driver itself is broken. */
  | { readonly kind: "defect" }

export interface Faults {
  /** Spoils the next `times` calls of an operation, after those already told. */
  readonly next: (operation: Operation, fault: Fault, times?: number) => void
  /** From now on every call hangs: the process is dead or frozen, the store lives on. */
  readonly cut: () => void
  /** Undoes `cut`: calls that hung go through now, in order. */
  readonly thaw: Effect.Effect<void>
  /** Forgets the faults told and not yet met. */
  readonly heal: () => void
  /** Calls so far. */
  readonly count: (operation: Operation) => number
  /** Faults told and not yet met. */
  readonly pending: () => number
}

export class FaultyStore extends Context.Service<FaultyStore, Faults>()("test/harness/FaultyStore") {}

const lost = (operation: Operation, reason: string) => new StoreUnavailable({ store: "faulty", operation, reason })

const make = (inner: ActorStoreService) => {
  const script: Record<Operation, Array<Fault>> = { load: [], commit: [], claimDue: [], postpone: [] }
  const calls: Record<Operation, number> = { load: 0, commit: 0, claimDue: 0, postpone: 0 }
  let again: ReadonlyArray<ActorAddress> = []
  let frozen: Deferred.Deferred<void> | undefined

  const connected = Effect.suspend(() => (frozen === undefined ? Effect.void : Deferred.await(frozen)))

  const spoilt = <A>(
    operation: Operation,
    call: Effect.Effect<A, StoreUnavailable>,
    part: (fault: Fault) => Effect.Effect<A, StoreUnavailable> = () => call
  ): Effect.Effect<A, StoreUnavailable> =>
    Effect.suspend(() => {
      calls[operation]++
      const fault = script[operation].shift()
      if (fault === undefined) return call
      switch (fault.kind) {
        case "refuse":
          return Effect.fail(lost(operation, "connection"))
        case "loseAnswer":
          return Effect.andThen(call, Effect.fail(lost(operation, "timeout")))
        case "after":
          return Effect.andThen(fault.first, call)
        case "hang":
          return Effect.andThen(Deferred.await(fault.until), call)
        case "answerLate":
          return Effect.tap(call, Deferred.await(fault.until))
        case "defect":
          return Effect.die(new Error("the driver broke"))
        default:
          return part(fault)
      }
    }).pipe((effect) => Effect.andThen(connected, effect), Effect.tap(connected))

  const splitCommit = (batch: ReadonlyArray<Commit>) => (fault: Fault) =>
    fault.kind === "split"
      ? Effect.andThen(inner.commit(batch.slice(0, fault.count)), Effect.fail(lost("commit", "timeout")))
      : Effect.die(new Error(`${fault.kind} is no fault of a commit`))

  const claim = (limit: number, visibilityMs: number): Effect.Effect<Due, StoreUnavailable> =>
    Effect.map(inner.claimDue(limit, visibilityMs), (due) => {
      const repeated = again
      again = []
      return { ...due, addresses: [...due.addresses, ...repeated] }
    })

  const handOutTwice = (limit: number, visibilityMs: number) => (fault: Fault) =>
    fault.kind === "twice"
      ? Effect.tap(claim(limit, visibilityMs), ({ addresses }) => Effect.sync(() => (again = addresses)))
      : Effect.die(new Error(`${fault.kind} is no fault of a look for due actors`))

  const service: ActorStoreService = {
    ...inner,
    kind: "faulty",
    load: (address) => spoilt("load", inner.load(address)),
    commit: (batch) => spoilt("commit", inner.commit(batch), splitCommit(batch)),
    claimDue: (limit, visibilityMs) =>
      spoilt("claimDue", claim(limit, visibilityMs), handOutTwice(limit, visibilityMs)),
    postpone: (address, wakeAt) => spoilt("postpone", inner.postpone(address, wakeAt))
  }

  const faults: Faults = {
    next: (operation, fault, times = 1) => script[operation].push(...Array.from({ length: times }, () => fault)),
    cut: () => {
      frozen ??= Deferred.makeUnsafe<void>()
    },
    thaw: Effect.suspend(() => {
      const waiting = frozen
      frozen = undefined
      return waiting === undefined ? Effect.void : Effect.asVoid(Deferred.succeed(waiting, undefined))
    }),
    heal: () => {
      for (const told of Object.values(script)) told.length = 0
    },
    count: (operation) => calls[operation],
    pending: () => Object.values(script).reduce((sum, told) => sum + told.length, 0)
  }
  return { service, faults }
}

/** The store of the environment behind a faulty connection of its own. */
export const layer: Layer.Layer<ActorStore | FaultyStore, never, ActorStore> = Layer.effectContext(
  Effect.map(ActorStore, (inner) => {
    const { service, faults } = make(inner)
    return Context.make(ActorStore, service).pipe(Context.add(FaultyStore, faults))
  })
)

let writers = 0

/** Another writer's turn that changes nothing but the stamp: whoever commits on what was there before loses. */
export const secondWriter = (store: ActorStoreService, address: ActorAddress): Effect.Effect<void, StoreUnavailable> =>
  Effect.gen(function* () {
    const stored = yield* store.load(address)
    if (stored === null) return yield* Effect.die(new Error(`no record of ${format(address)}`))
    const stamp = { revision: stored.stamp.revision + 1, turn: `second-writer.${++writers}` }
    const record = JSON.stringify({ ...(JSON.parse(stored.record) as object), ...stamp })
    const next = { ...stamp, record, ttlMs: null }
    const unchanged = { wakeAt: null, mark: null, projections: [], deadLetters: [] }
    yield* store.commit([{ address, expected: stored.stamp, next, ...unchanged }])
  })
