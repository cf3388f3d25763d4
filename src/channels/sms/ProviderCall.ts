/**
 * One HTTP call to a provider: bounded in time, without following redirects, and without a span, because a
 * provider's URL may carry a phone number. Answers status, headers and JSON; every failure to get that far is
 * `Unreachable` with the outcome unknown.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import {
  DeliveryFailed,
  type DeliveryReason,
  misconfigured,
  providerUnreachable,
  rateLimited
} from "./DeliveryFailed.ts"
import type { ProviderName } from "./Provider.ts"

export interface ProviderAnswer {
  readonly status: number
  readonly retryAfter: Duration.Duration | null
  /** Parsed JSON, or null when the body is something else. */
  readonly body: unknown
}

export type ProviderCall = (
  request: HttpClientRequest.HttpClientRequest
) => Effect.Effect<ProviderAnswer, DeliveryFailed>

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** `Retry-After` in seconds, at most an hour; a date or nonsense is null. */
const readRetryAfter = (header: string | undefined): Duration.Duration | null =>
  header !== undefined && /^\d{1,6}(\.\d+)?$/.test(header.trim())
    ? Duration.seconds(Math.min(Number(header), 3600))
    : null

export const make = (provider: ProviderName, client: HttpClient.HttpClient, timeout: Duration.Input): ProviderCall => {
  const lost = (code: string) => new DeliveryFailed({ provider, code, reason: providerUnreachable })
  return (request) =>
    client.execute(request).pipe(
      Effect.flatMap((response) =>
        Effect.map(response.text, (text) => ({
          status: response.status,
          retryAfter: readRetryAfter(response.headers["retry-after"]),
          body: parseJson(text)
        }))
      ),
      Effect.mapError(() => lost("transport")),
      Effect.timeoutOrElse({ duration: timeout, orElse: () => Effect.fail(lost("timeout")) }),
      Effect.provideService(FetchHttpClient.RequestInit, { redirect: "manual" }),
      Effect.provideService(HttpClient.TracerDisabledWhen, () => true),
      Effect.provideService(HttpClient.TracerPropagationEnabled, false)
    )
}

/** What a status means when the body says nothing more: null = not an error. */
export const reasonOfStatus = (
  { retryAfter, status }: ProviderAnswer,
  otherwise: DeliveryReason
): DeliveryReason | null =>
  status < 300
    ? null
    : status === 401 || status === 402 || status === 403
      ? misconfigured
      : status === 429
        ? rateLimited(retryAfter)
        : status >= 500 || status === 408
          ? providerUnreachable
          : otherwise
