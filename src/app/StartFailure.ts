/**
 * What an operator reads when the service does not start, or ends by itself: one line that names the setting, the rule and
 * the kind of value found, without a stack. It never repeats a value, because a setting may be a secret. A programming error
 * is none of these and keeps its stack.
 */
import * as Cause from "effect/Cause"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as ServeError from "effect/http/HttpServerError"
import * as Option from "effect/Option"
import { LocalProviderExposed } from "#channels/sms/Loopback.ts"
import { StoreUnavailable } from "#runtime/RuntimeError.ts"
import type { LookUp } from "./Secrets.ts"

const kindOf = (lookUp: LookUp, name: string): string => {
  const value = lookUp(name)
  if (value === undefined) return "it is not set"
  if (value.trim() === "") return "it is blank"
  return Number.isFinite(Number(value)) ? "it is a number" : "it is text"
}

/** One of effect's schema issues as text: the rule, and on the next line the setting it is about. */
const ISSUE = /^(.*)\n\s+at \["([A-Z][A-Z0-9_]*)"\]/gm

const ofConfig = ({ cause }: Config.ConfigError, lookUp: LookUp): string => {
  const issues = [...cause.message.matchAll(ISSUE)]
  return issues.length === 0
    ? cause.message
    : issues.map(([, rule = "", name = ""]) => `${name}: ${rule}; ${kindOf(lookUp, name)}`).join(". ")
}

const SETTINGS = { redis: "REDIS_URL, REDIS_PASSWORD", sqlite: "DATA_DIR" } as const

const ofStore = ({ operation, reason, store }: StoreUnavailable): string => {
  const settings = store === "redis" || store === "sqlite" ? ` (see ${SETTINGS[store]})` : ""
  return `store ${store}: ${reason} at ${operation}${settings}`
}

const codeOf = (cause: unknown): string =>
  typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : "unknown"

/** The line for an expected failure; none for anything else. */
export const lineOf = (failure: unknown, lookUp: LookUp): string | undefined => {
  if (failure instanceof Config.ConfigError) return ofConfig(failure, lookUp)
  if (failure instanceof StoreUnavailable) return ofStore(failure)
  if (failure instanceof LocalProviderExposed) return `HOST: ${failure.rule}`
  if (failure instanceof ServeError.ServeError) return `HOST, PORT: cannot listen there: ${codeOf(failure.cause)}`
  return undefined
}

/** Logs why the service ended. Being stopped is no failure and is not logged. */
export const report =
  (lookUp: LookUp) =>
  <E>(cause: Cause.Cause<E>): Effect.Effect<void> => {
    if (Cause.hasInterruptsOnly(cause)) return Effect.void
    const line = Option.getOrUndefined(Option.map(Cause.findErrorOption(cause), (failure) => lineOf(failure, lookUp)))
    return line === undefined ? Effect.logError(cause) : Effect.logError(`cannot start: ${line}`)
  }
