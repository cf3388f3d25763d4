/**
 * How a setting is read, the same for every part of the service: by a rule that says what is allowed, and whether a refused
 * value may be repeated. `all` reads the settings of a part together, so that an operator is told everything that is wrong
 * at once. An absent setting is told apart from a refused one: only the first takes a default.
 */
import * as Config from "effect/Config"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"

export interface Rule<A> {
  /** Completes "allowed are": a plural, such as `whole numbers from 0 to 23`. */
  readonly allowed: string
  /** A refused value may be repeated. Never where a secret or the words of a person may stand. */
  readonly shown: boolean
  /** `undefined` = refused. */
  readonly read: (text: string) => A | undefined
}

export interface Range {
  readonly minimum: number
  readonly maximum: number
}

/** Longer than any number or word that is meant: perhaps a secret under the wrong name. */
const LONGEST_SHOWN = 20

const described = (text: string, shown: boolean): string => {
  if (text.trim() === "") return "blank"
  if (shown && /^[\w+\-.,:[\] ]+$/.test(text) && text.length <= LONGEST_SHOWN) return text
  return `${Number.isFinite(Number(text)) ? "a number" : "text"} (not shown)`
}

const refused = (name: string, text: string, { allowed, shown }: Rule<unknown>): Config.ConfigError => {
  const message = `is ${described(text, shown)}; allowed are ${allowed}`
  return new Config.ConfigError(
    new Schema.SchemaError(new SchemaIssue.Pointer([name], new SchemaIssue.InvalidValue({ message })))
  )
}

/** The setting by its rule. **Fails with** an error that names it and what is allowed, and repeats its value if it may. */
export const setting = <A>(name: string, rule: Rule<A>): Config.Config<A> =>
  Config.String(name).pipe(
    Config.mapEffect((text) => {
      const value = rule.read(text)
      return value === undefined ? Effect.fail(refused(name, text, rule)) : Effect.succeed(value)
    })
  )

const within = ({ maximum, minimum }: Range, value: number): boolean => value >= minimum && value <= maximum

const read = (text: string): number => (text.trim() === "" ? Number.NaN : Number(text))

export const wholeNumbers = (range: Range): Rule<number> => ({
  allowed: `whole numbers from ${range.minimum} to ${range.maximum}`,
  shown: true,
  read: (text) => (Number.isSafeInteger(read(text)) && within(range, read(text)) ? read(text) : undefined)
})

export const numbers = (range: Range): Rule<number> => ({
  allowed: `numbers from ${range.minimum} to ${range.maximum}`,
  shown: true,
  read: (text) => (within(range, read(text)) ? read(text) : undefined)
})

export const words = <const W extends string>(allowed: ReadonlyArray<W>): Rule<W> => ({
  allowed: allowed.join(", "),
  shown: true,
  read: (text) => allowed.find((word) => word === text)
})

const ON = ["true", "yes", "on", "1", "y"]
const OFF = ["false", "no", "off", "0", "n"]

export const switches: Rule<boolean> = {
  allowed: [...ON, ...OFF].join(", "),
  shown: true,
  read: (text) => (ON.includes(text) ? true : OFF.includes(text) ? false : undefined)
}

const DAY = 86_400_000

/** Written as `10 seconds` or `500 millis`; the range and what is read are milliseconds. */
export const durations = ({ maximum = DAY, minimum = 1 }: Partial<Range> = {}): Rule<number> => ({
  allowed: `durations from ${Duration.format(Duration.millis(minimum))} to ${Duration.format(Duration.millis(maximum))}, written as 10 seconds or 500 millis`,
  shown: true,
  read: (text) => {
    const ms = Option.map(Duration.fromInput(text.trim() as Duration.Input), Duration.toMillis)
    return Option.getOrUndefined(Option.filter(ms, (ms) => within({ minimum, maximum }, ms)))
  }
})

/** A value of a shape of its own. What a schema says of a value may quote it, so only `allowed` is told. */
export const shaped = <A>(allowed: string, schema: Schema.ConstraintCodec<A, string>): Rule<A> => {
  const decode = Schema.decodeOption(schema)
  return { allowed, shown: false, read: (text) => Option.getOrUndefined(decode(text)) }
}

const httpAddress = (text: string): URL | undefined => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url !== undefined && /^https?:$/.test(url.protocol) && url.username === "" && url.password === ""
    ? url
    : undefined
}

/** Credentials in an address would be refused by the client at every call, after they had been in plain sight. */
export const httpAddresses: Rule<URL> = {
  allowed: "http and https addresses without credentials",
  shown: false,
  read: httpAddress
}

/** An empty one would let anybody sign. */
export const secrets: Rule<Redacted.Redacted> = {
  allowed: "secrets that are not empty",
  shown: false,
  read: (text) => (text.trim() === "" ? undefined : Redacted.make(text))
}

export const whole = (name: string, minimum: number, maximum: number, standard: number): Config.Config<number> =>
  setting(name, wholeNumbers({ minimum, maximum })).pipe(Config.withDefault(standard))

/** A whole number of units within its range, as milliseconds; `standard` is in milliseconds, too. */
export const time = (name: string, unit: number, minimum: number, maximum: number, standard: number) =>
  setting(name, wholeNumbers({ minimum, maximum })).pipe(
    Config.map((value) => value * unit),
    Config.withDefault(standard)
  )

export const flag = (name: string, standard: boolean): Config.Config<boolean> =>
  setting(name, switches).pipe(Config.withDefault(standard))

export const word = <const W extends string>(
  name: string,
  allowed: ReadonlyArray<W>,
  standard: NoInfer<W>
): Config.Config<W> => setting(name, words(allowed)).pipe(Config.withDefault(standard))

/** Milliseconds; so is `standard`. */
export const duration = (name: string, standard: number, range?: Partial<Range>): Config.Config<number> =>
  setting(name, durations(range)).pipe(Config.withDefault(standard))

type Parts = Readonly<Record<string, Effect.Effect<unknown, Config.ConfigError, unknown>>>

const issueOf = ({ cause }: Config.ConfigError): SchemaIssue.Issue =>
  cause._tag === "SchemaError" ? cause.issue : new SchemaIssue.InvalidValue({ message: cause.message })

/** Reads every part, also after one was refused. **Fails with** one error that holds all of theirs. */
export const all = <const P extends Parts>(
  parts: P
): Effect.Effect<{ readonly [K in keyof P]: Effect.Success<P[K]> }, Config.ConfigError, Effect.Services<P[keyof P]>> =>
  Effect.gen(function* () {
    const values: Record<string, unknown> = {}
    const issues: Array<SchemaIssue.Issue> = []
    for (const [name, part] of Object.entries(parts)) {
      const result = yield* Effect.result(part)
      if (Result.isSuccess(result)) values[name] = result.success
      else issues.push(issueOf(result.failure))
    }
    const [first, ...others] = issues
    if (first === undefined) return values
    const issue = new SchemaIssue.Composite(Schema.String.ast, [first, ...others])
    return yield* Effect.fail(new Config.ConfigError(new Schema.SchemaError(issue)))
  }) as never

/** The values set under any of the names, in their order. */
const setUnder = <A>(
  names: ReadonlyArray<string>,
  rule: Rule<A>
): Effect.Effect<ReadonlyArray<A>, Config.ConfigError> =>
  Effect.map(all(Object.fromEntries(names.map((name) => [name, Config.option(setting(name, rule))]))), (found) =>
    Object.values(found).flatMap(Option.toArray)
  )

/** The smallest of the days set under any of the names; says so when they differ (C12). */
export const fewestDays = (
  names: ReadonlyArray<string>,
  range: Range,
  standard: number
): Effect.Effect<number, Config.ConfigError> =>
  Effect.gen(function* () {
    const set = yield* setUnder(names, wholeNumbers(range))
    const fewest = set.length === 0 ? standard : Math.min(...set)
    if (new Set(set).size > 1) yield* Effect.logWarning(`${names.join(", ")} differ: ${fewest} days are kept`)
    return fewest
  })

/** On when none of the names says no; says so when they differ (C12). */
export const allOn = (names: ReadonlyArray<string>): Effect.Effect<boolean, Config.ConfigError> =>
  Effect.gen(function* () {
    const set = yield* setUnder(names, switches)
    if (new Set(set).size > 1) yield* Effect.logWarning(`${names.join(", ")} differ: off`)
    return !set.includes(false)
  })
