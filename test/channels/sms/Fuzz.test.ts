import * as Effect from "effect/Effect"
import * as fc from "fast-check"
import { describe, expect, it } from "#test/harness/effect.ts"
import { CREDENTIALS, signTwilio, signVonageMessages, signVonageSms } from "#test/harness/ProviderStandIn.ts"
import { recordingSystem, serve } from "./service.ts"

const PUBLIC_URL = "https://sms.example.org"
const providers = ["twilio", "vonage-sms", "vonage-messages", "local"] as const

const names = [
  ...["From", "Body", "MessageSid", "MessageStatus", "To", "ErrorCode", "OptOutType", "bodySHA256"],
  ...["msisdn", "to", "from", "text", "messageId", "message_uuid", "status", "concat", "concat-ref", "concat-part"],
  ...["concat-total", "err-code", "error", "sig", "nonce", "timestamp", "__proto__", "constructor"]
]
const likely = [
  "+12125551234",
  "12125551234",
  "726",
  "true",
  "2",
  "delivered",
  "failed",
  "SM1",
  "",
  "plan",
  "-1",
  "NaN"
]
const value = fc.oneof(fc.constantFrom(...likely), fc.string({ unit: "binary" }), fc.string({ maxLength: 2000 }))
const fields = fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), value, {
  maxKeys: 12,
  noNullPrototype: true
})
const headerText = fc.string({ unit: fc.constantFrom(..."abcXYZ019 ./-_=:,;"), maxLength: 60 })
const headers = fc.dictionary(
  fc.constantFrom("x-twilio-signature", "authorization", "origin", "forwarded", "content-type"),
  fc.oneof(headerText, fc.constantFrom("application/json", "Bearer a.b.c", "application/x-www-form-urlencoded")),
  { noNullPrototype: true }
)
const paths = fc.constantFrom("/webhook/sms", "/sms/incoming", "/webhook/sms/status")

const wellBehaved = async (request: Promise<Response>, allowed: ReadonlyArray<number>) => {
  const response = await request
  await response.arrayBuffer()
  expect(allowed).toContain(response.status)
}

const environment = (provider: string) => ({ ...CREDENTIALS, PUBLIC_URL, SMS_PROVIDER: provider })

describe("crafted calls", () => {
  it.live.each(providers)("of any bytes leave %s standing and, unsigned, the actors untouched", (provider) =>
    Effect.gen(function* () {
      const system = recordingSystem()
      const base = yield* serve(system, environment(provider))
      const body = fc.oneof(
        fc.uint8Array({ maxLength: 3000 }),
        fc.json().map((text) => new TextEncoder().encode(text)),
        fields.map((all) => new TextEncoder().encode(new URLSearchParams(all).toString()))
      )
      yield* Effect.promise(() =>
        fc.assert(
          fc.asyncProperty(paths, fields, headers, fc.option(body), async (path, query, headers, body) => {
            const url = `${base}${path}?${new URLSearchParams(query)}`
            const init = body === null ? { headers } : { method: "POST", headers, body: new Uint8Array(body) }
            await wellBehaved(fetch(url, init), [200, 400, 403, 413])
          }),
          { numRuns: 150 }
        )
      )
      if (provider !== "local") expect(system.told).toHaveLength(0)
    })
  )

  it.live("with a right signature and any fields are taken or named unreadable", () =>
    Effect.gen(function* () {
      const base = yield* Effect.all({
        twilio: serve(recordingSystem(), environment("twilio")),
        sms: serve(recordingSystem(), environment("vonage-sms")),
        messages: serve(recordingSystem(), environment("vonage-messages"))
      })
      const secret = CREDENTIALS.VONAGE_SIGNATURE_SECRET
      const post = (url: string, body: URLSearchParams | string, headers: Record<string, string> = {}) =>
        wellBehaved(fetch(url, { method: "POST", body, headers }), [200, 400])
      const wellFormed = fields.map((all) =>
        Object.fromEntries(Object.entries(all).map(([name, text]) => [name.toWellFormed(), text.toWellFormed()]))
      )
      yield* Effect.promise(() =>
        fc.assert(
          fc.asyncProperty(paths, wellFormed, fc.dictionary(fc.string(), fc.jsonValue()), async (path, all, json) => {
            await post(`${base.twilio}${path}`, new URLSearchParams(all), {
              "x-twilio-signature": signTwilio(CREDENTIALS.TWILIO_AUTH_TOKEN, `${PUBLIC_URL}${path}`, all)
            })
            const timestamp = String(Math.floor(Date.now() / 1000))
            const signed = signVonageSms(secret, { ...all, timestamp, nonce: crypto.randomUUID() })
            await post(`${base.sms}${path}`, new URLSearchParams(signed))
            const body = JSON.stringify({ ...json, ...all })
            const token = await signVonageMessages(secret, body)
            await post(`${base.messages}${path}`, body, {
              "content-type": "application/json",
              authorization: `Bearer ${token}`
            })
          }),
          { numRuns: 150 }
        )
      )
    })
  )
})
