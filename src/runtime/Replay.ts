/**
 * Puts a dead letter back to work as what it was: an effect into its actor's outbox, a timer among its timers, an event into
 * its mailbox. The letter goes once that is durable. **Crash** in between: the letter is still there; replaying it again adds
 * nothing while the first replay is pending. An invoked effect stays given up: its chart has gone on without it, and may have
 * told a person that nothing was done.
 */
import * as Effect from "effect/Effect"
import type { ActorAddress } from "#domain/ActorAddress.ts"
import { type ActorEvent, EnvelopeId } from "#domain/Envelope.ts"
import type { OutboxEntry, Timer } from "#kernel/ActorRecord.ts"
import type { ActorSystemService } from "./ActorSystem.ts"
import { fingerprint } from "./Fingerprint.ts"
import type { ActorStoreService, DeadLetter } from "./ports/ActorStore.ts"
import { EffectNotAwaited, type TurnRefused } from "./RuntimeError.ts"

export const makeReplay = (options: {
  readonly store: ActorStoreService
  readonly deliver: (to: ActorAddress, event: ActorEvent, id: EnvelopeId) => Effect.Effect<unknown, TurnRefused>
  readonly requeue: (address: ActorAddress, entry: OutboxEntry) => Effect.Effect<void, TurnRefused>
  readonly rearm: (address: ActorAddress, timer: Timer) => Effect.Effect<void, TurnRefused>
}): ActorSystemService["replay"] => {
  const { store, deliver, requeue, rearm } = options

  const again = (letter: DeadLetter): Effect.Effect<unknown, TurnRefused | EffectNotAwaited> => {
    const { address, id, at } = letter
    if (letter.kind === "effect") {
      const entry = JSON.parse(letter.payload) as OutboxEntry
      if (entry.work.kind === "invoke") return Effect.fail(new EffectNotAwaited({ actor: fingerprint(address) }))
      return requeue(address, entry)
    }
    const payload = JSON.parse(letter.payload) as ActorEvent | { readonly type?: never; readonly timer: Timer }
    if (payload.type === undefined) return rearm(address, payload.timer as Timer)
    return deliver(address, payload as ActorEvent, EnvelopeId(`replay:${id}:${at}`)).pipe(
      // It failed anew, and is a new letter now.
      Effect.tapErrorTag("EventQuarantined", () => store.removeDeadLetter(id))
    )
  }

  return Effect.fnUntraced(function* (id) {
    const letter = yield* store.readDeadLetter(id)
    if (letter === null) return false
    yield* again(letter)
    return yield* store.removeDeadLetter(id)
  })
}
