/**
 * Rows for answers to interactions. They carry no bot token: the interaction's own token in the path is the secret.
 */
import { unknownWebhook } from "./ApiError.ts"
import type { Interactions } from "./Interactions.ts"
import type { MessageForm } from "./MessageForm.ts"
import { type Asked, nothing, ok, type Table } from "./Routes.ts"
import type { World } from "./World.ts"

export const interactionRoutes = (world: World, interactions: Interactions): Table => {
  const tokenOf = ({ part }: Asked) => {
    if (part("app") !== world.identity.applicationId) throw unknownWebhook()
    return part("token")
  }
  return {
    "POST /interactions/:id/:token/callback": ({ fields, files, part, query }) => {
      const response = interactions.callback(part("id"), part("token"), fields, files)
      return query["with_response"] === "true" ? ok(response) : nothing
    },
    "POST /webhooks/:app/:token": (asked) =>
      ok(interactions.followUp(tokenOf(asked), asked.fields as MessageForm, asked.files)),
    "GET /webhooks/:app/:token/messages/:message": (asked) =>
      ok(interactions.find(tokenOf(asked), asked.part("message"))),
    "PATCH /webhooks/:app/:token/messages/:message": (asked) =>
      ok(interactions.edit(tokenOf(asked), asked.part("message"), asked.fields as MessageForm, asked.files)),
    "DELETE /webhooks/:app/:token/messages/:message": (asked) => {
      interactions.delete(tokenOf(asked), asked.part("message"))
      return nothing
    }
  }
}
