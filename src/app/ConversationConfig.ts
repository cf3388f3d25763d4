/**
 * How the service words its texts, from the environment. Real texters must be given a contact and links that lead here, so
 * with a real SMS provider `PUBLIC_URL` is needed.
 */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import type { ProviderName } from "#channels/sms/Provider.ts"
import { all, word } from "#runtime/SettingRules.ts"

/** `SUPPORT_CONTACT`, else `PUBLIC_URL`; `SMS_STYLE` plain. **Fails with** a config error when `PUBLIC_URL` is needed. */
export const conversationSettings = (provider: ProviderName) => {
  const publicUrl = Config.NonEmptyString("PUBLIC_URL")
  return all({
    publicUrl:
      provider === "local" || provider === "off" ? publicUrl.pipe(Config.withDefault("help@example.com")) : publicUrl,
    contact: Config.option(Config.NonEmptyString("SUPPORT_CONTACT")),
    style: word("SMS_STYLE", ["plain", "emoji"], "plain")
  }).pipe(
    Effect.map(({ contact, publicUrl, style }) => ({
      support: contact._tag === "Some" ? contact.value : publicUrl,
      style
    }))
  )
}
