/**
 * What becomes of a community that the bot was removed from (B15): everybody whose words are stored there is told that they
 * left, and their own turns remove what belongs to that guild. Nobody keeps a list of a guild's members: they are found by
 * their histories, a page of keys at a time, however large the store is. Alerts that are open stay, without words.
 *
 * **Delivery**: at least once; again is harmless. **Crash**: the removal counts as heard when all of them were told, so
 * Discord replays it to the next process. An outage of a guild is no removal and must not come here.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import { historyKey } from "#domain/ash/History.ts"
import { memberId } from "#domain/ash/Member.ts"
import { isSnowflake, type Snowflake } from "#domain/ash/Snowflake.ts"
import { Housekeeping, type KeyPage } from "#runtime/ports/Housekeeping.ts"
import { IngressDelivery } from "./IngressDelivery.ts"
import { type Tell, toMember, toSession } from "./IngressTells.ts"

export interface Removal {
  readonly guildId: Snowflake
  /** Names it; the same in every replay. */
  readonly eventId: string
  readonly at: number
}

const PAGE = 128

const untilRead = Schedule.min([Schedule.exponential("50 millis"), Schedule.spaced("5 seconds")]).pipe(
  Schedule.jittered
)

/** Those of a page of keys whose histories these are. */
const peopleOf = (guildId: Snowflake, { keys }: KeyPage): ReadonlyArray<Snowflake> =>
  keys.map(({ key }) => key.slice(historyKey(guildId, "").length)).filter(isSnowflake)

const leave = ({ at, eventId, guildId }: Removal, userId: Snowflake): ReadonlyArray<Tell> => [
  toMember(memberId(guildId, userId), { type: "MEMBER_LEFT", at }, eventId),
  toSession(userId, { type: "MEMBER_LEFT", guildId, at }, eventId)
]

export class GuildPurge extends Context.Service<
  GuildPurge,
  {
    /** Ends when everybody concerned was told durably; answers how many they were. Never fails. */
    readonly purge: (removal: Removal) => Effect.Effect<number>
  }
>()("app/channels/discord/GuildPurge") {
  static readonly layer: Layer.Layer<GuildPurge, never, Housekeeping | IngressDelivery> = Layer.effect(
    GuildPurge,
    Effect.gen(function* () {
      const keeping = yield* Housekeeping
      const delivery = yield* IngressDelivery
      const purge = Effect.fnUntraced(function* (removal: Removal) {
        const prefix = historyKey(removal.guildId, "")
        let cursor: string | null = null
        let people = 0
        do {
          const asked = { prefix, cursor, count: PAGE, shapeOf: () => "sortedSet" as const }
          const page: KeyPage = yield* keeping.page(asked).pipe(Effect.retry(untilRead), Effect.orDie)
          const here = peopleOf(removal.guildId, page)
          yield* Effect.flatten(delivery.submit(here.flatMap((userId) => leave(removal, userId))))
          people += here.length
          cursor = page.cursor
        } while (cursor !== null)
        return people
      })
      return GuildPurge.of({ purge })
    })
  )
}
