/**
 * A member of a guild as Ash watches over them: actor `member/{guild}:{user}`. The events it hears from the channel, from
 * its alert and from the member's own session. History never crosses guilds (A37).
 */
import type { Classified, Classify } from "./Analysis.ts"
import type { AlertId, HumanWantedBecause, Signal } from "./Alert.ts"
import type { Snowflake } from "./Snowflake.ts"

/** The id of the actor of a member in a guild. */
export const memberId = (guildId: Snowflake, userId: Snowflake): string => `${guildId}:${userId}`

/** The two ids in a member actor's id. Throws on anything else. */
export const parseMemberId = (id: string): { readonly guildId: Snowflake; readonly userId: Snowflake } => {
  const match = /^([0-9]+):([0-9]+)$/.exec(id)
  if (match === null) throw new TypeError("a member is a guild id, a colon and a user id")
  const [, guildId = "", userId = ""] = match
  return { guildId, userId }
}

/** One message as the channel saw it. */
export interface SeenMessage {
  readonly messageId: Snowflake
  readonly channelId: Snowflake
  readonly text: string
  /** When it was posted, epoch milliseconds. */
  readonly at: number
  /** When its text was last changed, epoch milliseconds; `null` for a message as first posted (B33). */
  readonly editedAt: number | null
  /** The channel's factor on the score; 1 leaves the classifier's severity alone. */
  readonly sensitivity: number
  /** `dm`: written to Ash in a direct message. */
  readonly origin: "channel" | "dm"
}

export type MemberEvent =
  /** A new message or a new text of an old one. Envelope ids: `message:{id}` and `edit:{id}:{editedAt}`. */
  | { readonly type: "MESSAGE_SEEN"; readonly message: SeenMessage }
  /** Their author or a moderator deleted them: history goes too (B15). */
  | { readonly type: "MESSAGES_DELETED"; readonly messageIds: ReadonlyArray<Snowflake>; readonly at: number }
  /** A proxy (PluralKit) posted `proxy` in place of `original`: deleting `original` is no wish to forget it (B16). */
  | { readonly type: "MESSAGE_PROXIED"; readonly original: Snowflake; readonly proxy: Snowflake; readonly at: number }
  /** The member asked for a person, or Ash cannot help: opens or raises the alert (B9). */
  | {
      readonly type: "HUMAN_WANTED"
      readonly because: HumanWantedBecause
      readonly messageId: Snowflake
      readonly channelId: Snowflake
      readonly at: number
    }
  /** A responder's command: removes the history. */
  | { readonly type: "HISTORY_CLEARED"; readonly at: number }
  /** Left or was removed, or the bot was: removes what belongs to the guild (B15). Never sent for an outage. */
  | { readonly type: "MEMBER_LEFT"; readonly at: number }
  /**
   * They wish to be forgotten: as if they had left, and whose these messages were is not kept either. Alerts about them are
   * told; one that is open stays, because people may still reach them (B15).
   */
  | { readonly type: "FORGOTTEN"; readonly messageIds: ReadonlyArray<Snowflake>; readonly at: number }
  /** From the alert: it takes no more signals. */
  | { readonly type: "ALERT_CLOSED"; readonly alertId: AlertId; readonly at: number }
  /** From the alert: this signal came after it had closed, so it needs another alert. */
  | { readonly type: "SIGNAL_UNHEARD"; readonly signal: Signal }
  /** Results of the effects `classify` and `classifyLater`. */
  | { readonly type: "CLASSIFIED"; readonly output: Classified; readonly at: number }
  | { readonly type: "CLASSIFY_FAILED"; readonly params: Classify; readonly code: string; readonly at: number }
  | { readonly type: "CLASSIFIED_LATER"; readonly output: Classified; readonly at: number }
  | { readonly type: "CLASSIFY_LATER_FAILED"; readonly params: Classify; readonly code: string; readonly at: number }

/** Effects of a member, by name: `classify` (urgent ones in their own lane) and `classifyLater` (the backlog). */
export interface MemberEffects {
  readonly classify: { readonly params: Classify; readonly output: Classified }
  readonly classifyLater: { readonly params: Classify; readonly output: Classified }
}
