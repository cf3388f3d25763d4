/**
 * Calls to GitHub's REST API through Octokit, without any of its plugins: the outbox repeats, and nothing here repeats a
 * write. A call ends in a decoded value, in `Refused` (GitHub answered: no) or in `EffectFailed`. Octokit's errors carry the
 * request and the answer, so they never leave this file: what goes on is a status or a code. Redirects are not followed, for
 * an action is meant for the repository that was named.
 */
import { Octokit } from "@octokit/core"
import type { Endpoints } from "@octokit/types"
import * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { EffectFailed } from "#runtime/EffectHandler.ts"
import { final, retryable } from "../Capability.ts"
import { MAX_RETRY_AFTER_MS, retryAfterMs } from "../JsonCall.ts"

/** A call that reads takes no longer. */
export const READ_TIMEOUT: Duration.Duration = Duration.seconds(6)
/** A call that writes takes no longer: GitHub itself gives a merge ten seconds. */
export const WRITE_TIMEOUT: Duration.Duration = Duration.seconds(12)

/** The wait under a secondary limit that names none, as GitHub asks for. */
const SECONDARY_WAIT_MS = 60_000

/** GitHub understood and said no. `passing`: by its own words it may say yes in a moment. */
export class Refused extends Data.TaggedError("Refused")<{ readonly status: number; readonly passing: boolean }> {}

export type CallFailed = EffectFailed | Refused

type Route = keyof Endpoints
type Parameters<R extends Route> = Omit<Endpoints[R]["parameters"], "headers" | "request" | "baseUrl">
type Decode<A> = (data: unknown) => Option.Option<A>

type Call = <R extends Route, A>(route: R, parameters: Parameters<R>, decode: Decode<A>) => Effect.Effect<A, CallFailed>

export interface GitHub {
  readonly read: Call
  readonly write: Call
}

/** For an answer that holds nothing of use. */
export const anything: Decode<void> = () => Option.some(undefined)

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly data: unknown
}

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** Octokit throws answers of 400 and more; what has no answer broke off before one. */
const answerIn = (thrown: unknown): Answer | null =>
  typeof thrown === "object" && thrown !== null && "response" in thrown ? ((thrown.response as Answer) ?? null) : null

const header = ({ headers }: Answer, name: string): string | undefined => {
  const value = headers[name]
  return value === undefined ? undefined : String(value)
}

/** GitHub's words, to tell apart what one status stands for; they go no further. */
const wordsOf = ({ data }: Answer): string =>
  typeof data === "object" && data !== null && "message" in data ? String(data.message) : ""

/** How long a limit asks to wait; `null` when the answer is no limit. */
const limitedMs = (answer: Answer, now: number): number | null => {
  if (answer.status !== 403 && answer.status !== 429) return null
  const asked = retryAfterMs(header(answer, "retry-after"), now)
  if (asked !== undefined) return asked
  const reset = Number(header(answer, "x-ratelimit-reset"))
  if (header(answer, "x-ratelimit-remaining") === "0" && Number.isFinite(reset)) {
    return Math.min(Math.max(reset * 1000 - now, 1000), MAX_RETRY_AFTER_MS)
  }
  return answer.status === 429 || /secondary rate limit|abuse detection/i.test(wordsOf(answer))
    ? SECONDARY_WAIT_MS
    : null
}

/** What an answer below 200 or over 299 means. */
const refusal = (answer: Answer, now: number): CallFailed => {
  const { status } = answer
  const wait = limitedMs(answer, now)
  if (wait !== null) return new EffectFailed({ code: "rate_limited", retry: true, counts: false, retryAfterMs: wait })
  if (status >= 500) return retryable("server_error", retryAfterMs(header(answer, "retry-after"), now))
  if (status === 408 || status === 425) return retryable("server_busy")
  if (status === 401) return final("unauthorized")
  return new Refused({ status, passing: /base branch was modified|already in progress/i.test(wordsOf(answer)) })
}

/** GitHub gives these names to no repository, and a path would climb with them. */
const strays = (parameters: object): boolean =>
  "repo" in parameters && (parameters.repo === "." || parameters.repo === "..")

const decoded = <A>(data: unknown, decode: Decode<A>): Effect.Effect<A, EffectFailed> => {
  if (typeof data === "string") return Effect.fail(retryable("answer_cut"))
  return Option.match(decode(data), {
    onNone: () => Effect.fail(final("bad_answer")),
    onSome: (value) => Effect.succeed(value)
  })
}

export const makeGitHub = (baseUrl: string, token: Redacted.Redacted): GitHub => {
  const octokit = new Octokit({
    auth: Redacted.value(token),
    baseUrl,
    userAgent: "tardigrade",
    log: silent,
    request: { log: silent, redirect: "manual" }
  })

  const send = (route: Route, parameters: object, timeout: Duration.Duration): Effect.Effect<Answer, EffectFailed> =>
    Effect.tryPromise({
      try: async (signal): Promise<Answer> =>
        octokit.request(route as string, {
          ...parameters,
          headers: { accept: "application/vnd.github+json", "x-github-api-version": "2022-11-28" },
          request: { signal }
        }),
      catch: answerIn
    }).pipe(
      Effect.catch((answer) => (answer === null ? Effect.fail(retryable("unreachable")) : Effect.succeed(answer))),
      Effect.timeoutOrElse({ duration: timeout, orElse: () => Effect.fail(retryable("timeout")) })
    )

  const within =
    (timeout: Duration.Duration): Call =>
    (route, parameters, decode) =>
      Effect.gen(function* () {
        if (strays(parameters)) return yield* Effect.fail(new Refused({ status: 404, passing: false }))
        const answer = yield* send(route, parameters, timeout)
        if (answer.status >= 200 && answer.status <= 299) return yield* decoded(answer.data, decode)
        return yield* Effect.fail(refusal(answer, yield* Clock.currentTimeMillis))
      })

  return { read: within(READ_TIMEOUT), write: within(WRITE_TIMEOUT) }
}
