import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpApiClient from "effect/http-api/HttpApiClient"
import * as OpenApi from "effect/http-api/OpenApi"
import { AnalystApi } from "#channels/http/analyst/AnalystApi.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { ADMIN, start } from "./service.ts"

const document = OpenApi.fromApi(AnalystApi)

/** The first example of a schema of the document. */
const exampleOf = (name: string): Record<string, unknown> => {
  const schema = document.components.schemas[name] as { readonly examples?: ReadonlyArray<object> } | undefined
  return { ...schema?.examples?.[0] }
}

describe("the analyst's API document", () => {
  it.live("has examples that can be sent, and that look like what comes", () =>
    Effect.gen(function* () {
      const { ask, call, switches } = yield* start({ ADMIN_TOKEN: ADMIN })
      switches.answer = () => Effect.succeed("A UFDR report is...")
      const asked = exampleOf("AnalyticsQuestion")
      expect((yield* ask(asked)).text).toBe(JSON.stringify(exampleOf("AnalyticsAnswer")))
      const path = `/api/session/${String(asked["session_id"])}`
      const { text } = yield* call(`${path}/debug`, { token: ADMIN })
      expect(Object.keys(JSON.parse(text) as object)).toEqual(Object.keys(exampleOf("AnalystSession")))
      const cleared = yield* call(path, { method: "DELETE", token: ADMIN })
      expect(cleared.text).toBe(JSON.stringify(exampleOf("AnalystSessionCleared")))
    })
  )

  it("says that an answer may be read along", () => {
    const post = document.paths["/api/analytics"]?.post
    expect(Object.keys(post?.responses["200"]?.content ?? {})).toEqual(["application/json", "text/event-stream"])
    expect(Object.keys(post?.responses ?? {})).toEqual(["200", "400", "401", "413", "415", "422"])
  })

  it.live("makes a client that talks to the service", () =>
    Effect.gen(function* () {
      const { base } = yield* start()
      const client = yield* HttpApiClient.make(AnalystApi, { baseUrl: base })
      const ask = (query: string, session_id?: string) =>
        client.analytics.ask({
          headers: {},
          query: {},
          payload: session_id === undefined ? { query } : { query, session_id }
        })
      expect(yield* ask("Who?", "one")).toEqual({
        ...{ message: "Answer to: Who?", status: "success", response: { query: "Who?" } },
        ...{ session_id: "one", status_code: 200 }
      })
      const refused = yield* Effect.flip(ask("data:image/png;base64,iVBORw0"))
      expect(refused).toMatchObject({ _tag: "EvidenceRefused", field: "query", rule: "no data: URLs" })
      expect(yield* client.analytics.options()).toEqual({ status: "ok" })
    }).pipe(Effect.provide(FetchHttpClient.layer))
  )
})
