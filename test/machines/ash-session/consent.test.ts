/** No contact: how it is asked for, what it stops and what it must not stop (B14, C28), how it ends. */
import { describe, expect, it } from "vitest"
import { ALERT, DAY, HOUR, MINUTE, Person, policyWith, RESPONDER, SECOND, T0, USER } from "./Person.ts"

const KEY = `ash:optout:${USER}`
const forGood = () => new Person(policyWith({ optOut: { ttlMs: null } }))

describe("no contact", () => {
  it.each<readonly [string, (person: Person) => Person]>([
    ["the reaction", (person) => person.hear({ type: "DECLINED", messageId: "600000000000000001" })],
    ["words", (person) => person.say("Please leave me alone")],
    ["a command", (person) => person.hear({ type: "OPT_OUT", by: USER })],
    ["a responder's command", (person) => person.hear({ type: "OPT_OUT", by: RESPONDER })]
  ])("asked for by %s ends the session with one dated confirmation", (_, ask) => {
    const person = ask(new Person().start().talkOnce())
    expect([person.talk, person.companion, person.sent.length]).toEqual(["idle", undefined, 1])
    expect(person.texts).toContain("until 5 January 2027 UTC")
    expect(person.texts).toContain("opt in")
    expect(person.notes[0]).toMatchObject({ ended_by: "opted_out", human_wanted: true })
    expect(person.documents.get(KEY)?.ttlMs).toBe(30 * DAY)
    expect(person.document(KEY)).toMatchObject({ opted_out_at: expect.stringMatching(/^2026-12-06T12:00/) as unknown })
  })

  it("during a crisis calls a person and tells the alert, which it does not silence", () => {
    const person = new Person().start().say("leave me alone")
    const until = T0 + SECOND + 30 * DAY
    expect(person.toldAlert()).toEqual([
      { type: "MEMBER_OPTED_OUT", until, at: T0 + SECOND },
      { type: "ASH_ENDED", how: "opted_out", at: T0 + SECOND }
    ])
    expect(person.toldMember().map(({ type }) => type)).toEqual(["MESSAGE_SEEN", "HUMAN_WANTED"])
    expect(person.toldMember()[1]).toMatchObject({ because: "opted_out" })
    expect(person.hear({ type: "HUMAN_TOLD", alertId: ALERT }).sent).toEqual([])
  })

  it("without a crisis calls nobody, nor for an alert of long ago", () => {
    const types = (person: Person) => person.say("opt out").told.map(({ event }) => event.type)
    expect(types(new Person())).toEqual(["MESSAGE_SEEN"])
    expect(
      types(
        new Person()
          .start()
          .say("stop")
          .pass(4 * DAY)
      )
    ).toEqual(["MESSAGE_SEEN"])
  })

  it("by a command is answered with the date, without a message when nobody talks", () => {
    const person = new Person().hear({ type: "OPT_OUT", by: USER })
    expect([person.reply, person.sent]).toEqual([{ outcome: "opted_out", until: T0 + 30 * DAY }, []])
    person.pass(DAY).hear({ type: "OPT_OUT", by: USER })
    expect([person.reply, person.sent]).toEqual([{ outcome: "already_opted_out", until: T0 + 30 * DAY }, []])
    expect(person.hear({ type: "OPT_IN", by: USER }).reply).toEqual({ outcome: "opted_in", until: null })
    expect(person.hear({ type: "OPT_IN", by: USER }).reply).toEqual({ outcome: "was_not_opted_out", until: null })
  })

  it("refuses every START, and says so", () => {
    const person = new Person().say("leave me alone").start({ by: "auto" })
    expect([person.toldAlert(), person.sent, person.talk]).toEqual([
      [{ type: "ASH_REFUSED", because: "opted_out", at: T0 + SECOND }],
      [],
      "idle"
    ])
  })

  it("asked for while the welcome is on its way: nobody was reached", () => {
    const person = new Person()
    person.holding = true
    person.start().hear({ type: "OPT_OUT", by: USER })
    expect(person.toldAlert().map(({ type }) => type)).toEqual(["MEMBER_OPTED_OUT", "ASH_REFUSED"])
    expect(person.deliver().told).toEqual([])
  })

  it("is met once a day with how to come back, when they write first", () => {
    const person = new Person().say("leave me alone").say("are you there?")
    expect(person.texts).toContain("You asked me not to contact you until 5 January 2027 UTC")
    expect(person.texts).toContain("opt in")
    expect(person.texts).toContain("988")
    expect(person.say("hello?").sent).toEqual([])
    expect(person.say("leave me alone").sent).toEqual([])
    expect(person.pass(DAY).say("hello?").sent).toHaveLength(1)
    expect(person.companion).toBeUndefined()
  })

  it("ends at its date, silently", () => {
    const person = new Person().say("leave me alone").pass(30 * DAY - 1)
    expect([person.context.optOut === null, person.timers]).toEqual([false, ["noContactEnds"]])
    person.pass(1)
    expect([person.context.optOut, person.sent, person.documents.has(KEY)]).toEqual([null, [], false])
    expect(person.start().sent).toHaveLength(1)
  })

  it.each(["opt in", "Ash, come back", "you can write to me again"])("ends with %j", (words) => {
    const person = new Person().say("leave me alone").say(words)
    expect([person.context.optOut, person.documents.has(KEY), person.timers]).toEqual([null, false, []])
    expect(person.texts).toContain("may write to you again")
    expect(person.start().sent).toHaveLength(1)
  })

  it("for good has no date, no timer and no expiry", () => {
    const person = forGood().say("leave me alone")
    expect(person.texts).toContain("any more")
    expect(person.documents.get(KEY)?.ttlMs).toBeNull()
    expect(person.document(KEY)).toMatchObject({ until: null, by: USER })
    expect(person.pass(1000 * DAY).context.optOut?.until).toBeNull()
    expect(forGood().hear({ type: "OPT_OUT", by: USER }).reply).toEqual({ outcome: "opted_out", until: null })
  })

  it("is not there when the operator has switched it off, but a session still ends", () => {
    const off = () => new Person(policyWith({ optOut: { enabled: false } }))
    expect(off().hear({ type: "OPT_OUT", by: USER }).reply).toEqual({ outcome: "off", until: null })
    const person = off().start().say("leave me alone")
    expect([person.talk, person.notes[0]?.ended_by, person.context.optOut]).toEqual(["idle", "member", null])
    expect(person.documents.has(KEY)).toBe(false)
    expect(off().say("leave me alone").sent).toHaveLength(1)
  })

  it("in the middle of a taken-over conversation stops Ash, not the responder", () => {
    const person = new Person().start().takeOver().say("leave me alone")
    expect([person.talk, person.view.value]).toMatchObject(["taken_over.quiet", { consent: { opted_out: "until" } }])
    expect(person.toldAlert().map(({ type }) => type)).toEqual(["MEMBER_SAID", "MEMBER_OPTED_OUT"])
  })

  it("said twice at once is one wish", () => {
    const person = new Person()
      .start()
      .hear({ type: "DECLINED", messageId: "1" })
      .hear({ type: "DECLINED", messageId: "2" })
    expect([person.sent, person.told]).toEqual([[], []])
  })
})

describe("Ash switched off", () => {
  it("says so once a day, with where else to turn", () => {
    const person = new Person(policyWith({ ash: { enabled: false } })).say("hello")
    expect(person.texts).toContain("switched off")
    expect(person.texts).toContain("988")
    expect(person.say("hello?").sent).toEqual([])
    expect([person.pass(DAY + HOUR + MINUTE).say("hi").sent.length, person.talk]).toEqual([1, "idle"])
  })
})
