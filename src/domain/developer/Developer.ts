/**
 * A developer and their sessions. Actor `developer/{user}` knows which of their actions wait for a confirmation, over all
 * devices. Actor `developer-session/{session_id}` knows what a conversation is about: repository and pull request, the profile,
 * the last thing said. It belongs to the user who began it (P16), decides what a command means there, and does nothing to the
 * world.
 */
import type { CodeHostAction } from "./CodeHost.ts"
import type { Intent } from "./Intent.ts"

/** P10. */
export const sessionContextKey = (sessionId: string): string => `session_context:${sessionId}`

/** P11, milliseconds from the last change. */
export const SESSION_CONTEXT_TTL_MS = 3_600_000

/** What was read for a command with an idempotency key; belongs to its session. */
export const commandAnswerKey = (id: string): string => `command_answer:${id}`

/** As long as the key counts. */
export const COMMAND_ANSWER_TTL_MS = 86_400_000

/** The value at `session_context:{id}`, nothing else (a3): `pr_number` only when a pull request is known. */
export interface SessionContextDocument {
  readonly repo: string
  readonly pr_number?: number
}

export const PROFILES = ["workout", "kitchen", "commute", "default"] as const
export type Profile = (typeof PROFILES)[number]

/** Actions of a user that may be open at once; one more is refused as `too_many`. */
export const MAX_OPEN_ACTIONS = 50

export type DeveloperEvent =
  /** Answers `{ noted: boolean }`. Told before the action is created, so that no action is unknown to its owner. */
  | { readonly type: "ACTION_OPENED"; readonly token: string; readonly expiresAt: number; readonly at: number }
  /** Told by the action when it is consumed, cancelled or expired. */
  | { readonly type: "ACTION_CLOSED"; readonly token: string }
  /** Answers `OpenActions`; those past their time are left out. */
  | { readonly type: "LOOK" }

export interface OpenActions {
  /** Oldest first. */
  readonly open: ReadonlyArray<{ readonly token: string; readonly expiresAt: number }>
}

export type DeveloperSessionEvent =
  /** Answers `Decision`. */
  | {
      readonly type: "COMMAND"
      readonly user: string
      readonly intent: Intent
      readonly profile: Profile
      /** For the action this command may propose: 32 random bytes, made by whoever asks. */
      readonly token: string
      readonly at: number
    }
  /** What was answered to a command whose answer had to be looked up: kept for `system.repeat` and `system.next`. */
  | {
      readonly type: "ANSWERED"
      readonly user: string
      readonly spoken: ReadonlyArray<string>
      readonly at: number
      /** The open action that was read out. Counts only while `to`, its `confirm_newest`, is the session's last command. */
      readonly proposed?: { readonly token: string; readonly to: string }
    }
  /** Answers `{ changed: boolean }`. Sets repository and pull request; without one, the old one is forgotten (a3). */
  | {
      readonly type: "SET_CONTEXT"
      readonly user: string
      readonly repo: string
      readonly prNumber: number | null
      readonly at: number
    }
  /** Answers `{ changed: boolean }`. */
  | { readonly type: "CLEAR_CONTEXT"; readonly user: string }
  /** Answers `DeveloperSessionLook`; changes nothing. */
  | { readonly type: "LOOK" }

export interface DeveloperSessionLook {
  readonly owner: string | null
  readonly repo: string | null
  readonly prNumber: number | null
  readonly profile: Profile
}

/**
 * What a command comes to. `entities` are the intent's, completed from the session. `profile`: the one to speak by, the
 * command's own or, where that is `default`, the session's.
 */
export type Decision = { readonly intent: Intent; readonly profile: Profile } & (
  | {
      readonly kind: "propose"
      readonly token: string
      readonly action: CodeHostAction
      readonly summary: string
      readonly spoken: string
    }
  /** Something to look up on the code host; `prNumber` is there for all but the inbox. */
  | {
      readonly kind: "read"
      readonly what: "inbox" | "pull_request" | "checks"
      readonly repo: string | null
      readonly prNumber: number | null
    }
  /**
   * The caller's newest open action, if it is `expects`: the one that was read out right before in this session. Any other is
   * read out now and not run; the session is told so by `ANSWERED`, with this `token`.
   */
  | { readonly kind: "confirm_newest"; readonly expects: string | null; readonly token: string }
  /** The caller's newest open action, read out or not. */
  | { readonly kind: "cancel_newest" }
  | { readonly kind: "say"; readonly ok: boolean; readonly spoken: string }
  /** The session is somebody else's: nothing was kept of the command. */
  | { readonly kind: "not_yours" }
)
