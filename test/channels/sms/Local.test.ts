import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { KEPT_MESSAGES, KEPT_PHONES, make } from "#channels/sms/LocalInbox.ts"
import { isFromHere, isLoopback } from "#channels/Loopback.ts"
import { checkBind } from "#channels/sms/LocalBind.ts"
import { describe, expect, it } from "#test/harness/effect.ts"

describe("the local inbox", () => {
  it.effect("wakes a waiting phone, appends once per key, and knows a reader of an earlier process", () =>
    Effect.gen(function* () {
      const inbox = make()
      const waiting = yield* Effect.forkChild(inbox.next("+1", 0), { startImmediately: true })
      yield* inbox.append("+2", "other", "k0", 1)
      yield* inbox.append("+1", "hello", "k1", 2)
      yield* inbox.append("+1", "hello", "k1", 3)
      expect(yield* Fiber.join(waiting)).toEqual([{ n: 2, messageId: "local-k1", text: "hello", at: 2 }])
      expect(yield* inbox.after("+1", 2)).toEqual([])
      expect(yield* inbox.next("+1", 99)).toHaveLength(1)
    })
  )

  it.effect("is bounded both ways", () =>
    Effect.gen(function* () {
      const inbox = make()
      for (let n = 0; n < KEPT_MESSAGES + 5; n++) yield* inbox.append("+1", "x", `a${n}`, n)
      expect(yield* inbox.after("+1", 0)).toHaveLength(KEPT_MESSAGES)
      for (let n = 0; n < KEPT_PHONES; n++) yield* inbox.append(`+2${n}`, "x", `b${n}`, n)
      expect(yield* inbox.after("+1", 0)).toHaveLength(0)
    })
  )
})

describe("loopback", () => {
  it("knows its own addresses", () => {
    expect(["127.0.0.1", "127.8.9.1", "::1", "[::1]", "::ffff:127.0.0.1", "localhost"].every(isLoopback)).toBe(true)
    expect(["0.0.0.0", "::", "10.0.0.1", "127.0.0.1.evil.example", "localhost.evil"].some(isLoopback)).toBe(false)
  })

  it("believes the peer and nobody's headers", () => {
    const host = "localhost:3000"
    expect(isFromHere({ peer: "127.0.0.1", headers: { host } })).toBe(true)
    expect(isFromHere({ peer: "127.0.0.1", headers: { host: "[::1]:3000" } })).toBe(true)
    expect(isFromHere({ peer: null, headers: { host } })).toBe(false)
    expect(isFromHere({ peer: "203.0.113.7", headers: { host } })).toBe(false)
    expect(isFromHere({ peer: "127.0.0.1", headers: { host: "rebound.example" } })).toBe(false)
    expect(isFromHere({ peer: "127.0.0.1", headers: { host, forwarded: "for=203.0.113.7" } })).toBe(false)
    expect(isFromHere({ peer: "127.0.0.1", headers: { host, origin: "null" } })).toBe(false)
  })

  it.effect("refuses a public bind for the local provider only", () =>
    Effect.gen(function* () {
      yield* checkBind("local", "127.0.0.1")
      yield* checkBind("twilio", "0.0.0.0")
      expect((yield* Effect.flip(checkBind("local", "0.0.0.0")))._tag).toBe("LocalProviderExposed")
    })
  )
})
