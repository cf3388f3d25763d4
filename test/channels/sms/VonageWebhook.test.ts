import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { SignJWT, UnsecuredJWT } from "jose"
import type { InboundRequest, Received, Refused } from "#channels/sms/Inbound.ts"
import * as VonageMessages from "#channels/sms/VonageMessagesWebhook.ts"
import * as VonageSms from "#channels/sms/VonageSmsWebhook.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { signVonageMessages, signVonageSms } from "#test/harness/ProviderStandIn.ts"

const outcome = (received: Effect.Effect<Received, Refused>) =>
  received.pipe(
    Effect.map(({ inbound }) => inbound as unknown),
    Effect.catchTag("SignatureRefused", ({ rule }) => Effect.succeed({ refused: rule })),
    Effect.catchTag("InboundUndecodable", ({ field }) => Effect.succeed({ field }))
  )

const bytes = (text: string) => new TextEncoder().encode(text)

describe("Vonage SMS API", () => {
  const secret = "my_secret_key_for_testing"
  const vector = {
    "message-timestamp": "2013-11-21 15:27:30",
    messageId: "020000001B0FE827",
    msisdn: "14843472194",
    text: "Test again",
    timestamp: "1385047698",
    to: "13239877404",
    type: "text"
  }
  const now = 1385047698_000
  const settings = { signatureSecret: Redacted.make(secret), signatureMethod: "sha256" as const }
  const post = (fields: Record<string, string>, at = now): InboundRequest => ({
    method: "POST",
    target: "/webhook/sms",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: bytes(new URLSearchParams(fields).toString()),
    peer: null,
    now: at
  })
  const signed = (fields: Record<string, string>) => signVonageSms(secret, { nonce: crypto.randomUUID(), ...fields })

  it.each([
    ["md5hash", "d2e7b1dc968737c5998ad624e02f90b7"],
    ["md5", "DDEBD46008C2D4E93CCE578A332A52D5"],
    ["sha1", "27D0D05C2876C7CB1720DBCDBA4D492E1E55C09A"],
    ["sha256", "DDB8397C2B90AAC7F3882D306475C9A5058C92322EEF43C92B298B6E0FC0D330"],
    [
      "sha512",
      "E0D3C650F8C9D1A5C174D10DDDBFB003E561F59B265616208B0487C5D819481CD3C311D59CF6165ECD1139622D5BA3A256C0D763AC4A9AD9144B5A426B94FE82"
    ]
  ] as const)("computes the vector of %s", (method, expected) => {
    expect(VonageSms.sign(method, secret, vector)).toBe(expected.toLowerCase())
    expect(VonageSms.sign(method, secret, { ...vector, sig: "ignored" })).toBe(expected.toLowerCase())
    expect(VonageSms.sign(method, secret, { ...vector, text: "Test agaim" })).not.toBe(expected.toLowerCase())
  })

  it("replaces & and = in values", () => {
    const text = "swap kale&chard=spinach"
    expect(VonageSms.sign("sha256", secret, { ...vector, text })).toBe(
      "8e22686dc39b46c5ac6ccdbae6590d744e640827e6218930f28a8f6f210f8b26"
    )
  })

  it.effect("reads a signed message from form, query and JSON, in either letter case of the signature", () =>
    Effect.gen(function* () {
      const receive = VonageSms.makeReceive(settings)
      const message = { _tag: "Message", messageId: vector.messageId, from: "+14843472194", text: "Test again" }
      expect(yield* outcome(receive(post(signed(vector))))).toEqual(message)
      const query = signed(vector)
      const get = { ...post({}), method: "GET", target: `/webhook/sms?${new URLSearchParams(query)}` }
      expect(yield* outcome(receive(get))).toEqual(message)
      const fields = signed(vector)
      const json = { ...fields, sig: fields.sig?.toUpperCase() }
      const headers = { "content-type": "application/json" }
      expect(yield* outcome(receive({ ...post({}), headers, body: bytes(JSON.stringify(json)) }))).toEqual(message)
    })
  )

  it.effect("refuses changed, unsigned, stale, early and replayed calls", () =>
    Effect.gen(function* () {
      const receive = VonageSms.makeReceive(settings)
      const call = signed(vector)
      expect(yield* outcome(receive(post({ ...call, text: "Test agaim" })))).toEqual({ refused: "mismatch" })
      const { type: _, ...dropped } = call
      expect(yield* outcome(receive(post(dropped)))).toEqual({ refused: "mismatch" })
      expect(yield* outcome(receive(post(vector)))).toEqual({ refused: "missing" })
      expect(yield* outcome(receive(post(call, now + 301_000)))).toEqual({ refused: "timestamp" })
      expect(yield* outcome(receive(post(call, now - 301_000)))).toEqual({ refused: "timestamp" })
      expect(yield* outcome(receive(post(signed({ ...vector, timestamp: "soon" }))))).toEqual({ refused: "timestamp" })
      // Until the first one is answered with success, the provider may repeat it.
      const first = yield* receive(post(call))
      expect(yield* outcome(receive(post(call)))).toMatchObject({ _tag: "Message" })
      yield* first.settle
      expect(yield* outcome(receive(post(call)))).toEqual({ refused: "replayed" })
    })
  )

  it.effect("answers a URL check, and reads parts and receipts", () =>
    Effect.gen(function* () {
      const receive = VonageSms.makeReceive(settings)
      expect(yield* outcome(receive({ ...post({}), method: "GET" }))).toEqual({ _tag: "UrlCheck" })
      expect(yield* outcome(receive(post({})))).toEqual({ refused: "missing" })
      const part = { ...vector, concat: "true", "concat-ref": "7", "concat-total": "3", "concat-part": "2" }
      expect(yield* outcome(receive(post(signed(part))))).toMatchObject({
        part: { ref: "13239877404:7", index: 2, total: 3 }
      })
      expect(yield* outcome(receive(post(signed({ ...part, "concat-part": "4" }))))).toEqual({ field: "concat-part" })
      const { text: _, ...receipt } = { ...vector, status: "rejected", "err-code": "7" }
      expect(yield* outcome(receive(post(signed(receipt))))).toEqual({
        _tag: "DeliveryReceipt",
        messageId: vector.messageId,
        recipient: "+14843472194",
        status: "failed",
        code: "7"
      })
    })
  )

  it.effect("takes ten bare digits for an international number, not for a US one", () =>
    Effect.gen(function* () {
      const receive = VonageSms.makeReceive(settings)
      expect(yield* outcome(receive(post(signed({ ...vector, msisdn: "4520123456" }))))).toMatchObject({
        from: "+4520123456"
      })
    })
  )
})

describe("Vonage Messages API", () => {
  const secret = "0123456789abcdef0123456789abcdef"
  const body =
    '{"message_uuid":"aaaaaaaa-bbbb-cccc-dddd-0123456789ab","to":"18335550100","from":"12125551234","timestamp":"2026-01-01T14:00:00.000Z","channel":"sms","message_type":"text","text":"plan"}'
  const jwt =
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpYXQiOjE3NjcyNzYwMDAsImp0aSI6ImM1YmE4ZjI0LTFhMTQtNGMxMC1iZmRmLTNmYmU4Y2U1MTFiNSIsImlzcyI6IlZvbmFnZSIsInBheWxvYWRfaGFzaCI6IjQ4YzNhZjMwOWZiMTQzMjViZDQ0ZjQ0OTJiNzhlZjA4YzU5ZDcwYWM3YjNjMTdmMWE2NTY5MDM0YjhjMzRjNTgiLCJhcGlfa2V5IjoiYTFiMmMzZCJ9.JHWDk0fZ_FF5B5PRPzEXgmkZ35K9jgNJItDHweWjW10"
  const now = 1767276000_000
  const settings = { signatureSecret: Redacted.make(secret) }
  const post = (token: string | null, text = body, at = now): InboundRequest => ({
    method: "POST",
    target: "/webhook/sms",
    headers: { "content-type": "application/json", ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
    body: bytes(text),
    peer: null,
    now: at
  })
  const message = {
    _tag: "Message",
    messageId: "aaaaaaaa-bbbb-cccc-dddd-0123456789ab",
    from: "+12125551234",
    text: "plan"
  }

  it.effect("accepts the vector once, within five minutes, for this body only", () =>
    Effect.gen(function* () {
      const receive = VonageMessages.makeReceive(settings)
      expect(yield* outcome(receive(post(jwt, body, now + 301_000)))).toEqual({ refused: "timestamp" })
      expect(yield* outcome(receive(post(jwt, body, now - 301_000)))).toEqual({ refused: "timestamp" })
      expect(yield* outcome(receive(post(jwt, body.replace("plan", "plam"))))).toEqual({ refused: "body_hash" })
      expect(yield* outcome(receive(post(`${jwt.slice(0, -2)}00`)))).toEqual({ refused: "mismatch" })
      const first = yield* receive(post(jwt, body, now + 299_000))
      expect(first.inbound).toEqual(message)
      yield* first.settle
      expect(yield* outcome(receive(post(jwt)))).toEqual({ refused: "replayed" })
    })
  )

  it.effect("refuses calls without a token, without an algorithm and with another one", () =>
    Effect.gen(function* () {
      const receive = VonageMessages.makeReceive(settings)
      expect(yield* outcome(receive(post(null)))).toEqual({ refused: "missing" })
      const claims = { jti: "x", payload_hash: "48c3af309fb14325bd44f4492b78ef08c59d70ac7b3c17f1a6569034b8c34c58" }
      const unsecured = new UnsecuredJWT(claims).setIssuedAt(now / 1000).encode()
      expect(yield* outcome(receive(post(unsecured)))).toMatchObject({ refused: expect.any(String) })
      const stronger = yield* Effect.promise(() =>
        new SignJWT(claims)
          .setProtectedHeader({ alg: "HS512" })
          .setIssuedAt(now / 1000)
          .sign(bytes(secret.repeat(2)))
      )
      expect(yield* outcome(receive(post(stronger)))).toEqual({ refused: "algorithm" })
    })
  )

  it.effect("reads statuses, and keeps prose out of the code", () =>
    Effect.gen(function* () {
      const receive = VonageMessages.makeReceive(settings)
      const status = (fields: Record<string, unknown>) => {
        const text = JSON.stringify({ message_uuid: "m-1", to: "12125551234", from: "18335550100", ...fields })
        return Effect.flatMap(
          Effect.promise(() => signVonageMessages(secret, text, { iat: now / 1000 })),
          (token) => outcome(receive(post(token, text)))
        )
      }
      const receipt = { _tag: "DeliveryReceipt", messageId: "m-1", recipient: "+12125551234" }
      expect(yield* status({ status: "submitted" })).toEqual({ ...receipt, status: "sent" })
      expect(yield* status({ status: "rejected", error: { title: "1120" } })).toEqual({
        ...receipt,
        status: "failed",
        code: "1120"
      })
      const prose = { status: "undeliverable", error: { title: "Sent to +1 212 555 1234" } }
      expect(yield* status(prose)).toEqual({ ...receipt, status: "failed" })
      expect(yield* status({ status: "novel" })).toEqual({ _tag: "UnknownReceipt" })
    })
  )
})
