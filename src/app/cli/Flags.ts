/** The flags every command takes, before or after its name. */
import * as Flag from "effect/cli/Flag"
import * as GlobalFlag from "effect/cli/GlobalFlag"

/** The running service to ask; none = straight on the store. */
export const Url = GlobalFlag.Setting("url")({
  flag: Flag.String("url").pipe(
    Flag.withMetavar("http://host:port"),
    Flag.withDescription(
      "Ask this running service; without it the store is read straight, by the service's own settings"
    ),
    Flag.optional
  )
})

export const TokenFile = GlobalFlag.Setting("token-file")({
  flag: Flag.String("token-file").pipe(
    Flag.withMetavar("file"),
    Flag.withDescription("File with the service's operator token; without it ADMIN_TOKEN is used"),
    Flag.optional
  )
})

export const Json = GlobalFlag.Setting("json")({
  flag: Flag.Boolean("json").pipe(
    Flag.withDescription("Print JSON on standard output, and nothing else there"),
    Flag.withDefault(false)
  )
})
