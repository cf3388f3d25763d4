/**
 * What is kept of an event or an effect that was given up on: enough to replay it, under an id that says nothing about whom it
 * concerns. Reasons are codes, because what a chart throws may quote a person. What an invoked effect was to work on is left
 * out: it cannot be replayed, and a letter may outlive its actor.
 */
import type { ActorEvent } from "#domain/Envelope.ts"
import type { OutboxEntry } from "#kernel/ActorRecord.ts"
import { nameOf } from "./Dispatcher.ts"
import { stableKey } from "./Fingerprint.ts"
import type { DeadLetter } from "./ports/ActorStore.ts"
import type { Resident } from "./Resident.ts"

/** `name` tells this event from the actor's others: an envelope id, or what a timer is. */
export const eventLetter = (
  resident: Resident,
  event: ActorEvent,
  name: string,
  reason: string,
  at: number
): DeadLetter => ({
  id: `event-${stableKey(resident.address, name)}`,
  address: resident.address,
  kind: "event",
  name: event.type,
  reason,
  at,
  payload: JSON.stringify(event)
})

export const effectLetter = (resident: Resident, entry: OutboxEntry, reason: string, at: number): DeadLetter => ({
  id: `effect-${stableKey(resident.address, entry.id)}`,
  address: resident.address,
  kind: "effect",
  name: nameOf(entry.work),
  reason,
  at,
  payload: JSON.stringify(entry.work.kind === "invoke" ? { ...entry, work: { ...entry.work, params: null } } : entry)
})
