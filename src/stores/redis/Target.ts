/**
 * Where Redis is, read from a URL. Anything that is not understood is refused as a whole: a database number that is none
 * must not end in database 0. The URL itself never appears in an error, because it may hold the password.
 */
import * as Redacted from "effect/Redacted"

export interface Target {
  readonly host: string
  readonly port: number
  readonly database: number
  readonly tls: boolean
  readonly username?: string
  readonly password?: Redacted.Redacted<string>
}

/** The parts of the URL; `null` when it is no Redis URL. `password` wins over the URL's own. */
export const parseTarget = (
  url: Redacted.Redacted<string>,
  password: Redacted.Redacted<string> | undefined
): Target | null => {
  const text = Redacted.value(url)
  if (!URL.canParse(text)) return null
  const parsed = new URL(text)
  if (parsed.protocol !== "redis:" && parsed.protocol !== "rediss:") return null
  const path = /^\/?([0-9]{0,5})$/.exec(parsed.pathname)
  if (path === null || parsed.hostname === "" || parsed.search !== "" || parsed.hash !== "") return null
  const secret = password ?? (parsed.password === "" ? undefined : Redacted.make(decodeURIComponent(parsed.password)))
  return {
    host: parsed.hostname.replace(/^\[|\]$/g, ""),
    port: parsed.port === "" ? 6379 : Number(parsed.port),
    database: Number(path[1] ?? 0),
    tls: parsed.protocol === "rediss:",
    ...(parsed.username === "" ? {} : { username: decodeURIComponent(parsed.username) }),
    ...(secret === undefined ? {} : { password: secret })
  }
}
