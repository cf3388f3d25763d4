/** How a session begins, goes on and ends; what it leaves behind, and what it does not. */
import { describe, expect, it } from "vitest"
import { ashSessionId } from "#domain/ash/AshSession.ts"
import { ALERT, DAY, GUILD, HOUR, MINUTE, Person, policyWith, SECOND, T0, USER } from "./Person.ts"

const OTHER = "alert_ba9876543210"

describe("START", () => {
  it.each(["button", "auto"] as const)("by %s writes a welcome that says who writes, and how to stop it", (by) => {
    const person = new Person().start({ by })
    expect(person.sent).toMatchObject([{ userId: USER, kind: "welcome" }])
    for (const part of [
      "automated",
      "not a person",
      "not an emergency service",
      "no transcript",
      "I want a person",
      "\u274c",
      "leave me alone",
      "988"
    ]) {
      expect(person.texts).toContain(part)
    }
    expect(person.talk).toBe("talking.open.listening")
  })

  it("is answered only when the welcome has really arrived", () => {
    const person = new Person()
    person.holding = true
    person.start()
    expect([person.talk, person.toldAlert()]).toEqual(["talking.welcoming", []])
    person.pass(HOUR)
    expect([person.talk, person.toldAlert()]).toEqual(["talking.welcoming", []])
    person.deliver()
    expect(person.toldAlert()).toEqual([{ type: "ASH_CONTACTED", at: T0 + HOUR }])
  })

  it("that cannot be delivered is answered so, and leaves no session", () => {
    const person = new Person()
    person.holding = true
    person.start().undeliverable()
    expect(person.toldAlert()).toEqual([{ type: "ASH_UNREACHABLE", at: T0 }])
    expect([person.talk, person.context.session, person.notes, person.documents.size]).toEqual(["idle", null, [], 0])
  })

  it("is refused when Ash is off, and while a person speaks", () => {
    const off = new Person(policyWith({ ash: { enabled: false } })).start()
    expect([off.toldAlert(), off.sent]).toEqual([[{ type: "ASH_REFUSED", because: "off", at: T0 }], []])
    const busy = new Person().takeOver().start({ alertId: OTHER })
    expect([busy.toldAlert(OTHER), busy.sent]).toEqual([[{ type: "ASH_REFUSED", because: "busy", at: T0 }], []])
  })

  it("of a second alert joins the session and shares its end", () => {
    const person = new Person().start().talkOnce().start({ alertId: OTHER, severity: "critical" })
    expect(person.toldAlert(OTHER)).toMatchObject([{ type: "ASH_CONTACTED" }])
    expect([person.sent, person.context.session?.severity, person.context.session?.alertId]).toEqual([
      [],
      "critical",
      ALERT
    ])
    person.say("bye")
    for (const alert of [ALERT, OTHER])
      expect(person.toldAlert(alert)).toMatchObject([{ type: "ASH_ENDED", how: "member" }])
  })

  it("of a second alert while the welcome is on its way waits for it, too", () => {
    const person = new Person()
    person.holding = true
    person.start().start({ alertId: OTHER })
    expect(person.told).toEqual([])
    person.deliver()
    expect([person.toldAlert(), person.toldAlert(OTHER)]).toMatchObject([
      [{ type: "ASH_CONTACTED" }],
      [{ type: "ASH_CONTACTED" }]
    ])
  })

  it("twice for one alert welcomes once", () => {
    const person = new Person().start().start()
    expect([person.sent, person.toldAlert()]).toMatchObject([[], [{ type: "ASH_CONTACTED" }]])
    expect(person.context.alerts).toHaveLength(1)
  })
})

describe("a message to Ash", () => {
  it("starts a session on request and is answered behind the welcome", () => {
    const person = new Person()
    person.holding = true
    person.say("I feel so alone")
    expect([person.sent.map(({ kind }) => kind), person.companion]).toEqual([["welcome"], undefined])
    person.deliver()
    expect(person.asked).toEqual({
      turns: [{ by: "member", text: "I feel so alone", at: T0 + SECOND }],
      severity: "low",
      humanTold: false,
      followUp: false
    })
    expect(person.answer("I hear you.").sent).toEqual([{ userId: USER, text: "I hear you.", kind: "reply" }])
  })

  it("is told to the member's own actor in every state, with the community last known", () => {
    const person = new Person()
    const seen = (text: string) => [
      {
        type: "MESSAGE_SEEN",
        message: expect.objectContaining({ text, origin: "dm", sensitivity: 1, editedAt: null }) as unknown
      }
    ]
    expect(person.say("first").toldMember()).toEqual(seen("first"))
    expect(person.say("while answering", { guildId: null }).toldMember()).toEqual(seen("while answering"))
    expect(person.answer().say("listening").toldMember()).toEqual(seen("listening"))
    expect(person.takeOver().say("taken over").toldMember()).toEqual(seen("taken over"))
    expect(person.say("leave me alone").toldMember()[0]).toMatchObject({ type: "MESSAGE_SEEN" })
    person.hear({ type: "HAND_BACK", by: "1" })
    expect(person.say("opted out").toldMember()).toEqual(seen("opted out"))
    expect(new Person(policyWith({ ash: { enabled: false } })).say("off").toldMember()).toEqual(seen("off"))
  })

  it("of somebody of no known community is answered with where else to turn, and told to nobody", () => {
    const person = new Person().say("I feel so alone", { guildId: null })
    expect([person.told, person.talk]).toEqual([[], "talking.open.answering"])
    expect(person.texts).toContain("nobody but me reads this")
    expect(person.texts).toContain("988")
    expect(person.texts).not.toContain("I want a person")
  })

  it("that comes twice counts once", () => {
    const person = new Person().say("hello", { messageId: "500000000000000077" })
    const before = person.context
    person.hear({
      type: "DM_RECEIVED",
      messageId: "500000000000000077",
      channelId: "1",
      text: "hello",
      guildId: GUILD,
      attachments: 0
    })
    expect([person.context, person.told, person.sent]).toEqual([before, [], []])
  })

  it("that comes while Ash answers is answered next, together with the others, in the order of the talk", () => {
    const person = new Person().say("one").say("two").say("three")
    expect(person.asked.turns.map(({ text }) => text)).toEqual(["one"])
    person.answer("answer to one")
    expect(person.asked.turns.map(({ text }) => text)).toEqual(["one", "answer to one", "two", "three"])
    expect(person.answer("answer to both").talk).toBe("talking.open.listening")
  })

  it("is bounded in length and number, however much comes", () => {
    const person = new Person().say("\u{1f600}".repeat(3000)).answer()
    for (let count = 0; count < 30; count++) person.say(`message ${count}`)
    for (let count = 0; count < 2; count++) {
      person.answer("a".repeat(9000)).say("and more")
      expect(person.asked.turns.length).toBeLessThanOrEqual(20)
    }
    person.answer()
    const { turns } = { turns: person.context.session?.turns ?? [] }
    expect(turns.length).toBeLessThanOrEqual(20)
    expect(Math.max(...turns.map(({ text }) => text.length))).toBeLessThanOrEqual(2000)
    expect(person.everSent.every(({ text }) => text.length <= 2000)).toBe(true)
    expect(person.stored.length).toBeLessThan(100_000)
  })

  it("with a picture is answered truly; a picture alone asks nothing of the companion", () => {
    const person = new Person().start().say("", { attachments: 1 })
    expect([person.texts, person.companion, person.toldMember()]).toEqual([
      expect.stringContaining("cannot see") as unknown,
      undefined,
      []
    ])
    expect(person.say("look", { attachments: 2 }).texts).toContain("cannot see")
    expect(person.asked.turns).toHaveLength(1)
  })

  it("that is changed is analysed again, and Ash knows the new words", () => {
    const person = new Person().say("I am fien", { messageId: "500000000000000088" })
    const edit = {
      type: "DM_EDITED" as const,
      messageId: "500000000000000088",
      channelId: "1",
      text: "I am not fine",
      guildId: null,
      editedAt: T0 + MINUTE
    }
    person.hear(edit)
    expect(person.toldMember()).toMatchObject([
      { type: "MESSAGE_SEEN", message: { text: "I am not fine", editedAt: T0 + MINUTE } }
    ])
    expect(person.say("hello?").answer().asked.turns[0]?.text).toBe("I am not fine")
    expect(new Person().hear({ ...edit, guildId: GUILD }).talk).toBe("idle")
  })
})

describe("the end of a session", () => {
  it("comes after a silence, counted from the latest answer, with closing words once", () => {
    const person = new Person()
      .start()
      .pass(4 * MINUTE)
      .talkOnce()
      .pass(4 * MINUTE)
    expect(person.talk).toBe("talking.open.listening")
    person.pass(MINUTE)
    expect([person.talk, person.sent.length, person.toldAlert()]).toEqual([
      "idle",
      1,
      [expect.objectContaining({ type: "ASH_ENDED", how: "idle" }) as unknown]
    ])
    expect(person.pass(DAY / 2).sent).toEqual([])
  })

  it("comes at the longest time, even in the middle of an answer", () => {
    const person = new Person().start()
    for (let count = 0; count < 4; count++)
      person
        .pass(2 * MINUTE)
        .say("more")
        .answer()
    person.pass(MINUTE).say("and more").pass(MINUTE)
    expect([person.talk, person.companion, person.notes[0]?.ended_by]).toEqual(["idle", undefined, "maximum"])
    expect(person.everSent.at(-1)?.text).toContain("write again")
  })

  it("comes with a goodbye, which is analysed, met gently, and not taken for a mere word", () => {
    const person = new Person().start().talkOnce().say("goodbye")
    expect(person.toldMember()).toMatchObject([{ type: "MESSAGE_SEEN", message: { text: "goodbye" } }])
    expect(person.texts).toContain("If your goodbye means more")
    expect(person.texts).toContain("988")
    expect(person.toldAlert()).toMatchObject([{ type: "ASH_ENDED", how: "member" }])
    expect(person.say("bye").sent).toEqual([])
  })

  it("by itself leaves no goodbye without an answer: it may mean more", () => {
    const person = new Person()
      .start()
      .pass(6 * MINUTE)
      .say("goodbye")
    expect([person.texts.includes("If your goodbye means more"), person.talk]).toEqual([true, "idle"])
    expect(person.say("bye").sent).toEqual([])
    expect(person.pass(11 * MINUTE).say("bye").sent).toHaveLength(1)
  })

  it("with the word stop ends the session, but is no wish for no contact", () => {
    const person = new Person().start().say("stop")
    expect([person.talk, person.context.optOut, person.sent.length]).toEqual(["idle", null, 1])
  })

  it("comes when the person has closed their messages", () => {
    const person = new Person().start().say("hello")
    person.holding = true
    person.answer().undeliverable()
    expect([person.talk, person.notes[0]?.ended_by, person.toldAlert()]).toEqual([
      "idle",
      "unreachable",
      [expect.objectContaining({ type: "ASH_UNREACHABLE" }) as unknown]
    ])
    expect(person.sent).toEqual([])
  })

  it("by closed messages calls a person when no alert hears of it, as when no word of Ash ever arrived", () => {
    const cutOff = new Person().say("hello")
    cutOff.holding = true
    cutOff.answer().undeliverable()
    const neverReached = new Person()
    neverReached.holding = true
    neverReached.say("hello").undeliverable("server_error")
    for (const person of [cutOff, neverReached]) {
      expect(person.talk).toBe("idle")
      expect(person.toldMember()).toMatchObject([{ type: "HUMAN_WANTED", because: "ash_failed" }])
    }
  })

  it("leaves facts behind, and no words", () => {
    const person = new Person()
      .start()
      .talkOnce("my secret words")
      .say("other secret words")
      .answer("answer words")
      .say("bye")
    const id = ashSessionId(USER, T0)
    const summary = {
      session_id: id,
      user_id: USER,
      guild_id: GUILD,
      alert_id: ALERT,
      started_by: "button",
      started_at: "2026-12-06T12:00:00.000Z",
      ended_at: "2026-12-06T12:00:05.000Z",
      ended_by: "member",
      duration_seconds: 5,
      messages_from_member: 3,
      messages_from_ash: 2,
      human_wanted: false
    }
    expect(person.document(`ash:session:meta:${id}`)).toEqual(summary)
    expect(person.documents.get(`ash:session:meta:${id}`)?.ttlMs).toBe(30 * DAY)
    expect(person.notes).toEqual([summary])
    for (const word of ["secret", "answer words", "bye"]) {
      expect(person.stored).not.toContain(word)
      expect(JSON.stringify([...person.documents])).not.toContain(word)
    }
  })

  it("leads to a short greeting when they come back soon, and a whole one when not", () => {
    const person = new Person().start().say("bye").pass(MINUTE).say("one more thing")
    expect(person.texts).toContain("Ash again")
    expect(person.texts.length).toBeLessThan(300)
    person
      .answer()
      .say("bye")
      .pass(2 * DAY)
    expect(person.say("hello").texts).toContain("not an emergency service")
  })

  it("never gives two sessions one id", () => {
    const person = new Person().start().say("stop", { at: T0 }).start({ at: T0 })
    expect(person.notes.map(({ session_id }) => session_id)).not.toContain(person.context.session?.id)
  })
})

describe("resources", () => {
  it("come back now and then while things are serious, and not otherwise", () => {
    const shown = (severity: "medium" | "high") => {
      const person = new Person(policyWith({ ash: { maximumMs: DAY } })).start({ severity })
      for (let count = 0; count < 12; count++) person.talkOnce()
      return person.everSent.filter(({ kind, text }) => kind === "reply" && text.includes("988")).length
    }
    expect([shown("medium"), shown("high")]).toEqual([0, 2])
  })

  it("are those of the region", () => {
    expect(new Person(policyWith({ region: "GB" })).start().texts).toContain("116 123")
  })
})
