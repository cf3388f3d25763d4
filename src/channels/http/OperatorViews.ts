/**
 * What an operator looks at that takes the actors' own charts to read: what an actor knows, and what it would do next.
 * Nothing here is an event to it: an actor that is looked at does not notice. The composition root knows the actors and hands it in.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { ActorAddress } from "#domain/ActorAddress.ts"
import type { StorageSize } from "#domain/RetentionReport.ts"
import type {
  SnapshotUndecodable,
  StoreUnavailable,
  UnknownActorType,
  UnknownMachineVersion
} from "#runtime/RuntimeError.ts"

/** What an actor's turn would come to. */
export type RehearsedTurn =
  | {
      readonly outcome: "moves"
      /** The chart's state value afterwards. */
      readonly state: unknown
      /** Names of the effects it would ask for, and ids of the timers it would set anew. */
      readonly effects: ReadonlyArray<string>
      readonly timers: ReadonlyArray<string>
    }
  /** The timer comes too late for its policy. */
  | { readonly outcome: "dropped" }
  /** The turn throws; `reason` is a code. */
  | { readonly outcome: "refused"; readonly reason: string }

/** An actor's next work, were it woken now. */
export interface NextWork {
  readonly kind: "timer" | "effect"
  /** A timer's id, an effect's name. */
  readonly name: string
  /** Epoch milliseconds. */
  readonly dueAt: number
  /** What its turn would come to; `null` for an effect, whose outcome is the world's. */
  readonly turn: RehearsedTurn | null
}

/** Whether an actor can be woken from its record, tried without changing anything. */
export interface Rehearsal {
  readonly address: ActorAddress
  readonly bytes: number
  /** The version that wrote the record, as far as it says one; `known` is this build's. */
  readonly storedVersion: number | null
  readonly known: number
  /** Why the record cannot be read, as a code; `null` when it can. */
  readonly unreadable: string | null
  /** The chart's state value; `null` when the record cannot be read. */
  readonly state: unknown
  /** `null` = nothing is pending. */
  readonly next: NextWork | null
}

export class OperatorViews extends Context.Service<
  OperatorViews,
  {
    /**
     * What an actor would answer to `LOOK`, asked of a copy of its record: the actor itself is not told, and nothing is
     * written. `null` when there is no such actor.
     */
    readonly look: (
      address: ActorAddress
    ) => Effect.Effect<
      { readonly reply: unknown } | null,
      StoreUnavailable | UnknownActorType | UnknownMachineVersion | SnapshotUndecodable
    >
    /** How much is stored. Looks through everything, a portion at a time. */
    readonly storage: Effect.Effect<StorageSize, StoreUnavailable>
    /** `null` when there is no such actor. */
    readonly rehearse: (address: ActorAddress) => Effect.Effect<Rehearsal | null, StoreUnavailable | UnknownActorType>
  }
>()("app/channels/http/OperatorViews") {}
