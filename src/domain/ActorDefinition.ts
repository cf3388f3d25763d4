/**
 * One row of the registry: a plain XState machine and what the runtime must know beside it. Rows are data; the kernel
 * checks them when they are registered and refuses what cannot be made durable.
 *
 * Inside a chart these custom action types have a fixed meaning; every other custom action becomes an outbox entry:
 * - `reply` with JSON params: the turn's reply to `ask`, released after the commit. At most one per turn.
 * - `tell` with params `TellParams`: a message to another actor, effectively once.
 * - `project` with a `Projection` as params: written by the commit of this very turn, after what `project(view)` returns,
 *   in the order asked for. For what belongs to one turn and must not sit in the context (an entry of a sorted set).
 */
import type { AnyStateMachine } from "xstate"
import type { ActorEvent, Priority } from "./Envelope.ts"
import type { Projection } from "./Projection.ts"

/** What to do with a timer that is delivered late (the process was down): always fire, drop it, or fire while young. */
export type LatePolicy =
  | "fire"
  /** Dropped when more than one minute late. */
  | "skip"
  | { readonly fireIfYoungerThanMs: number }

export interface TellParams {
  readonly to: { readonly type: string; readonly id: string }
  readonly event: ActorEvent
  readonly priority?: Priority
}

/** An actor as its projections and rules see it. */
export interface ActorView {
  readonly id: string
  /** The time of the turn, epoch milliseconds. */
  readonly at: number
  /** The time of the actor's first turn, epoch milliseconds. */
  readonly createdAt: number
  readonly status: "active" | "done" | "error" | "stopped"
  readonly value: unknown
  readonly context: never
  readonly output: unknown
}

/** The part of a stored record a migration may change: JSON in, JSON out. Must be pure and total. */
export interface MigratableState {
  readonly value: unknown
  readonly context: unknown
  readonly historyValue: unknown
  /** Pending timers: ids are `xstate.after.<delay>.<state id>` or the id given to `raise`/`sendTo`. */
  readonly timers: ReadonlyArray<{ readonly id: string; readonly dueAt: number; readonly event: ActorEvent }>
}
export type Migration = (state: MigratableState) => MigratableState

export interface ActorDefinition {
  /** Actor type: `a-z`, `0-9`, `-`. */
  readonly type: string
  readonly machine: AnyStateMachine
  /** Version of the snapshot format, from 1. Raise it whenever a stored snapshot would no longer fit the machine. */
  readonly version: number
  /** `migrations[n]` turns version n+1 into n+2: exactly `version - 1` of them, append-only. */
  readonly migrations?: ReadonlyArray<Migration>
  /** How long an idle actor is kept after its last turn, milliseconds; `null` = for ever. Pending work extends it (G7). */
  readonly ttlMs: number | null | ((view: ActorView) => number | null)
  /** The machine's input for a new actor. */
  readonly input?: (id: string, at: number) => unknown
  /**
   * Custom action type → lane, or its params → lane. Entries of one lane go out one at a time, in order; one that waits
   * holds up those behind it. Default lane: `default`.
   */
  readonly lanes?: Readonly<Record<string, string | ((params: never) => string)>>
  /**
   * Custom action type → events sent back to the actor when its effect succeeded (`output`) or failed for good (`code`, and
   * the action's `params`).
   */
  readonly results?: Readonly<Record<string, { readonly done?: string; readonly failed?: string }>>
  /** Delay name (of `after`) or timer id (of `raise`/`sendTo`) → what to do when it comes late. Default `fire`. */
  readonly lateTimers?: Readonly<Record<string, LatePolicy>>
  /**
   * What becomes of an event while the store is away, where the process keeps a journal: `refuse` (default) tells the
   * caller; `spool` keeps the event as this function makes it (its caller has had an answer by then) and applies it later.
   */
  readonly whenStoreAway?: "refuse" | { readonly spool: (event: ActorEvent) => ActorEvent }
  /** Documents for other tools, written with each turn. Return only what this turn should write. */
  readonly project?: (view: ActorView) => ReadonlyArray<Projection>
  /** All projection keys an actor may have, of any shape, for "forget". Documents that effects write have their owner in the store. */
  readonly projectionKeys?: (view: ActorView) => ReadonlyArray<string>
  /** What a forgotten actor must still know, as the first event of its next life; `null` = nothing. */
  readonly afterForget?: (view: ActorView) => ActorEvent | null
}
