/**
 * The one client of Discord's HTTP interface. It waits out short rate limits by itself, hands longer ones to the caller as
 * a failure with the time to wait, and says in one of six words why a call failed. It never sends a POST twice by itself:
 * whoever posts sends a `nonce` and decides. Nothing of a request or an answer enters an error or a log.
 */
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import {
  DiscordAPIError,
  HTTPError,
  type RateLimitData,
  RateLimitError,
  type RawFile,
  RequestMethod,
  REST,
  type RESTOptions
} from "discord.js"
import { DiscordSettings } from "./DiscordSettings.ts"

export const DISCORD_FAILURES = [
  /** Discord asks to wait; `retryAfterMs` says how long. Nothing was done. */
  "rate_limited",
  /** 403: a permission or a person's privacy setting is in the way (50001, 50007, 50013, 50278). */
  "forbidden",
  /** 404: the channel, message, user or interaction is not there (any more). */
  "not_found",
  /** Any other refusal of this very request. Sending it again changes nothing. */
  "invalid",
  /** No usable answer: for a write, whether it was done is unknown. */
  "unavailable",
  /** 401, or no token is configured: nothing works until an operator acts. */
  "unauthorized"
] as const

/** Why a call failed. `code` is Discord's own code (wire.md 6), `null` when it gave none. */
export class DiscordFailure extends Schema.TaggedError<DiscordFailure>()("DiscordFailure", {
  kind: Schema.Literals(DISCORD_FAILURES),
  code: Schema.NullOr(Schema.Int),
  retryAfterMs: Schema.optionalKey(Schema.Finite)
}) {}

export interface DiscordRequest {
  /** Sent as JSON, or as `payload_json` beside files. */
  readonly body?: unknown
  readonly query?: Readonly<Record<string, string | number | boolean>>
  /** Default true. False for interaction callbacks and webhooks, whose token is in the route. */
  readonly auth?: boolean
  readonly files?: ReadonlyArray<RawFile>
  /** Gives up with `unavailable` after this long, waiting for rate limits included. Default 20 s. */
  readonly within?: Duration.Input
}

export interface DiscordRestService {
  /**
   * Calls a route (`Routes` of discord.js) and answers its JSON, or `null` when there is none. A GET is tried up to three
   * times when Discord does not answer; everything else exactly once. Interruption aborts the call.
   */
  readonly request: (
    method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
    route: `/${string}`,
    options?: DiscordRequest
  ) => Effect.Effect<unknown, DiscordFailure>
}

/** Labels: `outcome` = ok, or the failure's kind. */
const requests = Metric.counter("discord_requests_total", {
  description: "Calls of Discord's HTTP interface by outcome",
  incremental: true
})

/** A rate limit up to this long is waited out here; a longer one is the caller's to schedule. */
const PATIENCE_MS = 5000

/** One attempt's patience for an answer. */
const TIMEOUT_MS = 15_000

const METHODS = {
  GET: RequestMethod.Get,
  POST: RequestMethod.Post,
  PUT: RequestMethod.Put,
  PATCH: RequestMethod.Patch,
  DELETE: RequestMethod.Delete
} as const

const waitMs = ({ retryAfter, timeToReset }: RateLimitData): number => Math.max(retryAfter, timeToReset, 0)

const kindOf = (status: number): DiscordFailure["kind"] =>
  status === 401
    ? "unauthorized"
    : status === 403
      ? "forbidden"
      : status === 404
        ? "not_found"
        : status === 429
          ? "rate_limited"
          : status >= 500 || status === 408
            ? "unavailable"
            : "invalid"

/** What a thrown value of the library means. Everything unknown (socket, abort, an answer that is no JSON) is no answer. */
export const toDiscordFailure = (error: unknown): DiscordFailure => {
  if (error instanceof RateLimitError) {
    return new DiscordFailure({ kind: "rate_limited", code: null, retryAfterMs: Math.ceil(waitMs(error)) })
  }
  if (error instanceof DiscordAPIError) {
    const code = Number(error.code)
    return new DiscordFailure({ kind: kindOf(error.status), code: Number.isSafeInteger(code) ? code : null })
  }
  return new DiscordFailure({ kind: error instanceof HTTPError ? kindOf(error.status) : "unavailable", code: null })
}

const again = Schedule.exponential("200 millis").pipe(
  Schedule.jittered,
  Schedule.upTo({ times: 2 }),
  Schedule.setInputType<DiscordFailure>(),
  Schedule.while(({ input }) => input.kind === "unavailable")
)

const make = Effect.gen(function* () {
  const { apiBaseUrl, token } = yield* DiscordSettings
  const options: Partial<RESTOptions> = {
    version: "10",
    timeout: TIMEOUT_MS,
    retries: 0,
    userAgentAppendix: "Tardigrade",
    rejectOnRateLimit: (limit) => waitMs(limit) > PATIENCE_MS,
    ...(apiBaseUrl === null ? {} : { api: apiBaseUrl })
  }
  const rest = yield* Effect.acquireRelease(
    Effect.sync(() => new REST(options)),
    (rest) =>
      Effect.sync(() => {
        rest.clearHandlerSweeper()
        rest.clearHashSweeper()
      })
  )

  const once = (method: keyof typeof METHODS, route: `/${string}`, { auth = true, ...given }: DiscordRequest) =>
    Effect.tryPromise({
      try: async (signal) => {
        // The library forgets the token at the first 401 and would never ask Discord again.
        if (auth && token !== null) rest.setToken(Redacted.value(token))
        const answer = await rest.request({
          fullRoute: route,
          method: METHODS[method],
          auth,
          signal,
          ...(given.body === undefined ? {} : { body: given.body }),
          ...(given.files === undefined ? {} : { files: [...given.files] }),
          ...(given.query === undefined ? {} : { query: toQuery(given.query) })
        })
        return answer instanceof ArrayBuffer ? null : answer
      },
      catch: toDiscordFailure
    })

  const request: DiscordRestService["request"] = (method, route, options = {}) => {
    if (options.auth !== false && token === null) {
      return Effect.fail(new DiscordFailure({ kind: "unauthorized", code: null }))
    }
    const call = once(method, route, options)
    return (method === "GET" ? Effect.retry(call, again) : call).pipe(
      Effect.timeoutOrElse({
        duration: options.within ?? "20 seconds",
        orElse: () => Effect.fail(new DiscordFailure({ kind: "unavailable", code: null }))
      }),
      Effect.tap(() => count("ok")),
      Effect.tapError(({ kind }) => count(kind))
    )
  }
  return DiscordRest.of({ request })
})

const count = (outcome: string) => Metric.update(Metric.withAttributes(requests, { outcome }), 1)

const toQuery = (query: NonNullable<DiscordRequest["query"]>) =>
  new URLSearchParams(Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)])))

export class DiscordRest extends Context.Service<DiscordRest, DiscordRestService>()(
  "app/channels/discord/DiscordRest"
) {
  /** Without a token every call that needs one fails with `unauthorized`. */
  static readonly layer: Layer.Layer<DiscordRest, never, DiscordSettings> = Layer.effect(DiscordRest, make)
}
