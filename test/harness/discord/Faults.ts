/**
 * What goes wrong with HTTP calls, switched on by a test: each armed fault waits for calls to its target and spoils a number
 * of them, before or after the call did its work. Faults are taken in the order they were armed, one for each call.
 */
import type { Changes } from "./Changes.ts"

/** `METHOD /path` without `/api/v10`; `*` stands for one segment or the method, `**` for the rest. Or a question. */
export type Target = string | ((call: { readonly method: string; readonly path: string }) => boolean)

/** Whether the call takes effect although its caller sees a failure. Default `before`: it takes none. */
export type Moment = "before" | "after"

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

  get spent(): boolean {
    return this.#left <= 0
  }

  /** Resolves when this many calls have been spoiled (or are being held). */
  met(count = 1): Promise<true> {
    const what = `${count} call(s) to ${String(this.target)} to meet a ${this.fault.kind}`
    return this.#changes.until(what, () => (this.hits >= count ? true : undefined))
  }

  /** Lets every held call go on, and calls still to come pass at once. */
  release(): void {
    this.#released = true
    this.disarm()
  }

  /** Spoils no further call. */
  disarm(): void {
    this.#left = 0
    this.#changes.notify()
  }

  /** Sets a call aside for this fault. */
  claim(): void {
    this.#left -= 1
  }

  /** The claimed call is spoiled now. */
  strike(): void {
    this.hits += 1
    this.#changes.notify()
  }

  /** Resolves on `release`. Bounded so that a forgotten one does not hang a run. */
  released(): Promise<true> {
    return this.#changes.until("a held call to be released", () => (this.#released ? true : undefined), 120_000)
  }
}

export class Faults {
  readonly #armed: Array<ArmedFault> = []
  readonly #changes: Changes

  constructor(changes: Changes) {
    this.#changes = changes
  }

  /** Spoils the next `times` calls to the target; default one. `Infinity` until disarmed. */
  arm(target: Target, fault: Fault, times = 1): ArmedFault {
    const armed = new ArmedFault(target, fault, times, this.#changes)
    this.#armed.push(armed)
    return armed
  }

  /** Ends all faults and lets held calls go on. */
  clear(): void {
    for (const armed of this.#armed) armed.release()
    this.#armed.length = 0
  }

  /** The fault this call meets, if any. */
  take(call: { readonly method: string; readonly path: string }): ArmedFault | undefined {
    const met = this.#armed.find((armed) => !armed.spent && matches(armed.target, call))
    met?.claim()
    return met
  }
}

/** Whether a call is one the target speaks of. */
export const matches = (target: Target, call: { readonly method: string; readonly path: string }): boolean => {
  if (typeof target === "function") return target(call)
  const [method = "*", path = "**"] = target.split(" ")
  if (method !== "*" && method !== call.method) return false
  const pattern = path
    .split("/")
    .map((part) => (part === "**" ? ".*" : part === "*" ? "[^/]+" : part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")))
    .join("/")
  return new RegExp(`^${pattern}$`).test(call.path)
}
