/** What a texter hears when work fails, takes long, or is found undone after a downtime (S45, X14, X15). */
import { describe, expect, it } from "vitest"
import { ANALYSIS, CART, Driver } from "./Driver.ts"

const texter = () => new Driver()

describe("when work fails or takes long", () => {
  it.each([
    ["readUser", (chat: Driver) => chat.say("plan")],
    ["readCart", (chat: Driver) => chat.say("plan").done("readUser", { account: "ready", preferences: {} })],
    [
      "planMeals",
      (chat: Driver) => chat.say("plan").done("readUser", { account: "ready", preferences: {} }).done("readCart", CART)
    ]
  ])("S45, X15: a failing %s ends in error with an apology", (src, reach) => {
    const chat = reach(texter()).fail(src)
    expect(chat.status).toBe("error")
    expect(chat.text).toContain("trouble analyzing your cart. Reply 'plan' to try again")
    expect(chat.document.metrics.error_count).toBe(1)
    expect([chat.timers.size, chat.jobs.size]).toEqual([0, 0])
  })

  it("X14: nobody waits for ever: the deadline ends in error with the apology and stops the job", () => {
    const chat = texter().say("plan")
    expect(chat.timer("jobDeadline")).toBe(120_000)
    chat.fire("jobDeadline")
    expect(chat.status).toBe("error")
    expect(chat.text).toContain("Reply 'plan'")
    expect([chat.timers.size, chat.jobs.size]).toEqual([0, 0])
  })

  it("the deadline spans the whole analysis and is settable", () => {
    const chat = new Driver({ jobDeadlineMs: 5000 }).say("plan").done("readUser", { account: "ready", preferences: {} })
    expect(chat.timer("jobDeadline")).toBe(5000)
    expect(chat.done("readCart", CART).fire("jobDeadline").status).toBe("error")
  })

  it("B27: after twenty seconds the texter hears that it takes longer, and the work goes on", () => {
    const chat = texter().say("plan")
    expect(chat.timer("progress")).toBe(20_000)
    chat.fire("progress")
    expect(chat.text).toContain("Still working")
    expect([chat.status, chat.jobs.size]).toEqual(["analyzing", 1])
  })

  it("a change that fails for good is dropped, and 'plan' works with those made before", () => {
    const chat = texter().plan().say("skip monday").done("planMeals", ANALYSIS)
    chat.say("swap salmon for amazon.com and skip friday").say("hm").fail("planMeals")
    expect(chat.status).toBe("error")
    expect(chat.text).toContain("this change is dropped")
    expect(chat.text).toContain("Reply 'plan'")
    expect(chat.document.context.last_analysis).toEqual(ANALYSIS)
    chat.say("plan").done("readUser", { account: "ready", preferences: {} }).done("readCart", CART)
    expect(chat.input("planMeals")).toMatchObject({ modifications: [{ details: { days: ["Monday"] } }] })
    expect(chat.context.modifications).toHaveLength(1)
  })

  it("a change that fails with another one behind it is dropped with it", () => {
    const chat = texter().plan().say("swap salmon for amazon.com").say("skip monday").fail("planMeals")
    expect(chat.document.context.modifications).toEqual([])
  })

  it("a change that took too long is still there for 'plan'", () => {
    const chat = texter().plan().say("swap salmon for tofu").fire("jobDeadline")
    expect(chat.text).toContain("trouble changing your plan")
    chat.say("plan").done("readUser", { account: "ready", preferences: {} }).done("readCart", CART)
    expect(chat.input("planMeals")).toMatchObject({ modifications: [{ details: { old: "salmon", new: "tofu" } }] })
  })

  it.each([
    ["plan", (chat: Driver) => chat.say("plan")],
    ["change", (chat: Driver) => chat.plan().say("skip monday")],
    ["recipes", (chat: Driver) => chat.plan().say("yes, recipes now")],
    ["account", (chat: Driver) => chat.say("new")]
  ])("an apology for a %s long after its deadline keeps quiet hours, one in time does not", (_, reach) => {
    expect(reach(texter()).fire("jobDeadline", 2 * 60_000).sent).toMatchObject([{ initiatedBy: "texter" }])
    expect(reach(texter()).fire("jobDeadline", 6 * 3_600_000).sent).toMatchObject([{ initiatedBy: "us" }])
  })

  it("failed recipes are not marked as sent, and 'recipes now' tries again", () => {
    const chat = texter().plan().say("yes").say("recipes now").fail("makeRecipes")
    expect(chat.status).toBe("error")
    expect(chat.document.context.recipes_sent).toBe(false)
    expect(chat.text).toContain("recipes now")
    expect(chat.say("recipes now").status).toBe("recipes_sent")
    expect(chat.running("makeRecipes")).toBe(true)
  })
})
