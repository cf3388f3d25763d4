/**
 * What a pending action remembers and how each happening changes it: small pure functions. Whether it is too late is decided
 * by the time of the turn that asks, whether or not the timer has fired (P8).
 */
import * as DateTime from "effect/DateTime"
import type { ActionResult } from "#domain/developer/CodeHost.ts"
import {
  type ActionLook,
  type ActionState,
  MAX_EXPIRY_MS,
  MIN_EXPIRY_MS,
  NOT_DONE,
  type Order,
  OUTCOME_TTL_MS,
  type PendingActionDocument,
  type PendingActionEffects,
  type PendingActionEvent
} from "#domain/developer/PendingAction.ts"
import type { PendingActionContext, PendingActionInput } from "./schema.ts"

type Context = PendingActionContext
type Change = Partial<Context>
type Heard<Type extends PendingActionEvent["type"]> = Extract<PendingActionEvent, { readonly type: Type }>

/** Nobody created anything yet. */
export const newborn = ({ token }: PendingActionInput): Context => ({
  token,
  order: null,
  confirmedAt: null,
  idempotencyKey: null,
  prepared: null,
  result: null,
  lapsed: null
})

/** C20: an expiry out of bounds creates nothing. */
export const isCreatable = ({ expiresInMs }: Heard<"CREATE">): boolean =>
  Number.isInteger(expiresInMs) && expiresInMs >= MIN_EXPIRY_MS && expiresInMs <= MAX_EXPIRY_MS

export const created = ({ action, at, entities, expiresInMs, owner, summary }: Heard<"CREATE">): Change => ({
  order: { action, entities, summary, owner, createdAt: at, expiresAt: at + expiresInMs }
})

/** What was created; a chart that asks before is wrong. */
export const orderOf = ({ order }: Context): Order => {
  if (order === null) throw new TypeError("nothing was created under this token")
  return order
}

/** It can be confirmed up to the last millisecond before its expiry. */
export const isTooLate = (context: Context, at: number): boolean => at >= orderOf(context).expiresAt

export const isOwner = (context: Context, by: string): boolean => orderOf(context).owner === by

/** Whoever confirmed it asks again, with the same key. */
export const isRepeated = (
  { confirmedAt, idempotencyKey, order }: Context,
  { at, by, idempotencyKey: key }: Heard<"CONFIRM">
): boolean =>
  confirmedAt !== null &&
  at < confirmedAt + OUTCOME_TTL_MS &&
  key !== null &&
  key === idempotencyKey &&
  order?.owner === by

export const confirmed = ({ at, idempotencyKey }: Heard<"CONFIRM">): Change => ({ confirmedAt: at, idempotencyKey })

export const lapsed = (as: "expired" | "cancelled", at: number): Change => ({ lapsed: { as, at } })

export const finished = (result: ActionResult): Change => ({ result, prepared: null })

const NOTHING_DONE = { ok: false, url: null, code: NOT_DONE } as const

/** The work failed for good. Once acting had begun, only the one who acted can know that nothing was done. */
export const failed = ({ prepared }: Context, error: unknown): ActionResult =>
  prepared === null
    ? { ...NOTHING_DONE, message: "Nothing was done: the code host could not be asked." }
    : codeOf(error) === NOT_DONE
      ? { ...NOTHING_DONE, message: "Nothing was done: the code host did not take it." }
      : unknownOutcome("The code host gave no answer")

/** The work never ended. */
export const tookTooLong = ({ prepared }: Context): ActionResult =>
  prepared === null
    ? { ...NOTHING_DONE, message: "Nothing was done: it could not be prepared in time." }
    : unknownOutcome("The code host did not answer in time")

const unknownOutcome = (why: string): ActionResult => ({
  ok: false,
  message: `${why}, so it is unknown whether this was done. Look at the pull request before you ask again.`,
  url: null,
  code: "unknown"
})

const codeOf = (error: unknown): unknown =>
  typeof error === "object" && error !== null && "code" in error ? error.code : undefined

/** The state as everybody calls it. */
export const stateOf = ({ confirmedAt, lapsed, prepared, result }: Context): ActionState => {
  if (lapsed !== null) return lapsed.as
  if (result !== null) return result.ok ? "done" : "failed"
  if (prepared !== null) return "executing"
  return confirmedAt === null ? "pending" : "confirmed"
}

/** `null` for what was never created. */
export const look = (context: Context): ActionLook | null => {
  const { confirmedAt, order, result, token } = context
  return order === null ? null : { token, state: stateOf(context), ...order, confirmedAt, result }
}

/** The documented fields, in their order. */
export const document = (context: Context): PendingActionDocument => {
  const { action, entities, expiresAt, owner, summary } = orderOf(context)
  return {
    token: context.token,
    intent_name: action.name,
    entities,
    summary,
    expires_at: DateTime.formatIso(DateTime.makeUnsafe(expiresAt)),
    user_id: owner
  }
}

export const prepareInput = (context: Context): PendingActionEffects["prepare"]["input"] => {
  const { action, owner } = orderOf(context)
  return { action, owner }
}

export const performInput = (context: Context): PendingActionEffects["perform"]["input"] => {
  const { action, owner } = orderOf(context)
  if (context.prepared === null) throw new TypeError("nothing was prepared")
  return { action, owner, prepared: context.prepared, marker: markerOf(context.token) }
}

const FNV_OFFSET = 0xcbf29ce484222325n
const FNV_PRIME = 0x100000001b3n

/** The same for every attempt, another for every action; the token cannot be had back from it. */
const markerOf = (token: string): string => {
  let hash = FNV_OFFSET
  for (const letter of token) hash = BigInt.asUintN(64, (hash ^ BigInt(letter.charCodeAt(0))) * FNV_PRIME)
  return `action-${hash.toString(16).padStart(16, "0")}`
}
