/**
 * How settings are read, the same for every part: whole numbers within their range, switches, and several names for one
 * thing. A value out of its range ends the start with the name and the rule; where names differ, the stricter wins and a
 * warning says so (C12).
 */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

export interface Range {
  readonly minimum: number
  readonly maximum: number
}

/** A whole number within its range. */
export const Whole = (range: Range) => Schema.NumberFromString.check(Schema.isInt(), Schema.isBetween(range))

/** A whole number of units within its range, as milliseconds; `standard` is in milliseconds, too. */
export const time = (name: string, unit: number, minimum: number, maximum: number, standard: number) =>
  Config.schema(Whole({ minimum, maximum }), name).pipe(
    Config.map((value) => value * unit),
    Config.withDefault(standard)
  )

export const whole = (name: string, minimum: number, maximum: number, standard: number) =>
  Config.schema(Whole({ minimum, maximum }), name).pipe(Config.withDefault(standard))

export const flag = (name: string, standard: boolean) => Config.Boolean(name).pipe(Config.withDefault(standard))

/** The smallest of the days set under any of the names; says so when they differ. */
export const fewestDays = (names: ReadonlyArray<string>, range: Range, standard: number) =>
  Effect.gen(function* () {
    const set: Array<number> = []
    for (const name of names) {
      const found = yield* Config.option(Config.schema(Whole(range), name))
      if (Option.isSome(found)) set.push(found.value)
    }
    const fewest = set.length === 0 ? standard : Math.min(...set)
    if (new Set(set).size > 1) yield* Effect.logWarning(`${names.join(", ")} differ: ${fewest} days are kept`)
    return fewest
  })

/** On when none of the names says no; says so when they differ. */
export const allOn = (names: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const set: Array<boolean> = []
    for (const name of names) {
      const found = yield* Config.option(Config.Boolean(name))
      if (Option.isSome(found)) set.push(found.value)
    }
    if (new Set(set).size > 1) yield* Effect.logWarning(`${names.join(", ")} differ: off`)
    return !set.includes(false)
  })
