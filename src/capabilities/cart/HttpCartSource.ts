/**
 * The cart over HTTP: `GET {CART_SOURCE_URL}/carts/{phone}` with a bearer token. The answer is checked field by field and
 * bounded before anything else sees it; when it names a phone number, that must be the one asked for.
 */
import * as Config from "effect/Config"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { all, durations, setting } from "#runtime/SettingRules.ts"
import { final } from "../Capability.ts"
import { callJson } from "../JsonCall.ts"
import { isPhone, isSameNumber } from "../PhoneForms.ts"
import { httpUrl, orDefault } from "../Settings.ts"
import { CartSource } from "./CartSource.ts"
import { DeliveryDate } from "./DeliveryDates.ts"

const text = (longest: number) => Schema.Trim.check(Schema.isMinLength(1), Schema.isMaxLength(longest))

const decodeCart = Schema.decodeUnknownEffect(
  Schema.Struct({
    phone: Schema.optionalKey(Schema.String),
    items: Schema.Array(
      Schema.Struct({
        name: text(120),
        quantity: Schema.Number.check(Schema.isFinite(), Schema.isGreaterThan(0)),
        unit: Schema.Trim.check(Schema.isMaxLength(40))
      })
    ).check(Schema.isMaxLength(200)),
    delivery_date: DeliveryDate,
    source: Schema.optionalKey(text(60))
  })
)

export const settings = all({
  url: httpUrl("CART_SOURCE_URL"),
  token: Config.Redacted("CART_SOURCE_TOKEN"),
  timeout: orDefault("CART_SOURCE_TIMEOUT", (name) => setting(name, durations()), 20_000).pipe(
    Config.map(Duration.millis)
  )
})

/** A delivery further ahead is a mistake of the cart service: 60 days. */
const LONGEST_WAIT_MS = 60 * 24 * 3600 * 1000

/** **Fails with** the codes of `callJson`, `bad_phone`, `cart_empty`, `delivery_too_far` (over 60 days ahead), and `wrong_row` for another number's cart. */
export const layerHttp: Layer.Layer<CartSource, Config.ConfigError, HttpClient.HttpClient> = Layer.effect(
  CartSource,
  Effect.gen(function* () {
    const client = yield* HttpClient.HttpClient
    const config = yield* settings

    const read = Effect.fn("CartSource.read")(function* (phone: string, at: number) {
      if (!isPhone(phone)) return yield* Effect.fail(final("bad_phone"))
      const request = HttpClientRequest.get(`${config.url}/carts/${encodeURIComponent(phone)}`).pipe(
        HttpClientRequest.bearerToken(Redacted.value(config.token)),
        HttpClientRequest.acceptJson
      )
      const answer = yield* callJson(client, request, config.timeout)
      const cart = yield* decodeCart(answer).pipe(Effect.mapError(() => final("bad_answer")))
      if (cart.phone !== undefined && !isSameNumber(cart.phone, phone)) return yield* Effect.fail(final("wrong_row"))
      if (cart.items.length === 0) return yield* Effect.fail(final("cart_empty"))
      if (Date.parse(cart.delivery_date) > at + LONGEST_WAIT_MS) return yield* Effect.fail(final("delivery_too_far"))
      return { items: cart.items, delivery_date: cart.delivery_date, source: cart.source ?? "cart service" }
    })

    return CartSource.of({ describe: { kind: "http", note: "carts come from the cart service" }, read })
  })
)
