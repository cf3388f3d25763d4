/** The registry row: commands, keys to forget, time to live, what a forgotten person keeps; and no sequence breaks it. */
import { readFileSync } from "node:fs"
import * as fc from "fast-check"
import { claimsCall } from "#test/harness/ClaimsCall.ts"
import { describe, expect, it } from "vitest"
import { defaultAshPolicy } from "#domain/ash/AshPolicy.ts"
import { ashSessionId } from "#domain/ash/AshSession.ts"
import type { ActorEvent } from "#domain/Envelope.ts"
import { registerActors } from "#kernel/RegisteredActor.ts"
import { decodeState } from "#kernel/SnapshotCodec.ts"
import { ashSessionDefinition } from "#machines/ash-session/definition.ts"
import { ALERT, DAY, GUILD, MINUTE, Person, policyWith, RESPONDER, SECOND, T0, USER } from "./Person.ts"

const row = ashSessionDefinition(defaultAshPolicy)
const ttl = (person: Person, policy = defaultAshPolicy) => {
  const { ttlMs } = ashSessionDefinition(policy)
  return typeof ttlMs === "function" ? ttlMs(person.view) : ttlMs
}
const keys = (person: Person) => row.projectionKeys?.(person.view) ?? []

describe("the row", () => {
  it("is accepted by the kernel and names every timer's policy", () => {
    const actor = registerActors([row]).get("ash-session")
    expect(Object.keys(actor?.childKinds ?? {})).toEqual(["converse"])
    expect(new Set(Object.values(actor?.delayNames ?? {}))).toEqual(new Set(Object.keys(row.lateTimers ?? {})))
    expect(row.migrations).toHaveLength(row.version - 1)
  })

  it("keeps events while the store is away, unchanged", () => {
    const event: ActorEvent = { type: "DM_RECEIVED" }
    expect(typeof row.whenStoreAway === "object" && row.whenStoreAway.spool(event)).toBe(event)
  })

  it("lives thirty days, never shorter than its documents, and for ever while opted out for good", () => {
    const person = new Person().start()
    expect([ttl(person), ttl(person, policyWith({ ash: { sessionDataTtlMs: 90 * DAY } }))]).toEqual([
      30 * DAY,
      90 * DAY
    ])
    const gone = new Person(policyWith({ optOut: { ttlMs: null } })).say("leave me alone")
    expect([ttl(gone), ttl(new Person().say("leave me alone"))]).toEqual([null, 30 * DAY])
  })

  it("forgets every key it wrote, but not the wish for no contact", () => {
    const person = new Person()
      .start()
      .pass(4 * MINUTE)
      .talkOnce()
      .pass(2 * MINUTE)
      .say("stop")
    person.hear({ type: "NOTE", sessionId: ashSessionId(USER, T0), by: RESPONDER, text: "calmer now" }).pass(DAY)
    expect(keys(person)).toEqual(expect.arrayContaining([...person.documents.keys(), ...person.lists.keys()]))
    expect(row.afterForget?.(person.view)).toBeNull()
    person.say("leave me alone")
    expect([person.documents.has(`ash:optout:${USER}`), keys(person).includes(`ash:optout:${USER}`)]).toEqual([
      true,
      false
    ])
  })

  it("a forgotten person who wanted no contact still wants none, until the same day", () => {
    for (const policy of [defaultAshPolicy, policyWith({ optOut: { ttlMs: null } })]) {
      const before = new Person(policy)
        .start()
        .say("leave me alone")
        .pass(10 * DAY)
      const event = row.afterForget?.(before.view)
      const after = new Person(policy)
      after.now = before.now
      after.hear(event as ActorEvent)
      expect([after.context.optOut, after.sent, after.told]).toEqual([before.context.optOut, [], []])
      expect(after.start().toldAlert()).toMatchObject([{ type: "ASH_REFUSED" }])
      expect(after.pass(20 * DAY + SECOND).context.optOut === null).toBe(policy === defaultAshPolicy)
    }
  })

  it("remembers two hundred sessions, and lets no document of an older one be forgotten about", () => {
    const person = new Person()
    for (let count = 0; count < 205; count++) person.start().say("stop")
    expect(person.context.sessions).toHaveLength(200)
    expect([...person.documents.keys()].filter((key) => key.startsWith("ash:session:meta:"))).toHaveLength(200)
    expect(keys(person)).toEqual(expect.arrayContaining([...person.documents.keys()]))
    expect(person.stored.length).toBeLessThan(20_000)
  })
})

describe("stored sessions", () => {
  const frozen = (version: number) =>
    readFileSync(new URL(`../../fixtures/snapshots/ash-session/v${version}.json`, import.meta.url), "utf8")

  it("v1: a session in which Ash is about to answer wakes up, goes on, and ends on time", () => {
    const person = new Person()
    person.state = decodeState(person.actor, frozen(1))
    person.now = person.view.at
    expect(person.value).toBe("welcome talking.open.answering called none")
    expect(person.asked).toMatchObject({ humanTold: true, severity: "critical" })
    expect(person.asked.turns.at(-1)?.text).toBe("are you still there?")
    expect(person.answer("I am listening.").talk).toBe("talking.open.listening")
    expect(person.pass(5 * MINUTE).toldAlert()).toMatchObject([{ type: "ASH_ENDED", how: "idle" }])
    expect([person.context.sessions.length, person.notes[0]?.human_wanted]).toEqual([2, true])
  })
})

describe("commands", () => {
  it("LOOK shows how things stand", () => {
    const person = new Person().hear({ type: "LOOK" })
    const nothing = { sessionId: null, startedAt: null, optedOut: false, optedOutUntil: null, followUpAt: null }
    expect(person.reply).toEqual({ ...nothing, state: "idle" })
    const sessionId = ashSessionId(USER, T0)
    expect(person.start().hear({ type: "LOOK" }).reply).toEqual({
      ...nothing,
      state: "talking",
      sessionId,
      startedAt: T0
    })
    expect(person.takeOver().hear({ type: "LOOK" }).reply).toMatchObject({ state: "taken_over", sessionId })
    person
      .hear({ type: "HAND_BACK", by: RESPONDER })
      .pass(4 * MINUTE)
      .talkOnce()
      .pass(2 * MINUTE)
      .say("stop")
    const followUpAt = person.now + DAY
    expect(person.hear({ type: "LOOK" }).reply).toEqual({ ...nothing, state: "idle", followUpAt })
    person.say("leave me alone").hear({ type: "LOOK" })
    expect(person.reply).toMatchObject({ optedOut: true, optedOutUntil: person.now + 30 * DAY, followUpAt: null })
  })

  it("NOTE keeps a responder's note to a session of this person, and to no other", () => {
    const person = new Person().start()
    const sessionId = ashSessionId(USER, T0)
    const note = (id: string, text = " They feel calmer. ") =>
      person.hear({ type: "NOTE", sessionId: id, by: RESPONDER, text }).reply
    expect(note(sessionId)).toEqual({ kept: true })
    expect(person.say("stop").hear({ type: "NOTE", sessionId, by: RESPONDER, text: "a".repeat(5000) }).reply).toEqual({
      kept: true
    })
    const stored = person.lists.get(`ash:session:notes:${sessionId}`)?.map((one) => JSON.parse(one) as { text: string })
    expect(stored?.map(({ text }) => text.length)).toEqual([17, 2000])
    expect(stored?.[0]).toEqual({ by: RESPONDER, text: "They feel calmer.", at: "2026-12-06T12:00:00.000Z" })
    for (const other of [ashSessionId("9", T0), ashSessionId(USER, T0 + 1), "nonsense", ""]) {
      expect(note(other)).toEqual({ kept: false })
    }
    expect(note(sessionId, "  ")).toEqual({ kept: false })
    expect(person.stored).not.toContain("calmer")
  })

  it("MEMBER_LEFT forgets the community: from now on nobody can be called there", () => {
    const person = new Person().start().hear({ type: "MEMBER_LEFT", guildId: "7" })
    expect(person.context.guildId).toBe(GUILD)
    person.say("stop").hear({ type: "MEMBER_LEFT", guildId: GUILD })
    expect([person.context.guildId, person.context.alerts]).toEqual([null, []])
    expect(person.say("I want a person", { guildId: null }).told).toEqual([])
  })
})

describe("any sequence", () => {
  const words = fc.constantFrom(
    ..."hello|I feel so alone|I want a person|bye|stop|leave me alone|opt in|I'm fine||thanks, bye|you can write to me again".split(
      "|"
    )
  )
  const event = fc.constantFrom<ActorEvent>(
    { type: "START", by: "auto", guildId: GUILD, alertId: ALERT, severity: "critical" },
    { type: "START", by: "button", guildId: GUILD, alertId: "alert_ba9876543210", severity: "low" },
    { type: "TAKE_OVER", by: RESPONDER, guildId: GUILD, alertId: ALERT },
    { type: "RELAY", messageId: "1", text: "from the team" },
    { type: "HAND_BACK", by: RESPONDER },
    { type: "HUMAN_TOLD", alertId: ALERT },
    { type: "ALERT_RESOLVED", alertId: ALERT },
    { type: "DECLINED", messageId: "1" },
    { type: "OPT_OUT", by: USER },
    { type: "OPT_IN", by: USER },
    { type: "MEMBER_LEFT", guildId: GUILD },
    { type: "LOOK" },
    { type: "DM_EDITED", messageId: "1", channelId: "1", text: "new words", guildId: null, editedAt: T0 },
    { type: "NOTE", sessionId: "1-abcdefgh", by: RESPONDER, text: "x" }
  )
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.record({ say: words, attachments: fc.nat(1), known: fc.boolean() }) },
    { weight: 5, arbitrary: fc.record({ event }) },
    { weight: 4, arbitrary: fc.record({ companion: fc.boolean(), concern: fc.boolean() }) },
    { weight: 3, arbitrary: fc.record({ deliver: fc.boolean(), code: fc.constantFrom("dm_closed", "server_error") }) },
    {
      weight: 3,
      arbitrary: fc.record({ pass: fc.constantFrom(SECOND, MINUTE, 6 * MINUTE, 3 * 60 * MINUTE, DAY, 31 * DAY) })
    }
  )
  type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

  const run = (person: Person, now: Step): void => {
    if ("say" in now) {
      person.say(now.say, { attachments: now.attachments, guildId: now.known ? GUILD : null })
      const heard = person.context.guildId !== null && now.say !== ""
      expect(person.toldMember().some(({ type }) => type === "MESSAGE_SEEN")).toBe(heard)
    } else if ("event" in now) person.hear(now.event)
    else if ("companion" in now) {
      if (person.companion === undefined) return
      if (now.companion) person.answer("I read you.", { concern: now.concern })
      else person.companionFails()
    } else if ("deliver" in now) {
      if (person.held.length === 0) return
      if (now.deliver) person.deliver()
      else person.undeliverable(now.code)
    } else person.pass(now.pass)
  }

  const check = (person: Person, wasOptedOut: boolean): void => {
    const { context, talk, value } = person
    const asked = (value.split(" ")[2] ?? "") === "called"
    expect(context.session === null).toBe(talk === "idle")
    expect(context.takenOver === null).toBe(!talk.startsWith("taken_over"))
    expect(context.optOut === null).toBe(value.startsWith("welcome"))
    expect(person.companion === undefined).toBe(talk !== "talking.open.answering")
    expect(person.timers.includes("followUpDelay")).toBe(context.followUp !== null && context.followUp.askedAt === null)
    if (asked) expect(context.humanTold).toBe(true)
    if (wasOptedOut && context.optOut !== null) {
      expect(person.sent.filter(({ kind }) => kind === "welcome" || kind === "reply" || kind === "follow_up")).toEqual(
        []
      )
    }
    for (const { text } of person.sent) expect(text.length).toBeLessThanOrEqual(2000)
    expect(person.stored.length).toBeLessThan(60_000)
  }

  it("keeps state and memory together, leaves the opted-out alone, and never claims that a person knows unless one does", () => {
    fc.assert(
      fc.property(fc.boolean(), fc.array(step, { maxLength: 40, size: "max" }), (holding, steps) => {
        const person = new Person()
        person.holding = holding
        person.hear({ type: "LOOK" })
        let everTold = false
        for (const now of steps) {
          const wasOptedOut = person.context.optOut !== null
          run(person, now)
          check(person, wasOptedOut)
          everTold = everTold || ("event" in now && now.event.type === "HUMAN_TOLD")
          if (everTold) continue
          for (const { text } of person.sent) expect(claimsCall(text)).toBe(false)
        }
      }),
      { numRuns: 150, seed: 20_261_121 }
    )
  })
})
