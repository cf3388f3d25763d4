/**
 * A service that only watches over Discord: started as an operator starts it, over a store in which a conversation of other
 * days still wants to send a text.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { address } from "#domain/ActorAddress.ts"
import { registry } from "#machines/registry.ts"
import * as ActorRuntime from "#runtime/ActorRuntime.ts"
import { ActorSystem } from "#runtime/ActorSystem.ts"
import { EffectFailed } from "#runtime/EffectHandler.ts"
import { ActorStore } from "#runtime/ports/ActorStore.ts"
import * as SqliteStore from "#stores/sqlite/SqliteStore.ts"
import { eventually } from "#test/harness/Eventually.ts"
import { type ServiceProcess, startService } from "#test/harness/ServiceProcess.ts"

const PHONE = "+12025550143"
const ADMIN = "operator-token"
const folder = mkdtempSync(join(tmpdir(), "tardigrade-sms-off-"))

/** Asks for help; the answer cannot go out, and is due again at once. */
const leaveAText = Effect.gen(function* () {
  const system = yield* ActorSystem
  const event = { type: "MESSAGE_RECEIVED", text: "HELP", messageId: "SM1", at: Date.now(), replyVia: "send" }
  yield* system.ask(address("conversation", PHONE), event, { id: "SM1" })
  const record = JSON.stringify(yield* (yield* ActorStore).load(address("conversation", PHONE)))
  if (!record.includes("sendSms")) throw new Error("there is no text waiting")
}).pipe(
  Effect.provide(
    ActorRuntime.layer({
      actors: registry,
      handlers: {
        conversation: {
          sendSms: { run: () => Effect.fail(new EffectFailed({ code: "unreachable", retry: true, retryAfterMs: 1 })) }
        }
      }
    }).pipe(
      Layer.provideMerge(SqliteStore.layer({ file: join(folder, "tardigrade.db") })),
      Layer.provide(Logger.layer([]))
    )
  )
)

let service: ServiceProcess

beforeAll(async () => {
  await Effect.runPromise(leaveAText)
  service = await startService({ DATA_DIR: folder, SECRETS_DIR: folder, SMS_PROVIDER: "off", ADMIN_TOKEN: ADMIN })
}, 60_000)

afterAll(async () => {
  await service.stop()
  rmSync(folder, { recursive: true, force: true })
})

const get = async (path: string): Promise<unknown> => {
  const answer = await fetch(`${service.url}${path}`, { headers: { authorization: `Bearer ${ADMIN}` } })
  return answer.json()
}

describe("SMS_PROVIDER=off", () => {
  it.each(["/webhook/sms", "/sms/incoming", "/webhook/sms/status"])("has no route %s", async (path) => {
    const body = new URLSearchParams({ From: PHONE, Body: "plan", MessageSid: "SM2" })
    expect((await fetch(`${service.url}${path}`, { method: "POST", body })).status).toBe(404)
    expect((await fetch(`${service.url}${path}?${body}`)).status).toBe(404)
  })

  it("has no phone to look at", async () => {
    expect((await fetch(`${service.url}/local/phone/${encodeURIComponent(PHONE)}/messages`)).status).toBe(404)
  })

  it("is said once at start, as is that Discord is off, and in health", async () => {
    const lines = service.output().split("\n")
    expect(lines.filter((line) => line.includes("sms: off"))).toHaveLength(1)
    expect(lines.filter((line) => line.includes("discord: off"))).toHaveLength(1)
    expect(await get("/health")).toMatchObject({
      dependencies: expect.arrayContaining([expect.objectContaining({ name: "sms", kind: "off" })])
    })
  })

  it("is described without the routes that are not there", async () => {
    const { paths } = (await get("/openapi.json")) as { readonly paths: Readonly<Record<string, unknown>> }
    expect(Object.keys(paths)).toContain("/health")
    expect(Object.keys(paths).filter((path) => /sms|phone/.test(path))).toEqual([])
  })

  it("makes what still wants to go out a dead letter, once", async () => {
    const letters = () =>
      get("/api/dead-letters") as Promise<ReadonlyArray<{ readonly id: string; readonly at: string }>>
    const [letter, ...more] = await eventually("the text is given up", letters, (seen) => seen.length > 0)
    expect(more).toEqual([])
    expect(letter).toMatchObject({ actorType: "conversation", name: "sendSms", reason: "sms_off" })
    const again = await fetch(`${service.url}/api/dead-letters/${letter?.id}/replay`, {
      method: "POST",
      headers: { authorization: `Bearer ${ADMIN}` }
    })
    expect(again.status).toBeLessThan(300)
    const after = await eventually(
      "it is given up again",
      letters,
      ([one]) => one !== undefined && one.at !== letter?.at
    )
    expect(after).toEqual([expect.objectContaining({ reason: "sms_off" })])
  })
})
