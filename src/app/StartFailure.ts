/**
 * What an operator reads when the service does not start, or ends by itself: one line for each setting that is wrong, or one
 * that names what failed, without a stack. A setting's rule decides whether its value may be repeated (`SettingRules`). A
 * programming error is none of these and keeps its stack.
 */
import * as Cause from "effect/Cause"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as ServeError from "effect/http/HttpServerError"
import * as Option from "effect/Option"
import * as SchemaIssue from "effect/SchemaIssue"
import { DevelopmentAuthExposed } from "#channels/http/developer/DeveloperKeys.ts"
import { LocalProviderExposed } from "#channels/sms/LocalBind.ts"
import { StoreUnavailable } from "#runtime/RuntimeError.ts"
import type { LookUp } from "./Secrets.ts"

const flatten = SchemaIssue.makeFormatterStandardSchemaV1()

const ofConfig = ({ cause }: Config.ConfigError, lookUp: LookUp): ReadonlyArray<string> => {
  if (cause._tag !== "SchemaError") return [cause.message]
  const lines = flatten(cause.issue).issues.map(({ message, path }) => {
    const name = path?.[0]
    if (typeof name !== "string") return message
    return lookUp(name) === undefined ? `${name} is needed and is not set` : `${name} ${message}`
  })
  // Two parts may read the same setting.
  return [...new Set(lines)]
}

const SETTINGS = { redis: "REDIS_URL, REDIS_PASSWORD", sqlite: "DATA_DIR" } as const

const ofStore = ({ operation, reason, store }: StoreUnavailable): string => {
  const settings = store === "redis" || store === "sqlite" ? ` (see ${SETTINGS[store]})` : ""
  return `store ${store}: ${reason} at ${operation}${settings}`
}

const codeOf = (cause: unknown): string =>
  typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : "unknown"

/** The lines for an expected failure; none for anything else. */
export const linesOf = (failure: unknown, lookUp: LookUp): ReadonlyArray<string> => {
  if (failure instanceof Config.ConfigError) return ofConfig(failure, lookUp)
  if (failure instanceof StoreUnavailable) return [ofStore(failure)]
  if (failure instanceof LocalProviderExposed || failure instanceof DevelopmentAuthExposed)
    return [`HOST: ${failure.rule}`]
  if (failure instanceof ServeError.ServeError) return [`HOST, PORT: cannot listen there: ${codeOf(failure.cause)}`]
  return []
}

/** Logs why the service ended. Being stopped is no failure and is not logged. */
export const report =
  (lookUp: LookUp) =>
  <E>(cause: Cause.Cause<E>): Effect.Effect<void> => {
    if (Cause.hasInterruptsOnly(cause)) return Effect.void
    const failure = Option.getOrUndefined(Cause.findErrorOption(cause))
    const lines = linesOf(failure, lookUp)
    return lines.length === 0
      ? Effect.logError(cause)
      : Effect.forEach(lines, (line) => Effect.logError(`cannot start: ${line}`), { discard: true })
  }
