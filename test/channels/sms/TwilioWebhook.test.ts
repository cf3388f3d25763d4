import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { createHash } from "node:crypto"
import type { InboundRequest } from "#channels/sms/Inbound.ts"
import { publicUrls, receive, sign } from "#channels/sms/TwilioWebhook.ts"
import { describe, expect, it } from "#test/harness/effect.ts"

const token = "12345"
const v1Url = "https://mycompany.com/myapp.php?foo=1&bar=2"
const v1 = {
  CallSid: "CA1234567890ABCDE",
  Caller: "+12349013030",
  Digits: "1234",
  From: "+12349013030",
  To: "+18005551212"
}
const v2 = {
  AccountSid: "AC00000000000000000000000000000001",
  ApiVersion: "2010-04-01",
  Body: "swap salmon for chicken",
  From: "+12125551234",
  MessageSid: "SM00000000000000000000000000000001",
  NumMedia: "0",
  NumSegments: "1",
  SmsSid: "SM00000000000000000000000000000001",
  SmsStatus: "received",
  To: "+18335550100"
}
const v2Signature = "Fvy+Z1IPT2luuFPvTfJM6nJkdbA="
const v3 = { ...v2, Body: "Plan 🍅 por favor – señor" }
const settings = {
  publicUrl: new URL("https://sms.example.org"),
  authTokens: [Redacted.make(token)],
  answersKeywords: false
}

const form = (
  fields: Record<string, string>,
  signature: string | undefined,
  target = "/webhook/sms"
): InboundRequest => ({
  method: "POST",
  target,
  headers: { "content-type": "application/x-www-form-urlencoded", "x-twilio-signature": signature },
  body: new TextEncoder().encode(new URLSearchParams(fields).toString()),
  peer: "203.0.113.7",
  now: 0
})

const outcome = (request: InboundRequest, using = settings) =>
  receive(using)(request).pipe(
    Effect.map(({ inbound }) => inbound as unknown),
    Effect.catchTag("SignatureRefused", ({ rule }) => Effect.succeed({ refused: rule })),
    Effect.catchTag("InboundUndecodable", ({ field }) => Effect.succeed({ field }))
  )

describe("Twilio signatures", () => {
  it("computes the published vectors", () => {
    expect(sign(token, v1Url, Object.entries(v1))).toBe("0/KCTR6DLpKmkAf8muzZqo1nDgQ=")
    expect(sign(token, "https://sms.example.org/webhook/sms", Object.entries(v2))).toBe(v2Signature)
    expect(sign(token, "https://sms.example.org/webhook/sms", Object.entries(v3))).toBe("XZZBFctQaqhWB0exIZ0Gjh8ve3Y=")
    const hash = createHash("sha256").update('{"property": "value", "boolean": true}').digest("hex")
    expect(sign(token, `${v1Url}&bodySHA256=${hash}`, [])).toBe("a9nBmqA0ju/hNViExpshrM61xv4=")
  })

  it("signs a repeated name with its distinct values, sorted", () => {
    const twice = [
      ["a", "2"],
      ["a", "1"],
      ["a", "2"]
    ] as const
    expect(sign(token, "https://x", twice)).toBe(
      sign(token, "https://x", [
        ["a", "1"],
        ["a", "2"]
      ])
    )
  })

  it("tries the standard port written out and left out", () => {
    expect(publicUrls(new URL("https://a.org/p/"), "/s?x=1")).toEqual([
      "https://a.org/p/s?x=1",
      "https://a.org:443/p/s?x=1"
    ])
    expect(publicUrls(new URL("http://a.org:8080"), "/s")).toEqual(["http://a.org:8080/s", "http://a.org/s"])
  })
})

describe("Twilio webhook", () => {
  it.effect("reads a signed message, with and without the standard port in the signed URL", () =>
    Effect.gen(function* () {
      const message = {
        _tag: "Message",
        messageId: v2.MessageSid,
        from: "+12125551234",
        text: "swap salmon for chicken"
      }
      expect(yield* outcome(form(v2, v2Signature))).toEqual(message)
      const withPort = sign(token, "https://sms.example.org:443/webhook/sms", Object.entries(v2))
      expect(yield* outcome(form(v2, withPort))).toEqual(message)
      expect(yield* outcome(form(v3, "XZZBFctQaqhWB0exIZ0Gjh8ve3Y="))).toEqual({ ...message, text: v3.Body })
    })
  )

  it.effect("refuses one letter, another scheme, a dropped parameter, a trailing slash, no signature", () =>
    Effect.gen(function* () {
      const refused = { refused: "mismatch" }
      expect(yield* outcome(form({ ...v2, Body: "swap salmon for chickem" }, v2Signature))).toEqual(refused)
      expect(
        yield* outcome(form(v2, v2Signature), { ...settings, publicUrl: new URL("http://sms.example.org") })
      ).toEqual(refused)
      const { NumMedia: _, ...dropped } = v2
      expect(yield* outcome(form(dropped, v2Signature))).toEqual(refused)
      expect(yield* outcome(form({ ...v2, Extra: "1" }, v2Signature))).toEqual(refused)
      expect(yield* outcome(form(v2, v2Signature, "/webhook/sms/"))).toEqual(refused)
      expect(yield* outcome(form(v2, undefined))).toEqual({ refused: "missing" })
    })
  )

  it.effect("never takes the host from the request", () =>
    Effect.gen(function* () {
      const signature = sign(token, "https://evil.example/webhook/sms", Object.entries(v2))
      const request = form(v2, signature)
      const headers = { ...request.headers, host: "evil.example", "x-forwarded-host": "evil.example" }
      expect(yield* outcome({ ...request, headers })).toEqual({ refused: "mismatch" })
    })
  )

  it.effect("accepts the secondary token during a rotation, and no third", () =>
    Effect.gen(function* () {
      const rotating = { ...settings, authTokens: [Redacted.make("new"), Redacted.make(token)] }
      expect(yield* outcome(form(v2, v2Signature), rotating)).toMatchObject({ _tag: "Message" })
      const other = { ...settings, authTokens: [Redacted.make("new"), Redacted.make("newer")] }
      expect(yield* outcome(form(v2, v2Signature), other)).toEqual({ refused: "mismatch" })
    })
  )

  it.effect("takes JSON only under a signed hash of its body", () =>
    Effect.gen(function* () {
      const body = new TextEncoder().encode(JSON.stringify(v2))
      const hash = createHash("sha256").update(body).digest("hex")
      const json = (target: string, bytes: Uint8Array): InboundRequest => ({
        ...form(v2, sign(token, `https://sms.example.org${target}`, []), target),
        headers: {
          "content-type": "application/json; charset=utf-8",
          "x-twilio-signature": sign(token, `https://sms.example.org${target}`, [])
        },
        body: bytes
      })
      const target = `/webhook/sms?bodySHA256=${hash}`
      expect(yield* outcome(json(target, body))).toMatchObject({ _tag: "Message", text: v2.Body })
      expect(yield* outcome(json(target, new TextEncoder().encode("{}")))).toEqual({ refused: "body_hash" })
      // The signature of a bare URL must not vouch for any body.
      expect(yield* outcome(json("/webhook/sms", body))).toEqual({ refused: "body_hash" })
    })
  )

  it.effect("reads status callbacks and keeps unknown fields out of the way", () =>
    Effect.gen(function* () {
      const signed = (fields: Record<string, string>) =>
        form(fields, sign(token, "https://sms.example.org/webhook/sms", Object.entries(fields)))
      const status = { MessageSid: v2.MessageSid, To: "+12125551234", From: "+18335550100", Novelty: "1" }
      expect(yield* outcome(signed({ ...status, MessageStatus: "undelivered", ErrorCode: "30003" }))).toEqual({
        _tag: "DeliveryReceipt",
        messageId: v2.MessageSid,
        recipient: "+12125551234",
        status: "failed",
        code: "30003"
      })
      expect(yield* outcome(signed({ ...status, MessageStatus: "__proto__" }))).toEqual({ _tag: "UnknownReceipt" })
      expect(yield* outcome(signed({ ...v2, OptOutType: "STOP" }))).toMatchObject({ optOutHandled: true })
      expect(yield* outcome(signed({ ...v2, Body: "HELP" }))).not.toHaveProperty("optOutHandled")
      const answering = { ...settings, answersKeywords: true }
      expect(yield* outcome(signed({ ...v2, Body: " Stop " }), answering)).toMatchObject({ optOutHandled: true })
      expect(yield* outcome(signed({ ...v2, Body: "stop the plan" }), answering)).not.toHaveProperty("optOutHandled")
      expect(yield* outcome(signed({ ...v2, Body: "YES" }), answering)).not.toHaveProperty("optOutHandled")
      const { Body: _, ...bodyless } = v2
      expect(yield* outcome(signed(bodyless))).toMatchObject({ text: "" })
      expect(yield* outcome(signed({ ...v2, From: "whatsapp" }))).toEqual({ field: "From" })
      expect(yield* outcome(signed({ ...v2, Body: "a".repeat(1601) }))).toEqual({ field: "Body" })
      expect(yield* outcome(signed({ ...v2, Body: "🍅".repeat(1600) }))).toMatchObject({ _tag: "Message" })
      expect(yield* outcome(signed({ ...v2, MessageSid: "a b" }))).toEqual({ field: "MessageSid" })
    })
  )
})
