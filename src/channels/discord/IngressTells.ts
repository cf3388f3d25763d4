/**
 * One event for one actor, and how each is made: typed by the receiver's own words, named by an envelope id that is the
 * same in every replay.
 */
import { type ActorAddress, address } from "#domain/ActorAddress.ts"
import type { AlertEvent, AlertId } from "#domain/ash/Alert.ts"
import type { AshSessionEvent } from "#domain/ash/AshSession.ts"
import type { DeskEvent } from "#domain/ash/Desk.ts"
import type { MemberEvent } from "#domain/ash/Member.ts"
import type { Snowflake } from "#domain/ash/Snowflake.ts"
import type { ActorEvent } from "#domain/Envelope.ts"

export interface Tell {
  readonly to: ActorAddress
  readonly event: ActorEvent
  /** The envelope's id. */
  readonly id: string
}

/** What somebody said in a thread of the team. */
export type Said = Omit<Extract<AlertEvent, { type: "THREAD_MESSAGE" }>, "type">

export const toMember = (id: string, event: MemberEvent, envelope: string): Tell => ({
  to: address("member", id),
  event,
  id: envelope
})
export const toSession = (userId: Snowflake, event: AshSessionEvent, envelope: string): Tell => ({
  to: address("ash-session", userId),
  event,
  id: envelope
})
export const toDesk = (guildId: Snowflake, event: DeskEvent, envelope: string): Tell => ({
  to: address("desk", guildId),
  event,
  id: envelope
})

/** Tells each author which of their messages are gone. `owners`: message id → the member actor's id. */
export const deletedTells = (owners: ReadonlyMap<Snowflake, string>, at: number): ReadonlyArray<Tell> =>
  [...Map.groupBy(owners, ([, member]) => member)].map(([member, messages]) => {
    const messageIds = messages.map(([id]) => id)
    return toMember(
      member,
      { type: "MESSAGES_DELETED", messageIds, at },
      `deleted:${messageIds[0]}:${messageIds.length}`
    )
  })

export const threadTell = (alertId: AlertId, said: Said): Tell => ({
  to: address("alert", alertId),
  event: { type: "THREAD_MESSAGE", ...said },
  id: `message:${said.messageId}`
})
