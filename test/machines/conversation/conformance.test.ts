/**
 * The conversation means the same in the kernel as in live XState, where it is most its own: several changes in a message,
 * a planner's notes, refused texts around STOP and START, and plans that come to nothing.
 */
import * as fc from "fast-check"
import { it } from "vitest"
import type { ActorEvent } from "#domain/Envelope.ts"
import { conversationDefinition } from "#machines/conversation/definition.ts"
import { conformance } from "#test/kernel/conformance/conformance.ts"
import { EPOCH } from "#test/kernel/conformance/Run.ts"
import { ANALYSIS, CART, PHONE } from "./Driver.ts"

const said = (text: string, at = EPOCH): ActorEvent => ({
  type: "MESSAGE_RECEIVED",
  text,
  messageId: "m1",
  at,
  replyVia: "answer"
})

const text = fc.constantFrom(
  "plan",
  "perfect, send the recipes now",
  "yes",
  "thanks",
  "skip monday and friday, and replace rice with quinoa",
  "swap 1 for tacos and 2 for soup",
  "skip monday and swap",
  "swap tuesday for tacos",
  "recipes now",
  "start over",
  "sign up",
  "stop",
  "start"
)

const events = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant("MESSAGE_RECEIVED"),
      text,
      messageId: fc.constant("m2"),
      at: fc.integer({ min: EPOCH, max: EPOCH + 3_000 }),
      replyVia: fc.constantFrom("answer", "send")
    })
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("DELIVERY_REPORTED"),
      messageId: fc.constantFrom("out", "other"),
      status: fc.constantFrom("delivered", "failed"),
      code: fc.constantFrom("21610", "30003"),
      at: fc.constant(EPOCH)
    })
  }
)

const analysis = fc.constantFrom(
  ANALYSIS,
  { ...ANALYSIS, meals: [] },
  { ...ANALYSIS, recipes_due_at: EPOCH + 2_000, notes: ["Monday had no dinner to skip."] },
  {
    ...ANALYSIS,
    recipes_due_at: EPOCH + 2_000,
    notes: Array.from({ length: 25 }, (_, at) => `Note ${at}. `.repeat(20))
  }
)

it("the conversation chart, with a restart after every turn", () =>
  conformance(
    { rows: [conversationDefinition({ jobDeadlineMs: 700, progressAfterMs: 200 })], id: PHONE },
    {
      events,
      advances: fc.integer({ min: 1, max: 900 }),
      outputs: {
        readUser: fc.constant({ account: "ready", preferences: { diet: "any" } }),
        readCart: fc.constant(CART),
        planMeals: analysis,
        makeRecipes: fc.constant({ url: "https://example.com/recipes/1" }),
        sendSms: fc.constant({ messageIds: ["out"] })
      },
      codes: fc.constantFrom("recipient_blocked", "rejected"),
      opening: [
        said("stop"),
        said("start"),
        said("plan"),
        "readUser",
        "readCart",
        "planMeals",
        said("skip monday and swap 2 for tacos"),
        "planMeals",
        said("perfect, send the recipes now"),
        "makeRecipes",
        said("sign up")
      ]
    },
    { numRuns: 80, maxSteps: 25 }
  ))
