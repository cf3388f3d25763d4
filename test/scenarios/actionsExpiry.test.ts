/**
 * Time is the store's, and the actor's record decides: neither a document that outlived its time nor one that somebody removed
 * changes what can be confirmed, and no process's wrong clock does.
 */
import { type DeveloperWorld } from "#test/harness/DeveloperWorld.ts"
import { describe, expect } from "#test/harness/effect.ts"
import { eventually } from "#test/harness/Eventually.ts"
import { it } from "./developerWorlds.ts"

const MINUTE = 60_000

/** A process whose clock is wrong by so much. */
const wrongBy = (world: DeveloperWorld, shiftMs: number) =>
  world.start({ NODE_OPTIONS: "--import=./test/harness/shiftedClock.ts", CLOCK_SHIFT_MS: String(shiftMs) })

/** Redis keeps the document for ever, and nobody is woken to end the action. */
const outlive = (world: DeveloperWorld, token: string): Promise<void> =>
  world.redis(async (redis) => {
    expect(await redis.zRem("tardigrade:due", `pending-action/${token}`)).toBe(1)
    expect(await redis.persist(`pending_action:${token}`)).toBe(1)
  })

const storeTime = (world: DeveloperWorld): Promise<number> =>
  world.redis(async (redis) => {
    const [seconds, micros] = (await redis.sendCommand(["TIME"])) as unknown as readonly [string, string]
    return Number(seconds) * 1000 + Math.floor(Number(micros) / 1000)
  })

const expiresAt = async (world: DeveloperWorld, token: string): Promise<number> => {
  const { expires_at } = JSON.parse((await world.document(token)) ?? "") as { readonly expires_at: string }
  return Date.parse(expires_at)
}

describe("an action past its time", () => {
  it.twice(
    "is refused while its document is still there, by processes whose clocks are ten minutes off",
    async (world) => {
      const ahead = await wrongBy(world, 10 * MINUTE)
      const behind = await wrongBy(world, -10 * MINUTE)
      const late = await world.propose(ahead, { expires_in_seconds: 3 })
      await outlive(world, late)
      ahead.freeze()
      const until = await expiresAt(world, late)
      expect(until - (await storeTime(world))).toBeLessThanOrEqual(3000)

      // In time by the store's clock, and so by theirs.
      const inTime = await world.propose(behind)
      const left = (await expiresAt(world, inTime)) - (await storeTime(world))
      expect(Math.abs(left - MINUTE)).toBeLessThan(20_000)

      await eventually(
        "its time to pass",
        () => storeTime(world),
        (now) => now >= until
      )
      expect(await world.document(late)).not.toBeNull()
      const refused = await world.confirm(behind, late, "late")
      expect([refused.status, refused.body["error"]]).toEqual([404, "expired"])
      ahead.thaw()
      const again = await world.confirm(ahead, late, "late")
      expect([again.status, again.body["error"]]).toEqual([404, "expired"])
      expect((await world.action(ahead, late)).body["state"]).toBe("expired")
      // Refusing it ended it: what outlived its time is gone.
      expect(await world.document(late)).toBeNull()
      expect(world.github.calls).toEqual([])

      const taken = await world.confirm(ahead, inTime)
      expect([taken.status, taken.body["status"], world.comments]).toEqual([200, "ok", 1])
    }
  )
})

describe("what somebody removes by hand", () => {
  it.twice("is no confirmation lost when it was the document, and none won when it was the record", async (world) => {
    const service = await world.start()
    const documentless = await world.propose(service)
    const recordless = await world.propose(service)
    await world.redis((redis) => redis.del(`pending_action:${documentless}`))
    const confirmed = await world.confirm(service, documentless, "once")
    expect([confirmed.status, confirmed.body["status"]]).toEqual([200, "ok"])
    expect((await world.confirm(service, documentless, "twice")).body["error"]).toBe("expired")
    expect(await world.document(documentless)).toBeNull()

    const mine = await world.keys()
    const records = mine.map(({ key }) => key).filter((key) => key.includes(`actor:`) && key.includes(recordless))
    expect(records).toHaveLength(1)
    await world.redis((redis) => redis.del(records))
    const refused = await world.confirm(service, recordless)
    expect([refused.status, refused.body["error"]]).toEqual([404, "expired"])
    expect(world.comments).toBe(1)
    return confirmed.body["spoken_text"]
  })
})
