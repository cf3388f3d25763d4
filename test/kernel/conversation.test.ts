/** The product's own chart means the same in the kernel as in live XState: the same check as for the feature charts. */
import * as fc from "fast-check"
import { it } from "vitest"
import type { ActorEvent } from "#domain/Envelope.ts"
import { conversationDefinition } from "#machines/conversation/definition.ts"
import { conformance } from "./conformance/conformance.ts"
import { EPOCH } from "./conformance/Run.ts"

const text = fc.constantFrom(
  "plan",
  "yes",
  "no",
  "swap kale for spinach",
  "swap kale",
  "skip Monday",
  "send the recipes now",
  "new",
  "help",
  "talk to a human",
  "start over",
  "stop",
  "start",
  "???"
)

const message: fc.Arbitrary<ActorEvent> = fc.record(
  {
    type: fc.constant("MESSAGE_RECEIVED"),
    text,
    messageId: fc.constantFrom("m1", "m2", "m3"),
    at: fc.integer({ min: EPOCH, max: EPOCH + 5_000 }),
    replyVia: fc.constantFrom("answer", "send"),
    optOutHandled: fc.boolean(),
    part: fc.record({
      ref: fc.constantFrom("r1", "r2", "r3"),
      index: fc.integer({ min: 1, max: 2 }),
      total: fc.constant(2)
    })
  },
  { requiredKeys: ["type", "text", "messageId", "at", "replyVia"] }
)

const reported: fc.Arbitrary<ActorEvent> = fc.record({
  type: fc.constant("DELIVERY_REPORTED"),
  messageId: fc.constantFrom("m1", "m2", "out"),
  status: fc.constantFrom("accepted", "sent", "delivered", "failed"),
  at: fc.constant(EPOCH)
})

const whole = fc.record({
  ...{ type: fc.constant("MESSAGE_RECEIVED") },
  text,
  messageId: fc.constant("m4"),
  at: fc.constant(EPOCH),
  replyVia: fc.constantFrom("answer", "send")
})

const said = (words: string) => ({
  type: "MESSAGE_RECEIVED",
  text: words,
  messageId: "m5",
  at: EPOCH,
  replyVia: "answer"
})

const analysis = fc.record({
  ref: fc.constantFrom("a1", "a2"),
  meals: fc.constant([{ day: "Monday", title: "Soup" }]),
  delivery_date: fc.constant("2027-01-20"),
  recipes_due_at: fc.integer({ min: EPOCH, max: EPOCH + 4_000 })
})

it("the conversation chart, with a restart after every turn", () =>
  conformance(
    { rows: [conversationDefinition({ jobDeadlineMs: 900, progressAfterMs: 250, partsWaitMs: 400 })], id: "+15550100" },
    {
      events: fc.oneof(
        { weight: 6, arbitrary: whole },
        { weight: 2, arbitrary: message },
        { weight: 1, arbitrary: reported }
      ),
      advances: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 500, max: 5_000 })),
      outputs: {
        readUser: fc.oneof(
          { weight: 4, arbitrary: fc.constant({ account: "ready", preferences: { diet: "vegan" } }) },
          {
            weight: 1,
            arbitrary: fc
              .constantFrom("unknown", "unlinked")
              .map((account) => ({ account, url: "https://example.com/join" }))
          }
        ),
        readCart: fc.constant({
          items: [{ name: "kale", quantity: 2, unit: "bunch" }],
          delivery_date: "2027-01-20",
          source: "sample"
        }),
        planMeals: analysis,
        makeRecipes: fc.constant({ url: "https://example.com/recipes/1" }),
        sendSms: fc.constantFrom({ messageId: "out" }, null)
      },
      opening: [
        said("plan"),
        "readUser",
        "readCart",
        "planMeals",
        said("swap kale for spinach"),
        "planMeals",
        said("yes"),
        said("send the recipes now"),
        "makeRecipes",
        said("new")
      ],
      codes: fc.constantFrom("recipient_blocked", "rejected", "rate_limited_exhausted")
    },
    { numRuns: 120, maxSteps: 25 }
  ))
