/**
 * Which process has the shard: the one that claimed it last, until it releases it or its time runs out. Pure functions from
 * context to context; time is what the events say.
 */
import type { GatewayEvent, GatewayHold } from "#domain/ash/Gateway.ts"
import type { GatewayContext } from "./schema.ts"

type Claim = Extract<GatewayEvent, { type: "CLAIM" }>
type Renew = Extract<GatewayEvent, { type: "RENEW" }>

export const isHeldBy = ({ holder }: GatewayContext, id: string): boolean => holder?.id === id

/** The newest process gets it, so that no restart waits; one that stands by only when nobody else has it. */
export const grants = (context: GatewayContext, { at, holder: id, ifFree }: Claim): boolean =>
  !ifFree || context.holder === null || context.holder.until <= at || isHeldBy(context, id)

export const claim = (context: GatewayContext, { at, forMs, holder: id }: Claim): GatewayContext => ({
  ...context,
  holder: { id, until: at + forMs }
})

/** Only the holder's own time grows, also when it has run out and nobody came. */
export const renew = (context: GatewayContext, { at, forMs, holder: id }: Renew): GatewayContext =>
  context.holder === null || !isHeldBy(context, id)
    ? context
    : { ...context, holder: { id, until: Math.max(context.holder.until, at + forMs) } }

export const release = (context: GatewayContext, id: string): GatewayContext =>
  isHeldBy(context, id) ? { ...context, holder: null } : context

/** What `RENEW` is answered with. */
export const hold = (context: GatewayContext, { holder: id }: Renew): GatewayHold => ({ held: isHeldBy(context, id) })
