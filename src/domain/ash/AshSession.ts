/**
 * The conversation between Ash and one person in direct messages: actor `ash-session/{user}`. A person has one direct
 * message channel with Ash whatever guilds they share, so sessions, opt-out and follow-ups belong to the user, not to a
 * guild. The words of a session live in it only while it runs.
 */
import type { AlertId, HumanWantedBecause } from "./Alert.ts"
import type { CrisisSeverity } from "./Severity.ts"
import type { Snowflake } from "./Snowflake.ts"

/** `{user}-{start in base 36}`: names its actor, so a command that carries it needs no look-up. */
export type AshSessionId = string

export const ashSessionId = (userId: Snowflake, startedAt: number): AshSessionId =>
  `${userId}-${Math.trunc(startedAt).toString(36)}`

/** The person a session id belongs to; `null` when it is not one. */
export const userOfSession = (id: AshSessionId): Snowflake | null =>
  /^([0-9]{1,20})-[0-9a-z]{6,12}$/.exec(id)?.[1] ?? null

/** Who began: a responder's click, the alert that nobody acknowledged, the member, or the question a day later. */
export type StartedBy = "button" | "auto" | "request" | "follow_up"

export type EndedBy = "idle" | "maximum" | "member" | "taken_over" | "opted_out" | "responder" | "unreachable"

export interface Turn {
  readonly by: "member" | "ash"
  readonly text: string
  readonly at: number
}

export type AshSessionEvent =
  | {
      readonly type: "START"
      readonly by: Exclude<StartedBy, "request">
      readonly guildId: Snowflake
      readonly alertId: AlertId
      readonly severity: CrisisSeverity
      readonly at: number
    }
  /** The person wrote to Ash. `guildId`: the community the service watches for them; `null` when it knows none. */
  | {
      readonly type: "DM_RECEIVED"
      readonly messageId: Snowflake
      readonly channelId: Snowflake
      readonly text: string
      readonly guildId: Snowflake | null
      /** Pictures and files came with it, which Ash cannot see. */
      readonly attachments: number
      readonly at: number
    }
  /** They changed what they wrote: analysed again, and shown again to a responder who has taken over. */
  | {
      readonly type: "DM_EDITED"
      readonly messageId: Snowflake
      readonly channelId: Snowflake
      readonly text: string
      readonly guildId: Snowflake | null
      readonly editedAt: number
      readonly at: number
    }
  /** The no-contact reaction on a direct message of ours. */
  | { readonly type: "DECLINED"; readonly messageId: Snowflake; readonly at: number }
  /** By command; answered with `OptOutAnswer`. `by` is the person themselves or a responder. */
  | { readonly type: "OPT_OUT"; readonly by: Snowflake; readonly at: number }
  | { readonly type: "OPT_IN"; readonly by: Snowflake; readonly at: number }
  /** From the alert: a responder speaks with the person from now on; and what they say. */
  | {
      readonly type: "TAKE_OVER"
      readonly by: Snowflake
      readonly guildId: Snowflake
      readonly alertId: AlertId
      readonly at: number
    }
  | { readonly type: "RELAY"; readonly messageId: Snowflake; readonly text: string; readonly at: number }
  | { readonly type: "HAND_BACK"; readonly by: Snowflake; readonly at: number }
  /** From the alert: a call for a person really stands in the team's channel. Only now may the person be told so. */
  | { readonly type: "HUMAN_TOLD"; readonly alertId: AlertId; readonly at: number }
  /** From the alert: it was resolved. */
  | { readonly type: "ALERT_RESOLVED"; readonly alertId: AlertId; readonly at: number }
  /** A responder's note to a session, by command; answered `{ kept: boolean }`. At most 2,000 characters. */
  | {
      readonly type: "NOTE"
      readonly sessionId: AshSessionId
      readonly by: Snowflake
      readonly text: string
      readonly at: number
    }
  /** Answers `AshSessionView`. */
  | { readonly type: "LOOK" }
  /** The person was removed from every shared guild, or asked to be forgotten. */
  | { readonly type: "MEMBER_LEFT"; readonly guildId: Snowflake; readonly at: number }

export interface OptOutAnswer {
  readonly outcome: "opted_out" | "already_opted_out" | "opted_in" | "was_not_opted_out" | "off"
  /** Epoch milliseconds; `null` = for good, or not opted out. */
  readonly until: number | null
}

export interface AshSessionView {
  readonly sessionId: AshSessionId | null
  readonly state: "idle" | "talking" | "taken_over"
  readonly startedAt: number | null
  readonly optedOut: boolean
  readonly optedOutUntil: number | null
  readonly followUpAt: number | null
}

/** What a finished session leaves behind: no words, only facts (`ash:session:meta:{id}`, 30 days). */
export interface SessionSummary {
  readonly session_id: AshSessionId
  readonly user_id: Snowflake
  readonly guild_id: Snowflake | null
  readonly alert_id: AlertId | null
  readonly started_by: StartedBy
  readonly started_at: string
  readonly ended_at: string
  readonly ended_by: EndedBy
  readonly duration_seconds: number
  readonly messages_from_member: number
  readonly messages_from_ash: number
  readonly human_wanted: boolean
}

/** What the companion is asked: the conversation so far, the newest words last. */
export interface Converse {
  readonly turns: ReadonlyArray<Turn>
  readonly severity: CrisisSeverity
  /** The team has really been called: only then may a reply say so. */
  readonly humanTold: boolean
  /** Ash speaks first about a check-in a day later. */
  readonly followUp: boolean
}

export interface Companionship {
  /** Already through the safe-messaging guard; at most 2,000 characters a part. */
  readonly parts: ReadonlyArray<string>
  /** A person should look at this now: the guard or the model says so. */
  readonly concern: boolean
  /** `template`: the embedded companion, or the model's words were not safe to send. */
  readonly source: "model" | "template"
}

/** Effects of a session, by name. `converse` is an invoke; the others are actions of the Discord channel. */
export interface AshSessionEffects {
  readonly converse: { readonly input: Converse; readonly output: Companionship }
  /** A direct message. Results: `DM_SENT`, `DM_FAILED` (codes `dm_closed`, `unknown_user`, others). */
  readonly sendDirect: {
    readonly params: {
      readonly userId: Snowflake
      readonly text: string
      /** What it is, for the result: `welcome` carries the no-contact reaction. */
      readonly kind: "welcome" | "reply" | "notice" | "relay" | "follow_up"
    }
    readonly output: { readonly kind: string; readonly channelId: Snowflake; readonly messageId: Snowflake }
  }
  /** Facts about a finished session for the team, in the notes channels; nothing when none is configured. */
  readonly postSessionNotes: {
    readonly params: { readonly summary: SessionSummary }
    readonly output: { readonly posted: number }
  }
}

export type AshSessionResult =
  | { readonly type: "DM_SENT"; readonly output: AshSessionEffects["sendDirect"]["output"]; readonly at: number }
  | {
      readonly type: "DM_FAILED"
      readonly params: AshSessionEffects["sendDirect"]["params"]
      readonly code: string
      readonly at: number
    }

/** Why a session asks for a person: becomes `HUMAN_WANTED` at `member/{guild}:{user}`, which owns the open alert. */
export type AsksForHuman = HumanWantedBecause
