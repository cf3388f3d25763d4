/**
 * The SMS provider of this process, chosen by `SMS_PROVIDER` and nothing else. Credentials that the chosen one needs and
 * that are absent stop the start.
 */
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { all, duration, flag, httpAddresses, secrets, setting, word } from "#runtime/SettingRules.ts"
import * as Local from "./Local.ts"
import { off } from "./Off.ts"
import { PROVIDER_NAMES, type ProviderName, type SmsProviderService } from "./Provider.ts"
import * as ProviderCall from "./ProviderCall.ts"
import * as TwilioClient from "./TwilioClient.ts"
import * as TwilioWebhook from "./TwilioWebhook.ts"
import * as VonageMessagesClient from "./VonageMessagesClient.ts"
import * as VonageMessagesWebhook from "./VonageMessagesWebhook.ts"
import * as VonageSmsClient from "./VonageSmsClient.ts"
import * as VonageSmsWebhook from "./VonageSmsWebhook.ts"

const trimmed = (url: URL): string => url.href.replace(/\/+$/, "")

const statusUrlOf = (publicUrl: URL): string => `${trimmed(publicUrl)}/webhook/sms/status`

const secret = (name: string) => setting(name, secrets)

/** One attempt's patience with a provider. `SMS_SEND_TIMEOUT`, default 10 s. */
const sendTimeout = duration("SMS_SEND_TIMEOUT", 10_000)

const twilio = Effect.gen(function* () {
  const config = yield* all({
    publicUrl: setting("PUBLIC_URL", httpAddresses),
    apiBaseUrl: setting("TWILIO_API_BASE_URL", httpAddresses).pipe(
      Config.withDefault(new URL("https://api.twilio.com"))
    ),
    accountSid: Config.NonEmptyString("TWILIO_ACCOUNT_SID"),
    authToken: secret("TWILIO_AUTH_TOKEN"),
    secondary: Config.option(secret("TWILIO_AUTH_TOKEN_SECONDARY")),
    from: Config.NonEmptyString("TWILIO_FROM"),
    answersKeywords: flag("TWILIO_ANSWERS_KEYWORDS", false),
    timeout: sendTimeout
  })
  const call = ProviderCall.make("twilio", yield* HttpClient.HttpClient, config.timeout)
  return {
    name: "twilio",
    replyVia: "answer",
    answer: "twiml",
    maxCharacters: 1600,
    defaultPerSecond: 1,
    local: null,
    receive: TwilioWebhook.receive({
      publicUrl: config.publicUrl,
      answersKeywords: config.answersKeywords,
      authTokens: [
        config.authToken,
        ...Option.toArray(Option.filter(config.secondary, (token) => Redacted.value(token) !== ""))
      ]
    }),
    send: TwilioClient.makeSend(
      { ...config, apiBaseUrl: trimmed(config.apiBaseUrl), statusUrl: statusUrlOf(config.publicUrl) },
      call
    )
  } satisfies SmsProviderService
})

const vonage = (defaultBaseUrl: string) =>
  all({
    publicUrl: Config.option(setting("PUBLIC_URL", httpAddresses)),
    apiBaseUrl: setting("VONAGE_API_BASE_URL", httpAddresses).pipe(Config.withDefault(new URL(defaultBaseUrl))),
    apiKey: Config.NonEmptyString("VONAGE_API_KEY"),
    apiSecret: secret("VONAGE_API_SECRET"),
    from: Config.NonEmptyString("VONAGE_PHONE_NUMBER"),
    signatureSecret: secret("VONAGE_SIGNATURE_SECRET"),
    timeout: sendTimeout
  }).pipe(
    Effect.map((config) => ({
      ...config,
      apiBaseUrl: trimmed(config.apiBaseUrl),
      statusUrl: Option.getOrNull(Option.map(config.publicUrl, statusUrlOf))
    }))
  )

const vonageSms = Effect.gen(function* () {
  const config = yield* vonage("https://rest.nexmo.com")
  const signatureMethod = yield* word("VONAGE_SIGNATURE_METHOD", VonageSmsWebhook.SIGNATURE_METHODS, "sha256")
  const call = ProviderCall.make("vonage-sms", yield* HttpClient.HttpClient, config.timeout)
  return {
    name: "vonage-sms",
    replyVia: "send",
    answer: "empty",
    maxCharacters: 1600,
    defaultPerSecond: 1,
    local: null,
    receive: VonageSmsWebhook.makeReceive({ ...config, signatureMethod }),
    send: VonageSmsClient.makeSend(config, call)
  } satisfies SmsProviderService
})

const vonageMessages = Effect.gen(function* () {
  const config = yield* vonage("https://api.nexmo.com")
  const call = ProviderCall.make("vonage-messages", yield* HttpClient.HttpClient, config.timeout)
  return {
    name: "vonage-messages",
    replyVia: "send",
    answer: "empty",
    maxCharacters: 1000,
    defaultPerSecond: 1,
    local: null,
    receive: VonageMessagesWebhook.makeReceive(config),
    send: VonageMessagesClient.makeSend(config, call)
  } satisfies SmsProviderService
})

const makers = {
  twilio,
  "vonage-sms": vonageSms,
  "vonage-messages": vonageMessages,
  local: Effect.sync(Local.make),
  off: Effect.succeed(off)
} satisfies Record<ProviderName, unknown>

/** `SMS_PROVIDER`, default `local`: loopback only, so nobody is served unsigned by forgetting it. */
export const providerName = word("SMS_PROVIDER", PROVIDER_NAMES, "local")

/** The provider that the settings name. */
export const configured: Effect.Effect<SmsProviderService, Config.ConfigError, HttpClient.HttpClient> = Effect.flatMap(
  providerName,
  (name): Effect.Effect<SmsProviderService, Config.ConfigError, HttpClient.HttpClient> => makers[name]
)

export class SmsProvider extends Context.Service<SmsProvider, SmsProviderService>()("app/channels/sms/SmsProvider") {
  /** The configured provider. **Fails with** a config error that names the setting when one is absent or malformed. */
  static readonly layerConfig: Layer.Layer<SmsProvider, Config.ConfigError, HttpClient.HttpClient> = Layer.effect(
    SmsProvider,
    configured
  )

  /** The embedded provider for one's own machine. */
  static readonly layerLocal: Layer.Layer<SmsProvider> = Layer.effect(SmsProvider, Effect.sync(Local.make))
}
