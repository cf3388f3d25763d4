/**
 * The actor system as its callers see it: tell, ask, inspect, forget. Everything else of the runtime is behind this door.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { ActorAddress } from "#domain/ActorAddress.ts"
import type { ActorEvent, Priority } from "#domain/Envelope.ts"
import type {
  EffectNotAwaited,
  SnapshotUndecodable,
  StoreUnavailable,
  TurnRefused,
  UnknownActorType,
  UnknownMachineVersion
} from "./RuntimeError.ts"

export interface TellOptions {
  /**
   * What makes this event one event: the provider's message id, an interaction id. The same id to the same actor within
   * 24 h changes nothing and gets the first reply again (G4). 1-200 printable ASCII characters without spaces.
   */
  readonly id: string
  /** Default: `normal`. */
  readonly priority?: Priority
}

export interface Inspection {
  readonly address: ActorAddress
  readonly status: "active" | "done" | "error" | "stopped"
  /** The chart's state value. */
  readonly value: unknown
  readonly revision: number
  readonly version: number
  readonly createdAt: number
  readonly updatedAt: number
  readonly timers: ReadonlyArray<{ readonly id: string; readonly dueAt: number }>
  readonly effects: ReadonlyArray<{
    readonly id: string
    readonly name: string
    readonly lane: string
    readonly attempts: number
    readonly nextAttemptAt: number
    readonly lastError: string | null
  }>
  /** The last events, oldest first: types and times, never what they carried. */
  readonly recent: ReadonlyArray<{ readonly type: string; readonly at: number }>
}

export interface Emitted {
  readonly address: ActorAddress
  readonly event: ActorEvent
}

export interface ActorSystemHealth {
  readonly store: { readonly kind: string; readonly reachable: boolean }
  readonly residents: number
  readonly effectsInFlight: number
  /** The local journal: `null` = there is none, events are refused while the store is away; else the events kept in it. */
  readonly spooled: number | null
  readonly stopping: boolean
}

export interface ActorSystemService {
  /**
   * Delivers an event and waits until its turn is committed. **Delivery**: once this succeeds the event is durable and
   * applied exactly once; when it fails with `StoreUnavailable` the outcome is unknown and the same id may be told again.
   * **Ordering**: per actor in order of arrival within a priority. **Crash**: an event not yet acknowledged may be lost.
   */
  readonly tell: (to: ActorAddress, event: ActorEvent, options: TellOptions) => Effect.Effect<void, TurnRefused>

  /** As `tell`, answering the turn's reply: the params of the chart's `reply` action, or `null`. Given after the commit. */
  readonly ask: (to: ActorAddress, event: ActorEvent, options: TellOptions) => Effect.Effect<unknown, TurnRefused>

  /** A look at the stored actor, without its words. `null` when there is none. */
  readonly inspect: (
    address: ActorAddress
  ) => Effect.Effect<
    Inspection | null,
    StoreUnavailable | UnknownActorType | UnknownMachineVersion | SnapshotUndecodable
  >

  /** Removes the actor, its timers, effects, dedup marks, dead letters and documents. Answers the number of keys removed. */
  readonly forget: (address: ActorAddress) => Effect.Effect<number, TurnRefused>

  /**
   * Puts a dead letter back to work: an effect into its actor's outbox, an event into its mailbox. False when unknown. **Fails
   * with** `EffectNotAwaited` for an invoked effect; the letter stays.
   */
  readonly replay: (deadLetterId: string) => Effect.Effect<boolean, TurnRefused | EffectNotAwaited>

  /**
   * What charts `emit`, after the commit of the turn, and what running effects tell of themselves. **Delivery**: at most
   * once, to this process only.
   */
  readonly emitted: Stream.Stream<Emitted>

  /** Completes when no turn, effect, overdue wake-up or kept event of this process is under way. For tests. */
  readonly drained: Effect.Effect<void>

  /** The store's time as far as it is known here, epoch milliseconds: turns and timers go by it, not by the node's clock. */
  readonly now: Effect.Effect<number>

  readonly health: Effect.Effect<ActorSystemHealth>
}

export class ActorSystem extends Context.Service<ActorSystem, ActorSystemService>()("app/runtime/ActorSystem") {}
