/**
 * What goes wrong with calls, switched on by a test: each armed fault waits for calls of its kind and spoils a number of them,
 * before or after the call did its work. Faults are taken in the order they were armed, one for each call.
 */
import type { Changes } from "../discord/Changes.ts"

/** What a call is about. */
export const WRITES = ["merge", "comment", "review", "rerun", "rerequest"] as const
export type Write = (typeof WRITES)[number]
export type Operation =
  | Write
  | "pull"
  | "comments"
  | "runs"
  | "run"
  | "suites"
  | "suite"
  | "check-runs"
  | "statuses"
  | "search"
  | "unknown"

/** One kind of call, `write`, `read` or `any`. */
export type Target = Operation | "write" | "read" | "any"

/** Whether the call takes effect although its caller sees a failure. Default `before`: it takes none. */
export type Moment = "before" | "after"

export type Fault =
  /** Any answer. A string as `body` goes out as it is. */
  | {
      readonly kind: "status"
      readonly status: number
      readonly message?: string
      readonly body?: unknown
      readonly headers?: Readonly<Record<string, string>>
      readonly when?: Moment
    }
  /** The caller sees ECONNRESET. */
  | { readonly kind: "reset"; readonly when?: Moment }
  /** No answer until `release`. A call held `before` whose caller has died by then never happened. */
  | { readonly kind: "hold"; readonly when?: Moment }
  /** The answer ends in the middle. */
  | { readonly kind: "cut"; readonly when: "after" }
  /** Something happens on GitHub just before the call, such as a push. The call itself goes on. */
  | { readonly kind: "meanwhile"; readonly happens: () => void; readonly when?: "before" }

/** The hourly limit is used up until the given second. */
export const primaryLimit = (resetAtSeconds: number): Fault => ({
  kind: "status",
  status: 403,
  message: "API rate limit exceeded for user ID 1.",
  headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(resetAtSeconds) }
})

/** Too much at once; GitHub names a wait or none. */
export const secondaryLimit = (retryAfterSeconds?: number, status: 403 | 429 = 403): Fault => ({
  kind: "status",
  status,
  message: "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
  ...(retryAfterSeconds === undefined ? {} : { headers: { "retry-after": String(retryAfterSeconds) } })
})

const isWrite = (operation: Operation): operation is Write => (WRITES as ReadonlyArray<Operation>).includes(operation)

export class ArmedFault {
  readonly fault: Fault
  readonly target: Target
  /** Calls spoiled so far. */
  hits = 0
  #left: number
  #released = false
  readonly #changes: Changes

  constructor(target: Target, fault: Fault, times: number, changes: Changes) {
    this.target = target
    this.fault = fault
    this.#left = times
    this.#changes = changes
  }

  /** Resolves when this many calls have been spoiled (or are being held). */
  met(count = 1): Promise<true> {
    const what = `${count} call(s) of kind ${this.target} to meet a ${this.fault.kind}`
    return this.#changes.until(what, () => (this.hits >= count ? true : undefined))
  }

  /** Lets every held call go on, and calls still to come pass at once. */
  release(): void {
    this.#released = true
    this.#left = 0
    this.#changes.notify()
  }

  /** Whether this call is one to spoil; it is then counted as taken. */
  take(operation: Operation): boolean {
    const kind = isWrite(operation) ? "write" : "read"
    if (this.#left <= 0 || ![operation, kind, "any"].includes(this.target)) return false
    this.#left -= 1
    return true
  }

  /** The call is spoiled now. */
  strike(): void {
    this.hits += 1
    this.#changes.notify()
  }

  /** Resolves on `release`. Bounded so that a forgotten one does not hang a run. */
  released(): Promise<true> {
    return this.#changes.until("a held call to be released", () => (this.#released ? true : undefined), 120_000)
  }
}
