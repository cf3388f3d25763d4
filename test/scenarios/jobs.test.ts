/**
 * `kill -9` while a job or a send is under way: the other side holds the request until the process is dead. Whoever comes
 * next does the job again, and looks a text up before sending it, so the texter notices nothing but the wait.
 */
import * as Effect from "effect/Effect"
import { describe, expect } from "#test/harness/effect.ts"
import { MealPlanner } from "#capabilities/planner/MealPlanner.ts"
import * as RulePlanner from "#capabilities/planner/RulePlanner.ts"
import { KEYS, openaiStandIn } from "#test/harness/CapabilityStandIns.ts"
import { REACHED } from "#test/harness/CrashingStore.ts"
import { CRASHABLE } from "#test/harness/ProcessWorld.ts"
import { PHONE, said, type World } from "#test/harness/World.ts"
import { timeless, tokenless, it } from "./twice.ts"
import { wholeConversation } from "./wholeConversation.ts"

/** Asks for a plan, kills the process once `underWay`, and answers what the texter and a reader of the store see. */
const planOverAKill = async (world: World, underWay: () => Promise<void>): Promise<unknown> => {
  const answer = said(await world.text(PHONE, "plan", "SMjob1"))
  await underWay()
  await world.killCurrent()
  const texts = await world.sms(PHONE, 1)
  await world.settled(PHONE)
  expect(await world.sms(PHONE, 1)).toEqual(texts)
  expect(texts).toHaveLength(1)
  return { answer, texts, document: timeless(await world.document(PHONE)) }
}

describe("kill -9 while a job is under way", () => {
  it.twice("the account is looked up again", async (world) => {
    world.directory.next({ silent: true })
    world.supervise()
    const seen = await planOverAKill(world, () => world.directory.arrived(1))
    expect(world.directory.requests).toHaveLength(2)
    return seen
  })

  it.twice("the cart is read again", async (world) => {
    world.cart.next({ silent: true })
    world.supervise()
    const seen = await planOverAKill(world, () => world.cart.arrived(1))
    expect(world.cart.requests).toHaveLength(2)
    return seen
  })

  it.twice("the model is asked again", async (world) => {
    const sample = MealPlanner.use((planner) => {
      const items = [{ name: "Black beans", quantity: 2, unit: "can" }]
      const cart = { items, delivery_date: "2030-01-03", source: "sample" }
      return planner.plan({ cart, preferences: {}, modifications: [], previous: null })
    })
    const { meals } = await Effect.runPromise(Effect.provide(sample, RulePlanner.layerEmbedded))
    const model = await world.within(openaiStandIn({ meals }))
    model.next({ silent: true })
    const planner = { PLANNER_KIND: "openai", PLANNER_BASE_URL: `${model.url}/v1`, PLANNER_MODEL: "stand-in" }
    world.options.env = { ...planner, PLANNER_API_KEY: KEYS.model }
    world.supervise()
    const seen = await planOverAKill(world, () => model.arrived(1))
    expect(model.requests).toHaveLength(2)
    return seen
  })

  const moments = ["recipe-pdf:before:1", "recipe-pdf:after:1", "recipe-link:after:1"]
  for (const moment of moments) {
    it.twice(`the recipes are made again, killed at writeDocument/${moment}`, async (world) => {
      world.supervise({ CRASH_AT: `writeDocument/${moment}` }, CRASHABLE)
      const outcome = await wholeConversation(world)
      expect(world.output()).toContain(REACHED)
      return outcome
    })
  }
})

describe("kill -9 while a text is being sent", () => {
  for (const nth of [1, 2, 3]) {
    it.twice(`text ${nth} was taken, its answer never came: it is looked up, not sent again`, async (world) => {
      world.supervise()
      await world.supervised()
      const outcome = await wholeConversation(world, {
        before: (text) => {
          if (text === nth) world.standIn.fail({ kind: "timeout-after-accept" })
        },
        after: async (text) => {
          if (text === nth) await world.killCurrent()
        }
      })
      expect(outcome.texts).toHaveLength(3)
      expect(world.standIn.calls.filter(({ method }) => method === "GET")).toHaveLength(1)
      expect(world.standIn.calls.filter(({ method }) => method === "POST")).toHaveLength(3)
      return { ...outcome, texts: outcome.texts.map(tokenless) }
    })
  }
})
