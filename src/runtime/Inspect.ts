/** What an operator may see of an actor: states, times and names; nothing that its events or its context carried. */
import type { ActorAddress } from "#domain/ActorAddress.ts"
import { readRecent } from "#kernel/RecentEvents.ts"
import type { ActorState } from "#kernel/Turn.ts"
import type { Inspection } from "./ActorSystem.ts"
import { nameOf } from "./Dispatcher.ts"

export const inspectionOf = (address: ActorAddress, { meta, snapshot }: ActorState): Inspection => ({
  address,
  status: snapshot.status,
  value: snapshot.value,
  revision: meta.revision,
  version: meta.version,
  createdAt: meta.createdAt,
  updatedAt: meta.updatedAt,
  timers: meta.timers.map(({ id, dueAt }) => ({ id, dueAt })),
  effects: meta.outbox.map((entry) => ({
    id: entry.id,
    name: nameOf(entry.work),
    lane: entry.lane,
    attempts: entry.attempts,
    nextAttemptAt: entry.claim?.until ?? entry.readyAt,
    lastError: entry.lastError
  })),
  recent: readRecent(meta.recent)
})
