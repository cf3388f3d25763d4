/**
 * How a checkpoint moves: forward only, whatever order its events come in. Pure functions from context to context.
 */
import type { GatewayCheckpoint, GatewayEvent, GatewaySession } from "#domain/ash/Gateway.ts"
import { compareSnowflakes } from "#domain/ash/Snowflake.ts"
import { isHeldBy } from "./holder.ts"
import { type GatewayContext, MAX_CHANNELS } from "./schema.ts"

type Heard = Extract<GatewayEvent, { type: "CHECKPOINT" }>

export const noCheckpoint: GatewayContext = { session: null, channels: {}, at: 0, lost: null, holder: null }

/**
 * Takes over what is newer: of one session the higher sequence, of a channel the newer message. Another session replaces the
 * one that is known, unless a process tells it that has lost the shard; should it be an old one, Discord refuses it, and the
 * channels say where to catch up from.
 */
export const advance = (context: GatewayContext, heard: Heard): GatewayContext => ({
  ...context,
  session: newerSession(context, heard),
  channels: newerChannels(context.channels, heard.channels),
  at: Math.max(context.at, heard.at)
})

/** Clears the session Discord refused; the channels stay, because they say where to catch up from. */
export const lose = (context: GatewayContext, sessionId: string): GatewayContext => ({
  ...context,
  session: context.session?.sessionId === sessionId ? null : context.session,
  lost: sessionId
})

/** What `LOOK` is answered with. */
export const checkpoint = ({ session, channels, at }: GatewayContext): GatewayCheckpoint => ({ session, channels, at })

const newerSession = (context: GatewayContext, { holder, session: heard }: Heard): GatewaySession | null => {
  const { session: known, lost } = context
  if (heard === null || heard.sessionId === lost) return known
  if (heard.sessionId === known?.sessionId) return heard.sequence > known.sequence ? heard : known
  const outranked = known !== null && context.holder !== null && !isHeldBy(context, holder)
  return outranked ? known : heard
}

const newerChannels = (
  known: GatewayContext["channels"],
  heard: GatewayContext["channels"]
): GatewayContext["channels"] => {
  const channels = { ...known }
  for (const [channel, message] of Object.entries(heard)) {
    const before = channels[channel]
    if (before === undefined || compareSnowflakes(message, before) > 0) channels[channel] = message
  }
  const all = Object.entries(channels)
  if (all.length <= MAX_CHANNELS) return channels
  const newestFirst = all.toSorted(([, one], [, other]) => compareSnowflakes(other, one))
  return Object.fromEntries(newestFirst.slice(0, MAX_CHANNELS))
}
