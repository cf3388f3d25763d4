/** The one question some time after a session: when it is asked, when not, and what becomes of the answer (B26). */
import { describe, expect, it } from "vitest"
import { ALERT, DAY, GUILD, HOUR, MINUTE, Person, policyWith, RESPONDER, T0, USER } from "./Person.ts"

const key = (which: string) => `ash:followup:${which}:${USER}`
/** A session of six minutes. */
const talked = (person = new Person(), severity: "low" | "medium" | "high" = "high") =>
  person
    .start({ severity })
    .talkOnce()
    .pass(3 * MINUTE)
    .talkOnce()
    .pass(3 * MINUTE)
    .say("stop")
const waitsForAnswer = () => talked().pass(DAY)

describe("a follow-up", () => {
  it("is announced at the end of a session and asked a day later, once", () => {
    const person = talked()
    expect([person.value.split(" ")[3], person.timers]).toEqual(["scheduled", ["followUpDelay"]])
    expect(person.document(key("scheduled"))).toMatchObject({
      severity: "high",
      session_id: person.notes[0]?.session_id
    })
    expect(person.documents.get(key("scheduled"))?.ttlMs).toBe(2 * DAY)
    person.pass(DAY)
    expect(person.sent).toMatchObject([{ kind: "follow_up" }])
    for (const part of ["not a person", "need not answer", "leave me alone"]) expect(person.texts).toContain(part)
    expect([...person.documents.keys()].filter((one) => one.startsWith("ash:followup"))).toEqual([
      key("pending"),
      key("last")
    ])
    expect(person.pass(3 * DAY).sent).toEqual([])
    expect([person.documents.has(key("pending")), person.value.split(" ")[3]]).toEqual([false, "none"])
  })

  it.each<readonly [string, () => Person]>([
    ["a short session", () => new Person().start().talkOnce().say("stop")],
    ["a session about little", () => talked(new Person(), "low")],
    [
      "a session that ended with no contact",
      () =>
        new Person()
          .start()
          .pass(3 * MINUTE)
          .talkOnce()
          .pass(3 * MINUTE)
          .say("opt out")
    ],
    [
      "a session when it is switched off",
      () => talked(new Person(policyWith({ ash: { followUp: { enabled: false } } })))
    ]
  ])("does not come after %s", (_, run) => {
    const person = run()
    expect([person.value.split(" ")[3], person.documents.has(key("scheduled"))]).toEqual(["none", false])
  })

  it("is called off by a new session, by no contact, and by leaving the community", () => {
    const calledOff = (person: Person) =>
      expect([person.value.split(" ")[3], person.documents.has(key("scheduled")), person.context.followUp]).toEqual([
        "none",
        false,
        null
      ])
    calledOff(talked().start())
    calledOff(talked().pass(HOUR).say("hello"))
    calledOff(talked().say("leave me alone"))
    calledOff(talked().hear({ type: "MEMBER_LEFT", guildId: GUILD }))
    expect(talked().hear({ type: "MEMBER_LEFT", guildId: "7" }).value.split(" ")[3]).toBe("scheduled")
  })

  it("is not asked of somebody whose open alert a responder has taken over", () => {
    const taken = () =>
      talked()
        .takeOver()
        .pass(2 * HOUR)
    expect(
      taken()
        .pass(DAY)
        .everSent.filter(({ kind }) => kind === "follow_up")
    ).toEqual([])
    const resolved = taken().hear({ type: "ALERT_RESOLVED", alertId: ALERT }).pass(DAY)
    expect(resolved.everSent.filter(({ kind }) => kind === "follow_up")).toHaveLength(1)
    const handedBack = taken().hear({ type: "HAND_BACK", by: RESPONDER }).pass(DAY)
    expect(handedBack.everSent.filter(({ kind }) => kind === "follow_up")).toHaveLength(1)
  })

  it.each([
    [23 * HOUR, 1],
    [25 * HOUR, 0]
  ])("that comes %d ms late is asked %d times, and nothing is left behind", (late, times) => {
    const person = talked().pass(DAY + late, { late: true })
    expect(person.everSent.filter(({ kind }) => kind === "follow_up")).toHaveLength(times)
    expect(person.documents.has(key("scheduled"))).toBe(false)
  })

  it("that cannot be delivered waits for no answer", () => {
    const person = talked()
    person.holding = true
    person.pass(DAY).undeliverable()
    expect([person.value.split(" ")[3], person.documents.has(key("pending"))]).toEqual(["none", false])
  })
})

describe("the answer", () => {
  it.each(["I'm fine, thanks", "better", "all good!", "no thanks"])(
    "%j is analysed and thanked for, and left at that",
    (words) => {
      const person = waitsForAnswer().say(words)
      expect(person.toldMember()).toMatchObject([{ type: "MESSAGE_SEEN", message: { text: words } }])
      expect(person.texts).toContain("Thank you for telling me")
      expect([person.talk, person.value.split(" ")[3], person.documents.has(key("pending"))]).toEqual([
        "idle",
        "none",
        false
      ])
    }
  )

  it("that wants to talk opens a session, in which Ash knows what it asked", () => {
    const person = waitsForAnswer().say("not good, it is all back")
    expect(person.texts).toContain("Thank you for answering")
    expect(person.asked).toMatchObject({ followUp: true, turns: [{ text: "not good, it is all back" }] })
    person.answer().say("stop")
    expect(person.notes.at(-1)).toMatchObject({ started_by: "follow_up" })
  })

  it("can be no contact, or a person, as always", () => {
    const no = waitsForAnswer().say("leave me alone")
    expect([no.context.optOut === null, no.sent.length]).toEqual([false, 1])
    const person = waitsForAnswer().say("I want a person")
    expect(person.toldMember().map(({ type }) => type)).toEqual(["MESSAGE_SEEN", "HUMAN_WANTED"])
    expect(waitsForAnswer().hear({ type: "DECLINED", messageId: "1" }).context.optOut).not.toBeNull()
  })

  it("after the window is a message like any other", () => {
    const person = waitsForAnswer()
      .pass(2 * DAY + MINUTE)
      .say("I'm fine")
    expect([person.talk, person.context.session?.startedBy]).toEqual(["talking.open.answering", "request"])
  })

  it("is no follow-up question of its own: the next one comes only after a next session", () => {
    const person = waitsForAnswer()
      .say("fine")
      .pass(5 * DAY)
    expect(person.sent).toEqual([])
    expect(person.now).toBeGreaterThan(T0 + 5 * DAY)
  })
})
