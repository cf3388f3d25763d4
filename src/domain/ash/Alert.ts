/**
 * A crisis alert as everybody talks about it: actor `alert/{alert id}`. Its steps go forward only, `alert → acknowledged →
 * resolved` (B3, C22). Nothing here holds the member's words: whoever shows an alert fetches the text where it lives, in
 * the history or on Discord (C8).
 */
import type { Analysis } from "./Analysis.ts"
import type { CrisisSeverity } from "./Severity.ts"
import type { Snowflake } from "./Snowflake.ts"

/** `alert_` and 12 hexadecimal digits. */
export type AlertId = string

const FNV_PRIME = 0x100000001b3n
const FNV_OFFSET = 0xcbf29ce484222325n

/**
 * The alert about one message. The same message always gives the same id, so a button that names member and message leads
 * to its alert with nothing looked up, in any process and after any restart (B2).
 */
export const alertIdOf = (guildId: Snowflake, userId: Snowflake, messageId: Snowflake): AlertId => {
  let hash = FNV_OFFSET
  for (const byte of `${guildId}:${userId}:${messageId}`) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte.charCodeAt(0))) * FNV_PRIME)
  }
  const folded = hash ^ (hash >> 48n)
  return `alert_${BigInt.asUintN(48, folded).toString(16).padStart(12, "0")}`
}

/** In place of a member who wished to be forgotten: nobody's id. */
export const FORGOTTEN: Snowflake = "0"

/** What made the member's words a matter for a person (B9). */
export type HumanWantedBecause = "asked" | "opted_out" | "ash_failed" | "safety"

/** One message that belongs to an alert. */
export interface Signal {
  readonly guildId: Snowflake
  /** `FORGOTTEN` in an alert that is over, when they wished so. */
  readonly userId: Snowflake
  readonly channelId: Snowflake
  readonly messageId: Snowflake
  /** When the message was posted or changed, epoch milliseconds. */
  readonly at: number
  readonly severity: CrisisSeverity
  readonly sensitivity: number
  readonly origin: "channel" | "dm"
  /** `null` when nobody analysed anything: the member asked for a person. */
  readonly analysis: Analysis | null
  readonly unanalysed: boolean
  readonly humanWanted: HumanWantedBecause | null
}

export const ALERT_STATES = ["alert", "acknowledged", "resolved", "expired"] as const
export type AlertState = (typeof ALERT_STATES)[number]

/** Who took a step forward, when, and what they said to it. */
export interface Step {
  /** A responder's id; `null` when time did it (expiry). */
  readonly by: Snowflake | null
  readonly at: number
  /** A responder's words, at most 500 characters. */
  readonly note: string | null
}

/** Where the alert's post stands on Discord. */
export interface Place {
  readonly channelId: Snowflake
  readonly messageId: Snowflake
}

/** All that may be shown of an alert; also what `/ash status` and the post are made from. */
export interface AlertView {
  readonly alertId: AlertId
  /** The message that opened it; `messageId` stands in the buttons. */
  readonly signal: Signal
  /** The highest so far, or what a responder set it to. */
  readonly severity: CrisisSeverity
  readonly state: AlertState
  readonly createdAt: number
  /** Signals heard, the first included. */
  readonly signals: number
  /** The newest signal that raised the severity; equal to `signal` until then. */
  readonly raisedBy: Signal
  readonly acknowledged: Step | null
  readonly resolved: Step | null
  readonly assignedTo: ReadonlyArray<Snowflake>
  readonly ash: {
    readonly state: "none" | "asked" | "talking" | "ended" | "refused" | "unreachable"
    /** The responder who asked for it; `null` when nobody did in time and Ash went by itself. */
    readonly by: Snowflake | null
    readonly auto: boolean
    readonly at: number | null
  }
  /** A responder speaks with the member through the thread. */
  readonly takenOverBy: Snowflake | null
  readonly humanWanted: HumanWantedBecause | null
  readonly optedOut: boolean
  readonly falsePositive: boolean
  readonly overridden: { readonly from: CrisisSeverity; readonly by: Snowflake; readonly reason: string } | null
  /** Earlier alerts of this member in the last seven days (B20). */
  readonly earlier: number
  /** The alert before this one, when that closed a short while ago (B7). */
  readonly previous: AlertId | null
  /** How often it came back to everybody's attention without moving backwards (B6). */
  readonly attention: number
  readonly place: Place | null
  readonly threadId: Snowflake | null
  /** The author deleted the message or left: no text may be shown. */
  readonly textGone: boolean
}

/** A click on a post that no alert here knows: enough to take it over from the service that made it (B2). */
export interface AdoptedPost extends Place {
  readonly guildId: Snowflake
  readonly userId: Snowflake
  readonly sourceMessageId: Snowflake
  readonly severity: CrisisSeverity
}

/** What a responder may ask of an alert. `at` is the time of the interaction. `post` is where the click was made. */
interface Asked {
  readonly by: Snowflake
  readonly at: number
  readonly post?: AdoptedPost
}

/** Asked by a responder; each is answered with an `AlertAnswer`. Envelope id: the interaction's id. */
export type AlertRequest =
  | ({ readonly type: "ACKNOWLEDGE"; readonly note: string | null } & Asked)
  | ({ readonly type: "RESOLVE"; readonly note: string | null } & Asked)
  | ({ readonly type: "TALK_TO_ASH" } & Asked)
  | ({ readonly type: "TAKE_OVER" } & Asked)
  | ({ readonly type: "HAND_BACK" } & Asked)
  | ({ readonly type: "ASSIGN"; readonly to: Snowflake } & Asked)
  | ({ readonly type: "OVERRIDE_SEVERITY"; readonly severity: CrisisSeverity; readonly reason: string } & Asked)
  | ({ readonly type: "FALSE_POSITIVE"; readonly reason: string } & Asked)
  /** Answers the view and changes nothing. */
  | { readonly type: "LOOK" }

export type AlertEvent =
  | AlertRequest
  /** From the member actor: the first signal. */
  | {
      readonly type: "OPEN"
      readonly signal: Signal
      readonly earlier: number
      readonly previous: AlertId | null
    }
  /** From the member actor: one more message, of any crisis severity. */
  | { readonly type: "SIGNAL"; readonly signal: Signal }
  /** From the member actor: a signal's real analysis came later than the net's guess. Never lowers the severity. */
  | { readonly type: "ANALYSED"; readonly signal: Signal }
  /** From the member actor: the text may no longer be shown. */
  | { readonly type: "TEXT_GONE"; readonly messageIds: ReadonlyArray<Snowflake> | "all"; readonly at: number }
  /** The member wishes to be forgotten (B15): its numbers name them no more, and once it is over nothing of it does. */
  | { readonly type: "SUBJECT_FORGOTTEN"; readonly at: number }
  /** A person wrote in the alert's thread: the first one is the first response (M3, B4). */
  | {
      readonly type: "THREAD_MESSAGE"
      readonly by: Snowflake
      readonly messageId: Snowflake
      readonly text: string
      readonly at: number
    }
  /** From the desk: every known responder is away (B21). */
  | { readonly type: "NOBODY_AVAILABLE"; readonly at: number }
  /** From the member's Ash session. */
  | { readonly type: "ASH_CONTACTED"; readonly at: number }
  | { readonly type: "ASH_REFUSED"; readonly because: "opted_out" | "off" | "busy"; readonly at: number }
  | { readonly type: "ASH_UNREACHABLE"; readonly at: number }
  | { readonly type: "ASH_ENDED"; readonly how: string; readonly at: number }
  | { readonly type: "MEMBER_OPTED_OUT"; readonly until: number | null; readonly at: number }
  /** The member wrote to Ash while a responder has taken over: relayed into the thread. */
  | { readonly type: "MEMBER_SAID"; readonly messageId: Snowflake; readonly text: string; readonly at: number }

export type RefusedBecause =
  | "unknown_alert"
  | "already_acknowledged"
  | "already_resolved"
  | "expired"
  | "not_taken_over"
  | "taken_over"
  | "ash_off"

/** The answer to a request: what happened, and the alert as it stands now. */
export interface AlertAnswer {
  readonly outcome: "done" | "refused"
  readonly because: RefusedBecause | null
  /** `null` only with `unknown_alert`. */
  readonly alert: AlertView | null
}

/** What is said in the alert's thread, or in its channel while there is no thread. The channel finds the words. */
export type Notice =
  | { readonly kind: "acknowledged" | "resolved"; readonly step: Step }
  | { readonly kind: "raised"; readonly from: CrisisSeverity; readonly signal: Signal }
  /** A message as grave as those before; it rings for those who have the alert. */
  | { readonly kind: "again"; readonly signal: Signal; readonly to: ReadonlyArray<Snowflake> }
  | { readonly kind: "escalated"; readonly step: number; readonly waitingMs: number }
  | { readonly kind: "still_open"; readonly sinceMs: number }
  | { readonly kind: "expired" }
  | { readonly kind: "human_wanted"; readonly because: HumanWantedBecause }
  | { readonly kind: "ash_started"; readonly auto: boolean; readonly by: Snowflake | null }
  | { readonly kind: "ash_ended"; readonly how: string }
  | { readonly kind: "ash_refused"; readonly because: "opted_out" | "off" | "busy" }
  | { readonly kind: "ash_unreachable" }
  | { readonly kind: "opted_out"; readonly until: number | null }
  | { readonly kind: "taken_over" | "handed_back"; readonly by: Snowflake }
  | { readonly kind: "assigned"; readonly to: Snowflake; readonly by: Snowflake }
  | {
      readonly kind: "overridden"
      readonly from: CrisisSeverity
      readonly to: CrisisSeverity
      readonly by: Snowflake
      readonly reason: string
    }
  | { readonly kind: "false_positive"; readonly by: Snowflake; readonly reason: string }
  | { readonly kind: "repeated"; readonly earlier: number }
  /** The member's words to a responder who has taken over; quoted, nobody pinged. `null`: Discord would not show them. */
  | { readonly kind: "member_said"; readonly text: string | null }
  | { readonly kind: "analysed"; readonly analysis: Analysis }

/** Who a notice calls: nobody, the crisis team, everybody who may help, or the leads. */
export type Audience = "nobody" | "crt" | "wider" | "leads"

/** Effects of an alert, by name; the Discord channel performs them. */
export interface AlertEffects {
  /** Posts the embed with its buttons in the channel of its severity, and opens the thread. Rings for high and critical. */
  readonly postAlert: { readonly params: { readonly alert: AlertView }; readonly output: Posted }
  /** Shows the alert as it is now in the post that is there. */
  readonly editAlert: {
    readonly params: { readonly alert: AlertView; readonly place: Place }
    /** `gone`: somebody deleted the post, or the channel around it. */
    readonly output: null | "gone"
  }
  readonly notify: {
    readonly params: { readonly alert: AlertView; readonly notice: Notice; readonly audience: Audience }
    /** `kind` repeats the notice's; `audience` is who was really called, `nobody` where no bell rang. */
    readonly output: { readonly kind: Notice["kind"]; readonly audience: Audience }
  }
}

/** Results come back as `POSTED`, `POST_FAILED`, `NOTIFIED`, `NOTIFY_FAILED`. */
export interface Posted {
  readonly place: Place
  readonly threadId: Snowflake | null
  /** A role that exists was rung for it, or a lead was written to. False where nobody was to be called. */
  readonly called: boolean
}

export type AlertResult =
  | { readonly type: "POSTED"; readonly output: Posted; readonly at: number }
  | {
      readonly type: "POST_FAILED"
      readonly params: AlertEffects["postAlert"]["params"]
      readonly code: string
      readonly at: number
    }
  | { readonly type: "NOTIFIED"; readonly output: AlertEffects["notify"]["output"]; readonly at: number }
  | {
      readonly type: "NOTIFY_FAILED"
      readonly params: AlertEffects["notify"]["params"]
      readonly code: string
      readonly at: number
    }
