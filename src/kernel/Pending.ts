/**
 * What an actor is waiting for: its due timers and the effects it may attempt. Pure questions and changes on the record;
 * the runtime decides when to ask and commits the answer.
 */
import type { LatePolicy } from "#domain/ActorDefinition.ts"
import { type ActorMeta, type Claim, isSameTimer, type OutboxEntry, type Timer } from "./ActorRecord.ts"
import type { ActorState } from "./Turn.ts"

/** A timer under policy `skip` may still be this late. */
const SKIP_GRACE_MS = 60_000

/** The entry of each lane that may go out next; entries behind it wait for it. */
const heads = (outbox: ReadonlyArray<OutboxEntry>): ReadonlyArray<OutboxEntry> => {
  if (outbox.length < 2) return outbox
  const lanes = new Set<string>()
  return outbox.filter(({ lane }) => (lanes.has(lane) ? false : lanes.add(lane)))
}

/** When an entry may be attempted: at its time, or when the claim on it has run out. */
const attemptableAt = ({ claim, readyAt }: OutboxEntry): number => claim?.until ?? readyAt

/** The earliest moment at which the actor has something to do; `null` when nothing is pending. Epoch milliseconds. */
export const wakeAt = ({ timers, outbox }: ActorMeta): number | null => {
  let earliest = Infinity
  for (const { dueAt } of timers) earliest = Math.min(earliest, dueAt)
  for (const head of heads(outbox)) earliest = Math.min(earliest, attemptableAt(head))
  return earliest === Infinity ? null : earliest
}

/** The latest moment at which something is pending, for the expiry (G7). */
export const lastPendingAt = ({ timers, outbox }: ActorMeta): number | null => {
  let latest = -Infinity
  for (const { dueAt } of timers) latest = Math.max(latest, dueAt)
  for (const entry of outbox) latest = Math.max(latest, attemptableAt(entry))
  return latest === -Infinity ? null : latest
}

/** The timer that is due first, or `null`. Equal due times fire in the order in which they were set. */
export const nextDueTimer = ({ timers }: ActorMeta, now: number): Timer | null => {
  let first: Timer | null = null
  for (const timer of timers) {
    if (timer.dueAt <= now && (first === null || timer.dueAt < first.dueAt)) first = timer
  }
  return first
}

/** Whether a late timer is to be dropped instead of fired (G5). */
export const isTooLate = (policy: LatePolicy, { dueAt }: Timer, now: number): boolean => {
  if (policy === "fire") return false
  return now - dueAt > (policy === "skip" ? SKIP_GRACE_MS : policy.fireIfYoungerThanMs)
}

const readyHeads = ({ outbox }: ActorMeta, now: number): ReadonlyArray<OutboxEntry> =>
  heads(outbox).filter((entry) => attemptableAt(entry) <= now)

/** Whether some effect may be attempted now. */
export const hasReadyEffect = (meta: ActorMeta, now: number): boolean => readyHeads(meta, now).length > 0

/** Claims every effect that may be attempted now. `holdMs` is how long an attempt of the entry may take. */
export const claimReady = (
  state: ActorState,
  by: string,
  now: number,
  holdMs: (entry: OutboxEntry) => number
): { readonly state: ActorState; readonly claimed: ReadonlyArray<OutboxEntry> } => {
  const heads = readyHeads(state.meta, now)
  if (heads.length === 0) return { state, claimed: [] }
  const ready = new Set(heads)
  const claimed: Array<OutboxEntry> = []
  const outbox = state.meta.outbox.map((entry) => {
    if (!ready.has(entry)) return entry
    const held = { ...entry, claim: { by, until: now + holdMs(entry) } }
    claimed.push(held)
    return held
  })
  return { state: withOutbox(state, outbox), claimed }
}

/** Takes an attempt's failure into the record: when to try again, and why. */
export const deferEffect = (
  state: ActorState,
  id: string,
  retry: { readonly readyAt: number; readonly attempts: number; readonly code: string | null }
): ActorState =>
  withOutbox(
    state,
    state.meta.outbox.map((entry) =>
      entry.id === id
        ? { ...entry, readyAt: retry.readyAt, attempts: retry.attempts, lastError: retry.code, claim: null }
        : entry
    )
  )

/**
 * Whether the entry is still pending and held by the process that made this claim: after a takeover, an outcome of the
 * earlier holder is stale. A claim that was extended meanwhile is the same hold.
 */
export const isHeld = (state: ActorState, id: string, claim: Claim): boolean =>
  state.meta.outbox.some((entry) => entry.id === id && entry.claim?.by === claim.by && entry.claim.until >= claim.until)

/** The state with the claim on an effect lasting until `until`. */
export const extendClaim = (state: ActorState, id: string, until: number): ActorState =>
  withOutbox(
    state,
    state.meta.outbox.map((entry) =>
      entry.id === id && entry.claim !== null ? { ...entry, claim: { ...entry.claim, until } } : entry
    )
  )

/** The state without a timer, as if it had never been set. A newer timer of the same id stays. */
export const dropTimer = (state: ActorState, dropped: Timer): ActorState => ({
  ...state,
  meta: { ...state.meta, timers: state.meta.timers.filter((timer) => !isSameTimer(timer, dropped)) }
})

/** The state without an effect. */
export const dropEffect = (state: ActorState, id: string): ActorState =>
  withOutbox(
    state,
    state.meta.outbox.filter((entry) => entry.id !== id)
  )

/** The state with a dead letter's effect back at the end of its lane. One that is pending already stays where it is. */
export const requeueEffect = (state: ActorState, entry: OutboxEntry, now: number): ActorState =>
  state.meta.outbox.some(({ id }) => id === entry.id)
    ? state
    : withOutbox(state, [...state.meta.outbox, { ...entry, attempts: 0, readyAt: now, claim: null, lastError: null }])

const withOutbox = (state: ActorState, outbox: ReadonlyArray<OutboxEntry>): ActorState => ({
  ...state,
  meta: { ...state.meta, outbox }
})

/** The stamp of a commit that changes the record without a chart step. */
export const restamp = (state: ActorState, turn: string): ActorState => ({
  ...state,
  meta: { ...state.meta, revision: state.meta.revision + 1, turn }
})
