/**
 * The objects of Discord's API as they go over the wire, as far as a bot of this kind meets them. Written down here and not
 * taken from a library, so that the stand-in cannot share a mistake with the client under test.
 */

/** What `messages` and `posts` call a plain post: text, a reply, and the two kinds of answers to interactions. */
export const WRITTEN_TYPES: ReadonlyArray<number> = [0, 19, 20, 23]

export const CHANNEL = { text: 0, dm: 1, voice: 2, category: 4, news: 5, publicThread: 11, privateThread: 12 } as const

/** Bits of a message's `flags`. */
export const FLAG = { suppressEmbeds: 4, hasThread: 32, ephemeral: 64, loading: 128, silent: 4096, v2: 32_768 } as const

/** Bits of permission sets that the stand-in looks at. */
export const PERMISSION = {
  administrator: 8n,
  manageMessages: 8192n,
  mentionEveryone: 131_072n,
  manageThreads: 1n << 34n
} as const

export interface UserObject {
  readonly id: string
  readonly username: string
  readonly discriminator: string
  readonly global_name: string | null
  readonly avatar: null
  readonly bot?: boolean
}

export interface MemberObject {
  readonly user?: UserObject
  readonly nick: string | null
  readonly avatar: null
  readonly roles: ReadonlyArray<string>
  readonly joined_at: string
  readonly deaf: boolean
  readonly mute: boolean
  readonly flags: number
  readonly pending: boolean
  readonly permissions?: string
}

export interface RoleObject {
  readonly id: string
  readonly name: string
  readonly color: number
  readonly colors: { readonly primary_color: number; readonly secondary_color: null; readonly tertiary_color: null }
  readonly hoist: boolean
  readonly position: number
  readonly permissions: string
  readonly managed: boolean
  readonly mentionable: boolean
  readonly flags: number
}

export interface EmbedObject {
  readonly type?: string
  readonly title?: string
  readonly description?: string
  readonly url?: string
  readonly color?: number
  readonly timestamp?: string
  readonly author?: { readonly name: string }
  readonly footer?: { readonly text: string }
  readonly fields?: ReadonlyArray<{ readonly name: string; readonly value: string; readonly inline?: boolean }>
}

export interface ComponentObject {
  readonly type: number
  readonly id?: number
  readonly custom_id?: string
  readonly label?: string
  readonly style?: number
  readonly url?: string
  readonly disabled?: boolean
  readonly value?: string
  readonly components?: ReadonlyArray<ComponentObject>
  readonly component?: ComponentObject
  readonly [other: string]: unknown
}

export interface ModalObject {
  readonly custom_id: string
  readonly title: string
  readonly components: ReadonlyArray<ComponentObject>
}

export interface AttachmentObject {
  readonly id: string
  readonly filename: string
  readonly size: number
  readonly url: string
  readonly proxy_url: string
  readonly content_type?: string
}

export interface EmojiObject {
  readonly id: string | null
  readonly name: string
}

export interface ReactionObject {
  readonly emoji: EmojiObject
  readonly count: number
  readonly me: boolean
}

export interface ThreadObject {
  readonly id: string
  readonly guild_id: string
  readonly parent_id: string
  readonly owner_id: string
  readonly type: number
  readonly name: string
  readonly last_message_id: string | null
  readonly message_count: number
  readonly member_count: number
  readonly total_message_sent: number
  readonly rate_limit_per_user: number
  readonly thread_metadata: {
    readonly archived: boolean
    readonly auto_archive_duration: number
    readonly archive_timestamp: string
    readonly locked: boolean
    readonly invitable?: boolean
  }
  readonly member?: Readonly<Record<string, unknown>>
}

/** A message as REST answers it; the gateway adds where it was posted and the author's membership. */
export interface MessageObject {
  readonly id: string
  readonly channel_id: string
  readonly type: number
  readonly author: UserObject
  readonly content: string
  readonly timestamp: string
  readonly edited_timestamp: string | null
  readonly tts: boolean
  readonly mention_everyone: boolean
  readonly mentions: ReadonlyArray<UserObject>
  readonly mention_roles: ReadonlyArray<string>
  readonly attachments: ReadonlyArray<AttachmentObject>
  readonly embeds: ReadonlyArray<EmbedObject>
  readonly components: ReadonlyArray<ComponentObject>
  readonly pinned: boolean
  readonly flags: number
  readonly nonce?: string | number
  readonly webhook_id?: string
  readonly application_id?: string
  readonly reactions?: ReadonlyArray<ReactionObject>
  readonly thread?: ThreadObject
  readonly message_reference?: { readonly channel_id: string; readonly message_id: string; readonly guild_id?: string }
  readonly referenced_message?: MessageObject | null
  readonly interaction_metadata?: Readonly<Record<string, unknown>>
}

export const iso = (at: number): string => new Date(at).toISOString().replace("Z", "000+00:00")

/** Every button of a message, in reading order, wherever it is nested. */
export const buttonsOf = (message: {
  readonly components: ReadonlyArray<ComponentObject>
}): ReadonlyArray<ComponentObject> => everyComponent(message.components).filter(({ type }) => type === 2)

/** All components of a tree, parents first. */
export const everyComponent = (components: ReadonlyArray<ComponentObject>): ReadonlyArray<ComponentObject> =>
  components.flatMap((component) => [
    component,
    ...everyComponent(component.components ?? []),
    ...(component.component === undefined ? [] : everyComponent([component.component]))
  ])

/** All a reader sees of a message in one string: content, embeds with their fields, button labels. For assertions. */
export const textOf = (message: Pick<MessageObject, "content" | "embeds" | "components">): string =>
  [
    message.content,
    ...message.embeds.flatMap(({ author, description, fields = [], footer, title }) => [
      author?.name,
      title,
      description,
      ...fields.flatMap(({ name, value }) => [name, value]),
      footer?.text
    ]),
    ...everyComponent(message.components).flatMap(({ content, label }) => [content, label])
  ]
    .filter((part) => typeof part === "string" && part !== "")
    .join("\n")
