/**
 * What a decision has to be told first: who is behind a proxy, which alert a thread belongs to, who wrote a deleted message.
 * Each question has a lane of its own, so that nobody waits for an answer that does not concern them; it is asked until
 * there is an answer. A deletion waits for the proxied posts of its channel: a proxy deletes what it replaced, and that is
 * no wish to be forgotten.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type { AlertId } from "#domain/ash/Alert.ts"
import { alertLookupKey } from "#domain/ash/AlertMetrics.ts"
import { messageAuthorKey } from "#domain/ash/History.ts"
import { type Snowflake, snowflakeTime } from "#domain/ash/Snowflake.ts"
import type { ActorStoreService } from "#runtime/ports/ActorStore.ts"
import type { StoreUnavailable } from "#runtime/RuntimeError.ts"
import { type IngressAuthors, readAuthor } from "./IngressAuthors.ts"
import type { Lanes } from "./IngressLanes.ts"
import { type LookUp, proxiedTells, type RouteView } from "./IngressRoute.ts"
import { deletedTells, type Tell, threadTell } from "./IngressTells.ts"
import type { PluralKitService } from "./PluralKit.ts"

/** Puts tells in line; the inner effect ends when they are durable. */
type Deliver = (tells: ReadonlyArray<Tell>) => Effect.Effect<Effect.Effect<void>>

export interface LookUps {
  /** Asks, and puts in line what follows from the answer. The inner effect ends when that is durable. */
  readonly run: (lookUp: LookUp, view: RouteView) => Effect.Effect<Effect.Effect<void>>
  /** Waits for the proxied posts of a channel that are being asked about now; `null` when there are none. */
  readonly proxiedPosts: (channelId: Snowflake) => Effect.Effect<void> | null
}

/** A thread younger than this may be ahead of the turn that writes down whose it is. */
const YOUNG_MS = 60_000

const untilRead = <A>(read: Effect.Effect<A, StoreUnavailable>): Effect.Effect<A> =>
  read.pipe(
    Effect.retry(
      Schedule.min([Schedule.exponential("50 millis"), Schedule.spaced("5 seconds")]).pipe(Schedule.jittered)
    ),
    Effect.orDie
  )

/** The stored value is the alert's id, bare or as a JSON string. */
const readAlertId = (value: string | null): AlertId | null =>
  /^"?(alert_[0-9a-z]{1,40})"?$/.exec(value ?? "")?.[1] ?? null

export const make = (
  store: ActorStoreService,
  pluralKit: PluralKitService,
  lanes: Lanes,
  authors: IngressAuthors,
  deliver: Deliver
): LookUps => {
  const asking = new Map<Snowflake, Set<Deferred.Deferred<void>>>()

  /** Marks a channel as asked about until the work has put its tells in line. */
  const asked = <A>(channelId: Snowflake, messageId: Snowflake, work: Effect.Effect<A>) =>
    Effect.suspend(() => {
      const here = asking.get(channelId) ?? new Set()
      const done = Deferred.makeUnsafe<void>()
      asking.set(channelId, here.add(done))
      const leave = Effect.sync(() => {
        Deferred.doneUnsafe(done, Effect.void)
        here.delete(done)
        if (here.size === 0 && asking.get(channelId) === here) asking.delete(channelId)
      })
      return lanes.submit(`proxied:${messageId}`, Effect.ensuring(work, leave))
    })

  const sender = ({ message }: Extract<LookUp, { what: "sender" }>, view: RouteView) =>
    asked(
      message.channel_id,
      message.id,
      Effect.gen(function* () {
        const tells = proxiedTells(message, yield* pluralKit.whoPosted(message.id), view)
        for (const { to } of tells) authors.remember(message.id, to.id)
        return yield* deliver(tells)
      })
    )

  const alert = ({ said, threadId }: Extract<LookUp, { what: "alert" }>) => {
    const young = said.at - snowflakeTime(threadId) < YOUNG_MS
    const alertId = untilRead(store.readDocument(alertLookupKey(threadId))).pipe(
      Effect.flatMap((value) => Effect.fromNullishOr(readAlertId(value))),
      Effect.retry({ schedule: Schedule.spaced("500 millis"), times: young ? 6 : 0 }),
      Effect.orElseSucceed(() => null)
    )
    const work = Effect.flatMap(alertId, (id) => deliver(id === null ? [] : [threadTell(id, said)]))
    return lanes.submit(`thread:${threadId}`, work)
  }

  const written = ({ messageIds }: Extract<LookUp, { what: "authors" }>, { now }: RouteView) => {
    const work = Effect.gen(function* () {
      const values = yield* untilRead(store.readDocuments(messageIds.map(messageAuthorKey)))
      const owners = messageIds.flatMap((id, index) => {
        const member = readAuthor(values[index] ?? null)
        return member === null ? [] : [[id, member] as const]
      })
      return yield* deliver(deletedTells(new Map(owners), now))
    })
    return lanes.submit(`deleted:${messageIds[0]}`, work)
  }

  const ask = (lookUp: LookUp, view: RouteView) => {
    switch (lookUp.what) {
      case "sender":
        return sender(lookUp, view)
      case "alert":
        return alert(lookUp)
      case "authors":
        return written(lookUp, view)
    }
  }

  return {
    run: (lookUp, view) => Effect.map(ask(lookUp, view), Effect.flatten),
    proxiedPosts: (channelId) => {
      const here = asking.get(channelId)
      return here === undefined ? null : Effect.all([...here].map(Deferred.await), { discard: true })
    }
  }
}
