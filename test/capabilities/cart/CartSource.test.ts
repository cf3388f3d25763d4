/** The cart, from a service or the sample, and the days deliveries are counted in. */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import fc from "fast-check"
import { CartSource } from "#capabilities/cart/CartSource.ts"
import { localDay, nextDelivery, recipesDueAt } from "#capabilities/cart/DeliveryDates.ts"
import { layerEmbedded } from "#capabilities/cart/EmbeddedCartSource.ts"
import { layerHttp } from "#capabilities/cart/HttpCartSource.ts"
import { cartStandIn, KEYS } from "#test/harness/CapabilityStandIns.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { environment, failure, PHONE } from "../Under.ts"

const zones = ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns", "Asia/Kolkata", "UTC"]
const zone = fc.constantFrom(...zones).map(DateTime.zoneMakeNamedUnsafe)
const newYork = DateTime.zoneMakeNamedUnsafe("America/New_York")
const moment = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2032, 0, 1) })
const DAY = 24 * 3600 * 1000

const read = Effect.flatMap(CartSource, (source) => source.read(PHONE, Date.UTC(2026, 10, 20, 12)))

describe("HttpCartSource", () => {
  const CART = { items: [{ name: " Kale ", quantity: 1.5, unit: "bunch" }], delivery_date: "2026-11-26" }
  const from = (cart: unknown) =>
    Effect.flatMap(cartStandIn({ [PHONE]: cart }), (server) =>
      read.pipe(
        Effect.provide(
          layerHttp.pipe(
            Layer.provide(environment({ CART_SOURCE_URL: server.url, CART_SOURCE_TOKEN: KEYS.cart })),
            Layer.orDie
          )
        )
      )
    )

  it.effect("reads a checked cart and names its source", () =>
    Effect.gen(function* () {
      const items = [{ name: "Kale", quantity: 1.5, unit: "bunch" }]
      expect(yield* from(CART)).toEqual({ items, delivery_date: "2026-11-26", source: "cart service" })
      expect(yield* from({ ...CART, source: "shop", phone: "2125551234", extra: 1 })).toMatchObject({ source: "shop" })
    })
  )

  it.effect("refuses another number's cart, an empty one, and fields out of bounds", () =>
    Effect.gen(function* () {
      const codeOf = (cart: unknown) => Effect.map(failure(from(cart)), ({ code }) => code)
      expect(yield* codeOf({ ...CART, phone: "+12125559999" })).toBe("wrong_row")
      expect(yield* codeOf({ ...CART, items: [] })).toBe("cart_empty")
      expect(yield* codeOf({ ...CART, delivery_date: "2027-01-20" })).toBe("delivery_too_far")
      expect(yield* from({ ...CART, delivery_date: "2027-01-19" })).toMatchObject({ delivery_date: "2027-01-19" })
      for (const broken of [
        { ...CART, delivery_date: "2026-02-30" },
        { ...CART, delivery_date: "tomorrow" },
        { ...CART, items: [{ name: "", quantity: 1, unit: "" }] },
        { ...CART, items: [{ name: "Kale", quantity: 0, unit: "" }] },
        { ...CART, items: [{ name: "x".repeat(121), quantity: 1, unit: "" }] },
        { ...CART, items: Array.from({ length: 201 }, () => CART.items[0]) }
      ])
        expect(yield* codeOf(broken)).toBe("bad_answer")
    })
  )
})

describe("EmbeddedCartSource", () => {
  it.effect("says that it is a sample and arrives on a Thursday", () =>
    Effect.gen(function* () {
      const cart = yield* read
      expect(cart.source).toBe("sample")
      expect(cart.delivery_date).toBe("2026-11-26")
      expect(cart.items.length).toBeGreaterThan(10)
    }).pipe(Effect.provide(layerEmbedded.pipe(Layer.provide(environment({})))))
  )

  it.effect("does not start in a time zone nobody knows", () =>
    Effect.gen(function* () {
      const started = read.pipe(
        Effect.provide(layerEmbedded.pipe(Layer.provide(environment({ SERVICE_TIME_ZONE: "Mars/Olympus" }))))
      )
      expect(String(yield* Effect.flip(started))).toContain("SERVICE_TIME_ZONE")
    })
  )
})

describe("delivery days", () => {
  it("come two to eight local days ahead, on a Thursday", () => {
    fc.assert(
      fc.property(moment, zone, (at, zone) => {
        const delivery = Date.parse(nextDelivery(at, zone))
        const ahead = (delivery - Date.parse(localDay(at, zone))) / DAY
        expect(new Date(delivery).getUTCDay()).toBe(4)
        expect(ahead).toBeGreaterThanOrEqual(2)
        expect(ahead).toBeLessThanOrEqual(8)
      })
    )
  })

  it("count the local day, not the one in Greenwich", () => {
    expect(nextDelivery(Date.parse("2026-11-25T03:00:00Z"), newYork)).toBe("2026-11-26")
    expect(nextDelivery(Date.parse("2026-11-25T06:00:00Z"), newYork)).toBe("2026-12-03")
  })

  it("bring the recipes at 10:00 on the day before, over clock changes too", () => {
    expect(new Date(recipesDueAt("2026-03-09", newYork)).toISOString()).toBe("2026-03-08T14:00:00.000Z")
    expect(new Date(recipesDueAt("2026-03-08", newYork)).toISOString()).toBe("2026-03-07T15:00:00.000Z")
    expect(new Date(recipesDueAt("2026-11-02", newYork)).toISOString()).toBe("2026-11-01T15:00:00.000Z")
    expect(new Date(recipesDueAt("2026-11-01", newYork)).toISOString()).toBe("2026-10-31T14:00:00.000Z")
    expect(new Date(recipesDueAt("2027-01-01", newYork)).toISOString()).toBe("2026-12-31T15:00:00.000Z")
    fc.assert(
      fc.property(moment, zone, (at, zone) => {
        const date = new Date(at).toISOString().slice(0, 10)
        const due = recipesDueAt(date, zone)
        const local = DateTime.toParts(DateTime.setZone(DateTime.makeUnsafe(due), zone))
        expect([local.hour, local.minute, local.second]).toEqual([10, 0, 0])
        expect((Date.parse(date) - Date.parse(localDay(due, zone))) / DAY).toBe(1)
      })
    )
  })
})
