/**
 * Names why a call to Redis failed, as one code per cause. Only codes leave this module: the client's errors carry the
 * command with its arguments, and those hold what people wrote.
 */

/** Redis' own codes (the first word of an error reply) and ours for them. Anything else keeps Redis' word, in small letters. */
const CODES: Readonly<Record<string, string>> = {
  OOM: "out_of_memory",
  READONLY: "read_only",
  NOSCRIPT: "script_missing",
  LOADING: "loading",
  BUSY: "busy",
  MISCONF: "disk_failed",
  NOREPLICAS: "too_few_replicas",
  MASTERDOWN: "primary_down",
  WRONGPASS: "wrong_password",
  NOAUTH: "password_required",
  NOPERM: "not_permitted",
  WRONGTYPE: "wrong_type",
  TARDIGRADE_LAYOUT: "script_layout"
}

/** Codes that a script's own error text may carry further inside (Redis 6 wraps the reply of the failed command). */
const INSIDE = /\b(OOM|READONLY|LOADING|MISCONF|NOREPLICAS|NOPERM|WRONGTYPE)\b/

/** Codes with which no waiting helps: the credentials or the address are wrong. */
const REFUSALS: ReadonlySet<string> = new Set([
  "wrong_password",
  "password_required",
  "not_permitted",
  "database_unknown"
])

/** Whether Redis is there and will not have us: nothing gets better by trying again with the same settings. */
export const isRefusal = (reason: string): boolean => REFUSALS.has(reason)

/** The code of a failure; see `CODES`, and `timeout`, `connection`, `database_unknown`. */
export const reasonOf = (cause: unknown): string => {
  if (!(cause instanceof Error)) return "connection"
  const { message, name } = cause
  if (message === "Command timed out") return "timeout"
  if ("code" in cause && cause.code === "ETIMEDOUT") return "timeout"
  if (name !== "ReplyError") return "connection"
  if (message.includes("DB index is out of range")) return "database_unknown"
  if (message.includes("invalid password")) return "wrong_password"
  const first = /^([A-Z][A-Z_]+)\b/.exec(message)?.[1] ?? "ERR"
  const code = first === "ERR" ? (INSIDE.exec(message)?.[1] ?? first) : first
  return CODES[code] ?? (code === "ERR" ? "redis_error" : code.toLowerCase())
}
