/** What can go wrong with calls to GitHub, and which calls a test may speak of. */
import type { Changes } from "../Changes.ts"
import { type ArmedFault as Armed, Faults as ArmedFaults, type Moment } from "../Faults.ts"

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

export type ArmedFault = Armed<Target, Fault>
export type Faults = ArmedFaults<Target, Fault, Operation>

/** No fault yet. */
export const noFaults = (changes: Changes): Faults =>
  new ArmedFaults(changes, (target, operation) =>
    [operation, isWrite(operation) ? "write" : "read", "any"].includes(target)
  )
