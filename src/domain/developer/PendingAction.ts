/**
 * An action that waits for one confirmation, as everybody talks about it. Actor `pending-action/{token}` is created with what
 * is to be done and for whom; a confirmation by its owner within its time consumes it and starts the work in one commit
 * (C21), so it is done once or its failure is on record, whatever dies in between. The record stays for 24 hours.
 */
import type { ActionResult, CodeHostAction, Prepared } from "./CodeHost.ts"

/** P1: present while the action can be confirmed, gone with the commit that consumes it. */
export const pendingActionKey = (token: string): string => `pending_action:${token}`

/** P2, and the bounds of a per-create override (C20), milliseconds. */
export const DEFAULT_EXPIRY_MS = 60_000
export const MIN_EXPIRY_MS = 1_000
export const MAX_EXPIRY_MS = 3_600_000

/** How long prepare and perform may take together, retries included, milliseconds; then it is over, done or not. */
export const WORK_WITHIN_MS = 1_800_000

/** How long the outcome can be asked for after it was confirmed, cancelled or expired. */
export const OUTCOME_TTL_MS = 86_400_000

/** The value at `pending_action:{token}`, in this order. */
export interface PendingActionDocument {
  readonly token: string
  readonly intent_name: string
  readonly entities: Readonly<Record<string, unknown>>
  readonly summary: string
  /** ISO 8601 with `Z`. */
  readonly expires_at: string
  readonly user_id: string
}

export type PendingActionEvent =
  /** Answers `ActionLook`. A second one changes nothing. Expiry counts from the turn, by the store's clock. */
  | {
      readonly type: "CREATE"
      readonly action: CodeHostAction
      /** As spoken back and as stored under the documented names. */
      readonly entities: Readonly<Record<string, unknown>>
      readonly summary: string
      readonly owner: string
      readonly expiresInMs: number
      readonly at: number
    }
  /** Answers `ConfirmAnswer`. `idempotencyKey`: whoever consumed it may ask again with the same one. */
  | { readonly type: "CONFIRM"; readonly by: string; readonly idempotencyKey: string | null; readonly at: number }
  /** Answers `CancelAnswer`. */
  | { readonly type: "CANCEL"; readonly by: string; readonly at: number }
  /** Answers `ActionLook`, or `null` for one that was never created; changes nothing. */
  | { readonly type: "LOOK" }

export type ActionState = "pending" | "confirmed" | "executing" | "done" | "failed" | "expired" | "cancelled"

/** What was created. It never changes. */
export interface Order {
  readonly action: CodeHostAction
  readonly entities: Readonly<Record<string, unknown>>
  readonly summary: string
  readonly owner: string
  /** Epoch milliseconds. */
  readonly createdAt: number
  readonly expiresAt: number
}

/** All there is to know of an action. Whose it is decides who may be shown it. */
export interface ActionLook extends Order {
  readonly token: string
  readonly state: ActionState
  readonly confirmedAt: number | null
  /** Once it is `done` or `failed`. */
  readonly result: ActionResult | null
}

/**
 * Why a confirmation or cancellation is refused. `expired`: too late, unknown, or consumed before: there is nothing to
 * confirm. `not_yours`: somebody else's; nothing was consumed.
 */
export type ActionRefusal = "expired" | "not_yours"

export type ConfirmAnswer =
  /** `repeated`: the same idempotency key had consumed it already. */
  | { readonly accepted: true; readonly repeated: boolean; readonly look: ActionLook }
  | { readonly accepted: false; readonly because: ActionRefusal }

export type CancelAnswer =
  | { readonly cancelled: true; readonly look: ActionLook }
  | { readonly cancelled: false; readonly because: ActionRefusal }

/** What the actor emits when it comes to its end; what it came to is read with `LOOK`. */
export interface ActionSettled {
  readonly type: "ACTION_SETTLED"
}

/** Effects of the actor, by invoke `src`. */
export interface PendingActionEffects {
  /** In `confirmed`: reads what the work must rest on. Harmless when repeated. A result ends it without acting. */
  readonly prepare: {
    readonly input: { readonly action: CodeHostAction; readonly owner: string }
    readonly output: { readonly prepared: Prepared } | { readonly result: ActionResult }
  }
  /** In `executing`: acts on exactly what was prepared; a repetition finds out whether it is done already. */
  readonly perform: {
    readonly input: {
      readonly action: CodeHostAction
      readonly owner: string
      readonly prepared: Prepared
      /** In a comment's invisible marker and wherever the host takes one. Names no person. */
      readonly marker: string
    }
    readonly output: ActionResult
  }
}

/**
 * The code with which `perform` fails for good when it knows that nothing was done, by no attempt. After any other failure it
 * is unknown, and said so.
 */
export const NOT_DONE = "not_done"
