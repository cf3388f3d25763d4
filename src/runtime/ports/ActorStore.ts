/**
 * The one port behind which actors are stored. Three implementations pass one conformance suite: memory, SQLite, Redis.
 *
 * Everything a turn produces goes through `commit`, which is atomic per actor: record, wake-up time, dedup mark with its
 * reply, projections and dead letters become visible together or not at all (G3). There are no locks and no owners: the
 * comparison of `expected` with what is stored is the only fence (G1).
 *
 * One index drives all waiting work: an actor's `wakeAt` is the earliest moment at which it has something to do (a timer
 * due, an effect to attempt, a claim of a dead process to take over). `claimDue` hands such actors out.
 *
 * Time inside the store is the store's own (`TIME` on Redis), never the caller's clock.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { ActorAddress } from "#domain/ActorAddress.ts"
import type { EnvelopeId } from "#domain/Envelope.ts"
import type { Projection } from "#domain/Projection.ts"
import type { StoreUnavailable } from "../RuntimeError.ts"

/**
 * Which write of an actor this is. `revision` counts commits from 1; `turn` is unique per attempt to commit, so that a
 * retry whose first answer was lost recognises its own write, and does not take another writer's for it.
 */
export interface Stamp {
  readonly revision: number
  readonly turn: string
}

export interface StoredActor {
  readonly stamp: Stamp
  /** The actor record as JSON. Opaque to the store. */
  readonly record: string
}

export interface DeadLetter {
  /** Unique per store; writing the same id again replaces the letter. Printable ASCII without spaces or slashes. */
  readonly id: string
  readonly address: ActorAddress
  readonly kind: "effect" | "event"
  /** The effect's name or the event's type. */
  readonly name: string
  /** A code, never a person's words. */
  readonly reason: string
  readonly at: number
  /** What a replay needs, as JSON. May hold a person's words: never logged, never listed over HTTP. */
  readonly payload: string
}

export interface Commit {
  readonly address: ActorAddress
  /** What must be stored now; `null` = nothing. */
  readonly expected: Stamp | null
  /** What is stored afterwards; `null` deletes the actor's record and wake-up (forget, or final state). */
  readonly next: (Stamp & { readonly record: string; readonly ttlMs: number | null }) | null
  /** Epoch milliseconds of the earliest pending work; `null` = nothing pending. */
  readonly wakeAt: number | null
  /** Dedup mark: present for envelopes from outside, absent for timers and effect results (their generation guards them). */
  readonly mark: { readonly id: EnvelopeId; readonly reply: string; readonly ttlMs: number } | null
  readonly projections: ReadonlyArray<Projection>
  readonly deadLetters: ReadonlyArray<DeadLetter>
}

export type CommitResult =
  /** The write is durable (by this call, or by an earlier attempt of the very same turn). */
  | { readonly _tag: "Committed" }
  /** The mark's id was seen within its time: nothing was written; `reply` is the first answer. */
  | { readonly _tag: "Duplicate"; readonly reply: string }
  /** Somebody else wrote in between: nothing was written. */
  | { readonly _tag: "Conflict" }

export interface Due {
  /** The store's time, epoch milliseconds. */
  readonly now: number
  readonly addresses: ReadonlyArray<ActorAddress>
  /** When the next actor not handed out becomes due; `null` = none is waiting. */
  readonly nextAt: number | null
}

/** An actor that has something to do, now or later. */
export interface Waiting {
  readonly address: ActorAddress
  /** Epoch milliseconds; of an actor that was handed out just now, when it is handed out again. */
  readonly wakeAt: number
}

/** An entry of a sorted set. */
export interface ScoredMember {
  readonly member: string
  readonly score: number
}

export interface ActorStoreService {
  /** Which kind of store this is, for health and logs: `memory`, `sqlite`, `redis`. */
  readonly kind: string

  /**
   * Whether a call is over when it returns, and nothing else of this process runs meanwhile: the embedded stores. One that is
   * not must never answer a commit within the call.
   */
  readonly blocking: boolean

  /** Reads one actor. Refuses nothing: an undecodable record is the caller's to quarantine. */
  readonly load: (address: ActorAddress) => Effect.Effect<StoredActor | null, StoreUnavailable>

  /** The stored reply of an envelope that was handled within its dedup time, or `null`. */
  readonly seen: (address: ActorAddress, id: EnvelopeId) => Effect.Effect<string | null, StoreUnavailable>

  /**
   * Commits many actors in one call, each on its own: one actor's conflict does not touch the others. An address occurs
   * at most once in a batch. Checked in this order: own earlier write (`next` is stored already) → Committed; mark seen →
   * Duplicate; `expected` differs → Conflict; else write.
   *
   * **Fails with** `StoreUnavailable` when the outcome is unknown (connection lost, time-out) or the store refused the
   * whole batch (out of memory, read-only, `wrong_type`: a key of another shape than a projection needs). Nothing of a
   * refused batch is written. The same batch may then be sent again unchanged.
   */
  readonly commit: (batch: ReadonlyArray<Commit>) => Effect.Effect<ReadonlyArray<CommitResult>, StoreUnavailable>

  /**
   * Hands out up to `limit` actors whose `wakeAt` has passed, earliest first, and hides them from other callers for
   * `visibilityMs`: if the caller dies, they are handed out again. A commit of the actor sets its true `wakeAt`.
   */
  readonly claimDue: (limit: number, visibilityMs: number) => Effect.Effect<Due, StoreUnavailable>

  /** Up to `limit` actors with a wake-up, earliest first, for people who look. Hands nobody out and changes nothing. */
  readonly waiting: (limit: number) => Effect.Effect<ReadonlyArray<Waiting>, StoreUnavailable>

  /** Moves the wake-up of an actor that still has one. Used to hold off an actor that cannot be woken (quarantine). */
  readonly postpone: (address: ActorAddress, wakeAt: number) => Effect.Effect<void, StoreUnavailable>

  /**
   * Removes the record, wake-up, dedup marks and dead letters of an actor, every document it owns, and the given projection
   * keys, whatever their shape. An actor whose record has expired may be forgotten too. Answers the number of keys that existed, the marks as one;
   * `null` when `expected` is given and something else is stored: then nothing was removed.
   */
  readonly forget: (
    address: ActorAddress,
    projectionKeys: ReadonlyArray<string>,
    expected?: Stamp | null
  ) => Effect.Effect<number | null, StoreUnavailable>

  /** Reads one projection or document. **Fails with** `wrong_type` when the key holds a sorted set or a list. */
  readonly readDocument: (key: string) => Effect.Effect<string | null, StoreUnavailable>
  /** Reads many, in the order of their keys, as of one moment; `null` for what is absent or no document. */
  readonly readDocuments: (keys: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<string | null>, StoreUnavailable>
  /**
   * The newest `limit` entries of a sorted set, newest first: highest score, then the member that is greater byte by byte.
   * With `minScore` none that scores below it. Absent is empty. **Fails with** `wrong_type`.
   */
  readonly readSortedSet: (
    key: string,
    range: { readonly limit: number; readonly minScore?: number }
  ) => Effect.Effect<ReadonlyArray<ScoredMember>, StoreUnavailable>
  /** All values of a list, oldest first. Absent is empty. **Fails with** `wrong_type`. */
  readonly readList: (key: string) => Effect.Effect<ReadonlyArray<string>, StoreUnavailable>
  /**
   * Writes a document outside any turn (a large analysis, a PDF): callers make it idempotent by the key they choose. It
   * belongs to `owner` from now on, whoever had it before, and goes when `owner` is forgotten; a projection committed under
   * its key is nobody's. Document and ownership change together, and expire together.
   *
   * Answers `false`, and writes nothing, when no record of the owner is stored: an effect that is still running when its
   * actor is forgotten brings nothing back.
   */
  readonly writeDocument: (
    owner: ActorAddress,
    key: string,
    value: string,
    ttlMs: number | null
  ) => Effect.Effect<boolean, StoreUnavailable>

  /** Newest first. */
  readonly listDeadLetters: (limit: number) => Effect.Effect<ReadonlyArray<DeadLetter>, StoreUnavailable>
  readonly readDeadLetter: (id: string) => Effect.Effect<DeadLetter | null, StoreUnavailable>
  /** Answers whether the letter existed. */
  readonly removeDeadLetter: (id: string) => Effect.Effect<boolean, StoreUnavailable>

  /** Number of stored actors by type is not kept: counting would need a scan. This proves that the store answers. */
  readonly ping: Effect.Effect<void, StoreUnavailable>
}

export class ActorStore extends Context.Service<ActorStore, ActorStoreService>()("app/runtime/ActorStore") {}

/** How long a dead letter is kept: 30 days. */
export const DEAD_LETTER_TTL_MS = 30 * 24 * 3600 * 1000
