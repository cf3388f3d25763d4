/**
 * What the world keeps of users, guilds, channels and messages: the facts, from which the wire's objects are made.
 */
import type { MessageObject, RoleObject, UserObject } from "./Objects.ts"

/** What the bot may do in a channel: nothing and hear nothing, read, or all its permissions allow. */
export type Access = "none" | "read" | "full"

export interface UserRecord {
  object: UserObject
  /** Refuses direct messages from the bot. */
  dmClosed: boolean
}

export interface MemberRecord {
  readonly userId: string
  readonly joinedAt: number
  roles: ReadonlyArray<string>
}

export interface GuildRecord {
  readonly id: string
  readonly name: string
  readonly ownerId: string
  readonly roles: Map<string, RoleObject>
  readonly members: Map<string, MemberRecord>
  readonly joinedAt: number
  /** False during an outage. */
  available: boolean
  /** False once the bot was removed. */
  joined: boolean
}

export interface ThreadState {
  readonly parentId: string
  readonly ownerId: string
  readonly members: Set<string>
  archived: boolean
  archivedAt: number
  locked: boolean
  autoArchiveMinutes: number
  messageCount: number
}

export interface ChannelRecord {
  readonly id: string
  readonly type: number
  readonly guildId?: string
  readonly recipientId?: string
  readonly thread?: ThreadState
  readonly position: number
  readonly parentId: string | null
  name: string
  topic: string | null
  access: Access
  lastMessageId: string | null
}

export interface MessageRecord {
  wire: MessageObject
  edits: number
  /** Who reacted, by emoji. */
  readonly reactions: Map<string, Set<string>>
}

/** The application and its bot. */
export interface Identity {
  readonly token: string
  readonly applicationId: string
  readonly bot: UserObject
  readonly permissions: bigint
  /** Which privileged intents the portal allows. */
  readonly privileged: { readonly members: boolean; readonly content: boolean; readonly presences: boolean }
}
