/**
 * A member's stored messages as a responder sees them: the newest ten, shortened, and how many there are in all (A32). For
 * the eyes of the team only; an entry too old to be given out is not shown.
 */
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type { AshPolicy } from "#domain/ash/AshPolicy.ts"
import { type HistoryEntry, historyKey, parseHistoryEntry } from "#domain/ash/History.ts"
import type { Snowflake } from "#domain/ash/Snowflake.ts"
import type { ActorStoreService } from "#runtime/ports/ActorStore.ts"
import type { StoreUnavailable } from "#runtime/RuntimeError.ts"
import { inline, moment, person, plural } from "./Escaping.ts"
import { oldestShown } from "./MemberText.ts"

const SHOWN = 10
const TEXT_MAX = 100

interface Where {
  readonly store: ActorStoreService
  readonly policy: AshPolicy
}

/** The entries that may be given out, newest first. */
export const historyOf = Effect.fnUntraced(function* (
  { policy, store }: Where,
  guildId: Snowflake,
  userId: Snowflake
): Effect.fn.Return<ReadonlyArray<HistoryEntry>, StoreUnavailable> {
  const now = yield* Clock.currentTimeMillis
  const entries = yield* store.readSortedSet(historyKey(guildId, userId), {
    limit: policy.history.maxMessages,
    ...oldestShown(policy, now)
  })
  return entries.flatMap(({ member }) => parseHistoryEntry(member) ?? [])
})

const line = ({ crisis_score, message, severity, timestamp }: HistoryEntry): string =>
  [
    moment(DateTime.toEpochMillis(DateTime.makeUnsafe(timestamp)), "f"),
    severity ?? "severity unknown",
    crisis_score === null ? "score unknown" : crisis_score.toFixed(2),
    inline(message, TEXT_MAX)
  ].join(" · ")

export const historyWords = (userId: Snowflake, entries: ReadonlyArray<HistoryEntry>): string =>
  entries.length === 0
    ? `Nothing is stored about ${person(userId)} in this community.`
    : [
        `${plural(entries.length, "message")} of ${person(userId)} ${entries.length === 1 ? "is" : "are"} stored${entries.length > SHOWN ? `; the newest ${SHOWN}:` : ":"}`,
        ...entries.slice(0, SHOWN).map(line)
      ].join("\n")
