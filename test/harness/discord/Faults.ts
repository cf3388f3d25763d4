/** What can go wrong with HTTP calls to Discord, and which calls a test may speak of. */
import type { Changes } from "../Changes.ts"
import { type ArmedFault as Armed, Faults as ArmedFaults, type Moment } from "../Faults.ts"

export type { Moment } from "../Faults.ts"

interface Call {
  readonly method: string
  readonly path: string
}

/** `METHOD /path` without `/api/v10`; `*` stands for one segment or the method, `**` for the rest. Or a question. */
export type Target = string | ((call: Call) => boolean)

export type Fault =
  /** 429 with all headers. `retryAfter` in seconds. `global` stops the client's other routes too. */
  | {
      readonly kind: "rate-limit"
      readonly retryAfter: number
      readonly scope?: "user" | "shared" | "global"
      readonly when?: "before"
    }
  /** Any status, with a JSON body of Discord's shape. `code` is Discord's own, as in 403 with 50013. */
  | {
      readonly kind: "status"
      readonly status: number
      readonly code?: number
      readonly message?: string
      readonly when?: Moment
    }
  /** `reset` breaks the connection (the caller sees ECONNRESET), `hang-up` ends it politely without an answer. */
  | { readonly kind: "reset" | "hang-up"; readonly when?: Moment }
  /** No answer until `release`. `when: "after"`: the call took effect at once and only its answer waits. */
  | { readonly kind: "hold"; readonly when?: Moment }

export type ArmedFault = Armed<Target, Fault>
export type Faults = ArmedFaults<Target, Fault, Call>

/** No fault yet. */
export const noFaults = (changes: Changes): Faults => new ArmedFaults(changes, matches)

/** Whether a call is one the target speaks of. */
export const matches = (target: Target, call: Call): boolean => {
  if (typeof target === "function") return target(call)
  const [method = "*", path = "**"] = target.split(" ")
  if (method !== "*" && method !== call.method) return false
  const pattern = path
    .split("/")
    .map((part) => (part === "**" ? ".*" : part === "*" ? "[^/]+" : part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")))
    .join("/")
  return new RegExp(`^${pattern}$`).test(call.path)
}
