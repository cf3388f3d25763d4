/** The rules settings are read by: what is taken, what is refused and how that is told, and reading several at once. */
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as fc from "fast-check"
import {
  all,
  allOn,
  duration,
  fewestDays,
  flag,
  httpAddresses,
  numbers,
  secrets,
  setting,
  time,
  whole,
  wholeNumbers,
  words
} from "#runtime/SettingRules.ts"
import { describe, expect, it } from "#test/harness/effect.ts"

const within = (env: Readonly<Record<string, string>>) =>
  Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromUnknown(env))

const read = <A>(config: Effect.Effect<A, Config.ConfigError>, env: Readonly<Record<string, string>>) =>
  Effect.runSync(Effect.result(within(env)(config)))

const taken = <A>(config: Effect.Effect<A, Config.ConfigError>, text: string) =>
  Result.getOrUndefined(read(config, { A: text }))

const told = (config: Effect.Effect<unknown, Config.ConfigError>, text: string): string =>
  Result.match(read(config, { A: text }), { onFailure: ({ message }) => message, onSuccess: () => "" })

describe("a number", () => {
  const range = fc.tuple(fc.integer(), fc.nat(1000)).map(([minimum, size]) => ({ minimum, maximum: minimum + size }))

  it("is taken within its range and refused beyond it, with the range", () => {
    fc.assert(
      fc.property(range, fc.integer(), fc.nat(1000), ({ maximum, minimum }, any, offset) => {
        const rule = setting("A", wholeNumbers({ minimum, maximum }))
        const inside = minimum + (offset % (maximum - minimum + 1))
        expect(taken(rule, String(inside))).toBe(inside)
        if (any >= minimum && any <= maximum) return
        expect(told(rule, String(any))).toContain(`is ${any}; allowed are whole numbers from ${minimum} to ${maximum}`)
      })
    )
  })

  it.for([" ", "1.5", "1,5", "one", "NaN", "Infinity", "1 2", "9007199254740993"])("is not %j", (text) => {
    expect(told(setting("A", wholeNumbers({ minimum: 0, maximum: Number.MAX_VALUE })), text)).toContain("allowed are")
  })

  it("may have a fraction where the rule says so", () => {
    expect(taken(setting("A", numbers({ minimum: 0, maximum: 1 })), "0.25")).toBe(0.25)
    expect(told(setting("A", numbers({ minimum: 0, maximum: 1 })), "1.01")).toContain("numbers from 0 to 1")
  })

  it("of units is milliseconds", () => {
    expect(taken(time("A", 60_000, 1, 60, 0), "3")).toBe(180_000)
    expect(Result.getOrUndefined(read(time("A", 60_000, 1, 60, 5), {}))).toBe(5)
  })
})

describe("a duration", () => {
  it.for([
    ["10 seconds", 10_000],
    [" 500 millis ", 500],
    ["1 day", 86_400_000]
  ] as const)("of %j is taken", ([text, ms]) => {
    expect(taken(duration("A", 1), text)).toBe(ms)
  })

  it.for(["0 seconds", "2 days", "Infinity", "-1 seconds", "10", "soon"])("of %j is refused", (text) => {
    expect(told(duration("A", 1), text)).toContain("allowed are durations from 1ms to 1d")
  })
})

describe("what is refused", () => {
  const secret = fc.string({ minLength: 21, maxLength: 80 })

  it("is never repeated where it may be a secret, nor anywhere when it is longer than a number or a word", () => {
    const rules = [setting("A", httpAddresses), whole("A", 0, 1, 0), flag("A", true), setting("A", words(["x"]))]
    fc.assert(
      fc.property(secret, (text) => {
        for (const rule of rules) expect(told(rule, text)).not.toContain(text.trim() || "\u0000")
      })
    )
    expect(told(setting("A", httpAddresses), "ftp://a")).toContain("is text (not shown)")
  })

  it("is an empty secret, which anybody could sign with", () => {
    expect(told(setting("A", secrets), " ")).toContain("is blank; allowed are secrets that are not empty")
    expect(Redacted.value(taken(setting("A", secrets), "s") ?? Redacted.make(""))).toBe("s")
  })
})

describe("several settings", () => {
  it("are read together, and every one that is wrong is in the one failure", () => {
    const parts = { a: whole("A", 0, 9, 1), b: flag("B", true), c: all({ d: whole("D", 0, 9, 4) }) }
    expect(Result.getOrUndefined(read(all(parts), { A: "2", B: "no" }))).toEqual({ a: 2, b: false, c: { d: 4 } })
    const failed = read(all(parts), { A: "10", B: "maybe", D: "x" })
    const message = Result.isFailure(failed) ? failed.failure.message : ""
    for (const part of ["is 10;", "is maybe;", "is x;", '["A"]', '["B"]', '["D"]']) expect(message).toContain(part)
  })

  it("of one meaning give the stricter, and each of them is checked (C12)", () => {
    const days = fewestDays(["A", "B"], { minimum: 1, maximum: 9 }, 5)
    expect(Result.getOrUndefined(read(days, {}))).toBe(5)
    expect(Result.getOrUndefined(read(days, { A: "7" }))).toBe(7)
    expect(Result.getOrUndefined(read(days, { A: "7", B: "7" }))).toBe(7)
    expect(told(days, "10")).toContain("is 10; allowed are whole numbers from 1 to 9")
    expect(Result.getOrUndefined(read(allOn(["A", "B"]), { A: "yes" }))).toBe(true)
    expect(Result.getOrUndefined(read(allOn(["A", "B"]), { A: "no", B: "no" }))).toBe(false)
    expect(told(allOn(["A", "B"]), "perhaps")).toContain("is perhaps;")
  })
})
