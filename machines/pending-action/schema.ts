/**
 * The shapes of a pending action: what is to be done, for whom, until when, and what became of it. Plain JSON; what a person
 * wrote is in it only where the action itself is that text, and goes with the record.
 */
import type { ActorView } from "#domain/ActorDefinition.ts"
import type { ActionResult, Prepared } from "#domain/developer/CodeHost.ts"
import type { Order } from "#domain/developer/PendingAction.ts"

/** Version of the stored snapshot; raise it with a migration. */
export const VERSION = 1

export interface PendingActionInput {
  readonly token: string
}

export interface PendingActionContext {
  readonly token: string
  /** `null`: nothing was ever created under this token. */
  readonly order: Order | null
  readonly confirmedAt: number | null
  /** With which it was confirmed. */
  readonly idempotencyKey: string | null
  /** While it is being performed. */
  readonly prepared: Prepared | null
  readonly result: ActionResult | null
  /** How it came to its end without being confirmed, and when. */
  readonly lapsed: { readonly as: "expired" | "cancelled"; readonly at: number } | null
}

export const contextOf = (view: Pick<ActorView, "context">): PendingActionContext => view.context
