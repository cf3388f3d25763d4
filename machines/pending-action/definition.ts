/**
 * The pending action's row of the registry: the actor's id is the token. It is kept 24 hours from its confirmation,
 * cancellation or expiry, however often it is asked about; what it was told of the action goes with it. While the store is
 * away nothing is created or confirmed (C14).
 */
import type { ActorDefinition, ActorView } from "#domain/ActorDefinition.ts"
import { OUTCOME_TTL_MS, pendingActionKey } from "#domain/developer/PendingAction.ts"
import { pendingActionMachine } from "./machine.ts"
import { migrations } from "./migrations.ts"
import { contextOf, type PendingActionInput, VERSION } from "./schema.ts"

/** An actor that was asked about a token nobody created is gone again after a minute. */
export const ABSENT_TTL_MS = 60_000

const ttlMs = (view: ActorView): number => {
  const { confirmedAt, lapsed, order } = contextOf(view)
  if (order === null) return ABSENT_TTL_MS
  const from = lapsed?.at ?? confirmedAt ?? order.expiresAt
  return Math.max(ABSENT_TTL_MS, from + OUTCOME_TTL_MS - view.at)
}

export const pendingActionDefinition = (): ActorDefinition => ({
  type: "pending-action",
  machine: pendingActionMachine(),
  version: VERSION,
  migrations,
  ttlMs,
  input: (token): PendingActionInput => ({ token }),
  // However late: what was not confirmed is over, and what was confirmed is reported.
  lateTimers: { expiry: "fire", deadline: "fire" },
  projectionKeys: ({ id }) => [pendingActionKey(id)]
})
