/** What every capability makes of an HTTP answer: which are worth another try, and when. Seen through the cart client. */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Tracer from "effect/Tracer"
import * as TestClock from "effect/testing/TestClock"
import { CartSource } from "#capabilities/cart/CartSource.ts"
import { layerHttp } from "#capabilities/cart/HttpCartSource.ts"
import { MAX_ANSWER_BYTES, MAX_RETRY_AFTER_MS, retryAfterMs } from "#capabilities/JsonCall.ts"
import { cartStandIn, KEYS, type StandIn, type StandInAnswer } from "#test/harness/CapabilityStandIns.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { environment, failure, PHONE } from "./Under.ts"

const CART = { items: [{ name: "Kale", quantity: 1, unit: "bunch" }], delivery_date: "2026-11-26" }

const carts = (server: Pick<StandIn, "url">, token: string = KEYS.cart) =>
  layerHttp.pipe(Layer.provide(environment({ CART_SOURCE_URL: `${server.url}/`, CART_SOURCE_TOKEN: token })))

const readCart = Effect.flatMap(CartSource, (source) => source.read(PHONE, Date.UTC(2026, 10, 20)))

const cases: ReadonlyArray<readonly [string, StandInAnswer, object]> = [
  ["429", { status: 429 }, { code: "rate_limited", retry: true }],
  [
    "429 with seconds",
    { status: 429, headers: { "retry-after": "7" } },
    { code: "rate_limited", retry: true, retryAfterMs: 7000 }
  ],
  [
    "429 with a date",
    { status: 429, headers: { "retry-after": "Thu, 01 Jan 1970 00:01:30 GMT" } },
    { code: "rate_limited", retry: true, retryAfterMs: 90_000 }
  ],
  ["500", { status: 500 }, { code: "server_error", retry: true }],
  [
    "503 with seconds",
    { status: 503, headers: { "retry-after": "2" } },
    { code: "server_error", retry: true, retryAfterMs: 2000 }
  ],
  ["408", { status: 408 }, { code: "server_busy", retry: true }],
  ["400", { status: 400 }, { code: "rejected", retry: false }],
  ["403", { status: 403 }, { code: "unauthorized", retry: false }],
  ["404", { status: 404 }, { code: "not_found", retry: false }],
  ["a redirect", { status: 302, headers: { location: "/elsewhere" } }, { code: "redirected", retry: false }],
  ["no JSON", { body: "<html>" }, { code: "bad_answer", retry: false }],
  ["an empty body", { body: "" }, { code: "bad_answer", retry: false }],
  ["other JSON", { body: { items: "none" } }, { code: "bad_answer", retry: false }],
  ["an answer cut off", { body: CART, cut: true }, { code: "answer_cut", retry: true }],
  ["an endless answer", { body: "x".repeat(MAX_ANSWER_BYTES + 1) }, { code: "answer_too_large", retry: false }]
]

describe("callJson", () => {
  for (const [name, met, expected] of cases)
    it.effect(`answers ${name} with the right code`, () =>
      Effect.gen(function* () {
        const server = yield* cartStandIn({ [PHONE]: CART })
        server.next(met)
        expect(yield* failure(readCart).pipe(Effect.provide(carts(server)))).toEqual(expected)
        expect(server.requests).toHaveLength(1)
      })
    )

  it.effect("says unauthorized to a wrong token", () =>
    Effect.gen(function* () {
      const server = yield* cartStandIn({ [PHONE]: CART })
      const asked = failure(readCart).pipe(Effect.provide(carts(server, "another")))
      expect(yield* asked).toEqual({ code: "unauthorized", retry: false })
    })
  )

  it.effect("gives up on a silent server after its timeout", () =>
    Effect.gen(function* () {
      const server = yield* cartStandIn({})
      server.next({ silent: true })
      const asked = yield* Effect.forkChild(failure(readCart).pipe(Effect.provide(carts(server))))
      yield* Effect.promise(() => server.arrived(1))
      yield* TestClock.adjust("20 seconds")
      expect(yield* Fiber.join(asked)).toEqual({ code: "timeout", retry: true })
    })
  )

  it.effect("calls a server that is gone unreachable", () =>
    Effect.gen(function* () {
      const gone = yield* Effect.scoped(cartStandIn({}))
      expect(yield* failure(readCart).pipe(Effect.provide(carts(gone)))).toEqual({ code: "unreachable", retry: true })
    })
  )

  it.effect("leaves neither number nor token in a span, and sends none of ours along", () =>
    Effect.gen(function* () {
      const server = yield* cartStandIn({ [PHONE]: CART })
      const seen: Array<Tracer.NativeSpan> = []
      const tracer = Tracer.make({
        span: (options) => {
          const span = new Tracer.NativeSpan(options)
          seen.push(span)
          return span
        }
      })
      yield* readCart.pipe(Effect.provide(carts(server)), Effect.provideService(Tracer.Tracer, tracer))
      expect(seen.map(({ name }) => name)).toEqual(["CartSource.read"])
      expect(JSON.stringify(seen.map(({ attributes }) => [...attributes]))).not.toMatch(/2125551234|127\.0\.0\.1|token/)
      expect(Object.keys(server.requests[0]?.headers ?? {})).not.toContain("traceparent")
    })
  )
})

describe("Retry-After", () => {
  it("reads seconds and dates, never negative, never over an hour, and ignores the rest", () => {
    const now = Date.UTC(2026, 0, 1)
    expect(retryAfterMs("1.5", now)).toBe(1500)
    expect(retryAfterMs(new Date(now - 5000).toUTCString(), now)).toBe(0)
    expect(retryAfterMs("999999", now)).toBe(MAX_RETRY_AFTER_MS)
    expect(retryAfterMs("soon", now)).toBeUndefined()
    expect(retryAfterMs(undefined, now)).toBeUndefined()
  })
})
