/**
 * Discord's rate limits as headers and, when a bucket is empty, as 429. A bucket belongs to a method, a route with its ids
 * taken out, and the channel, guild or webhook at its head. The default is wide, so that only tests about limits meet one.
 */
import { createHash } from "node:crypto"

export interface RateLimitOptions {
  /** Calls in a window, for each bucket; default 1000. */
  readonly limit: number
  /** Default 5000. */
  readonly windowMs: number
}

interface Bucket {
  readonly resetAt: number
  used: number
}

export interface Allowance {
  readonly headers: Readonly<Record<string, string>>
  /** Seconds to wait; undefined when the call may go on. */
  readonly retryAfter: number | undefined
}

const route = (path: string): string =>
  path
    .replace(/\/reactions\/.*/, "/reactions/:reaction")
    .replace(/^\/(webhooks|interactions)\/(\d+)\/[^/]+/, "/$1/$2/:token")
    .replaceAll(/\d{17,19}/g, ":id")

const major = (path: string): string =>
  /^\/(?:channels|guilds|webhooks)\/(\d+(?:\/[^/]+(?=\/messages))?)/.exec(path)?.[1] ?? ""

export class RateLimits {
  readonly #options: RateLimitOptions
  readonly #now: () => number
  readonly #buckets = new Map<string, Bucket>()

  constructor(options: RateLimitOptions, now: () => number) {
    this.#options = options
    this.#now = now
  }

  /** Counts a call. */
  take(method: string, path: string): Allowance {
    const { limit, windowMs } = this.#options
    const hash = createHash("sha256")
      .update(`${method} ${route(path)}`)
      .digest("hex")
      .slice(0, 32)
    const key = `${hash}:${major(path)}`
    const now = this.#now()
    const known = this.#buckets.get(key)
    const bucket = known !== undefined && known.resetAt > now ? known : { resetAt: now + windowMs, used: 0 }
    this.#buckets.set(key, bucket)
    bucket.used += 1
    const resetAfter = Math.max(0, bucket.resetAt - now) / 1000
    const headers = {
      "x-ratelimit-limit": String(limit),
      "x-ratelimit-remaining": String(Math.max(0, limit - bucket.used)),
      "x-ratelimit-reset": String(bucket.resetAt / 1000),
      "x-ratelimit-reset-after": String(resetAfter),
      "x-ratelimit-bucket": hash
    }
    return { headers, retryAfter: bucket.used > limit ? resetAfter : undefined }
  }
}

/** Status, headers and body of a 429. */
export const tooMany = (retryAfter: number, scope: "user" | "shared" | "global") => ({
  status: 429,
  headers: {
    "retry-after": String(retryAfter),
    "x-ratelimit-reset-after": String(retryAfter),
    "x-ratelimit-scope": scope,
    ...(scope === "global" ? { "x-ratelimit-global": "true" } : {})
  },
  body: { message: "You are being rate limited.", retry_after: retryAfter, global: scope === "global" }
})
