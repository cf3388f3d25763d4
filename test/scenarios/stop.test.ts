/**
 * The three meanings of stop. SIGTERM: the process finishes what is under way, exits with 0 and gives the rest back at once.
 * STOP from a texter: nothing is sent any more, whatever was under way and however often the service starts. And afterwards
 * Redis holds no key that is not documented, and none without an expiry that does not need to be there.
 */
import { describe, expect } from "#test/harness/effect.ts"
import { eventually } from "#test/harness/Eventually.ts"
import { gateBefore } from "#test/harness/Gate.ts"
import { PHONE, said, type World } from "#test/harness/World.ts"
import { timeless, it } from "./twice.ts"
import { wholeConversation } from "./wholeConversation.ts"

/** A plan that waits at the shop's gate. Claims are long, so that only a claim given back is free at once. */
const planAtTheGate = async (world: World) => {
  const gate = await world.within(gateBefore(world.cart.url))
  world.options.env = { CART_SOURCE_URL: gate.url, ACTOR_CLAIM: "60 seconds" }
  return gate
}

/** README, "Redis keys". */
const DOCUMENTED: ReadonlyArray<RegExp> = [
  /^conversation:\+\d+$/,
  /^conversation:\+\d+:analysis:[0-9a-f]{32}$/,
  /^recipe-(pdf:[\w-]{22}|link:[0-9a-f]{32})$/,
  /^sms:blocked:\+\d+$/,
  /^sms:sent:[0-9a-f]{32}$/,
  /^user:\+\d+$/,
  /^tardigrade:(actor|seen|letters|documents):conversation\/\+\d+$/,
  /^tardigrade:(actor|seen|documents):retention\/main$/,
  /^tardigrade:owner:(conversation|recipe-pdf|recipe-link|sms|user):/,
  /^tardigrade:due$/,
  /^tardigrade:dead(:[\w-]+)?$/
]
const WITHOUT_EXPIRY = /^(tardigrade:due|tardigrade:dead|sms:blocked:\+\d+)$/

describe("SIGTERM", () => {
  it.twice("finishes the job under way and exits with 0; the next process goes on", async (world) => {
    const gate = await planAtTheGate(world)
    const first = await world.start()
    const answer = said(await world.text(PHONE, "plan", "SMterm1"))
    await gate.arrived
    const exit = first.stop()
    await eventually(
      "no new webhook is taken",
      () =>
        fetch(`${first.url}/healthz`).then(
          () => false,
          () => true
        ),
      Boolean
    )
    gate.open()
    expect(await exit).toBe(0)
    const left = await world.record(PHONE)
    expect(left?.snapshot.context).toMatchObject({ cart_snapshot: { source: "cart service" } })
    expect(left?.outbox.filter(({ claim }) => claim !== null)).toEqual([])
    await world.start()
    const texts = await world.sms(PHONE, 1)
    await world.settled(PHONE)
    expect(world.cart.requests).toHaveLength(1)
    return { answer, texts, document: timeless(await world.document(PHONE)) }
  })

  it.twice("gives back at once what does not finish in time", async (world) => {
    const gate = await planAtTheGate(world)
    const first = await world.start({ STOP_WITHIN: "500 millis" })
    await world.text(PHONE, "plan", "SMterm2")
    await gate.arrived
    expect(await first.stop()).toBe(0)
    expect((await world.record(PHONE))?.outbox.map(({ claim, attempts }) => ({ claim, attempts }))).toEqual([
      { claim: null, attempts: 0 }
    ])
    gate.open()
    await world.start()
    const texts = await world.sms(PHONE, 1)
    await world.settled(PHONE)
    return { texts, document: timeless(await world.document(PHONE)) }
  })

  it.twice("leaves only documented keys, and no key without expiry but those that need none", async (world) => {
    const process = await world.start()
    await wholeConversation(world)
    expect(await process.stop()).toBe(0)
    const keys = await world.keys()
    expect(keys.length).toBeGreaterThan(5)
    expect(keys.filter(({ key }) => !DOCUMENTED.some((known) => known.test(key)))).toEqual([])
    expect(keys.filter(({ key, ttl }) => ttl < 0 && !WITHOUT_EXPIRY.test(key))).toEqual([])
    const kinds = keys.map(({ key }) => key.replace(/[:/][^:/]*$/, ""))
    return kinds.toSorted()
  })
})

describe("STOP", () => {
  it.twice("ends a plan under way, outlives restarts, and ends with YES", async (world) => {
    const gate = await planAtTheGate(world)
    const first = await world.start()
    await world.text(PHONE, "plan", "SMstop1")
    await gate.arrived
    const goodbye = said(await world.text(PHONE, "STOP", "SMstop2"))
    gate.open()
    await world.settled(PHONE)
    await first.kill9()

    const second = await world.start()
    const silence = said(await world.text(PHONE, "plan", "SMstop3"))
    expect(silence).toEqual([])
    expect(await world.read(`sms:blocked:${PHONE}`)).not.toBeNull()
    const blocked = (await world.keys())
      .filter(({ key, ttl }) => ttl === -1 && key !== "tardigrade:due")
      .map(({ key }) => key)
    expect(blocked).toEqual([`sms:blocked:${PHONE}`, `tardigrade:actor:conversation/${PHONE}`])
    expect(await second.stop()).toBe(0)
    expect(world.standIn.accepted).toEqual([])

    await world.start()
    const welcome = said(await world.text(PHONE, "YES", "SMstop4"))
    expect(await world.read(`sms:blocked:${PHONE}`)).toBeNull()
    const answer = said(await world.text(PHONE, "plan", "SMstop5"))
    const texts = await world.sms(PHONE, 1)
    await world.settled(PHONE)
    expect(world.standIn.accepted).toHaveLength(1)
    return { goodbye, welcome, answer, texts, document: timeless(await world.document(PHONE)) }
  })
})
