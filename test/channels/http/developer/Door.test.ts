import * as Effect from "effect/Effect"
import * as OpenApi from "effect/http-api/OpenApi"
import { DeveloperApi } from "#channels/http/developer/DeveloperApi.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { ALICE, BOB, command, start } from "./world.ts"

interface Shape {
  readonly additionalProperties?: unknown
  readonly properties: Readonly<Record<string, Shape>>
}

describe("the door", () => {
  it.live("refuses what it cannot take, naming field and rule and never the words", () =>
    Effect.gen(function* () {
      const { call, lines } = yield* start()
      const secret = "my-private-words"
      const refused = (body: unknown) => call("/v1/command", { body })
      const context = command("").client_context
      const cases = [
        [{ ...command(secret), profile: secret }, "profile"],
        [{ ...command(secret), client_context: { ...context, device: 7 } }, "client_context.device"],
        [{ ...command(secret), client_context: { device: secret } }, "client_context.locale"],
        [{ ...command(secret), client_context: { ...context, privacy_mode: secret } }, "client_context.privacy_mode"],
        [command(secret.repeat(200)), "input.text"],
        [command(""), "input.text"],
        [{ ...command(secret), input: { type: secret } }, "input"],
        [{ ...command(secret), idempotency_key: 7 }, "idempotency_key"],
        [{ ...command(secret), dry_run: secret }, "dry_run"],
        [{ ...command(secret), [`${secret} and more`]: 1 }, "body"],
        [{ ...command(secret), input: { type: "text", text: secret, language: secret } }, "input.language"],
        [`{"input": "${secret}`, "body"],
        [`["${secret}"]`, "body"]
      ] as const
      for (const [body, field] of cases) {
        const answer = yield* refused(body)
        expect(answer, JSON.stringify(field)).toMatchObject({
          status: 400,
          body: { type: "urn:tardigrade:problem:validation-error", status: 400, error: "validation_error" }
        })
        expect(answer.headers.get("content-type")).toBe("application/problem+json")
        expect(String(answer.body["field"]).startsWith(field), `${String(answer.body["field"])} for ${field}`).toBe(
          true
        )
        expect(answer.text).not.toContain(secret)
      }
      expect(lines.join("\n")).not.toContain(secret)
    })
  )

  it.live("passes over what else a client tells of itself, and says so in the document", () =>
    Effect.gen(function* () {
      const { call, say } = yield* start()
      const client_context = { ...command("").client_context, os_version: "19", battery: { level: 0.5 } }
      expect((yield* say("inbox", { client_context })).status).toBe(200)
      for (const path of ["/v1/commands/confirm", "/v1/commands/action"]) {
        const body = { token: "short", action: "confirm", force: true }
        const { body: refusal } = yield* call(path, { body })
        expect(refusal).toMatchObject({
          error: "validation_error",
          field: path.endsWith("action") ? "force" : "action"
        })
      }
      const context = yield* call("/v1/sessions/walk/context", { method: "PUT", body: { repo: "a/b", branch: "main" } })
      expect(context).toMatchObject({ status: 400, body: { field: "branch" } })
    })
  )

  it("is as open and as shut as its document says", () => {
    const { schemas } = OpenApi.fromApi(DeveloperApi).components
    const command = schemas["CommandRequest"] as unknown as Shape
    expect(command.additionalProperties).toBe(false)
    expect(command.properties["client_context"]?.additionalProperties).toBeUndefined()
    const shut = ["ConfirmRequest", "ActionCommand", "MergeRequest", "CommentRequest", "RerunChecksRequest"]
    for (const name of shut) expect(schemas[name], name).toMatchObject({ additionalProperties: false })
  })

  it.live("has no ears and no eyes", () =>
    Effect.gen(function* () {
      const { call } = yield* start()
      for (const input of [
        { type: "audio", format: "m4a", uri: "https://files/a.m4a", duration_ms: 900 },
        { type: "image", uri: "https://files/a.png" }
      ]) {
        const answer = yield* call("/v1/command", { body: { ...command(""), input } })
        expect(answer).toMatchObject({ status: 400, body: { error: "unsupported_input", field: "input.type" } })
      }
    })
  )

  it.live("tells the transcript only to who debugs", () =>
    Effect.gen(function* () {
      const { say } = yield* start()
      const debugging = { client_context: { ...command("").client_context, debug: true } }
      expect((yield* say("Inbox", debugging)).body["debug"]).toStrictEqual({ transcript: "Inbox" })
      expect((yield* say("Inbox")).body).not.toHaveProperty("debug")
    })
  )

  it.live("keeps a session to who began it (P16)", () =>
    Effect.gen(function* () {
      const { say } = yield* start()
      const at = (id: string, key: string) => ({ key, headers: { "x-session-id": id } })
      yield* say("summarize pr 7 in octo/hello", {}, at("walk", ALICE))
      for (const words of ["merge it", "comment on pr 3 in octo/hello saying my words"]) {
        for (const more of [{}, { idempotency_key: words }, { idempotency_key: words }]) {
          const refused = yield* say(words, more, at("walk", BOB))
          expect(refused).toMatchObject({ status: 403, body: { error: "not_yours" } })
        }
      }
      expect(yield* say("inbox", {}, at("alice:ios", BOB))).toMatchObject({ status: 403, body: { error: "not_yours" } })
      expect((yield* say("merge it", {}, at("run", ALICE))).body).toMatchObject({ status: "error" })
      expect((yield* say("merge it", {}, at("walk", ALICE))).body).toMatchObject({ status: "needs_confirmation" })
      expect((yield* say("merge it", {}, at("", ALICE))).status).toBe(200)
      expect(yield* say("inbox", {}, at("no spaces", ALICE))).toMatchObject({
        status: 400,
        body: { error: "validation_error", field: "x-session-id" }
      })
    })
  )
})
