/** STOP, START and HELP (B10, C17), half-received messages (B11), delivery receipts (B17), and the message log (X16). */
import { describe, expect, it } from "vitest"
import { ANALYSIS, Driver, PHONE, T0 } from "./Driver.ts"

const texter = () => new Driver()

describe("STOP", () => {
  it.each(["STOP", "stopall", "Unsubscribe", "CANCEL", "end", "quit", "REVOKE", "optout", "opt out"])(
    "%j stops at once, with one confirmation that says how to come back",
    (word) => {
      const chat = texter().say(word)
      expect(chat.stopped).toBe(true)
      expect(chat.reply.intent).toBe("stop")
      expect(chat.reply.text).toContain("unsubscribed")
      expect(chat.reply.text).toContain("START")
      expect(chat.say(word).reply.text).toBeNull()
    }
  )

  it.each([
    ["analyzing", (chat: Driver) => chat.say("plan")],
    ["modifying", (chat: Driver) => chat.plan().say("skip monday")],
    ["confirmed", (chat: Driver) => chat.plan().say("yes")],
    ["recipes_sent", (chat: Driver) => chat.plan().say("yes").say("recipes now")],
    ["an account look-up", (chat: Driver) => chat.say("new")]
  ])("ends the jobs and timers of %s", (_, reach) => {
    const chat = reach(texter()).say("STOP")
    expect(chat.status).toBe("idle")
    expect([chat.timers.size, chat.jobs.size, chat.sent.length]).toEqual([0, 0, 0])
  })

  it("everything else is met with silence, and nothing starts", () => {
    const chat = texter().say("STOP")
    for (const text of [
      "plan",
      "hello",
      "new",
      "swap a for b",
      "?",
      "start over",
      "i need help",
      "yes please do",
      "ok"
    ]) {
      expect(chat.say(text).reply).toMatchObject({ text: null, status: "idle" })
      expect([chat.sent.length, chat.jobs.size, chat.stopped]).toEqual([0, 0, true])
    }
  })

  it.each(["START", "unstop", "YES", "Yes!"])("%j subscribes a stopped number again", (word) => {
    const chat = texter().say("STOP").say(word)
    expect(chat.stopped).toBe(false)
    expect(chat.reply.text).toContain("subscribed again")
    expect(chat.say("plan").status).toBe("analyzing")
  })

  it("YES of a subscribed number is agreement, and START says that all is as it was", () => {
    expect(texter().plan().say("YES").status).toBe("confirmed")
    const chat = texter().plan().say("START")
    expect(chat.reply).toMatchObject({ status: "analysis_sent", intent: "start" })
    expect(chat.reply.text).toContain("you are subscribed")
  })

  it.each(["HELP", "info"])("%j is answered while stopped: sender, contact, how things stand", (word) => {
    const chat = texter().say("STOP").say(word)
    for (const part of ["Farm to People", "help@example.com", "START", "unsubscribed"]) {
      expect(chat.reply.text).toContain(part)
    }
    expect(chat.stopped).toBe(true)
  })

  it("what the provider answered itself changes the state and is not answered again", () => {
    const chat = texter().say("STOP", { optOutHandled: true })
    expect([chat.stopped, chat.reply.text]).toEqual([true, null])
    expect(chat.say("HELP", { optOutHandled: true }).reply.text).toBeNull()
    expect(chat.say("START", { optOutHandled: true }).reply.text).toBeNull()
    expect(chat.stopped).toBe(false)
    expect(chat.plan().say("YES", { optOutHandled: true }).reply.text).toContain("Perfect")
  })

  it("YES to a provider that confirmed the STOP is confirmed there, and not again by us", () => {
    const silent = texter().say("STOP", { optOutHandled: true }).say("YES")
    expect([silent.stopped, silent.reply.text]).toEqual([false, null])
    const ours = texter().say("STOP", { optOutHandled: true }).say("START").say("STOP").say("YES")
    expect([ours.stopped, ours.reply.text]).toEqual([false, expect.stringContaining("subscribed again")])
  })

  it.each(["yes stop", "Yes, cancel", "sure, stop texting me", "Stop.\nSent from my iPhone", "STOP - John"])(
    "%j to a plan stops and confirms nothing; a stopped number stays so",
    (text) => {
      const chat = texter().plan().say(text)
      expect([chat.stopped, chat.reply.intent, chat.document.context.confirmation_status]).toEqual([true, "stop", null])
      expect(chat.say(text).stopped).toBe(true)
    }
  )

  it("texts to a stopped number are marked as the answers they are", () => {
    const chat = texter().say("STOP", { replyVia: "send" })
    expect(chat.sent).toMatchObject([{ to: PHONE, compliance: true }])
    expect(chat.say("HELP", { replyVia: "send" }).sent).toMatchObject([{ compliance: true }])
    expect(chat.say("START", { replyVia: "send" }).sent[0]).not.toHaveProperty("compliance")
  })

  it.each(["recipient_blocked", "21610"])("a send refused with %j stops silently", (code) => {
    const chat = texter().plan().say("yes").feed({ type: "SMS_FAILED", code, at: T0 })
    expect([chat.stopped, chat.status, chat.sent.length, chat.timers.size]).toEqual([true, "idle", 0, 0])
    expect(chat.document.metrics.error_count).toBe(0)
  })

  it("a refusal of a text from before the latest START is old news; a later one stops", () => {
    const chat = texter().plan().say("STOP")
    const before = chat.now
    chat.say("START").say("plan")
    const refusal = { type: "SMS_FAILED", code: "recipient_blocked", at: chat.now }
    chat.feed({ ...refusal, requestedAt: before })
    expect([chat.stopped, chat.status, chat.document.metrics.error_count]).toEqual([false, "analyzing", 1])
    expect(chat.feed({ ...refusal, requestedAt: chat.now }).stopped).toBe(true)
  })

  it("a refusal that does not say when its text was asked for stops, whatever was said before", () => {
    const chat = texter().say("STOP").say("START")
    expect(chat.feed({ type: "SMS_FAILED", code: "recipient_blocked", at: chat.now }).stopped).toBe(true)
  })

  it("a receipt of a text the provider took before the latest START does not stop either", () => {
    const chat = texter()
      .plan()
      .feed({ type: "SMS_SENT", output: { messageIds: ["SMold"] }, at: T0 + 10_000 })
    chat.now = T0 + 20_000
    chat.say("STOP").say("START")
    chat.feed({ type: "SMS_SENT", output: { messageIds: ["SMnew"] }, at: chat.now + 1 })
    const report = { type: "DELIVERY_REPORTED", status: "failed", code: "21610", at: chat.now + 2 }
    expect(chat.feed({ ...report, messageId: "SMold" }).stopped).toBe(false)
    expect(chat.feed({ ...report, messageId: "SMnew" }).stopped).toBe(true)
  })

  it("a send refused for another reason is counted and nothing else", () => {
    const chat = texter().plan().feed({ type: "SMS_FAILED", code: "rejected", at: T0 })
    expect([chat.stopped, chat.status, chat.document.metrics.error_count]).toEqual([false, "analysis_sent", 1])
  })
})

describe("long messages in parts", () => {
  const part = (index: number, text: string, ref = "7", total = 3) => [text, { part: { ref, index, total } }] as const

  it("are joined in order, whatever order they come in, and handled once", () => {
    const chat = texter().plan()
    for (const [text, more] of [part(3, "quinoa"), part(1, "swap brown "), part(1, "swap brown ")]) {
      expect(chat.say(text, more).reply).toMatchObject({ text: null, intent: "partial" })
    }
    const before = chat.document.metrics.message_count
    chat.say(...part(2, "rice for "))
    expect(chat.reply.intent).toBe("swap")
    expect(chat.document.context.modifications).toMatchObject([{ details: { old: "brown rice", new: "quinoa" } }])
    expect(chat.document.metrics.message_count).toBe(before + 1)
    expect(chat.timer("parts.")).toBeUndefined()
  })

  it("after two minutes what came is handled and answered by text", () => {
    const chat = texter().say(...part(1, "plan "))
    expect(chat.timer("parts.7")).toBe(120_000)
    chat.fire("parts.7")
    expect(chat.status).toBe("analyzing")
    expect(chat.replies).toEqual([])
    expect(chat.text).toContain("Analyzing")
  })

  it("a late or doubled part of a handled message is ignored", () => {
    const chat = texter()
      .say(...part(1, "plan "))
      .fire("parts.7")
      .say(...part(2, "plan"))
    expect([chat.reply.text, chat.timers.has("parts.7")]).toEqual([null, false])
    expect(chat.document.metrics.message_count).toBe(1)
  })

  it("a reference is used again later for another message", () => {
    const chat = texter()
      .say(...part(1, "hel", "7", 2))
      .say(...part(2, "lo", "7", 2))
    chat.now += 600_000
    chat.say(...part(1, "pl", "7", 2)).say(...part(2, "an", "7", 2))
    expect(chat.status).toBe("analyzing")
  })

  it("nonsense numbering is a message of its own, and only five messages are waited for", () => {
    expect(texter().say("plan", { part: { ref: "1", index: 5, total: 2 } }).status).toBe("analyzing")
    const chat = texter()
    for (let ref = 0; ref < 9; ref++) chat.say(...part(1, "x", String(ref)))
    expect(chat.context.parts.map(({ ref }) => ref)).toEqual(["4", "5", "6", "7", "8"])
  })

  it("parts of a stopped number stay silent", () => {
    const chat = texter()
      .say("STOP")
      .say(...part(1, "pl", "1", 2))
      .say(...part(2, "an", "1", 2))
    expect([chat.reply.text, chat.status, chat.jobs.size]).toEqual([null, "idle", 0])
  })
})

describe("delivery receipts", () => {
  const receipt = (status: string, messageId = "SM1", code?: string) => ({
    type: "DELIVERY_REPORTED",
    messageId,
    status,
    at: T0,
    ...(code === undefined ? {} : { code })
  })

  it("move forward only", () => {
    const chat = texter().feed({ type: "SMS_SENT", output: { messageIds: ["SM1", "SM2"] } })
    chat.feed(receipt("delivered")).feed(receipt("sent")).feed(receipt("failed"))
    expect(chat.context.receipts).toEqual([
      { messageId: "SM2", status: "accepted", takenAt: T0 },
      { messageId: "SM1", status: "delivered", takenAt: T0 }
    ])
    expect(chat.document.metrics.error_count).toBe(0)
    chat.feed({ type: "SMS_SENT", output: { messageIds: ["SM1"] } }).feed({ type: "SMS_SENT" })
    expect(chat.context.receipts).toContainEqual({ messageId: "SM1", status: "delivered", takenAt: T0 })
  })

  it("a failure is counted once, and one that says blocked stops", () => {
    const chat = texter().feed(receipt("failed")).feed(receipt("failed"))
    expect([chat.document.metrics.error_count, chat.stopped]).toEqual([1, false])
    expect(chat.feed(receipt("failed", "SM2", "recipient_blocked")).stopped).toBe(true)
  })

  it("keeps the last twenty", () => {
    const chat = texter()
    for (let index = 0; index < 30; index++) chat.feed(receipt("sent", `SM${index}`))
    expect(chat.context.receipts).toHaveLength(20)
    expect(chat.context.receipts.at(-1)).toEqual({ messageId: "SM29", status: "sent" })
  })
})

describe("the message log", () => {
  it("holds both sides, the last twenty, cut to 160 code points without breaking one", () => {
    const chat = texter().say("plan")
    expect(chat.context.log).toMatchObject([
      { from: "texter", text: "plan" },
      { from: "service", text: chat.reply.text }
    ])
    chat.say("\u{1f345}".repeat(300))
    const long = chat.context.log.find(({ text }) => text.startsWith("\u{1f345}"))
    expect([...(long?.text ?? "")]).toHaveLength(160)
    for (let count = 0; count < 30; count++) chat.say("hello")
    expect(chat.context.log).toHaveLength(20)
  })

  it("holds the texts that come by themselves, at their time", () => {
    const chat = texter().plan()
    expect(chat.context.log.at(-1)).toEqual({ at: chat.now, from: "service", text: chat.text.slice(0, 160) })
    expect(chat.text).toContain(ANALYSIS.meals[0]?.title)
  })
})
