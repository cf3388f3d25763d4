/**
 * What `/openapi.json` of a running service says about developers and analysts is true: a client made of it alone calls every
 * one of their operations, with the document's own examples where it has some, and gets what is documented, refusals too.
 */
import { ALICE, BOB, DEVELOPER_KEYS, REPO } from "#test/harness/DeveloperWorld.ts"
import { type Called, DocumentClient } from "#test/harness/DocumentClient.ts"
import { describe, expect } from "#test/harness/effect.ts"
import { it } from "./developerWorlds.ts"

const bodyOf = ({ body }: Called): Readonly<Record<string, unknown>> => body as Readonly<Record<string, unknown>>

const tokenIn = (called: Called): string => {
  const { pending_action, token } = bodyOf(called) as { readonly pending_action?: object; readonly token?: string }
  return String((pending_action as { readonly token: string } | undefined)?.token ?? token)
}

describe("a client made of the running service's document", () => {
  it.twice(
    "calls everything there is for developers and analysts",
    async (world) => {
      const { url } = await world.start(world.model.environment())
      const credentials = {
        developerKey: DEVELOPER_KEYS[ALICE] ?? "",
        adminToken: world.environment()["ADMIN_TOKEN"] ?? ""
      }
      const api = await DocumentClient.of(url, credentials)
      const client = async (...call: Parameters<DocumentClient["call"]>): Promise<Called> => {
        const called = await api.call(...call)
        const token = tokenIn(called)
        if (token.length === 43) world.keepSecret(token)
        return called
      }
      /** The examples of the document, sent as they are. */
      const examples = (id: string) => Promise.all(api.examples(id).map((body) => client(id, { body })))

      // Developers: said, confirmed, pressed.
      const said = await examples("commands.command")
      expect(said.map((called) => [called.status, bodyOf(called)["status"]])).toEqual([[200, "needs_confirmation"]])
      const token = tokenIn(said[0] as Called)
      expect((await examples("commands.confirm")).map(({ status }) => status)).toEqual([404])
      const confirm = (body: object, more: object = {}) => client("commands.confirm", { body, ...more })
      const another = { credentials: { developerKey: DEVELOPER_KEYS[BOB] ?? "" } }
      expect((await confirm({ token }, another)).status).toBe(403)
      expect((await confirm({ token }, { credentials: {} })).status).toBe(401)
      expect((await confirm({ token: 7 }, { unchecked: true })).status).toBe(400)
      expect(bodyOf(await confirm({ token, idempotency_key: "5f1c2b" }))["status"]).toBe("ok")
      expect((await confirm({ token })).status).toBe(404)
      const one = { path: { token } }
      expect(bodyOf(await client("actions.one", one))["state"]).toBe("done")
      expect((await client("actions.cancel", one)).status).toBe(404)
      expect((await examples("commands.button")).map(({ status }) => status)).toEqual([404])

      // Developers: proposed without words.
      for (const id of ["merge", "comment", "requestReview", "rerunChecks", "create"].map(
        (name) => `actions.${name}`
      )) {
        const proposed = await examples(id)
        expect(proposed.length).toBeGreaterThan(0)
        for (const { status } of proposed) expect(status).toBe(id === "actions.create" ? 201 : 202)
        for (const called of proposed) {
          const cancelled = await client("actions.cancel", { path: { token: tokenIn(called) } })
          expect(bodyOf(cancelled)["state"]).toBe("cancelled")
        }
      }
      const [example] = api.examples("actions.create")
      const kept = tokenIn(await client("actions.create", { body: example }))
      expect(bodyOf(await client("actions.mine"))["actions"]).toMatchObject([{ token: kept, state: "pending" }])
      expect(bodyOf(await client("commands.button", { body: { action: "cancel", token: kept } }))["status"]).toBe("ok")

      // What a session is about, what wants attention, is it there.
      const session = { path: { id: world.session() } }
      expect((await client("sessionContext.getContext", session)).status).toBe(404)
      for (const body of api.examples("sessionContext.setContext")) {
        expect((await client("sessionContext.setContext", { ...session, body })).body).toEqual(body)
        expect((await client("sessionContext.getContext", session)).body).toEqual(body)
      }
      expect((await client("sessionContext.clearContext", session)).body).toEqual({ cleared: true })
      const asked = { ...session, query: { fallback_repo: REPO } }
      expect((await client("sessionContext.getContext", asked)).body).toEqual({ repo: REPO })
      expect((await client("inbox.inbox")).status).toBe(200)
      expect(bodyOf(await client("status.status", { credentials: {} }))["status"]).toBe("ok")

      // Analysts.
      const [question] = api.examples("analytics.ask") as ReadonlyArray<{ readonly session_id: string }>
      const dialogue = { path: { id: question?.session_id ?? "" } }
      world.keepSecret(dialogue.path.id)
      expect(bodyOf(await client("analytics.ask", { body: question }))["status"]).toBe("success")
      const along = await client("analytics.ask", { body: question, query: { stream: "true" } })
      expect([along.contentType, String(along.body).includes("event: answer\n")]).toEqual(["text/event-stream", true])
      expect((await client("analytics.ask", { body: { query: "data:image/png;base64,iVBORw0" } })).status).toBe(422)
      expect((await client("analytics.ask", { body: { query: "" } })).status).toBe(400)
      expect((await client("analytics.options")).body).toEqual({ status: "ok" })
      expect(bodyOf(await client("analystSession.debug", dialogue))["message_count"]).toBe(4)
      expect((await client("analystSession.debug", { ...dialogue, credentials: {} })).status).toBe(401)
      expect(bodyOf(await client("analystSession.clear", dialogue))["status"]).toBe("success")

      const all = ["/v1/", "/api/analytics", "/api/session/"].flatMap((prefix) => api.operations(prefix))
      expect(all.length).toBeGreaterThan(18)
      expect([...api.called.keys()].toSorted()).toEqual(all.toSorted())
      expect(world.github.done().map(({ write }) => write)).toEqual(["merge"])
      return [...api.called].map(([id, statuses]) => [id, ...statuses])
    },
    { redisUrl: null }
  )
})
