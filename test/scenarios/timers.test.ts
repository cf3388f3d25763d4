/**
 * Timers that outlive everything: ten thousand that came due while nobody ran, one whose conversation's document has expired,
 * and some on machines whose clock is a day wrong or jumps. Each fires once, never before its time on Redis' clock.
 */
import { describe, expect } from "#test/harness/effect.ts"
import { eventually } from "#test/harness/Eventually.ts"
import { type Residency } from "#test/harness/ProcessWorld.ts"
import { PHONE, said, type World } from "#test/harness/World.ts"
import { confirm } from "./confirmedConversations.ts"
import { tokenless, it } from "./twice.ts"

const DAY_MS = 24 * 3600_000
const SHIFTED = `--import=${new URL("../harness/shiftedClock.ts", import.meta.url).href}`

const phoneNumbered = (nth: number): string => `+1202${String(1_000_000 + nth)}`

describe("timers overdue at start", () => {
  const count = (residency: Residency): number =>
    process.env["OVERDUE"] === undefined ? (residency === "resident" ? 10_000 : 500) : Number(process.env["OVERDUE"])

  it.twice(
    "all fire, each once",
    async (world, residency) => {
      const phones = Array.from({ length: count(residency) }, (_, nth) => phoneNumbered(nth))
      await confirm(world.store, phones, Date.now() - 60_000)
      const began = performance.now()
      const service = await world.start({ ACTOR_CLAIM: "10 seconds", ACTOR_POLL_INTERVAL: "1 second" })
      await eventually(
        "all timers fired",
        () => world.counter(service, "tardigrade_timers_total", 'type="conversation",outcome="fired"'),
        (fired) => fired >= phones.length,
        300_000
      )
      const fired = performance.now()
      await eventually(
        "all texts",
        () => world.standIn.accepted.length,
        (taken) => taken >= phones.length,
        300_000
      )
      const sent = performance.now()
      await eventually(
        "nothing in flight",
        () => world.counter(service, "tardigrade_effects_total", 'name="sendSms",outcome="done"'),
        (done) => done >= phones.length,
        60_000
      )
      const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`
      process.stdout.write(
        `${phones.length} overdue timers (${residency}): fired in ${seconds(fired - began)}, texted in ${seconds(sent - began)}\n`
      )
      expect(await world.counter(service, "tardigrade_timers_total", 'type="conversation",outcome="fired"')).toBe(
        phones.length
      )
      expect(new Set(world.standIn.accepted.map(({ to }) => to)).size).toBe(phones.length)
      expect(world.standIn.accepted).toHaveLength(phones.length)
      const texts = [...new Set(world.standIn.accepted.map(({ text }) => tokenless(text)))]
      expect(texts).toEqual(["Your Farm to People recipes: /recipes/TOKEN.pdf"])
      return texts
    },
    { timeoutMs: 600_000 }
  )
})

describe("recipes on the day before the delivery", () => {
  it.twice("outlive the two hours of the conversation's document", async (world) => {
    const first = await world.start()
    await world.text(PHONE, "plan", "SMttl1")
    await world.sms(PHONE, 1)
    await world.settled(PHONE)
    await world.text(PHONE, "yes", "SMttl2")
    const { last_analysis } = (await world.document(PHONE)).context
    const [documentTtl, recordTtl] = await world.redis((redis) =>
      Promise.all([redis.pTTL(`conversation:${PHONE}`), redis.pTTL(`tardigrade:actor:conversation/${PHONE}`)])
    )
    expect(documentTtl).toBeLessThanOrEqual(7_200_000)
    expect(Date.now() + recordTtl).toBeGreaterThan(last_analysis?.recipes_due_at ?? Infinity)
    expect(await first.stop()).toBe(0)

    const other = phoneNumbered(1)
    const dueAt = Date.now() + 3_000
    await confirm(world.store, [other], dueAt)
    await world.redis((redis) => redis.del(`conversation:${other}`))
    await world.start()
    const texts = (await world.sms(other, 1)).map(tokenless)
    await world.settled(other)
    expect(world.standIn.accepted.at(-1)?.at).toBeGreaterThanOrEqual(dueAt)
    expect((await world.document(other)).status).toBe("recipes_sent")
    return { texts, ...(await world.document(other)).metrics }
  })
})

/** Waits for the recipes of `phone` and answers how late they were by the real clock. */
const lateness = async (world: World, phone: string, dueAt: number): Promise<number> => {
  await world.sms(phone, 1)
  await world.settled(phone)
  const sent = world.standIn.accepted.filter(({ to }) => to === phone)
  expect(sent).toHaveLength(1)
  return (sent[0]?.at ?? 0) - dueAt
}

describe("a clock that is wrong", () => {
  for (const days of [1, -1]) {
    const shift = { NODE_OPTIONS: SHIFTED, CLOCK_SHIFT_MS: String(days * DAY_MS) }

    it.twice(`by ${days} day fires on Redis' time, neither early nor never`, async (world) => {
      const dueAt = Date.now() + 3_000
      await confirm(world.store, [PHONE], dueAt)
      await world.start(shift)
      const late = await lateness(world, PHONE, dueAt)
      expect(late).toBeGreaterThanOrEqual(0)
      expect(late).toBeLessThan(10_000)
    })

    it.twice(`by ${days} day still sets the recipes for the day before the delivery`, async (world) => {
      await world.start(shift)
      await world.text(PHONE, "plan", "SMclock1")
      await world.sms(PHONE, 1)
      await world.settled(PHONE)
      const answer = said(await world.text(PHONE, "yes", "SMclock2"))
      const { last_analysis } = (await world.document(PHONE)).context
      const timers = (await world.record(PHONE))?.timers.map(
        ({ dueAt }) => dueAt - (last_analysis?.recipes_due_at ?? 0)
      )
      expect(timers).toHaveLength(1)
      expect(Math.abs(timers?.[0] ?? Infinity)).toBeLessThan(10_000)
      return answer
    })

    it.twice(`and jumps by ${days} day while it waits is noticed`, async (world) => {
      const dueAt = Date.now() + 3_000
      await confirm(world.store, [PHONE], dueAt)
      const service = await world.start({ NODE_OPTIONS: SHIFTED, CLOCK_JUMP_MS: String(days * DAY_MS) })
      process.kill(service.pid, "SIGUSR2")
      const late = await lateness(world, PHONE, dueAt)
      expect(late).toBeGreaterThanOrEqual(0)
      expect(late).toBeLessThan(10_000)
    })
  }
})
