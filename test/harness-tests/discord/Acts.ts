/**
 * What these tests do again and again over HTTP: post, expect a refusal, put an alert with a button there, and answer clicks.
 */
import {
  type APIMessage,
  type Client,
  ComponentType,
  DiscordAPIError,
  Events,
  type Interaction,
  type REST
} from "discord.js"
import { onTestFinished } from "vitest"
import type { DiscordStandIn } from "#test/harness/discord/DiscordStandIn.ts"
import { clientOf, restOf } from "./Clients.ts"
import { ID, startDiscord } from "./World.ts"

export const MESSAGES = `/channels/${ID.general}/messages` as const

export const post = (rest: REST, body: unknown, path: `/${string}` = MESSAGES) =>
  rest.post(path, { body }) as Promise<APIMessage>

/** Status and code of a refusal; fails when the call succeeds. */
export const refusal = async (call: Promise<unknown>): Promise<readonly [number, number | string]> => {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason
  )
  if (!(error instanceof DiscordAPIError)) throw new Error("the call was not refused by Discord", { cause: error })
  return [error.status, error.code]
}

export const start = async (
  options: Parameters<typeof startDiscord>[0] = {}
): Promise<readonly [DiscordStandIn, REST]> => {
  const discord = await startDiscord(options)
  return [discord, restOf(discord)]
}

const components = [
  {
    type: ComponentType.ActionRow,
    components: [{ type: ComponentType.Button, style: 3, custom_id: "ack:1", label: "Acknowledge" }]
  }
]

/** A client that answers interactions in one way. What the answer throws is kept. */
export const answering = async (
  discord: DiscordStandIn,
  answer: (interaction: Interaction) => Promise<unknown>
): Promise<{ readonly client: Client<true>; readonly thrown: ReadonlyArray<unknown> }> => {
  const client = clientOf(discord)
  const thrown: Array<unknown> = []
  client.on(Events.InteractionCreate, (interaction) => {
    answer(interaction).catch((error: unknown) => thrown.push(error))
  })
  onTestFinished(() => client.destroy())
  const ready = new Promise<Client<true>>((resolve) => void client.once(Events.ClientReady, resolve))
  await client.login(discord.identity.token)
  return { client: await ready, thrown }
}

export const alert = async (discord: DiscordStandIn): Promise<string> => {
  const body = { content: "alert", components }
  const sent = (await restOf(discord).post(`/channels/${ID.crt}/messages`, { body })) as { readonly id: string }
  return sent.id
}
