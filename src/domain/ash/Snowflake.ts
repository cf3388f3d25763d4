/**
 * Discord's ids: 64-bit numbers written as decimal strings, with the time of their making in the upper 42 bits. They are
 * strings everywhere, because they exceed what a JavaScript number holds exactly (C5).
 */

/** A Discord id of any kind, as decimal digits. */
export type Snowflake = string

/** 2015-01-01T00:00:00Z, in epoch milliseconds. */
const DISCORD_EPOCH = 1_420_070_400_000

export const isSnowflake = (text: string): boolean => /^[1-9][0-9]{0,19}$/.test(text)

/** When the id was made, epoch milliseconds. */
export const snowflakeTime = (id: Snowflake): number => Number(BigInt(id) >> 22n) + DISCORD_EPOCH

/** The smallest id made at that moment: for asking Discord for what came after a time. */
export const snowflakeAt = (at: number): Snowflake =>
  (BigInt(Math.max(0, Math.trunc(at) - DISCORD_EPOCH)) << 22n).toString()

/** Orders ids by age, oldest first. */
export const compareSnowflakes = (one: Snowflake, other: Snowflake): number =>
  one.length - other.length || (one < other ? -1 : one > other ? 1 : 0)
