/**
 * The words an alert is about, fetched where they live: the member's history, else Discord (C8). They are read for showing
 * and kept nowhere. Nothing here fails: an alert goes out with or without them, and says which.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Routes } from "discord.js"
import type { AlertView, Signal } from "#domain/ash/Alert.ts"
import type { AshPolicy } from "#domain/ash/AshPolicy.ts"
import { historyKey, parseHistoryEntry } from "#domain/ash/History.ts"
import type { ActorStoreService } from "#runtime/ports/ActorStore.ts"
import type { DiscordRestService } from "./DiscordRest.ts"
import type { MemberWords } from "./Embeds.ts"
import { isGone } from "./Failures.ts"
import { read, SeenOnDiscord } from "./Messages.ts"

/** Where texts are fetched from. */
export interface TextSources {
  readonly rest: DiscordRestService
  readonly store: ActorStoreService
  readonly policy: AshPolicy
}

/** How far apart two stamps of Discord for one moment may be. */
const CLOCKS_APART_MS = 1000

const gone: MemberWords = { kind: "gone" }
const unread: MemberWords = { kind: "unread" }

/** The oldest second of a history that may still be given out (C1). */
export const oldestShown = ({ history }: AshPolicy, now: number): { readonly minScore?: number } =>
  history.maxAgeMs === null ? {} : { minScore: (now - history.maxAgeMs) / 1000 }

const inHistory = Effect.fnUntraced(function* ({ policy, store }: TextSources, signal: Signal) {
  const now = yield* Clock.currentTimeMillis
  const entries = yield* store.readSortedSet(historyKey(signal.guildId, signal.userId), {
    limit: policy.history.maxMessages,
    ...oldestShown(policy, now)
  })
  for (const { member } of entries) {
    const entry = parseHistoryEntry(member)
    if (entry?.message_id === signal.messageId) return entry.message
  }
  return null
})

/** A direct message that asked for no contact is our own: those are not the member's words. */
const onDiscord = ({ rest }: TextSources, { at, channelId, messageId, userId }: Signal): Effect.Effect<MemberWords> =>
  rest.request("GET", Routes.channelMessage(channelId, messageId), { within: "5 seconds" }).pipe(
    Effect.flatMap(read(SeenOnDiscord)),
    Effect.map(({ author, content, edited_timestamp, webhook_id }): MemberWords => {
      const theirs = author?.id === userId || webhook_id != null
      if (!theirs || content === undefined) return gone
      const isChanged = Date.parse(edited_timestamp ?? "") > at + CLOCKS_APART_MS
      return { kind: "text", text: content, ...(isChanged ? { changed: true } : {}) }
    }),
    Effect.catch((failure) => Effect.succeed(isGone(failure) ? gone : unread))
  )

/** The words of the message that gave the alert its severity. */
export const memberWords = (sources: TextSources, { raisedBy, textGone }: AlertView): Effect.Effect<MemberWords> => {
  if (textGone) return Effect.succeed(gone)
  return inHistory(sources, raisedBy).pipe(
    Effect.orElseSucceed(() => null),
    Effect.flatMap((text) =>
      text === null ? onDiscord(sources, raisedBy) : Effect.succeed<MemberWords>({ kind: "text", text })
    )
  )
}
