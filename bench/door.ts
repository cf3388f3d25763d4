/**
 * What the service takes in at its doors, the real process on Redis: texts by HTTP with the provider's signature, and a burst
 * on Discord's gateway. Not measured: networks, TLS, several processes, a provider's or Discord's own limits.
 */
import { discordBurst } from "./door/burst.ts"
import { webhooks } from "./door/webhooks.ts"
import type { Suite } from "./suite.ts"

export const suite: Suite = {
  title: "webhooks and a Discord burst at the real service, client and Redis on the same machine",
  run: async () => [...(await webhooks()), ...(await discordBurst())]
}
