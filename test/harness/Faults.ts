/**
 * What goes wrong with calls to a stand-in, switched on by a test: each armed fault waits for calls to its target and spoils a
 * number of them, before or after the call did its work. Faults are taken in the order they were armed, one for each call.
 * What a target is and what can go wrong is each stand-in's own.
 */
import type { Changes } from "./Changes.ts"

/** Whether the call takes effect although its caller sees a failure. Default `before`: it takes none. */
export type Moment = "before" | "after"

export class ArmedFault<Target, Fault extends { readonly kind: string }> {
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

export class Faults<Target, Fault extends { readonly kind: string }, Call> {
  readonly #armed: Array<ArmedFault<Target, Fault>> = []
  readonly #changes: Changes
  readonly #matches: (target: Target, call: Call) => boolean

  constructor(changes: Changes, matches: (target: Target, call: Call) => boolean) {
    this.#changes = changes
    this.#matches = matches
  }

  /** Spoils the next `times` calls to the target; default one. `Infinity` until disarmed. */
  arm(target: Target, fault: Fault, times = 1): ArmedFault<Target, Fault> {
    const armed = new ArmedFault(target, fault, times, this.#changes)
    this.#armed.push(armed)
    return armed
  }

  /** Ends all faults and lets held calls go on. */
  clear(): void {
    for (const armed of this.#armed) armed.release()
    this.#armed.length = 0
  }

  /** The fault this call meets, if any; it is then claimed. */
  take(call: Call): ArmedFault<Target, Fault> | undefined {
    const met = this.#armed.find((armed) => !armed.spent && this.#matches(armed.target, call))
    met?.claim()
    return met
  }
}
