/** A person on request and the truth about it (B9), and a responder who takes the conversation over (B13). */
import { describe, expect, it } from "vitest"
import { unsafeBecause } from "#domain/ash/SafeMessaging.ts"
import { ALERT, CHANNEL, DAY, GUILD, HOUR, MINUTE, Person, policyWith, RESPONDER, SECOND, T0, USER } from "./Person.ts"

const told = (person: Person, alertId = ALERT) => person.hear({ type: "HUMAN_TOLD", alertId })
const saysCalled = ({ sent }: Person) =>
  sent.some(({ text }) => unsafeBecause(text, { humanTold: false }) === "claims_human_told")

describe("a person", () => {
  it("who is asked for is called, and nobody says that the team knows before it does", () => {
    const person = new Person().start().say("I want a person")
    expect(person.toldMember().at(-1)).toEqual({
      type: "HUMAN_WANTED",
      because: "asked",
      messageId: person.context.message?.messageId,
      channelId: CHANNEL,
      at: T0 + SECOND
    })
    expect([saysCalled(person), person.companion]).toEqual([false, undefined])
    expect(person.texts).toContain("asking the crisis team")
    told(person.pass(5 * SECOND))
    expect([saysCalled(person), person.sent.length]).toEqual([true, 1])
    expect(person.texts).toContain("cannot promise when")
    expect(person.say("thank you so much, I hope so").asked.humanTold).toBe(true)
  })

  it("can be asked for with no session, and by somebody who wants no contact with Ash", () => {
    const wanted = (person: Person) => person.toldMember().some(({ type }) => type === "HUMAN_WANTED")
    expect(wanted(new Person().say("can I talk to a human?"))).toBe(true)
    const optedOut = new Person().say("leave me alone").say("I want a person")
    expect([wanted(optedOut), optedOut.talk, optedOut.sent.length]).toEqual([true, "idle", 1])
    expect(saysCalled(told(optedOut))).toBe(true)
    expect(wanted(new Person(policyWith({ ash: { enabled: false } })).say("human please"))).toBe(true)
  })

  it("who cannot be reached within a minute is said not to have been reached, with where else to turn", () => {
    const person = new Person()
      .start()
      .say("I want a person")
      .pass(59 * SECOND)
    expect(person.sent).toEqual([])
    person.pass(SECOND)
    expect(person.texts).toContain("could not reach the crisis team yet")
    expect(person.texts).toContain("988")
    expect(saysCalled(person)).toBe(false)
    expect(person.pass(HOUR).everSent.filter(({ text }) => text.includes("could not reach"))).toHaveLength(1)
    expect(saysCalled(told(person))).toBe(true)
  })

  it("who is asked for again is said to be asked for still, and called again after a call", () => {
    const person = new Person().start().say("I want a person").say("I want a person!!")
    expect(person.toldMember().map(({ type }) => type)).toEqual(["MESSAGE_SEEN"])
    expect(person.texts).toContain("still asking")
    told(person).say("get me a human")
    expect(person.toldMember().map(({ type }) => type)).toEqual(["MESSAGE_SEEN", "HUMAN_WANTED"])
  })

  it("whom nobody can call is not promised", () => {
    const person = new Person().say("I want a person", { guildId: null })
    expect(person.told).toEqual([])
    expect(person.texts).toContain("no crisis team that I could call")
    expect(person.pass(2 * MINUTE).sent).toEqual([])
  })

  it("still called when the session is over is reported nevertheless", () => {
    const person = told(new Person().start().say("I want a person").say("bye"))
    expect(saysCalled(person)).toBe(true)
  })

  it("whom they want no more is not spoken of again", () => {
    for (const later of [told, (person: Person) => person.pass(2 * MINUTE)]) {
      const person = new Person().start().say("I want a person").say("leave me alone")
      expect(later(person).sent).toEqual([])
    }
  })

  it("is called once when the companion is concerned, after its answer", () => {
    const person = new Person().start().say("it is too much").answer("That sounds hard.", { concern: true })
    expect(person.sent.map(({ kind }) => kind)).toEqual(["reply", "notice"])
    expect(person.toldMember()).toMatchObject([{ type: "HUMAN_WANTED", because: "safety" }])
    expect(saysCalled(person)).toBe(false)
    const again = person.say("still").answer("I hear you.", { concern: true })
    expect([again.told, again.sent.length]).toEqual([[], 1])
    expect(told(again).say("and").answer("I hear you.", { concern: true }).told).toEqual([])
    person.say("stop")
    expect(person.notes[0]?.human_wanted).toBe(true)
  })

  it("is called when the companion fails, and Ash says so", () => {
    const person = new Person().start().say("hello?").companionFails()
    expect(person.toldMember()).toMatchObject([{ type: "HUMAN_WANTED", because: "ash_failed" }])
    expect(person.texts).toContain("trouble answering")
    expect([person.talk, saysCalled(person)]).toEqual(["talking.open.listening", false])
    expect(person.say("hello?").companionFails().texts).toContain("still asking")
    const called = told(person).say("hello?").companionFails()
    expect([called.told, called.texts.includes("has been called")]).toEqual([[], true])
  })

  it("is called when the companion answers too late, and what it says then is dropped", () => {
    const person = new Person()
      .start()
      .say("hello?")
      .pass(90 * SECOND)
    expect(person.toldMember()).toMatchObject([{ type: "HUMAN_WANTED", because: "ash_failed" }])
    expect(person.companion).toBeUndefined()
  })

  it("is called when an answer was lost on the way", () => {
    const person = new Person().start().say("hello?")
    person.holding = true
    person.answer().undeliverable("server_error")
    expect(person.toldMember()).toMatchObject([{ type: "HUMAN_WANTED", because: "ash_failed" }])
  })
})

describe("an ambulance", () => {
  const wishes = ({ told: all }: Person) => all.filter(({ event }) => event.type === "HUMAN_WANTED")

  it("that Ash is asked for is answered first and at once; the team is called for safety, and said to be only then", () => {
    const person = new Person().say("i swallowed 40 pills can you call an ambulance")
    expect(person.sent[0]?.text).toMatch(/^I am a program and cannot call anyone\. Please call 911 now/u)
    expect(person.toldMember()).toMatchObject([
      { type: "MESSAGE_SEEN", message: { origin: "dm" } },
      { type: "HUMAN_WANTED", because: "safety" }
    ])
    expect([saysCalled(person), person.companion, person.texts.includes("You want a person")]).toEqual([
      false,
      undefined,
      false
    ])
    expect(saysCalled(told(person))).toBe(true)
  })

  it("is answered while a person is asked for, after they were called, opted out, and with a responder", () => {
    const asking = new Person().start().say("I want a person")
    const called = told(new Person().start().say("I want a person"))
    const optedOut = new Person().say("leave me alone")
    const takenOver = new Person().start().takeOver()
    for (const person of [asking, called, optedOut, takenOver]) {
      person.say("call 911")
      expect(person.sent.map(({ text }) => text.includes("cannot call anyone"))).toEqual([true])
      expect(wishes(person)).toMatchObject([{ event: { because: "safety" } }])
      expect(saysCalled(told(person))).toBe(true)
    }
  })

  it("that nobody can be told of promises no team", () => {
    const person = new Person().say("i need an ambulance", { guildId: null })
    expect([person.told, person.texts.includes("asking the crisis team to look")]).toEqual([[], false])
    expect(person.texts).toContain("Please call 911 now")
  })
})

describe("a responder who takes over", () => {
  it("is announced once; Ash steps back and passes words on", () => {
    const person = new Person().start().say("hello").takeOver()
    expect(person.texts).toContain("person from the crisis team is here now")
    expect([person.companion, person.talk, person.sent.length]).toEqual([undefined, "taken_over.quiet", 1])
    expect(person.takeOver().sent).toEqual([])
    const said = person.say("who are you? I want a person")
    expect(said.toldAlert()).toMatchObject([{ type: "MEMBER_SAID", text: "who are you? I want a person" }])
    expect([said.sent, said.companion]).toEqual([[], undefined])
    expect(said.toldMember().map(({ type }) => type)).toEqual(["MESSAGE_SEEN"])
  })

  it("speaks to the person by name of the team, in parts that fit", () => {
    const person = new Person().start().takeOver()
    const relayed = person.hear({ type: "RELAY", messageId: "1", text: "Hello, @everyone here" })
    expect(relayed.sent).toEqual([
      { userId: USER, kind: "relay", text: "**Crisis team:** Hello, @\u200beveryone here" }
    ])
    const long = person.hear({ type: "RELAY", messageId: "2", text: "word ".repeat(900) })
    expect(long.sent.length).toBe(3)
    expect(long.sent.every(({ text }) => text.length <= 2000)).toBe(true)
  })

  it("sees changed messages and what cannot be passed on", () => {
    const person = new Person().takeOver().say("", { attachments: 2 })
    expect(person.toldAlert()).toMatchObject([{ text: "[2 pictures or files that cannot be passed on]" }])
    person.hear({ type: "DM_EDITED", messageId: "5", channelId: "1", text: "no", guildId: GUILD, editedAt: T0 })
    expect(person.toldAlert()).toMatchObject([{ type: "MEMBER_SAID", messageId: "5", text: "edited: no" }])
  })

  it("learns that a word did not arrive", () => {
    const person = new Person().takeOver()
    person.holding = true
    person.hear({ type: "RELAY", messageId: "1", text: "Hello" }).undeliverable()
    expect([person.toldAlert(), person.talk]).toMatchObject([[{ type: "ASH_UNREACHABLE" }], "taken_over.quiet"])
  })

  it("of another community gets the person's words from then on, which the first one is told", () => {
    const other = "alert_ba9876543210"
    const person = new Person().takeOver().hear({ type: "TAKE_OVER", by: "9", guildId: "7", alertId: other })
    expect([person.toldAlert(), person.sent]).toMatchObject([[{ type: "ASH_ENDED", how: "taken_over" }], []])
    expect([person.say("hello").toldAlert(), person.toldAlert(other).length]).toEqual([[], 1])
    person.hear({ type: "ALERT_RESOLVED", alertId: other })
    expect([person.toldAlert(), person.toldAlert(other).length, person.talk]).toEqual([[], 1, "idle"])
  })

  it("may reach somebody who wants no contact with Ash; Ash stays away afterwards", () => {
    const person = new Person().say("leave me alone").takeOver()
    expect([person.talk, person.sent.length]).toEqual(["taken_over.quiet", 1])
    expect(person.texts).toContain("You asked me, Ash, not to write")
    person.hear({ type: "HAND_BACK", by: RESPONDER })
    expect([person.talk, person.toldAlert()]).toMatchObject(["idle", [{ type: "ASH_ENDED", how: "taken_over" }]])
  })

  it("hands back to Ash, who says so and listens", () => {
    const person = new Person()
      .start()
      .talkOnce("old words")
      .takeOver()
      .say("between us")
      .hear({ type: "HAND_BACK", by: RESPONDER })
    expect(person.texts).toContain("This is Ash again")
    expect(person.say("hello Ash").asked.turns.map(({ text }) => text)).toEqual(["hello Ash"])
    expect(person.answer().say("bye").notes).toHaveLength(1)
  })

  it("is called again when nobody answers the person, who is told so", () => {
    const person = new Person()
      .takeOver()
      .say("are you there?")
      .pass(9 * MINUTE)
    expect(person.sent).toEqual([])
    person.pass(MINUTE)
    expect(person.texts).toContain("nobody has answered yet")
    expect(person.toldMember()).toMatchObject([{ type: "HUMAN_WANTED", because: "asked" }])
    const answered = new Person().takeOver().say("hi").hear({ type: "RELAY", messageId: "1", text: "Hi" })
    expect(answered.pass(HOUR).sent).toEqual([])
  })

  it("who resolves the alert closes the conversation; another alert's end does not", () => {
    const person = new Person().start().takeOver().hear({ type: "ALERT_RESOLVED", alertId: "alert_000000000000" })
    expect(person.talk).toBe("taken_over.quiet")
    person.hear({ type: "ALERT_RESOLVED", alertId: ALERT })
    expect([person.talk, person.notes[0]?.ended_by, person.context.alerts]).toEqual(["idle", "responder", []])
    expect(person.texts).toContain("crisis team has closed")
  })

  it("who falls silent is not waited for for ever, and may go on later", () => {
    const person = new Person()
      .start()
      .takeOver()
      .pass(2 * HOUR)
    expect([person.talk, person.notes[0]?.ended_by]).toEqual(["idle", "taken_over"])
    person.hear({ type: "RELAY", messageId: "9", text: "I am back" })
    expect([person.talk, person.sent.map(({ kind }) => kind)]).toEqual(["taken_over.quiet", ["relay"]])
    expect(person.say("hello").toldAlert()).toMatchObject([{ type: "MEMBER_SAID", text: "hello" }])
  })

  it("while the welcome is on its way: the alert hears of both", () => {
    const person = new Person()
    person.holding = true
    person.start().takeOver().deliver()
    expect([person.toldAlert(), person.talk]).toMatchObject([[], "taken_over.quiet"])
    const failing = new Person()
    failing.holding = true
    failing.start().takeOver().undeliverable()
    expect(failing.toldAlert()).toMatchObject([{ type: "ASH_UNREACHABLE" }])
  })

  it("stops neither idle nor longest time of Ash from counting anew", () => {
    const person = new Person()
      .start()
      .pass(4 * MINUTE)
      .takeOver()
      .pass(HOUR)
      .hear({ type: "HAND_BACK", by: RESPONDER })
    expect(person.pass(4 * MINUTE).talk).toBe("talking.open.listening")
    expect(person.pass(MINUTE).talk).toBe("idle")
  })
})

describe("ALERT_RESOLVED", () => {
  it("does not end a talk with Ash, which still tells how it ended", () => {
    const person = new Person().start().hear({ type: "ALERT_RESOLVED", alertId: ALERT })
    expect([person.talk, person.sent]).toEqual(["talking.open.listening", []])
    expect(person.say("stop").toldAlert()).toMatchObject([{ type: "ASH_ENDED" }])
    expect(person.context.alerts).toEqual([])
    expect(
      person
        .pass(DAY)
        .say("leave me alone")
        .told.map(({ event }) => event.type)
    ).toEqual(["MESSAGE_SEEN"])
  })
})
