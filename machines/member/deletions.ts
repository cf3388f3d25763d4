/**
 * Deleted messages and the proxies that took the place of some of them (B15, B16). A proxy deletes the original, which is
 * no wish to forget it; deleting the proxy is. Each deletion waits for its grace; pure functions from context to change.
 */
import type { Signal } from "#domain/ash/Alert.ts"
import type { Snowflake } from "#domain/ash/Snowflake.ts"
import { MAX_DELETED, MAX_GONE, MAX_PROXIES, type MemberContext } from "./schema.ts"

type Change = Pick<MemberContext, "deleted" | "deletedSince">

/** The ids one message may be stored under: its own and, for a proxy's post, that of the message it took the place of. */
export const idsOf = ({ proxies }: MemberContext, messageId: Snowflake): ReadonlyArray<Snowflake> => {
  const alias = proxies.find(({ proxy }) => proxy === messageId)
  return alias === undefined ? [messageId] : [messageId, alias.original]
}

/** The messages meant: an original that a proxy stands for is not deleted by losing its first place. */
const meant = (context: MemberContext, messageIds: ReadonlyArray<Snowflake>): ReadonlyArray<Snowflake> =>
  messageIds
    .filter((id) => !context.proxies.some(({ original }) => original === id))
    .flatMap((id) => idsOf(context, id))

/** Notes deletions. `waiting`: a grace is running, so these wait for the next. `now`: those there is no room for. */
export const noted = (
  context: MemberContext,
  messageIds: ReadonlyArray<Snowflake>,
  { waiting }: { readonly waiting: boolean }
): { readonly change: Change; readonly now: ReadonlyArray<Snowflake> } => {
  const { deleted, deletedSince } = context
  const news = meant(context, messageIds)
  const room = Math.max(0, MAX_DELETED - deleted.length - deletedSince.length)
  const kept = news.slice(0, room)
  return {
    change: waiting
      ? { deleted, deletedSince: [...deletedSince, ...kept] }
      : { deleted: [...deleted, ...kept], deletedSince },
    now: news.slice(room)
  }
}

/** A grace is over: the next begins with what was deleted meanwhile. */
export const graceOver = ({ deletedSince }: MemberContext): Change => ({ deleted: deletedSince, deletedSince: [] })

/** Messages are gone for good. */
export const gone = (context: MemberContext, messageIds: ReadonlyArray<Snowflake>): Pick<MemberContext, "gone"> => ({
  gone: [...context.gone, ...messageIds].slice(-MAX_GONE)
})

/** Whether the words of a signal that comes back were taken back meanwhile. */
export const isGone = (context: MemberContext, { messageId, at }: Signal): boolean =>
  context.gone.includes(messageId) || (context.leftAt !== null && at <= context.leftAt)

/** A proxy took the place of a message: its deletion, before or after, is none. */
export const proxied = (
  { proxies, deleted, deletedSince }: MemberContext,
  original: Snowflake,
  proxy: Snowflake
): Change & Pick<MemberContext, "proxies"> => ({
  proxies: [...proxies.filter((one) => one.original !== original), { original, proxy }].slice(-MAX_PROXIES),
  deleted: deleted.filter((id) => id !== original),
  deletedSince: deletedSince.filter((id) => id !== original)
})
