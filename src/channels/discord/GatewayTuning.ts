/**
 * Bounds and patience of a gateway shard. The defaults suit every service; a test shortens what it would have to wait for.
 */
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"

export interface GatewayTuningService {
  /** Dispatches of a shard that are not durable yet; with one more the connection is closed until half of them are. */
  readonly mostInFlight: number
  /** From opening a connection to ready or resumed; a resume replays all that was missed first. */
  readonly readyWithin: Duration.Input
  /** A start waits this long for its checkpoint; without it the shard begins anew and catches up when the store is back. */
  readonly memoryWithin: Duration.Input
  /** A graceful stop waits this long for what is under way, and as long again for the last checkpoint. */
  readonly stopWithin: Duration.Input
  /** After Discord refused the bot: tried again this often, in case an operator put it right or Discord was wrong. */
  readonly refusedAgain: Duration.Input
  /** A process holds its shard this long after it last said so; then one that stands by takes it. */
  readonly leaseFor: Duration.Input
  /** How often it says so, and how often one that stands by asks; several times within `leaseFor`. */
  readonly renewEvery: Duration.Input
}

export const GatewayTuning = Context.Reference<GatewayTuningService>("app/channels/discord/GatewayTuning", {
  defaultValue: () => ({
    mostInFlight: 5000,
    readyWithin: "2 minutes",
    memoryWithin: "10 seconds",
    stopWithin: "5 seconds",
    refusedAgain: "10 minutes",
    leaseFor: "6 seconds",
    renewEvery: "2 seconds"
  })
})
