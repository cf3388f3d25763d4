import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import { request as httpRequest } from "node:http"
import { twiml } from "#channels/sms/Answer.ts"
import { make } from "#channels/sms/LocalInbox.ts"
import { APOLOGY, hasPrivateUrl } from "#channels/sms/Webhook.ts"
import * as RuntimeError from "#runtime/RuntimeError.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { ProviderStandIn, type StandInProvider } from "#test/harness/ProviderStandIn.ts"
import { recordingSystem, type Script, serve, serveRoutes, STRANGER } from "./service.ts"

const PUBLIC_URL = "https://sms.example.org"
const phone = "+12125551234"

const standIn = Effect.acquireRelease(
  Effect.promise(() => ProviderStandIn.start()),
  (self) => Effect.promise(() => self.stop())
)

const running = Effect.fnUntraced(function* (
  provider: StandInProvider,
  script?: Script,
  more: Record<string, string> = {}
) {
  const system = recordingSystem(script)
  const provide = yield* standIn
  const base = yield* serve(system, { ...provide.environment(provider, PUBLIC_URL), ...more })
  const at = (path: string) => ({ url: `${base}${path}`, signedFor: `${PUBLIC_URL}${path}` })
  return { told: system.told, provide, base, at }
})

const unknownType = new RuntimeError.UnknownActorType({ type: "conversation" })

const reply = (text: string | null) => ({ text, status: "idle", intent: "help" })

const call = (run: () => Promise<Response>) =>
  Effect.promise(async () => {
    const response = await run()
    return { status: response.status, text: await response.text(), headers: response.headers }
  })

describe("Twilio's webhook", () => {
  it.live("answers in TwiML, and the same message twice with the same answer", () =>
    Effect.gen(function* () {
      let turns = 0
      const { at, provide, told } = yield* running("twilio", () =>
        Effect.sync(() => reply(`Salt & <pepper> “${++turns}”`))
      )
      const send = () => provide.text("twilio", at("/webhook/sms"), phone, "plan", `SM${"0".repeat(32)}`)
      const first = yield* Effect.promise(send)
      expect(first.status).toBe(200)
      expect(first.headers.get("content-type")).toContain("text/xml")
      expect(first.text).toBe(
        '<?xml version="1.0" encoding="UTF-8"?><Response><Message>Salt &amp; &lt;pepper&gt; &quot;1&quot;</Message></Response>'
      )
      const second = yield* Effect.promise(send)
      expect(second.text).toBe(first.text)
      expect(told).toHaveLength(1)
      expect(told[0]).toMatchObject({
        to: { type: "conversation", id: phone },
        event: { type: "MESSAGE_RECEIVED", text: "plan", messageId: `SM${"0".repeat(32)}`, replyVia: "answer" },
        options: { id: `sms:twilio:SM${"0".repeat(32)}` }
      })
    })
  )

  it.live("dates a message by the actor system's time, not by the node's clock", () =>
    Effect.gen(function* () {
      const system = recordingSystem(undefined, Effect.succeed(1_800_000_000_000))
      const provide = yield* standIn
      const base = yield* serve(system, provide.environment("twilio", PUBLIC_URL))
      const target = { url: `${base}/webhook/sms`, signedFor: `${PUBLIC_URL}/webhook/sms` }
      yield* Effect.promise(() => provide.text("twilio", target, phone, "plan"))
      expect(system.told[0]?.event).toMatchObject({ at: 1_800_000_000_000 })
    })
  )

  it.live("stays silent when the chart does, and says when Twilio answered the keyword itself", () =>
    Effect.gen(function* () {
      const { at, provide, told } = yield* running("twilio", ({ event }) =>
        Effect.succeed(reply(event.text === "quiet" || event.optOutHandled === true ? null : "Hello."))
      )
      const silent = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
      expect((yield* Effect.promise(() => provide.text("twilio", at("/sms/incoming"), phone, "quiet"))).text).toBe(
        silent
      )
      const stop = { From: phone, Body: "STOP", OptOutType: "STOP" }
      expect((yield* Effect.promise(() => provide.twilio(at("/webhook/sms"), stop))).text).toBe(silent)
      expect(told[1]?.event).toMatchObject({ text: "STOP", optOutHandled: true })
    })
  )

  it.live("refuses what is unsigned, too large or unreadable, and keeps nothing", () =>
    Effect.gen(function* () {
      const { at, base, provide, told } = yield* running("twilio", undefined, { SMS_MAX_BODY_BYTES: "2000" })
      const body = new URLSearchParams({ From: phone, Body: "plan", MessageSid: "SM1" })
      expect((yield* call(() => fetch(`${base}/webhook/sms`, { method: "POST", body }))).status).toBe(403)
      expect((yield* call(() => fetch(`${base}/webhook/sms?${body}`))).status).toBe(403)
      const large = { From: phone, Body: "x".repeat(2100) }
      expect((yield* Effect.promise(() => provide.twilio(at("/webhook/sms"), large))).status).toBe(413)
      const unreadable = yield* Effect.promise(() =>
        provide.twilio(at("/webhook/sms"), { From: "nobody", Body: "secret" })
      )
      expect(unreadable.status).toBe(400)
      expect(JSON.parse(unreadable.text)).toMatchObject({ field: "From", status: 400 })
      expect(unreadable.text).not.toContain("secret")
      expect(unreadable.text).not.toContain("nobody")
      expect(told).toHaveLength(0)
    })
  )

  it.live("bounds a body that does not say its length", () =>
    Effect.gen(function* () {
      const { base } = yield* running("twilio", undefined, { SMS_MAX_BODY_BYTES: "2000" })
      const status = yield* Effect.callback<number | undefined>((resume) => {
        const outgoing = httpRequest(`${base}/webhook/sms`, { method: "POST" }, (response) => {
          response.resume()
          resume(Effect.succeed(response.statusCode))
        })
        outgoing.on("error", () => {})
        outgoing.write("x".repeat(1500))
        outgoing.end("x".repeat(1500))
      })
      expect(status).toBe(413)
    })
  )

  it.live("turns a delivery report into an event of its recipient, once per status", () =>
    Effect.gen(function* () {
      const { at, provide, told } = yield* running("twilio")
      const message = {
        provider: "twilio",
        id: "SM1",
        to: phone,
        from: "+18335550100",
        text: "",
        at: 0,
        fields: {}
      } as const
      const report = (status: string, code?: string) =>
        Effect.promise(() => provide.report(message, at("/webhook/sms/status"), status, code))
      expect((yield* report("delivered")).status).toBe(200)
      yield* report("sent")
      yield* report("delivered")
      yield* report("failed", "30003")
      expect(told.map(({ event, options }) => [options.id, event.status, event.code])).toEqual([
        ["status:SM1:delivered", "delivered", undefined],
        ["status:SM1:sent", "sent", undefined],
        ["status:SM1:failed", "failed", "30003"]
      ])
      // A conversation that is gone stays gone.
      const late = { ...message, id: "SM2", to: STRANGER }
      const answer = yield* Effect.promise(() => provide.report(late, at("/webhook/sms/status"), "delivered"))
      expect([answer.status, told.length]).toEqual([200, 3])
    })
  )
})

describe("refused turns", () => {
  const actor = "fingerprint"
  it.live.each([
    [503, new RuntimeError.StoreUnavailable({ store: "redis", operation: "commit", reason: "timeout" })],
    [503, new RuntimeError.MailboxFull({ actor, capacity: 1 })],
    [503, new RuntimeError.RevisionConflict({ actor, attempts: 3 })],
    [503, new RuntimeError.SystemStopping()],
    [503, new RuntimeError.UnknownMachineVersion({ actor, found: 2, known: 1 })],
    [503, new RuntimeError.SnapshotUndecodable({ actor, reason: "json" })],
    [503, new RuntimeError.UnknownActorType({ type: "conversation" })],
    [413, new RuntimeError.PayloadTooLarge({ actor, bytes: 2, limit: 1 })],
    [200, new RuntimeError.EventQuarantined({ actor, event: "MESSAGE_RECEIVED", reason: "threw" })]
  ] as const)("answers %i to %s", ([status, error]) =>
    Effect.gen(function* () {
      const { at, provide } = yield* running("twilio", () => Effect.fail(error))
      const answer = yield* Effect.promise(() => provide.text("twilio", at("/webhook/sms"), phone, "plan"))
      expect(answer.status).toBe(status)
      expect(answer.headers.has("retry-after")).toBe(status === 503)
      expect(answer.text.includes(APOLOGY)).toBe(status === 200)
    })
  )

  it.live("survives a defect in the actor system", () =>
    Effect.gen(function* () {
      const { at, provide } = yield* running("twilio", () => Effect.die(new Error("somebody's words")))
      const answer = yield* Effect.promise(() => provide.text("twilio", at("/webhook/sms"), phone, "plan"))
      expect(answer.status).toBe(503)
      expect(answer.text).not.toContain("words")
    })
  )

  it.live("lets Vonage repeat a call whose turn was refused", () =>
    Effect.gen(function* () {
      let refusals = 1
      const { at, base, told } = yield* running("vonage-messages", () =>
        refusals-- > 0 ? Effect.fail(new RuntimeError.SystemStopping()) : Effect.succeed(null)
      )
      const body = JSON.stringify({ message_uuid: "m-1", from: "12125551234", to: "18335550100", text: "plan" })
      const { CREDENTIALS, signVonageMessages } = yield* Effect.promise(
        () => import("#test/harness/ProviderStandIn.ts")
      )
      const token = yield* Effect.promise(() => signVonageMessages(CREDENTIALS.VONAGE_SIGNATURE_SECRET, body))
      const headers = { "content-type": "application/json", authorization: `Bearer ${token}` }
      const post = call(() => fetch(at("/webhook/sms").url, { method: "POST", headers, body }))
      expect([(yield* post).status, (yield* post).status, (yield* post).status]).toEqual([503, 200, 403])
      expect(told).toHaveLength(2)
      expect((yield* call(() => fetch(`${base}/webhook/sms`))).status).toBe(200)
    })
  )
})

describe("Vonage's webhooks", () => {
  it.live.each(["vonage-sms", "vonage-messages"] as const)("answers nothing and asks for a send: %s", (provider) =>
    Effect.gen(function* () {
      const { at, provide, told } = yield* running(provider, () => Effect.succeed(reply("hello")))
      const answer = yield* Effect.promise(() => provide.text(provider, at("/sms/incoming"), phone, "plan 🍅", "id-1"))
      expect([answer.status, answer.text]).toEqual([200, ""])
      yield* Effect.promise(() => provide.text(provider, at("/webhook/sms"), phone, "plan 🍅", "id-1"))
      expect(told).toHaveLength(1)
      expect(told[0]).toMatchObject({
        to: { id: phone },
        event: { text: "plan 🍅", replyVia: "send" },
        options: { id: `sms:${provider}:id-1` }
      })
    })
  )

  it.live("hands on the parts of a long message", () =>
    Effect.gen(function* () {
      const { at, provide, told } = yield* running("vonage-sms")
      const part = (index: string) => ({
        msisdn: "12125551234",
        text: `part ${index}`,
        concat: "true",
        "concat-ref": "9",
        "concat-total": "2",
        "concat-part": index
      })
      yield* Effect.promise(() => provide.vonageSms(at("/webhook/sms"), part("2"), "GET"))
      yield* Effect.promise(() => provide.vonageSms(at("/webhook/sms"), part("1"), "JSON"))
      expect(told.map(({ event }) => event.part)).toEqual([
        { ref: "18335550100:9", index: 2, total: 2 },
        { ref: "18335550100:9", index: 1, total: 2 }
      ])
    })
  )
})

describe("the local provider", () => {
  const local = Effect.fnUntraced(function* () {
    const system = recordingSystem(() => Effect.succeed(reply("Text plan to begin.")))
    return { told: system.told, base: yield* serve(system, {}) }
  })

  it.live("takes the seed's form fields and answers in JSON", () =>
    Effect.gen(function* () {
      const { base, told } = yield* local()
      const body = new URLSearchParams({ From: "(212) 555-1234", Body: "help" })
      const answer = yield* call(() => fetch(`${base}/webhook/sms`, { method: "POST", body }))
      expect(answer.status).toBe(200)
      expect(JSON.parse(answer.text)).toEqual({ reply: "Text plan to begin.", status: "idle", intent: "help" })
      expect(told[0]).toMatchObject({ to: { id: phone }, event: { text: "help" } })
      const bare = new URLSearchParams({ From: phone })
      yield* call(() => fetch(`${base}/webhook/sms`, { method: "POST", body: bare }))
      expect(told[1]?.event.text).toBe("")
      expect(told[0]?.options.id).not.toBe(told[1]?.options.id)
    })
  )

  it.live("lets the terminal phone wait for what is sent to its number", () =>
    Effect.gen(function* () {
      const inbox = make()
      const base = yield* serveRoutes(inbox)
      const messages = (path: string) =>
        call(() => fetch(`${base}/local/phone/${path}`)).pipe(
          Effect.map(({ status, text }) => ({ status, ...(JSON.parse(text) as object) }))
        )
      const waiting = yield* Effect.forkChild(messages(`${encodeURIComponent(phone)}/messages?after=0`))
      yield* inbox.append(phone, "Your plan is ready.", "k1", 7)
      const first = { n: 1, messageId: "local-k1", text: "Your plan is ready.", at: 7 }
      expect(yield* Fiber.join(waiting)).toEqual({ status: 200, messages: [first] })
      yield* inbox.append(phone, "Enjoy.", "k2", 8)
      const second = { n: 2, messageId: "local-k2", text: "Enjoy.", at: 8 }
      expect(yield* messages("2125551234/messages?after=1")).toEqual({ status: 200, messages: [second] })
      expect(yield* messages("nobody/messages")).toMatchObject({ status: 400, field: "phone" })
      expect(yield* messages("2125551234/messages?after=x")).toMatchObject({ status: 400, field: "after" })
    })
  )

  it.live("refuses what was forwarded, and pages of other sites", () =>
    Effect.gen(function* () {
      const { base, told } = yield* local()
      const body = new URLSearchParams({ From: phone, Body: "help" })
      for (const headers of [{ "x-forwarded-for": "203.0.113.7" }, { origin: "https://evil.example" }] as const) {
        const post = yield* call(() => fetch(`${base}/webhook/sms`, { method: "POST", body, headers: { ...headers } }))
        expect(post.status).toBe(403)
        const poll = yield* call(() => fetch(`${base}/local/phone/${phone}/messages`, { headers: { ...headers } }))
        expect(poll.status).toBe(403)
      }
      expect(told).toHaveLength(0)
    })
  )
})

describe("privacy", () => {
  it.live("no log line of any door holds a number, a text or a secret", () =>
    Effect.gen(function* () {
      const lines: Array<string> = []
      const provide = yield* standIn
      for (const provider of ["twilio", "vonage-sms", "vonage-messages"] as const) {
        const failing = recordingSystem(({ event }) =>
          event.text === "swordfish die" ? Effect.die(new Error("swordfish")) : Effect.fail(unknownType)
        )
        const base = yield* serve(failing, provide.environment(provider, PUBLIC_URL), lines)
        const target = { url: `${base}/webhook/sms`, signedFor: `${PUBLIC_URL}/webhook/sms` }
        yield* Effect.promise(() => provide.text(provider, target, phone, "swordfish"))
        yield* Effect.promise(() => provide.text(provider, target, phone, "swordfish die"))
        yield* call(() => fetch(`${target.url}?msisdn=12125551234&text=swordfish&From=%2B12125551234`))
        yield* call(() => fetch(target.url, { method: "POST", body: "swordfish" }))
      }
      const local = yield* serve(recordingSystem(), {}, lines)
      const elsewhere = { origin: "https://evil.example" }
      yield* call(() => fetch(`${local}/local/phone/2125551234/messages`, { headers: elsewhere }))
      expect(lines.length).toBeGreaterThanOrEqual(9)
      for (const line of lines) expect(line).not.toMatch(/swordfish|2125551234|stand-in-|0123456789abcdef/)
    })
  )

  it("names the requests whose URL must not become a span", () => {
    const url = (path: string) => hasPrivateUrl(HttpServerRequest.fromWeb(new Request(`http://127.0.0.1${path}`)))
    expect(
      ["/webhook/sms?msisdn=1", "/webhook/sms", "/webhook/sms/status", "/sms/incoming", "/local/phone/1"].every(url)
    ).toBe(true)
    expect(["/health", "/", "/metrics"].some(url)).toBe(false)
  })
})

describe("TwiML", () => {
  it("escapes markup and leaves out what XML cannot hold", () => {
    expect(twiml(["a\u0000<b>\ud800\u0007&'\"", "two"])).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><Response><Message>a&lt;b&gt;\ufffd&amp;&apos;&quot;</Message><Message>two</Message></Response>'
    )
  })
})
