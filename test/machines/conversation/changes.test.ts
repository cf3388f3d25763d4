/** Changing a plan (S17-S19, S29-S33, X5, X7, X9, B27): all of it or a question, nothing lost, nothing in silence. */
import { describe, expect, it } from "vitest"
import { ANALYSIS, CART, Driver } from "./Driver.ts"

const texter = () => new Driver()

describe("changing a plan", () => {
  it("S29, X5: a swap is recorded in its own turn and planned with the plan before", () => {
    const chat = texter().plan().say("swap brown rice for quinoa")
    expect(chat.reply).toMatchObject({ status: "modifying", intent: "swap" })
    expect(chat.reply.text).toContain("Swapping brown rice for quinoa")
    const swap = { type: "swap", details: { old: "brown rice", new: "quinoa" } }
    expect(chat.document.context.modifications).toMatchObject([swap])
    expect(chat.document.context.modifications[0]?.timestamp).toBe(
      chat.document.last_activity.replace(/\d{3}Z$/, "000Z")
    )
    expect(chat.input("planMeals")).toMatchObject({ modifications: [swap], previous: ANALYSIS })
  })

  it("S30, S33: a skip records its days in week order", () => {
    const chat = texter().plan().say("skip friday and Monday")
    expect(chat.reply).toMatchObject({ status: "modifying", intent: "skip" })
    expect(chat.reply.text).toContain("Removing Monday, Friday")
    expect(chat.document.context.modifications).toMatchObject([
      { type: "skip", details: { days: ["Monday", "Friday"] } }
    ])
  })

  it("X7: a change leads back to analysis_sent with the new plan", () => {
    const changed = { ...ANALYSIS, ref: "analysis:2", meals: ANALYSIS.meals.slice(1) }
    const chat = texter().plan().say("skip monday").done("planMeals", changed)
    expect(chat.status).toBe("analysis_sent")
    expect(chat.text).not.toContain("Salmon bowl")
    expect(chat.document.context.last_analysis?.ref).toBe("analysis:2")
    expect(chat.say("yes").status).toBe("confirmed")
  })

  it("changes during a change are all kept, and the newest job has them all", () => {
    const chat = texter().plan().say("skip monday").say("swap kale for chard").say("skip friday")
    expect(chat.jobs.size).toBe(1)
    expect(chat.document.context.modifications).toHaveLength(3)
    expect(chat.input("planMeals")).toMatchObject({
      modifications: [{ type: "skip" }, { type: "swap" }, { type: "skip" }]
    })
    expect(chat.done("planMeals", ANALYSIS).document.context.modifications).toHaveLength(3)
  })

  it("several changes in one message are each recorded, in order, and named in the answer", () => {
    const chat = texter().plan().say("skip monday and friday, and replace rice with quinoa")
    expect(chat.reply).toMatchObject({ status: "modifying", intent: "skip" })
    expect(chat.reply.text).toContain("no Monday, Friday; quinoa for rice")
    expect(chat.document.context.modifications).toMatchObject([
      { type: "skip", details: { days: ["Monday", "Friday"] } },
      { type: "swap", details: { old: "rice", new: "quinoa" } }
    ])
    expect(chat.jobs.size).toBe(1)
    expect(chat.input("planMeals")).toMatchObject({ modifications: [{ type: "skip" }, { type: "swap" }] })
  })

  it.each(["skip monday and swap", "swap salmon for tofu and add more fish"])(
    "%j is not done by half: nothing is recorded, and that is said",
    (text) => {
      const chat = texter().plan().say(text)
      expect(chat.reply).toMatchObject({ status: "analysis_sent", intent: "modify" })
      expect(chat.reply.text).toContain("nothing is changed yet")
      expect([chat.jobs.size, chat.document.context.modifications.length]).toEqual([0, 0])
    }
  )

  it("a swap for one day is told to go for every day", () => {
    const chat = texter().plan().say("swap salmon for chicken on tuesday")
    expect(chat.reply.text).toContain("Swapping salmon for chicken on every day...")
    expect(chat.document.context.modifications).toMatchObject([{ details: { old: "salmon", new: "chicken" } }])
  })

  it("a swap may name the day of the meal", () => {
    const chat = texter().plan().say("swap tuesday for tacos")
    expect(chat.document.context.modifications).toMatchObject([{ details: { old: "Kale pasta", new: "tacos" } }])
  })

  it("what is said while the plan is changed promises the plan and nothing else", () => {
    expect(texter().plan().say("skip friday").reply.text).toBe(
      "Removing Friday from your meal plan... I will text you your plan when it is ready."
    )
  })

  it.each([
    ["swap salmon", "instead of salmon"],
    ["swap", "What would you like to swap?"],
    ["swap 2", "instead of Kale pasta"],
    ["skip the soup", "Which day"]
  ])("X9: %j is asked back, nothing is recorded and no job starts", (text, question) => {
    const chat = texter().plan().say(text)
    expect(chat.reply.text).toContain(question)
    expect([chat.status, chat.jobs.size, chat.document.context.modifications.length]).toEqual(["analysis_sent", 0, 0])
  })

  it("B27: 'swap 2 for tacos' means the second meal of the list", () => {
    const chat = texter().plan().say("swap 2 for tacos")
    expect(chat.document.context.modifications).toMatchObject([{ details: { old: "Kale pasta", new: "tacos" } }])
    expect(chat.reply.text).toContain("Swapping Kale pasta for tacos")
    expect(texter().plan().say("swap 9 for tacos").document.context.modifications).toMatchObject([
      { details: { old: "9" } }
    ])
  })

  it("keeps fifty changes and refuses more instead of losing one", () => {
    const chat = texter().plan()
    for (let count = 0; count < 50; count++) chat.say(`swap food ${count} for tofu`)
    chat.say("swap one more for tofu")
    expect(chat.reply.text).toContain("more changes than I can keep")
    expect(chat.document.context.modifications).toHaveLength(50)
    expect(chat.document.context.modifications[0]).toMatchObject({ details: { old: "food 0" } })
    expect(chat.reply.text).toContain("so it is not done; the earlier ones are")
    // Another plan before the yes keeps every one of them.
    chat.done("planMeals", ANALYSIS).say("plan").done("readUser", { account: "ready", preferences: {} })
    expect((chat.done("readCart", CART).input("planMeals") as { modifications: unknown }).modifications).toHaveLength(
      50
    )
  })

  it("a message whose changes do not all have room is refused as a whole", () => {
    const chat = texter().plan()
    for (let count = 0; count < 49; count++) chat.say(`swap food ${count} for tofu`)
    chat.say("skip monday and skip friday")
    expect(chat.reply.text).toContain("more changes than I can keep")
    expect(chat.document.context.modifications).toHaveLength(49)
    expect(chat.say("skip monday").document.context.modifications).toHaveLength(50)
  })

  const note = (old: string) => `No dinner used "${old}", so there was nothing to swap for "tofu".`
  const noted = (...notes: ReadonlyArray<string>) => ({ ...ANALYSIS, notes })

  it("what the planner could not do is in the plan's text and in the document, and is not said twice", () => {
    const chat = texter()
      .plan()
      .say("swap beef for tofu")
      .done("planMeals", noted(note("beef")))
    expect(chat.text).toContain(`Note: ${note("beef")}`)
    expect(chat.text).toContain("Reply 'yes'")
    expect(chat.document.context.last_analysis?.notes).toEqual([note("beef")])
    chat.say("swap lamb for tofu").done("planMeals", noted(note("beef"), note("lamb")))
    expect(chat.text).toContain(note("lamb"))
    expect(chat.text).not.toContain("beef")
    expect(chat.say("skip monday").done("planMeals", noted(note("beef"), note("lamb"))).text).not.toContain("Note")
  })

  it("who asks for the same change again is told again", () => {
    const chat = texter()
      .plan()
      .say("swap beef for tofu")
      .done("planMeals", noted(note("beef")))
    expect(chat.say("swap beef for tofu").done("planMeals", noted(note("beef"))).text).toContain(note("beef"))
  })

  it("a new plan tells all its notes", () => {
    const chat = texter().plan(noted(note("beef")))
    expect(chat.text).toContain(note("beef"))
    expect(chat.plan(noted(note("beef"))).text).toContain(note("beef"))
  })

  it("notes without room in the plan's text come in their own, before it", () => {
    const notes = ["beef", "lamb", "pork", "veal", "duck", "goat"].map(note)
    const chat = texter().plan(noted(...notes))
    expect(chat.sent.map(({ text }) => text.slice(0, 15))).toEqual(["About your plan", "Your Farm to Pe"])
    expect(chat.sent[0]?.text).toContain("beef")
  })

  it("keeps the newest twenty notes, and none of them without bounds", () => {
    const notes = Array.from({ length: 30 }, (_, at) => `${at} ${"word ".repeat(60)}`)
    const kept = texter().plan(noted(...notes)).document.context.last_analysis?.notes ?? []
    expect([kept.length, kept[0]?.slice(0, 3)]).toEqual([20, "10 "])
    expect(Math.max(...kept.map((one) => one.length))).toBeLessThanOrEqual(160)
  })

  it("S19: 'no' asks what to change", () => {
    const chat = texter().plan().say("no")
    expect(chat.reply).toMatchObject({ status: "analysis_sent", intent: "modify" })
    expect(chat.reply.text).toContain("What would you like to change?")
  })
})
