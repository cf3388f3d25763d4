/**
 * An actor as one process holds it: its mailbox and, when loaded, its state. Residents are a cache - any process may run
 * any actor's turn, and the store's compare-and-set decides.
 */
import * as Deferred from "effect/Deferred"
import * as Exit from "effect/Exit"
import type { ActorAddress } from "#domain/ActorAddress.ts"
import type { EnvelopeId, Priority } from "#domain/Envelope.ts"
import type { Claim, OutboxEntry, Timer } from "#kernel/ActorRecord.ts"
import type { RegisteredActor } from "#kernel/RegisteredActor.ts"
import type { ActorState, EffectOutcome, TurnInput } from "#kernel/Turn.ts"
import type { TurnRefused } from "./RuntimeError.ts"

/** An envelope waiting for its turn. */
export interface Delivery {
  readonly kind: "delivery"
  readonly input: Extract<TurnInput, { kind: "event" | "start" | "stop" }>
  readonly id: EnvelopeId
  readonly reply: Deferred.Deferred<unknown, TurnRefused>
}

/** What became of one attempt of an effect. */
export type Attempt =
  | { readonly kind: "settled"; readonly outcome: EffectOutcome }
  | { readonly kind: "retry"; readonly readyAt: number; readonly attempts: number; readonly code: string }
  /** Given back untouched, for any process to take at once. */
  | { readonly kind: "released" }

export type Item =
  | Delivery
  | { readonly kind: "wake"; readonly done: Deferred.Deferred<void> }
  | {
      readonly kind: "attempt"
      readonly entry: OutboxEntry
      readonly claim: Claim
      readonly attempt: Attempt
    }
  /** A running effect asks to keep its claim. */
  | { readonly kind: "extend"; readonly entry: OutboxEntry; readonly claim: Claim }
  | { readonly kind: "requeue"; readonly entry: OutboxEntry; readonly done: Deferred.Deferred<void, TurnRefused> }
  | { readonly kind: "rearm"; readonly timer: Timer; readonly done: Deferred.Deferred<void, TurnRefused> }
  | { readonly kind: "forget"; readonly done: Deferred.Deferred<number, TurnRefused> }

export interface Resident {
  readonly address: ActorAddress
  readonly actor: RegisteredActor
  /** The runtime's own items: never refused, taken first. */
  readonly internal: Array<Item>
  readonly high: Array<Delivery>
  readonly normal: Array<Delivery>
  /** `undefined` = not loaded; `null` = loaded, and there is no such actor. */
  state: ActorState | null | undefined
  running: boolean
  wakePending: boolean
  touchedAt: number
}

/** An actor that nothing is known of yet. */
export const makeResident = (address: ActorAddress, actor: RegisteredActor): Resident => ({
  address,
  actor,
  internal: [],
  high: [],
  normal: [],
  state: undefined,
  running: false,
  wakePending: false,
  touchedAt: 0
})

/** The next item: the runtime's own first, then high priority, then normal, each in order of arrival. */
export const takeItem = ({ internal, high, normal }: Resident): Item | undefined =>
  internal.shift() ?? high.shift() ?? normal.shift()

export const isIdle = ({ running, internal, high, normal }: Resident): boolean =>
  !running && internal.length === 0 && high.length === 0 && normal.length === 0

/** False when the mailbox is at its bound. */
export const offer = (resident: Resident, delivery: Delivery, priority: Priority, capacity: number): boolean => {
  if (resident.high.length + resident.normal.length >= capacity) return false
  ;(priority === "high" ? resident.high : resident.normal).push(delivery)
  return true
}

/** Used again this soon, a resident keeps its place among the others: moving it costs as much as finding it. */
const SAME_MOMENT_MS = 100

/**
 * The residents of one process, least recently used first. Beyond `maxResidents`, and after `idleAfterMs`, idle ones are
 * passivated: forgetting one loses nothing, because nothing is kept here that is not in the store.
 */
export class Residents {
  readonly #byKey = new Map<string, Resident>()
  readonly #max: number

  constructor(max: number) {
    this.#max = max
  }

  get size(): number {
    return this.#byKey.size
  }

  touch(key: string, make: () => Resident, now: number): Resident {
    const known = this.#byKey.get(key)
    if (known !== undefined && Math.abs(now - known.touchedAt) < SAME_MOMENT_MS) return known
    if (known !== undefined) this.#byKey.delete(key)
    else if (this.#byKey.size >= this.#max) this.#makeRoom()
    const resident = known ?? make()
    resident.touchedAt = now
    this.#byKey.set(key, resident)
    return resident
  }

  passivateIdle(before: number): void {
    for (const [key, resident] of this.#byKey) {
      if (resident.touchedAt >= before) return
      if (isIdle(resident)) this.#byKey.delete(key)
    }
  }

  /** Answers everybody who waits in a mailbox: nobody will work it off. */
  refuseAll(refusal: TurnRefused): void {
    for (const { internal, high, normal } of this.#byKey.values()) {
      for (const { reply } of [...high.splice(0), ...normal.splice(0)]) Deferred.doneUnsafe(reply, Exit.fail(refusal))
      for (const item of internal.splice(0)) {
        if (item.kind === "forget") Deferred.doneUnsafe(item.done, Exit.fail(refusal))
        if (item.kind === "requeue" || item.kind === "rearm") Deferred.doneUnsafe(item.done, Exit.fail(refusal))
      }
    }
  }

  /**
   * Passivates the oldest, a 64th of the bound at once: whoever looks at the front of a Map first steps over what was deleted
   * there, so that one at a time would cost the more the larger the bound is. Looks at a bounded number: busy ones stay, so the
   * bound may be passed by those at work.
   */
  #makeRoom(): void {
    const spare = Math.floor(this.#max / 64)
    let excess = this.#byKey.size + 1 - this.#max + spare
    let looked = 0
    for (const [key, resident] of this.#byKey) {
      if (excess <= 0 || looked++ > 64 + spare) return
      if (!isIdle(resident)) continue
      this.#byKey.delete(key)
      excess--
    }
  }
}
