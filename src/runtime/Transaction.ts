/**
 * Load, decide, commit: the one way an actor's record changes. `decide` is pure and may run several times - when another
 * writer was first, the record is loaded again and the decision made anew on what it says now (G1). Effects are claimed in
 * the same commit that makes them durable and are handed out only after it (G2).
 */
import * as Effect from "effect/Effect"
import type { OutboxEntry } from "#kernel/ActorRecord.ts"
import { RecordUndecodable } from "#kernel/ActorRecord.ts"
import { claimReady, lastPendingAt, wakeAt } from "#kernel/Pending.ts"
import { decodeState, encodeState, VersionUnknown } from "#kernel/SnapshotCodec.ts"
import { TurnInvalid } from "#kernel/Step.ts"
import { type ActorState, type Turn, viewOf } from "#kernel/Turn.ts"
import type { Projection } from "#domain/Projection.ts"
import type { Committer } from "./Committer.ts"
import { fingerprint } from "./Fingerprint.ts"
import * as Metrics from "./Metrics.ts"
import type { ActorStoreService, Commit, DeadLetter, Stamp, StoredActor } from "./ports/ActorStore.ts"
import type { Resident } from "./Resident.ts"
import type { RuntimeConfigService } from "./RuntimeConfig.ts"
import { discreetSpan } from "./Spans.ts"
import { RevisionConflict, SnapshotUndecodable, type StoreUnavailable, UnknownMachineVersion } from "./RuntimeError.ts"

/** What a decision wants written. */
export interface Decision {
  /** `null` leaves no record behind. */
  readonly state: ActorState | null
  readonly mark?: Commit["mark"]
  readonly projections?: ReadonlyArray<Projection>
  readonly deadLetters?: ReadonlyArray<DeadLetter>
  /** The chart's turn, when one was run. */
  readonly turn?: Turn
}

export interface Moment {
  /** Epoch milliseconds. */
  readonly now: number
  /** Unique per attempt to commit. */
  readonly turn: string
}

/** What is to be written, given what is stored; `null` = nothing. */
export type Decide = (before: ActorState | null, moment: Moment) => Decision | null

/** What is to be written when what came before threw or cannot be written. `reason` is a code: what was first wrong. */
export type Recover = (before: ActorState | null, moment: Moment, reason: string) => Decision

export interface Committed {
  readonly _tag: "Committed"
  readonly decision: Decision
  readonly before: ActorState | null
  /** When the actor next has something to do. */
  readonly wakeAt: number | null
  /** Effects this process may attempt now. */
  readonly claimed: ReadonlyArray<OutboxEntry>
  /** Why the decision is one of `recover`; `null` when it is not. */
  readonly poison: string | null
}

export type Outcome =
  | Committed
  | { readonly _tag: "Duplicate"; readonly reply: string }
  /** `decide` had nothing to write. */
  | { readonly _tag: "Nothing"; readonly state: ActorState | null }

export type LoadError = StoreUnavailable | UnknownMachineVersion | SnapshotUndecodable

export interface Transactions {
  /** What was loaded as a state. */
  readonly read: (
    resident: Resident,
    stored: StoredActor | null
  ) => Effect.Effect<ActorState | null, UnknownMachineVersion | SnapshotUndecodable>
  readonly load: (resident: Resident) => Effect.Effect<ActorState | null, LoadError>
  /** Each of `recover` is tried when what came before it failed. What the last one throws is a defect. */
  readonly transact: (
    resident: Resident,
    decide: Decide,
    ...recover: ReadonlyArray<Recover>
  ) => Effect.Effect<Outcome, LoadError | RevisionConflict>
}

export const makeTransactions = (options: {
  readonly store: ActorStoreService
  readonly committer: Committer
  readonly config: RuntimeConfigService
  readonly processId: string
  readonly now: () => number
  /** False once this process gives its effects back. */
  readonly claims: () => boolean
}): Transactions => {
  const { store, committer, config, processId, now, claims } = options
  let turnCount = 0

  const read: Transactions["read"] = (resident, stored) =>
    stored === null ? Effect.succeed(null) : decode(resident, stored.record)

  const load: Transactions["load"] = (resident) =>
    resident.state !== undefined
      ? Effect.succeed(resident.state)
      : Effect.flatMap(store.load(resident.address), (stored) =>
          Effect.map(read(resident, stored), (state) => (resident.state = state))
        )

  /** The decision with its effects claimed and its record encoded. */
  const prepare = (resident: Resident, before: ActorState | null, decision: Decision, { now }: Moment) => {
    if (decision.state === null) return { state: null, claimed: [], commit: toCommit(resident, before, decision, null) }
    const { state, claimed } = claims()
      ? claimReady(decision.state, processId, now, () => config.claimMs)
      : { state: decision.state, claimed: [] }
    const next = {
      revision: state.meta.revision,
      turn: state.meta.turn,
      record: encode(state, decision, config),
      ttlMs:
        decision.turn === undefined ? lastingTtl(resident, state, now, config) : ttlOf(resident, state, now, config)
    }
    return { state, claimed, commit: { ...toCommit(resident, before, decision, next), wakeAt: wakeAt(state.meta) } }
  }

  const decideOn = (
    resident: Resident,
    before: ActorState | null,
    moment: Moment,
    decide: Decide,
    recover: ReadonlyArray<Recover>
  ) => {
    let poison: string | null = null
    const written = (decision: Decision) => ({ decision, poison, ...prepare(resident, before, decision, moment) })
    try {
      const decision = decide(before, moment)
      return decision === null ? null : written(decision)
    } catch (error) {
      if (recover.length === 0) throw error
      poison = reasonOf(error)
    }
    for (const next of recover.slice(0, -1)) {
      try {
        return written(next(before, moment, poison))
      } catch {
        // The last one only works off what is there.
      }
    }
    return written((recover.at(-1) as Recover)(before, moment, poison))
  }

  const transact: Transactions["transact"] = (resident, decide, ...recover) => {
    const attempt = (tries: number): Effect.Effect<Outcome, LoadError | RevisionConflict> =>
      Effect.flatMap(load(resident), (before): Effect.Effect<Outcome, LoadError | RevisionConflict> => {
        const moment = { now: now(), turn: `${processId}.${++turnCount}` }
        const decided = decideOn(resident, before, moment, decide, recover)
        if (decided === null) return Effect.succeed({ _tag: "Nothing", state: before })
        const { decision, poison, state, claimed, commit } = decided
        return Effect.matchEffect(discreetSpan("ActorTurn.commit")(committer.commit(commit)), {
          onFailure: (error) => {
            resident.state = undefined
            return Effect.fail(error)
          },
          onSuccess: (result) => {
            if (result._tag === "Committed") {
              resident.state = config.residency === "alwaysRehydrate" ? undefined : state
              return Effect.succeed({ ...result, decision, before, claimed, poison, wakeAt: commit.wakeAt })
            }
            if (result._tag === "Duplicate") return Effect.succeed(result)
            resident.state = undefined
            return Effect.andThen(
              Metrics.conflict({ type: resident.address.type }),
              tries < config.maxConflicts ? attempt(tries + 1) : Effect.fail(tooManyConflicts(resident, tries))
            )
          }
        })
      })
    return Effect.suspend(() => attempt(1))
  }

  return { load, read, transact }
}

const tooManyConflicts = ({ address }: Resident, attempts: number): RevisionConflict =>
  new RevisionConflict({ actor: fingerprint(address), attempts })

const toCommit = (resident: Resident, before: ActorState | null, decision: Decision, next: Commit["next"]): Commit => ({
  address: resident.address,
  expected: before === null ? null : stampOf(before),
  next,
  wakeAt: null,
  mark: decision.mark ?? null,
  projections: checked(decision.projections ?? []),
  deadLetters: decision.deadLetters ?? []
})

const stampOf = ({ meta }: ActorState): Stamp => ({ revision: meta.revision, turn: meta.turn })

/** Only a turn of the chart can be too large: what merely works off what is there must never be refused. */
const encode = (state: ActorState, { turn }: Decision, { maxRecordBytes }: RuntimeConfigService): string => {
  const record = encodeState(state)
  if (turn !== undefined && Buffer.byteLength(record) > maxRecordBytes) {
    throw new TurnInvalid("record_too_large", `over ${maxRecordBytes}`)
  }
  return record
}

/** G7: the machine's own time to live, but never before what is still pending, plus a grace. */
const ttlOf = (resident: Resident, state: ActorState, now: number, config: RuntimeConfigService): number | null => {
  const { ttlMs } = resident.actor.definition
  const own = typeof ttlMs === "function" ? ttlMs(viewOf(resident.address, state)) : ttlMs
  const pending = lastPendingAt(state.meta)
  if (own !== null && !isLifetime(own)) throw new TurnInvalid("bad_ttl", `actor type ${resident.address.type}`)
  if (own === null || pending === null) return own
  return Math.max(own, pending - now + config.pendingGraceMs)
}

/** What merely works off what is there must never be refused: without a usable rule the record stays for the grace. */
const lastingTtl = (...of: Parameters<typeof ttlOf>): number | null => {
  try {
    return ttlOf(...of)
  } catch {
    return of[3].pendingGraceMs
  }
}

const isLifetime = (ms: number): boolean => Number.isSafeInteger(Math.ceil(ms)) && ms > 0

/** A bad number must fail its own turn here, not the whole batch in the store. */
const checked = (projections: ReadonlyArray<Projection>): ReadonlyArray<Projection> => {
  for (const projection of projections) {
    if (projection.op === "put" && projection.ttlMs !== null && !isLifetime(projection.ttlMs)) {
      throw new TurnInvalid("bad_ttl", "a projection")
    }
  }
  return projections
}

const decode = (
  resident: Resident,
  record: string
): Effect.Effect<ActorState, UnknownMachineVersion | SnapshotUndecodable> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed(decodeState(resident.actor, record))
    } catch (error) {
      const counted = Metrics.quarantined({ type: resident.address.type })
      return Effect.andThen(counted, Effect.fail(unreadable(resident, error)))
    }
  })

const unreadable = (resident: Resident, error: unknown): UnknownMachineVersion | SnapshotUndecodable => {
  const actor = fingerprint(resident.address)
  if (error instanceof VersionUnknown) {
    return new UnknownMachineVersion({ actor, found: error.found, known: resident.actor.definition.version })
  }
  return new SnapshotUndecodable({ actor, reason: error instanceof RecordUndecodable ? error.reason : "unreadable" })
}

/** A code: what a chart throws may quote a person. */
const reasonOf = (error: unknown): string => {
  if (error instanceof TurnInvalid) return error.code
  return error instanceof Error && /^\w{1,40}$/.test(error.name) ? `threw_${error.name}` : "threw"
}
