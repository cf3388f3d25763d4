/**
 * Reading the capabilities' configuration. An empty variable counts as absent, because compose files write `NAME=` for
 * "not set"; a present one that does not parse fails the start with the variable's name.
 */
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

/** The variable's trimmed text; `null` when absent or empty. */
export const optionalText = (name: string): Config.Config<string | null> =>
  Config.option(Config.String(name)).pipe(
    Config.map((found) => {
      const text = Option.getOrElse(found, () => "").trim()
      return text === "" ? null : text
    })
  )

/** The variable by the given rule, or the default when it is absent or empty. */
export const orDefault = <A>(name: string, rule: (name: string) => Config.Config<A>, standard: A): Config.Config<A> =>
  optionalText(name).pipe(
    Config.flatMap((text): Config.Config<A> => (text === null ? Config.succeed(standard) : rule(name)))
  )

const HttpUrl = Schema.String.check(
  Schema.makeFilter((text: string) => {
    const url = URL.canParse(text) ? new URL(text) : null
    if (url === null || !/^https?:$/.test(url.protocol)) return "expected an http or https address"
    return url.username === "" && url.password === "" ? undefined : "expected an address without credentials"
  })
)

/** An http(s) address without its trailing slashes. Fails when absent, malformed, or carrying credentials. */
export const httpUrl = (name: string): Config.Config<string> =>
  Config.schema(HttpUrl, name).pipe(Config.map((url) => url.replace(/\/+$/, "")))

const ZoneName = Schema.String.check(
  Schema.makeFilter((text: string) =>
    Option.isSome(DateTime.zoneMakeNamed(text)) ? undefined : "expected the name of a time zone"
  )
)

/** The time zone deliveries are counted in: `SERVICE_TIME_ZONE`, default `America/New_York`. */
export const serviceTimeZone: Config.Config<DateTime.TimeZone> = orDefault(
  "SERVICE_TIME_ZONE",
  (name): Config.Config<string> => Config.schema(ZoneName, name),
  "America/New_York"
).pipe(Config.map(DateTime.zoneMakeNamedUnsafe))

/** What the jobs need to know of the service itself. */
export class ServiceSettings extends Context.Service<
  ServiceSettings,
  {
    readonly timeZone: DateTime.TimeZone
    /** Where people reach this service, without a trailing slash. */
    readonly publicUrl: string
  }
>()("app/capabilities/ServiceSettings") {
  /** `SERVICE_TIME_ZONE`; `PUBLIC_URL`, default `http://localhost:{PORT}` with `PORT` default 3000. */
  static readonly layerConfig: Layer.Layer<ServiceSettings, Config.ConfigError> = Layer.effect(
    ServiceSettings,
    Effect.gen(function* () {
      const timeZone = yield* serviceTimeZone
      const port = yield* orDefault("PORT", Config.Port, 3000)
      const publicUrl = yield* orDefault("PUBLIC_URL", httpUrl, `http://localhost:${port}`)
      return ServiceSettings.of({ timeZone, publicUrl })
    })
  )
}
