/** From "plan" to recipes: statuses, jobs, timers and texts, as a texter meets them (S10-S45, X5-X16). */
import { describe, expect, it } from "vitest"
import { STATUSES } from "#domain/conversation/Guides.ts"
import { ANALYSIS, CART, DAY, Driver, PHONE, T0 } from "./Driver.ts"

const texter = () => new Driver()

describe("asking for a plan", () => {
  it("S26, S48: goes to analyzing, counts the analysis, starts the job and says so", () => {
    const chat = texter().say("plan")
    expect(chat.reply).toMatchObject({ status: "analyzing", intent: "request_plan" })
    expect(chat.reply.text).toContain("Analyzing your Farm to People cart")
    expect(chat.document.metrics).toEqual({ message_count: 1, error_count: 0, analysis_count: 1 })
    expect(chat.input("readUser")).toEqual({ phone: PHONE })
  })

  it("S44: user, then cart, then plan, then one text with every meal", () => {
    const chat = texter()
      .say("plan")
      .done("readUser", { account: "ready", preferences: { diet: "vegan" } })
    expect(chat.input("readCart")).toEqual({ phone: PHONE, preferences: { diet: "vegan" } })
    chat.done("readCart", CART)
    expect(chat.input("planMeals")).toEqual({
      phone: PHONE,
      cart: CART,
      preferences: { diet: "vegan" },
      modifications: [],
      previous: null
    })
    chat.done("planMeals", ANALYSIS)
    expect(chat.status).toBe("analysis_sent")
    expect(chat.sent).toEqual([{ to: PHONE, text: chat.text, initiatedBy: "texter" }])
    for (const { title } of ANALYSIS.meals) expect(chat.text).toContain(title)
    expect(chat.document.context).toMatchObject({ last_analysis: ANALYSIS, cart_snapshot: CART })
    expect([chat.timers.size, chat.jobs.size]).toEqual([0, 0])
  })

  it("S27, X13: 'plan' twice is one job, and 'already working' is said while it runs", () => {
    const chat = texter().say("plan").say("plan")
    expect(chat.reply.text).toContain("Already working")
    expect(chat.jobs.size).toBe(1)
    expect(chat.document.metrics.analysis_count).toBe(1)
  })

  it.each([
    ["analysis_sent", (chat: Driver) => chat.plan()],
    ["confirmed", (chat: Driver) => chat.plan().say("yes")],
    ["recipes_sent", (chat: Driver) => chat.plan().say("yes").say("recipes now").done("makeRecipes", { url: "u" })],
    ["error", (chat: Driver) => chat.say("plan").fail("readUser")]
  ])("X12: a plan can be asked for again in %s", (status, reach) => {
    const chat = reach(texter())
    expect(chat.status).toBe(status)
    chat.say("plan")
    expect(chat.status).toBe("analyzing")
    expect(chat.document.metrics.analysis_count).toBe(2)
    expect(chat.document.context).toMatchObject({ confirmation_status: null, recipes_sent: false })
    expect(chat.timer("recipesDue")).toBeUndefined()
  })

  it("praise around the word plan confirms a plan that is there, and asks for one that is not", () => {
    expect(texter().say("great, plan please").status).toBe("analyzing")
    expect(texter().plan().say("great plan").status).toBe("confirmed")
  })

  it.each(["unknown", "unlinked"])("an %s account gets the onboarding link and no error", (account) => {
    const url = "https://join.example/?phone=%2B12125551234"
    const chat = texter().say("plan").done("readUser", { account, url })
    expect(chat.status).toBe("idle")
    expect(chat.text).toContain(url)
    expect(chat.document.metrics.error_count).toBe(0)
    expect(chat.timers.size).toBe(0)
  })
})

describe("confirming and recipes", () => {
  it("S28, S58: confirms, promises the day before the delivery, and sets the timer to that moment", () => {
    const chat = texter().plan().say("yes")
    expect(chat.reply).toMatchObject({ status: "confirmed", intent: "confirm" })
    expect(chat.reply.text).toContain("Perfect! Your detailed recipes come Wednesday, the day before your delivery")
    expect(chat.document.context.confirmation_status).toBe("confirmed")
    expect(chat.now + (chat.timer("recipesDue") ?? 0)).toBe(ANALYSIS.recipes_due_at)
    chat.fire("recipesDue")
    expect(chat.status).toBe("recipes_sent")
    expect(chat.input("makeRecipes")).toEqual({ phone: PHONE, analysis: ANALYSIS })
    chat.done("makeRecipes", { url: "https://r.example/abc" })
    expect(chat.sent).toEqual([
      { to: PHONE, text: "Your Farm to People recipes: https://r.example/abc", initiatedBy: "us" }
    ])
  })

  it("yes and 'recipes now' in one message do both", () => {
    const chat = texter().plan().say("Perfect, send me the recipes now")
    expect(chat.reply).toMatchObject({ status: "recipes_sent", intent: "recipes_now" })
    expect(chat.document.context).toMatchObject({ confirmation_status: "confirmed", recipes_sent: true })
    expect(chat.running("makeRecipes")).toBe(true)
  })

  it.each(["yes", "yes, recipes now"])("%j to a plan without meals confirms nothing", (text) => {
    const chat = texter()
      .plan({ ...ANALYSIS, meals: [] })
      .say(text)
    expect([chat.status, chat.jobs.size, chat.timers.size]).toEqual(["analysis_sent", 0, 0])
  })

  it("after failed recipes the advice is 'recipes now', not a plan that would drop the confirmed one", () => {
    const chat = texter().plan().say("yes").say("recipes now").fail("makeRecipes").say("hm")
    expect(chat.reply).toMatchObject({ status: "error", intent: "unknown" })
    expect(chat.reply.text).toContain("'recipes now' for your recipes")
  })

  it("a new plan after a confirmed one says that the old changes are not in it", () => {
    const chat = texter().plan().say("skip monday").done("planMeals", ANALYSIS).say("yes").say("plan")
    expect(chat.reply.text).toContain("the changes to your confirmed one are not in it")
    expect(chat.document.context.modifications).toEqual([])
    expect(texter().plan().say("yes").say("plan").reply.text).not.toContain("confirmed one")
  })

  it("X11: the timer reaches as far as it must", () => {
    const chat = texter()
      .plan({ ...ANALYSIS, recipes_due_at: T0 + 60 * DAY })
      .say("yes")
    expect(chat.timer("recipesDue")).toBeGreaterThan(59 * DAY)
  })

  it("a delivery so near that the day before has passed gets its recipes at once, and is told so", () => {
    const chat = texter()
      .plan({ ...ANALYSIS, recipes_due_at: T0 - DAY })
      .say("yes")
    expect(chat.reply.text).toContain("in a moment")
    expect(chat.timer("recipesDue")).toBe(0)
    chat.fire("recipesDue").done("makeRecipes", { url: "u" })
    expect(chat.sent).toMatchObject([{ initiatedBy: "texter" }])
  })

  it("a promise of 'in a moment' that a downtime broke is kept outside quiet hours", () => {
    const late = texter()
      .plan({ ...ANALYSIS, recipes_due_at: T0 - DAY })
      .say("yes")
      .fire("recipesDue", 6 * 3_600_000)
    expect(late.done("makeRecipes", { url: "u" }).sent).toMatchObject([{ initiatedBy: "us" }])
  })

  const kept: ReadonlyArray<readonly [string, (it: Driver) => Driver]> = [
    ["confirmed", (chat) => chat.plan().say("yes")],
    ["recipes_sent", (chat) => chat.plan().say("yes, recipes now").done("makeRecipes", { url: "u" })]
  ]
  const inPassing = ["sounds like a plan", "I'm planning a trip", "my plan is to eat out", "the meals were great"]
    .concat(["great plan", "the plan looks good, are there nuts?", "change of plans?"])
    .concat(["there is nuts in tuesday's meal and I'm allergic"])
  const anew = ["plan", "plan again", "new plan", "make me a plan", "plan my week", "analyze my cart"]
  it.each(kept.flatMap(([status, go]) => inPassing.map((text) => ({ status, go, text }))))(
    "$text in $status leaves the plan and its timer alone",
    ({ status, go, text }) => {
      const chat = go(texter())
      const before = [...chat.timers.keys()]
      expect(chat.say(text).status).toBe(status)
      expect([...chat.timers.keys()]).toEqual(before)
      expect(chat.reply.text?.length).toBeGreaterThan(10)
      expect(chat.document.context.confirmation_status).toBe("confirmed")
    }
  )
  it.each(kept.flatMap(([status, go]) => anew.map((text) => ({ status, go, text }))))(
    "$text in $status makes a new plan",
    ({ go, text }) => {
      expect(go(texter()).say(text).status).toBe("analyzing")
    }
  )

  it("'sounds like a plan' confirms the one that is there, and starts none", () => {
    expect(texter().plan().say("sounds like a plan").status).toBe("confirmed")
    expect(texter().say("sounds like a plan").status).toBe("idle")
  })

  it.each([
    ["great, are there peanuts in it?", "Reply 'yes'"],
    ["yes and make it vegetarian", "nothing is changed yet"],
    ["looks good, add dessert", "nothing is changed yet"],
    ["yes add eggs", "nothing is changed yet"]
  ])("%j confirms nothing and asks back", (text, answer) => {
    const chat = texter().plan().say(text)
    expect(chat.status).toBe("analysis_sent")
    expect(chat.reply.text).toContain(answer)
    expect(chat.say("yes").status).toBe("confirmed")
  })

  it("S31, X15: 'recipes now' sends them now, and the timer is gone", () => {
    const chat = texter().plan().say("yes").say("recipes now")
    expect(chat.reply).toMatchObject({ status: "recipes_sent", intent: "recipes_now" })
    expect(chat.document.context.recipes_sent).toBe(true)
    expect(chat.timer("recipesDue")).toBeUndefined()
    chat.done("makeRecipes", { url: "https://r.example/abc" })
    expect(chat.sent[0]).toMatchObject({
      initiatedBy: "texter",
      text: expect.stringContaining("https://r.example/abc")
    })
    expect(chat.say("recipes now").running("makeRecipes")).toBe(true)
  })

  it.each([
    ["idle", (chat: Driver) => chat, "'plan' first"],
    ["analysis_sent", (chat: Driver) => chat.plan(), "confirm your plan first"]
  ])("'recipes now' in %s sends nothing and says what is missing", (status, reach, answer) => {
    const chat = reach(texter()).say("recipes now")
    expect(chat.reply.text).toContain(answer)
    expect([chat.status, chat.jobs.size]).toEqual([status, 0])
  })

  it.each([
    "yesterday",
    "not good",
    "is it good?",
    "yes but no fish",
    "no thanks",
    "goodness",
    "I don't know",
    "yes but stop the fish"
  ])("X10: %j confirms nothing", (text) => {
    expect(texter().plan().say(text).status).toBe("analysis_sent")
  })
})

describe("anywhere", () => {
  const reach: ReadonlyArray<readonly [string, (it: Driver) => Driver]> = [
    ["idle", (chat) => chat],
    ["analyzing", (chat) => chat.say("plan")],
    ["analysis_sent", (chat) => chat.plan()],
    ["modifying", (chat) => chat.plan().say("skip monday")],
    ["confirmed", (chat) => chat.plan().say("yes")],
    ["recipes_sent", (chat) => chat.plan().say("yes").say("recipes now")],
    ["error", (chat) => chat.say("plan").fail("readUser")]
  ]

  it("S10: every status is reached", () => {
    expect(reach.map(([, go]) => go(texter()).status)).toEqual([...STATUSES])
  })

  it.each(reach)("S21: help in %s helps and changes nothing", (status, go) => {
    const chat = go(texter())
    const before = [chat.jobs.size, [...chat.timers.keys()]]
    expect(chat.say("help").reply).toMatchObject({ status, intent: "help" })
    expect(chat.reply.text).toContain("Contact: help@example.com. STOP to end.")
    expect([chat.jobs.size, [...chat.timers.keys()]]).toEqual(before)
  })

  it.each(reach)(
    "S22, X8: start over in %s goes to idle, keeps preferences and metrics, ends jobs and timers",
    (_, go) => {
      const chat = go(texter())
      const before = chat.document
      chat.say("start over")
      expect(chat.reply).toMatchObject({ status: "idle", intent: "reset" })
      expect(chat.document.context).toEqual({
        last_analysis: null,
        cart_snapshot: null,
        user_preferences: before.context.user_preferences,
        modifications: [],
        confirmation_status: null,
        recipes_sent: false
      })
      expect(chat.document.metrics).toEqual({ ...before.metrics, message_count: before.metrics.message_count + 1 })
      expect([chat.timers.size, chat.jobs.size]).toEqual([0, 0])
    }
  )

  it.each(reach)("S24: what nobody understands in %s gets guidance and changes nothing", (status, go) => {
    const chat = go(texter()).say("the weather is lovely in the garden of noodles, he said, but whatever")
    expect(chat.status).toBe(status)
    expect(chat.reply.text?.length).toBeGreaterThan(20)
    const odd = go(texter()).say("asdf")
    expect(odd.reply).toMatchObject({ status, intent: "unknown" })
    expect(odd.reply.text).toContain("did not understand")
  })

  it.each([
    ["yes", "no plan waiting"],
    ["no", "All right."],
    ["thanks!", "You are welcome!"],
    ["hola", "Hello from Farm to People!"],
    ["not now", "All right."]
  ])("%j to nothing is unknown (S24), but answered kindly and with guidance", (text, answer) => {
    const chat = texter().say(text)
    expect(chat.reply).toMatchObject({ status: "idle", intent: "unknown" })
    expect(chat.reply.text).toContain(answer)
    expect(chat.reply.text).toContain("Reply 'plan'")
  })

  it.each(reach)("a person asked for in %s is not promised: the support contact is given", (status, go) => {
    const chat = go(texter()).say("can I talk to a person?")
    expect(chat.reply).toMatchObject({ status, intent: "human" })
    expect(chat.reply.text).toContain("help@example.com")
    expect(chat.reply.text).toContain("automated")
  })

  it.each(reach)("an allergy told in %s is not kept, and that is said, with whom to tell", (status, go) => {
    const chat = go(texter())
    const before = [chat.jobs.size, chat.timers.size, chat.document.context]
    chat.say("yes, and I'm allergic to peanuts")
    expect(chat.reply).toMatchObject({ status, intent: "allergy" })
    expect(chat.reply.text).toContain("nothing was stored")
    expect(chat.reply.text).toContain("help@example.com")
    expect([chat.jobs.size, chat.timers.size, chat.document.context]).toEqual(before)
  })

  it.each(reach)("what a phone makes of a reaction to a text changes nothing in %s", (status, go) => {
    const chat = go(texter())
    const before = [chat.jobs.size, [...chat.timers.keys()], chat.document.context]
    for (const [reaction, answer] of [
      ["Loved \u201cYour plan: reply 'yes', 'skip Monday' or 'recipes now'\u201d", "welcome"],
      ["Liked \u201cyes\u201d", "welcome"],
      ["Questioned \u201cyes\u201d", null],
      ["Disliked \u201cskip Monday\u201d", null],
      ["\u{1f44d} to \u201crecipes now\u201d", null]
    ] as const) {
      const { text, intent } = chat.say(reaction).reply
      expect([chat.status, intent]).toEqual([status, "unknown"])
      if (answer === null) expect(text).toBeNull()
      else expect(text).toContain(answer)
      expect([chat.jobs.size, [...chat.timers.keys()], chat.document.context]).toEqual(before)
    }
  })

  it.each(reach)("S57: 'new' in %s looks the account up beside everything else", (status, go) => {
    const chat = go(texter())
    if (chat.running("readUser")) return
    chat.say("new")
    expect([chat.status, chat.reply.intent]).toEqual([status, "new"])
    chat.done("readUser", { account: "unknown", url: "https://join.example" })
    expect(chat.text).toContain("https://join.example")
    expect(chat.status).toBe(status)
  })

  it("'new' of a known account says so and keeps its preferences; failure and deadline apologise", () => {
    const known = texter()
      .say("new")
      .done("readUser", { account: "ready", preferences: { diet: "vegan" } })
    expect(known.text).toContain("account is set up")
    expect(known.document.context.user_preferences).toEqual({ diet: "vegan" })
    expect(texter().say("new").fail("readUser").text).toContain("Reply 'new'")
    expect(texter().say("new").fire("jobDeadline").document.metrics.error_count).toBe(1)
  })

  it("answers by text when the provider takes no reply, and still replies once", () => {
    const chat = texter().say("plan", { replyVia: "send" })
    expect(chat.reply).toEqual({ text: null, status: "analyzing", intent: "request_plan" })
    expect(chat.sent).toEqual([{ to: PHONE, text: expect.stringContaining("Analyzing"), initiatedBy: "texter" }])
  })
})
