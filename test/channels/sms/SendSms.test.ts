import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Tracer from "effect/Tracer"
import * as TestClock from "effect/testing/TestClock"
import { msUntilOpen } from "#channels/sms/QuietHours.ts"
import { sendSmsHandler, type SendSmsParams } from "#channels/sms/SendSms.ts"
import { SmsProvider } from "#channels/sms/SmsProvider.ts"
import { blockedKey } from "#domain/MealPlan.ts"
import { address } from "#domain/ActorAddress.ts"
import { type EffectCall, EffectFailed } from "#runtime/EffectHandler.ts"
import { ActorStore } from "#runtime/ports/ActorStore.ts"
import { StoreUnavailable } from "#runtime/RuntimeError.ts"
import * as DateTime from "effect/DateTime"
import { describe, expect, it } from "#test/harness/effect.ts"
import { ProviderStandIn, type StandInProvider } from "#test/harness/ProviderStandIn.ts"

const phone = "+12125551234"
const key = "0123456789abcdef0123456789abcdef"
const params: SendSmsParams = { to: phone, text: "Your plan is ready.", initiatedBy: "texter" }

const call = (more: Partial<EffectCall<SendSmsParams>> = {}): EffectCall<SendSmsParams> => ({
  params,
  address: address("conversation", phone),
  idempotencyKey: key,
  attempt: 1,
  requestedAt: Date.now(),
  emit: () => Effect.void,
  ...more
})

/** Documents in memory; `away` makes the store fail. */
const documents = () => {
  const kept = new Map<string, string>()
  const state = { away: false }
  const guard = <A>(run: () => A) =>
    Effect.suspend(() =>
      state.away
        ? Effect.fail(new StoreUnavailable({ store: "test", operation: "document", reason: "connection" }))
        : Effect.sync(run)
    )
  const layer = Layer.mock(ActorStore)({
    kind: "test",
    blocking: true,
    readDocument: (name) => guard(() => kept.get(name) ?? null),
    writeDocument: (_, name, value) => guard(() => kept.set(name, value) === kept)
  })
  return { kept, state, layer }
}

const standIn = Effect.acquireRelease(
  Effect.promise(() => ProviderStandIn.start()),
  (self) => Effect.promise(() => self.stop())
)

const handlerOf = (environment: Record<string, string>, store: ReturnType<typeof documents>) =>
  sendSmsHandler.pipe(
    Effect.provide(SmsProvider.layerConfig.pipe(Layer.provide(FetchHttpClient.layer), Layer.merge(store.layer))),
    Effect.provide(ConfigProvider.layer(ConfigProvider.fromUnknown(environment)))
  )

const running = Effect.fnUntraced(function* (provider: StandInProvider, more: Record<string, string> = {}) {
  const provide = yield* standIn
  const store = documents()
  const handler = yield* handlerOf(
    { ...provide.environment(provider, "https://sms.example.org/base/"), SMS_MESSAGES_PER_SECOND: "1000", ...more },
    store
  )
  const attempt = (more: Partial<EffectCall<SendSmsParams>> = {}) =>
    handler.run(call(more)).pipe(Effect.provide(Logger.layer([])), Effect.result)
  return { provide, store, handler, attempt }
})

const failure = (code: string, retry: boolean) => ({
  _tag: "Failure",
  failure: expect.objectContaining({ _tag: "EffectFailed", code, retry })
})

describe("sending through the provider's API", () => {
  it.live.each(["twilio", "vonage-sms", "vonage-messages"] as const)("%s takes a text and gives its id", (provider) =>
    Effect.gen(function* () {
      const { attempt, provide } = yield* running(provider)
      const sent = yield* attempt({ params: { ...params, text: "Tomato 🍅 – ready" } })
      expect(provide.accepted).toHaveLength(1)
      expect(sent).toMatchObject({ success: { messageIds: [provide.accepted[0]?.id] } })
      expect(provide.calls).toMatchObject([{ method: "POST", authorised: true }])
      expect(provide.accepted[0]).toMatchObject({
        to: provider === "twilio" ? phone : "12125551234",
        from: provider === "twilio" ? "+18335550100" : "18335550100",
        text: "Tomato 🍅 - ready"
      })
      expect(provide.accepted[0]?.fields).toMatchObject(
        {
          twilio: { StatusCallback: "https://sms.example.org/base/webhook/sms/status" },
          "vonage-sms": {
            type: "unicode",
            "client-ref": key,
            callback: "https://sms.example.org/base/webhook/sms/status"
          },
          "vonage-messages": { channel: "sms", client_ref: key, webhook_version: "v1" }
        }[provider]
      )
    })
  )

  it.live.each([
    [20003, "bad_credentials", false],
    [20429, "rate_limited", true],
    [21211, "rejected", false],
    [21408, "rejected", false],
    [21610, "recipient_blocked", false],
    [21611, "rate_limited", true],
    [21614, "rejected", false],
    [21617, "rejected", false],
    [30001, "rate_limited", true],
    [30003, "unreachable", false],
    [30005, "unreachable", false],
    [30006, "rejected", false],
    [30007, "rejected", false],
    [30022, "rate_limited", true],
    [99999, "rejected", false]
  ] as const)("Twilio's %i is %s, retry %s", ([code, word, retry]) =>
    Effect.gen(function* () {
      const { attempt, provide } = yield* running("twilio")
      provide.fail({ kind: "twilio-error", code })
      expect(yield* attempt()).toMatchObject(failure(word, retry))
    })
  )

  it.live.each([
    ["1", "rate_limited", true],
    ["2", "rejected", false],
    ["4", "bad_credentials", false],
    ["5", "unreachable", true],
    ["7", "recipient_blocked", false],
    ["9", "bad_credentials", false],
    ["12", "rejected", false],
    ["33", "unreachable", false],
    ["999", "rejected", false]
  ] as const)("Vonage's status %s under HTTP 200 is %s, retry %s", ([status, word, retry]) =>
    Effect.gen(function* () {
      const { attempt, provide } = yield* running("vonage-sms")
      provide.fail({ kind: "vonage-status", status })
      expect(yield* attempt()).toMatchObject(failure(word, retry))
      expect(provide.accepted).toHaveLength(0)
    })
  )

  it.live.each(["twilio", "vonage-sms", "vonage-messages"] as const)("reads the HTTP statuses of %s", (provider) =>
    Effect.gen(function* () {
      const { attempt, provide } = yield* running(provider)
      provide.fail({ kind: "http", status: 429, retryAfter: "7" }, { kind: "http", status: 500 })
      provide.fail({ kind: "http", status: 401 }, { kind: "http", status: 422 }, { kind: "reset" })
      provide.fail({ kind: "http", status: 200, body: "<html>" })
      const limited = yield* attempt()
      expect(limited).toMatchObject(failure("rate_limited", true))
      expect(limited).toMatchObject({ failure: { retryAfterMs: 7000, counts: false } })
      expect(yield* attempt()).toMatchObject(failure("unreachable", true))
      expect(yield* attempt()).toMatchObject(failure("bad_credentials", false))
      expect(yield* attempt()).toMatchObject(failure("rejected", false))
      expect(yield* attempt()).toMatchObject(failure("unreachable", true))
      expect(yield* attempt()).toMatchObject(failure("unreachable", true))
    })
  )

  it.live("makes no span of its calls, because their URLs may hold a number", () =>
    Effect.gen(function* () {
      const { attempt } = yield* running("twilio")
      const spans: Array<string> = []
      const tracer = Tracer.make({
        span: (options) => {
          spans.push(options.name)
          return new Tracer.NativeSpan(options)
        }
      })
      yield* attempt({ attempt: 2 }).pipe(Effect.withSpan("outer"), Effect.withTracer(tracer))
      expect(spans).toEqual(["outer"])
    })
  )

  it.live("wrong credentials are not tried again", () =>
    Effect.gen(function* () {
      for (const [provider, name] of [
        ["twilio", "TWILIO_AUTH_TOKEN"],
        ["vonage-sms", "VONAGE_API_SECRET"]
      ] as const) {
        const { attempt } = yield* running(provider, { [name]: "wrong" })
        expect(yield* attempt()).toMatchObject(failure("bad_credentials", false))
      }
    })
  )

  it.live.each(["timeout-after-accept", "reset-after-accept"] as const)("Twilio: %s does not send twice", (kind) =>
    Effect.gen(function* () {
      const { attempt, provide } = yield* running("twilio", { SMS_SEND_TIMEOUT: "300 millis" })
      provide.fail({ kind })
      const requestedAt = Date.now()
      expect(yield* attempt({ requestedAt })).toMatchObject(failure("unreachable", true))
      const second = yield* attempt({ requestedAt, attempt: 2 })
      expect(provide.accepted).toHaveLength(1)
      expect(second).toMatchObject({ success: { messageIds: [provide.accepted[0]?.id] } })
      // The same words asked for later are another message.
      yield* attempt({ requestedAt: requestedAt + 60_000, attempt: 2, idempotencyKey: "another" })
      expect(provide.accepted).toHaveLength(2)
    })
  )
})

describe("sendSms", () => {
  it.live("refuses a blocked number without calling anybody, but confirms a STOP", () =>
    Effect.gen(function* () {
      const { attempt, provide, store } = yield* running("vonage-sms")
      store.kept.set(blockedKey(phone), "1")
      expect(yield* attempt()).toMatchObject(failure("recipient_blocked", false))
      expect(provide.calls).toHaveLength(0)
      expect(yield* attempt({ params: { ...params, compliance: true } })).toMatchObject({ _tag: "Success" })
    })
  )

  it.live("does not send while nobody can say whether the number is blocked", () =>
    Effect.gen(function* () {
      const { attempt, provide, store } = yield* running("twilio")
      store.state.away = true
      expect(yield* attempt()).toMatchObject(failure("store_unavailable", true))
      expect(provide.calls).toHaveLength(0)
    })
  )

  it.live("sends a long text in pieces and goes on where it stopped", () =>
    Effect.gen(function* () {
      const { attempt, provide } = yield* running("twilio")
      const text = "word ".repeat(700).trim()
      provide.fail({ kind: "twilio-error", code: 21611, retryAfter: "1" })
      const long = { params: { ...params, text }, requestedAt: Date.now() }
      expect(yield* attempt(long)).toMatchObject(failure("rate_limited", true))
      const first = yield* attempt(long)
      expect(first).toMatchObject({ success: { messageIds: provide.accepted.map(({ id }) => id) } })
      expect(provide.accepted.map(({ text }) => text.length <= 1600)).toEqual([true, true, true])
      expect(provide.accepted.map(({ text }) => text).join(" ")).toBe(text)
      // A process that died before it could say so starts over: nothing goes out again.
      expect(yield* attempt({ ...long, attempt: 2 })).toEqual(first)
      expect(provide.accepted).toHaveLength(3)
    })
  )

  it.live("gives each piece its own client reference and repeats only what is missing", () =>
    Effect.gen(function* () {
      const { attempt, handler, provide } = yield* running("vonage-messages")
      const text = "word ".repeat(400).trim()
      const long = { params: { ...params, text } }
      provide.fail({ kind: "http", status: 503 })
      yield* attempt(long)
      yield* attempt(long)
      expect(provide.accepted.map(({ fields }) => fields.client_ref)).toEqual([key, `${key}-2`])
      expect(handler.rate?.destination(params)).toBe(phone)
      expect(handler.rate?.limit).toBe(1000)
    })
  )

  it.effect("holds back in quiet hours what nobody asked for", () =>
    Effect.gen(function* () {
      const handler = yield* handlerOf({ SMS_TIME_ZONE: "America/Los_Angeles" }, documents())
      yield* TestClock.setTime(Date.parse("2026-01-01T05:30:00Z")) // 21:30 the day before
      const ours = call({ params: { ...params, initiatedBy: "us" } })
      const held = yield* Effect.flip(handler.run(ours))
      expect(held).toBeInstanceOf(EffectFailed)
      expect(held).toMatchObject({ code: "quiet_hours", retry: true, counts: false, retryAfterMs: 10.5 * 3600_000 })
      expect(yield* handler.run(call())).toEqual({ messageIds: [`local-${key}`] })
      yield* TestClock.adjust("10.5 hours")
      expect(yield* handler.run(ours)).toEqual({ messageIds: [`local-${key}`] })
    })
  )

  it.effect("says the number of segments of a long text, and nothing else", () =>
    Effect.gen(function* () {
      const lines: Array<unknown> = []
      const logger = Logger.make(({ fiber: _, ...entry }) => void lines.push(JSON.stringify(entry)))
      const handler = yield* handlerOf({}, documents())
      const long = call({ params: { ...params, text: "kohlrabi ".repeat(60) } })
      yield* handler.run(long).pipe(Effect.provide(Logger.layer([logger])))
      expect(lines).toHaveLength(1)
      expect(lines[0]).not.toContain("kohlrabi")
      expect(lines[0]).not.toContain(phone)
    })
  )
})

describe("configuration", () => {
  const build = (environment: Record<string, string>) =>
    Effect.result(handlerOf(environment, documents())).pipe(Effect.map((result) => result._tag))

  it.effect("stops the start when something is absent, empty or unknown", () =>
    Effect.gen(function* () {
      const twilio = {
        SMS_PROVIDER: "twilio",
        PUBLIC_URL: "https://sms.example.org",
        TWILIO_ACCOUNT_SID: "AC1",
        TWILIO_AUTH_TOKEN: "t",
        TWILIO_FROM: "+18335550100"
      }
      expect(yield* build(twilio)).toBe("Success")
      expect(yield* build({ ...twilio, TWILIO_AUTH_TOKEN_SECONDARY: "" })).toBe("Success")
      for (const name of ["PUBLIC_URL", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM"] as const) {
        const { [name]: _, ...rest } = twilio
        expect(yield* build(rest)).toBe("Failure")
      }
      expect(yield* build({ ...twilio, TWILIO_AUTH_TOKEN: "" })).toBe("Failure")
      expect(yield* build({ SMS_PROVIDER: "carrier-pigeon" })).toBe("Failure")
      expect(yield* build({ SMS_TIME_ZONE: "Mars/Olympus" })).toBe("Failure")
      expect(yield* build({ SMS_MESSAGES_PER_SECOND: "0" })).toBe("Failure")
    })
  )
})

describe("quiet hours", () => {
  const zone = DateTime.zoneMakeNamedUnsafe("America/New_York")
  const hours = (iso: string) => msUntilOpen(Date.parse(iso), zone) / 3600_000

  it("open from 08:00 to 21:00, over daylight saving", () => {
    expect(hours("2026-07-01T11:59:00Z")).toBeCloseTo(1 / 60)
    expect(hours("2026-07-01T12:00:00Z")).toBe(0)
    expect(hours("2026-07-02T00:59:59Z")).toBe(0)
    expect(hours("2026-07-02T01:00:00Z")).toBe(11)
    // Clocks go forward at 02:00 on 8 March 2026 and back on 1 November.
    expect(hours("2026-03-08T03:00:00Z")).toBe(9)
    expect(hours("2026-11-01T03:00:00Z")).toBe(10)
  })
})
