/**
 * Redis itself dies, and the network loses its answers. While Redis is away a webhook is told to come again later; what was
 * answered with 200 is there afterwards, and a commit whose answer was lost is applied once.
 */
import { afterAll, beforeAll, describe, expect } from "#test/harness/effect.ts"
import { startRedis, type RedisServer } from "#test/harness/RedisServer.ts"
import { eventually } from "#test/harness/Eventually.ts"
import { losingProxy } from "#test/stores/redis/LosingProxy.ts"
import { openWorld, timeless, tokenless, it } from "./twice.ts"
import { PHONE, said, type World } from "#test/harness/World.ts"
import { wholeConversation } from "./wholeConversation.ts"

let redis: RedisServer
beforeAll(async () => {
  redis = await startRedis({ appendfsync: "always" })
})
afterAll(() => redis.stop())

const SENDERS = ["+12025550121", "+12025550122", "+12025550123", "+12025550124"]
const EACH = 25

describe("kill -9 of Redis during traffic", () => {
  it.twice(
    "is told as 503 with Retry-After, and loses nothing that was answered",
    async ({ options: { residency } }) => {
      const world = await openWorld(residency, { redisUrl: redis.url, phones: [...SENDERS, PHONE], database: 2 })
      await world.start()
      let refusals = 0
      let answered = 0
      const send = async (phone: string): Promise<void> => {
        for (let nth = 0; nth < EACH; nth++) {
          const id = `SM${phone.slice(1)}${nth}`
          await eventually(
            `an answer to ${id}`,
            () => world.deliver(phone, nth === 0 ? "plan" : "help", id),
            ({ status, headers }) => {
              if (status === 503) {
                refusals++
                expect(Number(headers.get("retry-after"))).toBeGreaterThan(0)
              } else {
                expect(status).toBe(200)
                answered++
              }
              return status === 200
            }
          )
        }
      }
      const traffic = Promise.all(SENDERS.map(send))
      await eventually(
        "some traffic",
        () => answered,
        (seen) => seen >= SENDERS.length * 5
      )
      await redis.kill9()
      await eventually(
        "a refusal",
        () => refusals,
        (seen) => seen > 0
      )
      await redis.start()
      await traffic
      const documents = []
      for (const phone of SENDERS) {
        const texts = await world.sms(phone, 1, 40_000)
        await world.settled(phone, 40_000)
        expect(texts).toHaveLength(1)
        documents.push({ texts, document: timeless(await world.document(phone)) })
      }
      expect(answered).toBe(SENDERS.length * EACH)
      return documents
    }
  )
})

describe("a network that loses answers", () => {
  const throughProxy = async (residency: World["options"]["residency"]) => {
    const world = await openWorld(residency, { redisUrl: redis.url, database: 3 })
    const proxy = await world.within(losingProxy(redis.port))
    world.options.env = { REDIS_URL: `redis://127.0.0.1:${proxy.port}/3` }
    return { world, proxy }
  }

  it.twice("applies every commit once", async ({ options: { residency } }) => {
    const { world, proxy } = await throughProxy(residency)
    await world.start()
    for (let nth = 0; nth < 10; nth++) {
      const id = `SMlostanswer${nth}`
      proxy.loseAnswerTo(id)
      expect((await world.text(PHONE, "help", id)).status).toBe(200)
    }
    expect(proxy.lost()).toBe(10)
    const { metrics } = await world.document(PHONE)
    expect(metrics.message_count).toBe(10)
    expect((await world.settled(PHONE)).revision).toBe(10)
    return metrics
  })

  it.twice("leaves a whole conversation as it would have been", async ({ options: { residency } }) => {
    const { world, proxy } = await throughProxy(residency)
    await world.start()
    const ids = ["SMwhole0", "SMwhole1", "SMwhole2", "SMwhole3"]
    const { texts, answers, document, modifications } = await wholeConversation(world, {
      before: (nth) => proxy.loseAnswerTo(ids[nth] ?? "")
    })
    expect(proxy.lost()).toBeGreaterThan(0)
    expect(texts).toHaveLength(3)
    expect(modifications).toBe(1)
    return { texts: texts.map(tokenless), answers, document }
  })

  it.twice("answers a webhook whose first delivery was cut off", async ({ options: { residency } }) => {
    const { world, proxy } = await throughProxy(residency)
    const first = await world.start()
    proxy.loseAnswerTo("SMcut")
    const early = world.deliver(PHONE, "plan", "SMcut").catch(() => null)
    await eventually("the lost answer", () => proxy.lost(), Boolean)
    await first.kill9()
    await early
    await world.start()
    const answer = said(await world.text(PHONE, "plan", "SMcut"))
    const texts = await world.sms(PHONE, 1)
    await world.settled(PHONE)
    expect((await world.document(PHONE)).metrics.message_count).toBe(1)
    return { answer, texts }
  })
})
