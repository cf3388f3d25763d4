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
import { all, httpAddresses, type Rule, setting, whole } from "#runtime/SettingRules.ts"

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

/** An http(s) address without its trailing slashes. Fails when absent, malformed, or carrying credentials. */
export const httpUrl = (name: string): Config.Config<string> =>
  setting(name, {
    ...httpAddresses,
    read: (text) => httpAddresses.read(text.trim()) && text.trim().replace(/\/+$/, "")
  })

const zones: Rule<DateTime.TimeZone> = {
  allowed: "names of time zones, like America/New_York",
  shown: false,
  read: (text) => Option.getOrUndefined(DateTime.zoneMakeNamed(text))
}

/** The time zone deliveries are counted in: `SERVICE_TIME_ZONE`, default `America/New_York`. */
export const serviceTimeZone: Config.Config<DateTime.TimeZone> = orDefault(
  "SERVICE_TIME_ZONE",
  (name) => setting(name, zones),
  DateTime.zoneMakeNamedUnsafe("America/New_York")
)

export const settings = all({
  timeZone: serviceTimeZone,
  port: orDefault("PORT", (name) => whole(name, 0, 65_535, 3000), 3000),
  publicUrl: orDefault<string | null>("PUBLIC_URL", httpUrl, null)
})

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
      const { port, publicUrl, timeZone } = yield* settings
      return ServiceSettings.of({ timeZone, publicUrl: publicUrl ?? `http://localhost:${port}` })
    })
  )
}
