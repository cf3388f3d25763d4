/**
 * The user directory over a Supabase (PostgREST) table. It asks for every form a number may be stored in at once and then
 * trusts nothing: each row's own number must read as the number asked for, and two different rows for one number are
 * refused rather than chosen between. Only the three configured columns are ever selected.
 */
import * as Config from "effect/Config"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { all, durations, setting, shaped } from "#runtime/SettingRules.ts"
import { final } from "../Capability.ts"
import { callJson } from "../JsonCall.ts"
import { isPhone, isSameNumber, storedForms } from "../PhoneForms.ts"
import { httpUrl, orDefault } from "../Settings.ts"
import { onboardingLink, orNone, StoredPreferences, UserDirectory } from "./UserDirectory.ts"

const column = (name: string, standard: string) =>
  orDefault(
    name,
    (name) =>
      setting(
        name,
        shaped("names of letters, digits and _", Schema.String.check(Schema.isPattern(/^[A-Za-z_][A-Za-z0-9_]*$/)))
      ),
    standard
  )

export const settings = all({
  url: httpUrl("USER_DIRECTORY_URL"),
  key: Config.Redacted("USER_DIRECTORY_KEY"),
  table: column("USER_DIRECTORY_TABLE", "users"),
  phone: column("USER_DIRECTORY_PHONE_COLUMN", "phone_number"),
  preferences: column("USER_DIRECTORY_PREFERENCES_COLUMN", "preferences"),
  /** A column that is null, false or empty until the person has linked their store login. */
  linked: column("USER_DIRECTORY_LINKED_COLUMN", "ftp_email"),
  onboarding: httpUrl("ONBOARDING_URL"),
  timeout: orDefault("USER_DIRECTORY_TIMEOUT", (name) => setting(name, durations()), 5_000).pipe(
    Config.map(Duration.millis)
  )
})

const decodeRows = Schema.decodeUnknownEffect(
  Schema.Array(
    Schema.Struct({
      phone: Schema.Union([Schema.String, Schema.Number]),
      preferences: StoredPreferences,
      linked: Schema.NullOr(Schema.Union([Schema.String, Schema.Boolean, Schema.Number]))
    })
  )
)

/**
 * `USER_DIRECTORY_URL`, `USER_DIRECTORY_KEY` and `ONBOARDING_URL` are required; table and columns default to `users`
 * with `phone_number`, `preferences` and `ftp_email`.
 *
 * **Fails with** the codes of `callJson`; `bad_phone`; `wrong_row` when a row carries another number; `ambiguous_rows`
 * when two rows claim the number.
 */
export const layerHttp: Layer.Layer<UserDirectory, Config.ConfigError, HttpClient.HttpClient> = Layer.effect(
  UserDirectory,
  Effect.gen(function* () {
    const client = yield* HttpClient.HttpClient
    const config = yield* settings
    const key = Redacted.value(config.key)

    const lookUp = Effect.fn("UserDirectory.lookUp")(function* (phone: string) {
      if (!isPhone(phone)) return yield* Effect.fail(final("bad_phone"))
      const request = HttpClientRequest.get(`${config.url}/rest/v1/${config.table}`).pipe(
        HttpClientRequest.setUrlParams({
          [config.phone]: `in.(${storedForms(phone)
            .map((form) => `"${form}"`)
            .join(",")})`,
          select: `phone:${config.phone},preferences:${config.preferences},linked:${config.linked}`,
          limit: "5"
        }),
        HttpClientRequest.setHeader("apikey", key),
        HttpClientRequest.bearerToken(key),
        HttpClientRequest.acceptJson
      )
      const answer = yield* callJson(client, request, config.timeout)
      const rows = yield* decodeRows(answer).pipe(Effect.mapError(() => final("bad_answer")))
      if (rows.some((row) => !isSameNumber(String(row.phone), phone))) return yield* Effect.fail(final("wrong_row"))
      const [row, ...others] = rows
      if (others.length > 0) return yield* Effect.fail(final("ambiguous_rows"))
      const url = onboardingLink(config.onboarding, phone)
      if (row === undefined) return { account: "unknown" as const, url }
      if (row.linked === null || row.linked === false || row.linked === "") return { account: "unlinked" as const, url }
      return { account: "ready" as const, preferences: orNone(row.preferences) }
    })

    return UserDirectory.of({
      describe: { kind: "http", note: "accounts come from a Supabase table" },
      lookUp
    })
  })
)
