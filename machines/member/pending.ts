/**
 * The messages whose analysis is under way: which text of which message, whether it may still be stored and shown, and how
 * many there may be. An actor's record is bounded, so a flood is met in steps: first ordinary messages are no longer queued,
 * then those the keyword net finds serious, last the urgent ones. What is not queued is decided by the net at once, and
 * alerts like any other.
 */
import { HISTORY_TEXT_MAX } from "#domain/ash/History.ts"
import type { SeenMessage } from "#domain/ash/Member.ts"
import type { AlertId } from "#domain/ash/Alert.ts"
import type { Snowflake } from "#domain/ash/Snowflake.ts"
import type { MemberContext, Pending } from "./schema.ts"

type List = MemberContext["pending"]

/**
 * Messages and UTF-16 units under way, above which another one is not queued: for a first analysis, and for one that is
 * owed. With a message of 4,000 units on top of each and six bytes a unit, the record stays below its 1 MiB; of its 512
 * effects, a third remains for messages.
 */
const ROOM = {
  classify: {
    ordinary: { count: 100, size: 40_000 },
    serious: { count: 100, size: 40_000 },
    urgent: { count: 150, size: 50_000 }
  },
  classifyLater: {
    ordinary: { count: 100, size: 20_000 },
    serious: { count: 150, size: 30_000 },
    urgent: { count: 175, size: 40_000 }
  }
} as const

/** How much a message matters before a classifier has spoken. */
export type Weight = keyof (typeof ROOM)["classify"]

export const hasRoom = (pending: List, effect: Pending["effect"], weight: Weight): boolean => {
  const { count, size } = ROOM[effect][weight]
  const under = pending.filter((one) => one.effect === effect)
  return under.length < count && under.reduce((sum, one) => sum + one.size, 0) < size
}

/** When this text was posted or changed, epoch milliseconds. */
export const textTime = ({ editedAt, at }: SeenMessage): number => editedAt ?? at

/** A text that has just been seen. An older one of its message than what is under way is analysed, but not stored. */
export const pendingText = (pending: List, message: SeenMessage): Pending => {
  const { messageId, text } = message
  const at = textTime(message)
  // Shorter in units is shorter in code points, so nothing that a result cuts is missed.
  const whole = text.length > HISTORY_TEXT_MAX ? text : null
  const storable = !pending.some((other) => other.messageId === messageId && other.at > at)
  const size = whole === null ? text.length : 2 * text.length
  return { messageId, at, effect: "classify", size, whole, storable, gone: false, heardBy: null }
}

/** A newer text took the place of the older ones of its message, under whatever id they are. */
export const supersede = (pending: List, message: SeenMessage, ids: ReadonlyArray<Snowflake>): List =>
  pending.map((other) =>
    ids.includes(other.messageId) && other.at < textTime(message) ? { ...other, storable: false } : other
  )

/** Takes one text out. One that is not there counts as one that may be stored and shown. */
export const take = (
  pending: List,
  message: SeenMessage,
  effect: Pending["effect"]
): { readonly taken: Pending; readonly rest: List } => {
  const at = textTime(message)
  const index = pending.findIndex(
    (one) => one.effect === effect && one.messageId === message.messageId && one.at === at
  )
  const taken = pending[index] ?? { ...pendingText([], message), effect }
  return { taken, rest: pending.filter((_, other) => other !== index) }
}

/** Nothing of what is under way is stored any more, nor shown when `gone`. */
export const withdraw = (
  pending: List,
  messageIds: ReadonlyArray<Snowflake> | "all",
  { gone }: { readonly gone: boolean }
): List =>
  pending.map((one) =>
    messageIds === "all" || messageIds.includes(one.messageId)
      ? { ...one, storable: false, gone: one.gone || gone }
      : one
  )

/** An alert heard the net's guess of a text that is owed an analysis. */
export const heardBy = (pending: List, messageId: Snowflake, at: number, alertId: AlertId): List =>
  pending.map((one) =>
    one.effect === "classifyLater" && one.messageId === messageId && one.at === at ? { ...one, heardBy: alertId } : one
  )
