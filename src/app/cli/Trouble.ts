/**
 * How a command ends when it does not succeed: one line for people and an exit code for scripts. 1 = it failed, 2 = it was
 * called wrongly, 3 = there is no such thing. A line never repeats a setting's value, an id or an answer.
 */
import * as Cause from "effect/Cause"
import * as CliError from "effect/cli/CliError"
import { HttpClientError } from "effect/http/HttpClientError"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { MalformedRequest, NotFound, Refused, TryLater, Unauthorized } from "#channels/http/Problems.ts"
import { StoreUnavailable } from "#runtime/RuntimeError.ts"
import type { LookUp } from "../Secrets.ts"
import { linesOf } from "../StartFailure.ts"

export const FAILED = 1
export const BAD_USAGE = 2
export const NOT_FOUND = 3
export const STOPPED = 130

/** A failure with its line, as a command knows it. */
export class Trouble extends Schema.TaggedError<Trouble>()("Trouble", { line: Schema.String, code: Schema.Int }) {}

export const failed = (line: string): Trouble => new Trouble({ line, code: FAILED })
export const badUsage = (line: string): Trouble => new Trouble({ line, code: BAD_USAGE })

export interface Ending {
  /** `null` = it was said already. Several lines when several settings are wrong. */
  readonly line: string | null
  readonly code: number
}

const MISSING: Readonly<Record<NotFound["what"], string>> = {
  actor: "there is no such actor",
  "actor-type": "there is no such type of actor",
  "dead-letter": "there is no such dead letter",
  desk: "this guild has no desk: no alert was opened there for 90 days, or the id is another's",
  recipe: "there is no such recipe"
}

const MALFORMED: Readonly<Record<string, string>> = {
  guild: "which guild? Give --guild, or set BOT_DISCORD_GUILD_ID",
  week: "there is no such week; write an ISO week such as 2026-W47"
}

/** What the store or the service said no with, in words. */
const CODES: Readonly<Record<string, string>> = {
  "actor-type": "there is no such type of actor any more",
  StoreUnavailable: "the store does not answer, or another process keeps it busy; try again",
  SystemStopping: "the service is stopping",
  UnknownMachineVersion: "its record was written by a newer version; it is left untouched",
  SnapshotUndecodable: "its record cannot be read; it is left untouched (see: tardigrade actor replay)",
  EffectNotAwaited: "its actor was told that it failed and goes by that; doing it now would be unknown to it",
  EventQuarantined: "the event threw again; it is a dead letter still",
  busy: "one is being made already",
  no_channel: "no channel is set (BOT_WEEKLY_REPORT_CHANNEL_ID)",
  unknown_week: "there is no such week",
  week_not_over: "the week is not over yet",
  off: "it is switched off in the settings",
  sms_off: "SMS is switched off (SMS_PROVIDER=off)"
}

/** A code of the runtime in words, as far as there are any. */
export const codeInWords = (code: string): string => CODES[code] ?? code

const OTHER_ANSWER =
  "that is no answer of this version's operator routes. Is ADMIN_TOKEN set where the service runs, is --url its address, and is it of this version?"

const ofCall = ({ reason }: HttpClientError): Ending => {
  switch (reason._tag) {
    case "TransportError":
      return { line: `no service answers at --url: ${transportCode(reason.cause)}`, code: FAILED }
    case "InvalidUrlError":
      return { line: "--url is no address; write http://host:port", code: BAD_USAGE }
    case "EncodeError":
    case "StatusCodeError":
    case "DecodeError":
    case "EmptyBodyError":
      return { line: OTHER_ANSWER, code: FAILED }
  }
}

const transportCode = (cause: unknown): string => {
  if (typeof cause !== "object" || cause === null) return "unknown"
  if ("code" in cause && typeof cause.code === "string") return cause.code
  return "cause" in cause ? transportCode(cause.cause) : "unknown"
}

const ofFailure = (failure: unknown, lookUp: LookUp): Ending | null => {
  if (failure instanceof Trouble) return failure
  if (failure instanceof NotFound) return { line: MISSING[failure.what], code: NOT_FOUND }
  if (failure instanceof MalformedRequest) {
    return { line: MALFORMED[failure.field] ?? `the ${failure.field} cannot be read`, code: BAD_USAGE }
  }
  if (failure instanceof Refused || failure instanceof TryLater) {
    return { line: codeInWords(failure.code), code: FAILED }
  }
  if (failure instanceof Unauthorized) {
    return { line: "the service refused the token; it is ADMIN_TOKEN, or the content of --token-file", code: FAILED }
  }
  if (failure instanceof HttpClientError) return ofCall(failure)
  if (Schema.isSchemaError(failure)) return { line: OTHER_ANSWER, code: FAILED }
  if (CliError.isCliError(failure)) {
    return { line: null, code: failure._tag === "ShowHelp" && failure.errors.length === 0 ? 0 : BAD_USAGE }
  }
  if (failure instanceof StoreUnavailable && failure.reason === "busy") {
    return {
      line: "another process keeps the store's file busy; if that is the service, ask it with --url",
      code: FAILED
    }
  }
  const lines = linesOf(failure, lookUp)
  return lines.length === 0 ? null : { line: lines.join("\n"), code: FAILED }
}

/** How the program ends. A mistake of ours names itself; what it holds may be somebody's words and is not printed. */
export const endingOf = (cause: Cause.Cause<unknown>, lookUp: LookUp): Ending => {
  if (Cause.hasInterruptsOnly(cause)) return { line: null, code: STOPPED }
  const known = Option.getOrNull(Option.map(Cause.findErrorOption(cause), (failure) => ofFailure(failure, lookUp)))
  if (known !== null) return known
  const error = Cause.squash(cause)
  const name = error instanceof Error ? error.name : "unknown"
  return { line: `a mistake of this program (${name}); --log-level debug shows where`, code: FAILED }
}
