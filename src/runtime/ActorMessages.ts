/**
 * Carries `message`, `start` and `stop` entries to the mailbox of their actor. The envelope's id is derived from the entry,
 * so the receiver's dedup makes a message effectively once.
 */
import * as Effect from "effect/Effect"
import { address } from "#domain/ActorAddress.ts"
import { EnvelopeId } from "#domain/Envelope.ts"
import type { SendToActor } from "./Dispatcher.ts"
import { EffectFailed } from "./EffectHandler.ts"
import { stableKey } from "./Fingerprint.ts"
import type { Mailboxes } from "./Mailboxes.ts"
import type { Delivery } from "./Resident.ts"
import type { TurnRefused } from "./RuntimeError.ts"

/** What one process does not know another may: during a rolling deploy these are waited out, about three hours long. */
const UNKNOWN_HERE_ATTEMPTS = 50

export const makeSendToActor =
  (deliver: Mailboxes["deliver"]): SendToActor =>
  (from, entry, work) => {
    const id = EnvelopeId(`effect:${stableKey(from, entry.id)}`)
    const priority = work.kind === "message" ? work.priority : "normal"
    const failed = (error: TurnRefused) => {
      const unknownHere = error._tag !== "EventQuarantined" && error._tag !== "PayloadTooLarge"
      const retry = error.isRetryable || (unknownHere && entry.attempts < UNKNOWN_HERE_ATTEMPTS)
      return new EffectFailed({ code: error._tag, retry })
    }
    const input = (): Delivery["input"] => {
      switch (work.kind) {
        case "message":
          return { kind: "event", event: work.event }
        case "start": {
          const parent = { address: from, child: work.child, generation: entry.generation }
          return { kind: "start", input: work.input, parent }
        }
        case "stop":
          return { kind: "stop" }
      }
    }
    return deliver(address(work.to.type, work.to.id), input(), id, priority).pipe(
      Effect.asVoid,
      // The receiver has the event as a dead letter: the message itself has arrived. A child that cannot start has not.
      Effect.catchTag("EventQuarantined", (error) => (work.kind === "start" ? Effect.fail(error) : Effect.void)),
      Effect.mapError(failed)
    )
  }
