/**
 * INTERACTION_CREATE as Discord sends it: who, where, with which permissions, and what was clicked, entered or filled in;
 * and what the callback answers to an application that asks for a response.
 */
import { channelObject } from "./Guilds.ts"
import { CALLBACK, type Interaction, type Origin } from "./Interaction.ts"
import { FLAG } from "./Objects.ts"
import type { World } from "./World.ts"

const IN_GUILD = 0
const IN_BOT_DM = 1

export const interactionPayload = (world: World, origin: Origin, data: unknown): Readonly<Record<string, unknown>> => {
  const { channelId, clicked, guildId, id, token, type, userId } = origin
  const { applicationId, permissions } = world.identity
  const channel = world.anyChannel(channelId)
  return {
    id,
    application_id: applicationId,
    type,
    token,
    version: 1,
    channel_id: channelId,
    channel: channelObject(world, channel),
    app_permissions: String(permissions),
    locale: "en-US",
    entitlements: [],
    authorizing_integration_owners: guildId === undefined ? { "0": "0" } : { "0": guildId },
    context: guildId === undefined ? IN_BOT_DM : IN_GUILD,
    attachment_size_limit: 10_485_760,
    data,
    ...(guildId === undefined
      ? { user: world.user(userId) }
      : { guild_id: guildId, guild_locale: "en-US", guild: { id: guildId, locale: "en-US", features: [] } }),
    ...(guildId === undefined ? {} : { member: memberOf(world, guildId, userId) }),
    ...(clicked === undefined ? {} : { message: clicked.wire })
  }
}

const memberOf = (world: World, guildId: string, userId: string) => {
  const member = world.member(guildId, userId)
  if (member === undefined) throw new Error(`user ${userId} is not a member of the guild and cannot click there`)
  return { ...world.memberObject(member), permissions: String(world.permissionsOf(world.guild(guildId), member)) }
}

/** The answer to a callback with `with_response=true`. */
export const callbackResponse = (interaction: Interaction, type: number): Readonly<Record<string, unknown>> => {
  const { id, type: kind } = interaction.origin
  const shown = type === CALLBACK.modal ? undefined : interaction.original?.wire
  return {
    interaction: {
      id,
      type: kind,
      ...(shown === undefined
        ? {}
        : {
            response_message_id: shown.id,
            response_message_loading: (shown.flags & FLAG.loading) !== 0,
            response_message_ephemeral: (shown.flags & FLAG.ephemeral) !== 0
          })
    },
    resource: { type, ...(shown === undefined ? {} : { message: shown }) }
  }
}
