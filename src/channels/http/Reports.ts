/**
 * The bodies the operator's routes answer with, and how they are made from the runtime's own values. What is left out is
 * the point: no payload, no context, no raw actor id. Times are ISO 8601 in UTC.
 */
import * as Schema from "effect/Schema"
import { fingerprint } from "#runtime/Fingerprint.ts"
import type { ActorSystemHealth, Inspection } from "#runtime/ActorSystem.ts"
import type { DeadLetter } from "#runtime/ports/ActorStore.ts"
import { Component, Dependency } from "./ServiceDescription.ts"
import { shownLane } from "./ShownIds.ts"

export const Alive = Schema.Struct({ status: Schema.Literal("alive") })
export const Ready = Schema.Struct({ status: Schema.Literal("ready") })

export const Health = Schema.Struct({
  status: Schema.Literals(["ok", "degraded", "stopping"]),
  /** Why it is not `ok`: `StoreUnavailable`, `SystemStopping`, or the name of the part that is unwell; `null` when it is. */
  reason: Schema.NullOr(Schema.String),
  version: Schema.String,
  uptimeSeconds: Schema.Int,
  store: Schema.Struct({ kind: Schema.String, reachable: Schema.Boolean }),
  residents: Schema.Int,
  effectsInFlight: Schema.Int,
  spooled: Schema.NullOr(Schema.Int).annotate({
    description: "Events kept until the store is back; null where the process keeps none"
  }),
  dependencies: Schema.Array(Dependency),
  components: Schema.Array(Component)
}).annotate({ identifier: "Health" })

export const ActorReport = Schema.Struct({
  actor: Schema.String.annotate({ description: "The actor's fingerprint, as in the logs" }),
  type: Schema.String,
  status: Schema.Literals(["active", "done", "error", "stopped"]),
  state: Schema.Json.annotate({ description: "The chart's state value" }),
  revision: Schema.Int,
  version: Schema.Int,
  createdAt: Schema.String,
  updatedAt: Schema.String,
  timers: Schema.Array(Schema.Struct({ id: Schema.String, dueAt: Schema.String })),
  effects: Schema.Array(
    Schema.Struct({
      id: Schema.String,
      name: Schema.String,
      lane: Schema.String,
      attempts: Schema.Int,
      nextAttemptAt: Schema.String,
      lastError: Schema.NullOr(Schema.String)
    })
  ),
  recent: Schema.Array(Schema.Struct({ type: Schema.String, at: Schema.String }))
}).annotate({ identifier: "Actor" })

export const Forgotten = Schema.Struct({ removed: Schema.Int.annotate({ description: "Number of keys removed" }) })

export const DeadLetterReport = Schema.Struct({
  id: Schema.String,
  kind: Schema.Literals(["effect", "event"]),
  name: Schema.String,
  reason: Schema.String,
  at: Schema.String,
  actorType: Schema.String,
  actor: Schema.String.annotate({ description: "The actor's fingerprint, as in the logs" })
}).annotate({ identifier: "DeadLetter" })

export const Replayed = Schema.Struct({ status: Schema.Literal("replayed") })

/** The last moment a date can name. */
const END_OF_TIME = 8.64e15

/** A moment in epoch milliseconds as ISO 8601 in UTC. */
export const iso = (at: number): string => new Date(Math.min(at, END_OF_TIME)).toISOString()

export const reasonOf = ({ store, stopping }: ActorSystemHealth): "SystemStopping" | "StoreUnavailable" | null =>
  stopping ? "SystemStopping" : store.reachable ? null : "StoreUnavailable"

/** With a journal the process takes events while the store is away: degraded, and ready. */
export const notReadyBecause = (health: ActorSystemHealth): ReturnType<typeof reasonOf> =>
  health.spooled !== null && !health.stopping ? null : reasonOf(health)

export const reportOfActor = (seen: Inspection): typeof ActorReport.Type => ({
  actor: fingerprint(seen.address),
  type: seen.address.type,
  status: seen.status,
  state: seen.value as Schema.Json,
  revision: seen.revision,
  version: seen.version,
  createdAt: iso(seen.createdAt),
  updatedAt: iso(seen.updatedAt),
  timers: seen.timers.map(({ id, dueAt }) => ({ id, dueAt: iso(dueAt) })),
  effects: seen.effects.map(({ lane, nextAttemptAt, ...rest }) => ({
    ...rest,
    lane: shownLane(lane),
    nextAttemptAt: iso(nextAttemptAt)
  })),
  recent: seen.recent.map(({ type, at }) => ({ type, at: iso(at) }))
})

export const reportOfLetter = (letter: DeadLetter): typeof DeadLetterReport.Type => ({
  id: letter.id,
  kind: letter.kind,
  name: letter.name,
  reason: letter.reason,
  at: iso(letter.at),
  actorType: letter.address.type,
  actor: fingerprint(letter.address)
})
