/**
 * The shapes of a person's actor: what it remembers, what it hears, what leaves it. Plain JSON and bounded. What the person
 * and Ash wrote stands in `session.turns` and `session.pending` only, and goes with the session.
 */
import type { ActorView, TellParams } from "#domain/ActorDefinition.ts"
import type { AlertId, HumanWantedBecause } from "#domain/ash/Alert.ts"
import type {
  AshSessionEffects,
  AshSessionEvent,
  AshSessionId,
  AshSessionResult,
  AshSessionView,
  EndedBy,
  OptOutAnswer,
  StartedBy,
  Turn
} from "#domain/ash/AshSession.ts"
import type { CrisisSeverity } from "#domain/ash/Severity.ts"
import type { Snowflake } from "#domain/ash/Snowflake.ts"
import type { Projection } from "#domain/Projection.ts"

/** Version of the stored snapshot; raise it with a migration. */
export const VERSION = 1

/** Bounds of the context. */
export const MAX_TURNS = 20
export const MAX_TURN_TEXT = 2000
export const MAX_ALERTS = 5
export const MAX_SESSIONS = 200

/** Notes to one session. */
export const MAX_NOTES = 100
export const MAX_NOTE = 2000

/** A turn, and the message it came in: an edit replaces its text. */
export interface SessionTurn extends Turn {
  readonly messageId: Snowflake | null
}

export interface Session {
  readonly id: AshSessionId
  readonly startedBy: StartedBy
  readonly startedAt: number
  readonly guildId: Snowflake | null
  /** The alert it was started for. */
  readonly alertId: AlertId | null
  readonly severity: CrisisSeverity
  /** What Ash has answered, and its answers; oldest first. */
  readonly turns: ReadonlyArray<SessionTurn>
  /** What waits for an answer. */
  readonly pending: ReadonlyArray<SessionTurn>
  readonly fromMember: number
  readonly fromAsh: number
  readonly humanWanted: boolean
  /** Replies since the person was last shown where else to turn. */
  readonly repliesSinceResources: number
}

/** An alert about this person that is open as far as anybody told us. */
export interface KnownAlert {
  readonly alertId: AlertId
  readonly guildId: Snowflake | null
  readonly severity: CrisisSeverity
  /** When it was last heard of. */
  readonly at: number
  /** Whether it waits for the news that Ash reached the person, or has had it and waits for the end. */
  readonly session: "none" | "awaits_contact" | "in_contact"
  readonly takenOverBy: Snowflake | null
  /** Closed, and known only until the session it takes part in ends. */
  readonly resolved: boolean
}

export interface FollowUp {
  readonly sessionId: AshSessionId
  readonly severity: CrisisSeverity
  readonly guildId: Snowflake | null
  readonly dueAt: number
  /** `null` until it is asked. */
  readonly askedAt: number | null
}

/** The person does not want Ash to write. `until: null` = for good. */
export interface OptOut {
  readonly at: number
  readonly until: number | null
  readonly by: Snowflake
}

export interface AshSessionContext {
  readonly userId: Snowflake
  /** The time of the newest event, epoch milliseconds. */
  readonly heardAt: number
  /** The community the person was last known in: whose team can be called for them. */
  readonly guildId: Snowflake | null
  /** The person's newest message to Ash; before the first, Ash's own. */
  readonly message: {
    readonly channelId: Snowflake
    readonly messageId: Snowflake
    readonly by: "member" | "ash"
  } | null
  readonly session: Session | null
  readonly takenOver: { readonly by: Snowflake; readonly alertId: AlertId } | null
  readonly alerts: ReadonlyArray<KnownAlert>
  /** A call for a person stands in the team's channel, as of this session. */
  readonly humanTold: boolean
  readonly optOut: OptOut | null
  /** When a person Ash does not talk with was last told so. */
  readonly noticeAt: number | null
  /** When the latest session ended, or an answer to the follow-up was thanked for. */
  readonly closedAt: number | null
  /** When a goodbye or a stop was last answered. */
  readonly farewellAt: number | null
  readonly followUp: FollowUp | null
  /** Starts of the sessions whose documents may still be stored; oldest first. */
  readonly sessions: ReadonlyArray<number>
}

export interface AshSessionInput {
  readonly userId: Snowflake
  readonly at: number
}

export type DirectMessage = Omit<AshSessionEvent & { readonly type: "DM_RECEIVED" }, "type">

/** What the chart raises for itself, besides what comes from outside. */
export type AshSessionOwnEvent =
  | { readonly type: "SAID"; readonly message: DirectMessage }
  /** `emergency`: they asked for an ambulance, and were told that Ash cannot call one. */
  | { readonly type: "PERSON_ASKED"; readonly message: DirectMessage; readonly emergency: boolean }
  | { readonly type: "FAREWELL"; readonly message: DirectMessage; readonly goodbye: boolean }
  | {
      readonly type: "NO_CONTACT"
      readonly by: Snowflake
      readonly via: "words" | "reaction" | "command"
      /** The message, when it was asked for in words. */
      readonly message: DirectMessage | null
      readonly at: number
    }
  | { readonly type: "CONTACT"; readonly via: "words" | "command"; readonly at: number }
  /** From the life before this one: who wants no contact is not forgotten with the rest. */
  | { readonly type: "NO_CONTACT_KEPT"; readonly optOut: OptOut }
  | { readonly type: "HUMAN_NEEDED"; readonly because: Exclude<HumanWantedBecause, "asked">; readonly at: number }
  | { readonly type: "SESSION_STARTED"; readonly at: number }
  | { readonly type: "FOLLOW_UP_OVER" }
  | {
      readonly type: "SESSION_ENDED"
      readonly how: EndedBy
      readonly session: Pick<Session, "id" | "severity" | "guildId" | "startedAt">
      readonly at: number
    }

export type AshSessionMachineEvent = AshSessionEvent | AshSessionResult | AshSessionOwnEvent

export type Direct = AshSessionEffects["sendDirect"]["params"]
export type AshSessionReply = OptOutAnswer | AshSessionView | { readonly kept: boolean }

/** Everything that leaves the actor. */
export type Outgoing =
  | { readonly type: "sendDirect"; readonly params: Direct }
  | { readonly type: "postSessionNotes"; readonly params: AshSessionEffects["postSessionNotes"]["params"] }
  | { readonly type: "tell"; readonly params: TellParams }
  | { readonly type: "reply"; readonly params: AshSessionReply }
  | { readonly type: "project"; readonly params: Projection }

export const contextOf = (view: ActorView): AshSessionContext => view.context
