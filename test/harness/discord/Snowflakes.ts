/**
 * Discord ids: 42 bits of milliseconds since 2015, then 22 bits that keep ids of one millisecond apart and in order. The
 * clock is the stand-in's, so an id tells the moment it was made even when a test has moved time.
 */

const EPOCH_MS = 1_420_070_400_000
const LOW_BITS = 22n

export interface Snowflakes {
  /** A fresh id of this moment (epoch milliseconds; default: the stand-in's now). */
  readonly next: (at?: number) => string
}

export const snowflakes = (now: () => number): Snowflakes => {
  let count = 0n
  return {
    next: (at = now()) => {
      if (at <= EPOCH_MS)
        throw new Error("a snowflake cannot be older than Discord: the clock must be after 2015-01-01")
      count = (count + 1n) % (1n << LOW_BITS)
      return String((BigInt(Math.floor(at) - EPOCH_MS) << LOW_BITS) | count)
    }
  }
}

/** The moment an id was made, in epoch milliseconds. */
export const timeOf = (id: string): number => Number(BigInt(id) >> LOW_BITS) + EPOCH_MS

/** Sort order of ids: oldest first. */
export const byAge = (left: string, right: string): number => {
  const difference = BigInt(left) - BigInt(right)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

/** The shard that hears of a guild. Direct messages belong to shard 0. */
export const shardOf = (guildId: string | undefined, shards: number): number =>
  guildId === undefined ? 0 : Number((BigInt(guildId) >> LOW_BITS) % BigInt(shards))
