/**
 * How the Discord channel is, for health and for whoever asks: one word, the reason, and how each shard stands. Written by
 * the gateway, read by the application. Nothing here says whom anybody is.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { DiscordSettings } from "./DiscordSettings.ts"
import { type Held, IngressDelivery } from "./IngressDelivery.ts"

/** `failed`: an operator must act, the reason says how. `standby`: another process listens, and this one is ready to. */
export type ShardState = "connecting" | "resuming" | "connected" | "standby" | "failed"

export interface ShardLook {
  readonly state: ShardState
  /** A fixed word: `bad_token`, `intents_not_allowed`, `not_answering`, `too_much_under_way`, ... */
  readonly reason: string | null
  /** When Discord was last heard, epoch milliseconds; 0 = never. */
  readonly heardAt: number
  /** Dispatches that are not durable yet. */
  readonly unhandled: number
}

export interface ShardHealth extends Omit<ShardLook, "heardAt"> {
  readonly shard: number
  /** Since anything was heard, heartbeats included; `null` = nothing yet. */
  readonly silentMs: number | null
}

export interface DiscordHealthReport {
  /** `off`: no token is configured. */
  readonly state: "off" | ShardState
  readonly reason: string | null
  /** Not all is well, although the rest of the service runs on. */
  readonly degraded: boolean
  readonly shards: ReadonlyArray<ShardHealth>
  /** Events that wait for the store. */
  readonly held: Held
}

export interface DiscordHealthService {
  readonly report: Effect.Effect<DiscordHealthReport>
  /** For the gateway: how to look at a shard. */
  readonly watch: (shard: number, look: () => ShardLook) => void
  /** For the gateway: why there is no shard (yet). */
  readonly explain: (state: ShardState, reason: string | null) => void
}

export class DiscordHealth extends Context.Service<DiscordHealth, DiscordHealthService>()(
  "app/channels/discord/DiscordHealth"
) {
  static readonly layer: Layer.Layer<DiscordHealth, never, DiscordSettings | IngressDelivery> = Layer.suspend(
    () => layer
  )
}

/** The worst first. */
const STATES: ReadonlyArray<ShardState> = ["failed", "connecting", "resuming", "connected", "standby"]
/** Somebody listens. */
const WELL: ReadonlyArray<ShardState> = ["connected", "standby"]

const layer = Layer.effect(
  DiscordHealth,
  Effect.gen(function* () {
    const { token } = yield* DiscordSettings
    const delivery = yield* IngressDelivery
    const looks = new Map<number, () => ShardLook>()
    let before: { readonly state: ShardState; readonly reason: string | null } = { state: "connecting", reason: null }

    const report = Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const held = yield* delivery.held
      const shards = [...looks].map(([shard, look]): ShardHealth => {
        const { heardAt, ...rest } = look()
        return { shard, ...rest, silentMs: heardAt === 0 ? null : Math.max(0, now - heardAt) }
      })
      if (token === null) return { state: "off", reason: null, degraded: false, shards, held } as const
      const worst = shards.toSorted((one, other) => STATES.indexOf(one.state) - STATES.indexOf(other.state))[0]
      const { reason, state } = worst ?? before
      const storeAway = held.count > 0
      return {
        state,
        reason: reason ?? (storeAway ? "events_held" : null),
        degraded: !WELL.includes(state) || storeAway,
        shards,
        held
      }
    })

    return {
      report,
      watch: (shard, look) => {
        looks.set(shard, look)
      },
      explain: (state, reason) => {
        before = { state, reason }
      }
    }
  })
)
