/** What is answered with no language model: what the session itself says, and that this is all. */
import * as Effect from "effect/Effect"
import * as fc from "fast-check"
import { MAX_SUMMARY, type SessionMessage } from "#domain/analyst/AnalystSession.ts"
import { Analyst } from "#capabilities/analyst/Analyst.ts"
import { layerSession } from "#capabilities/analyst/SessionAnalyst.ts"
import { NO_MODEL, sessionAnswer, sessionSummary } from "#capabilities/analyst/SessionSearch.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { failure } from "../Under.ts"

let minute = 0
const said = (role: SessionMessage["role"], content: string): SessionMessage => ({
  role,
  content,
  timestamp: `2024-01-15T10:${String(minute++ % 60).padStart(2, "0")}:00Z`
})

const TALK = [
  said("user", "The suspect's phone is a Pixel 7, seized on 3 May."),
  said("assistant", "Noted: a Pixel 7."),
  said("user", "Which apps does WhatsApp share contacts with?"),
  said("system", "case 7 was reopened")
]

const ask = (question: string, summary: string | null = null, talk: ReadonlyArray<SessionMessage> = TALK) =>
  (sessionAnswer({ dialogue: [...talk, said("user", question)], summary }) ?? "").split(`\n\n${NO_MODEL}`)

describe("the built-in analyst", () => {
  it("quotes who said what matches the question's words, and when", () => {
    const [answer, end] = ask("What do we know about the pixel?")
    expect(end).toBe("")
    expect(answer?.split("\n")).toEqual([
      "What was said that matches your words:",
      `- ${TALK[0]?.timestamp}, the analyst: "The suspect's phone is a Pixel 7, seized on 3 May."`,
      `- ${TALK[1]?.timestamp}, this service: "Noted: a Pixel 7."`
    ])
    expect(ask("why was case 7 reopened")[0]).toContain('the system: "case 7 was reopened"')
  })

  it("says that it does not know, rather than anything else", () => {
    for (const question of ["Where was the drone?", "what is it", "???", "and then"]) {
      expect(ask(question)).toEqual(["I do not know: nothing in this session matches the words of your question.", ""])
    }
  })

  it("prefers what matches most, then the newest, and shows no more than five", () => {
    const talk = Array.from({ length: 9 }, (_, n) => said("user", n === 0 ? "red van parked" : `van ${n}`))
    expect(ask("red van", null, talk)[0]?.match(/"[^"]+"/gu)).toEqual([
      '"red van parked"',
      ...[5, 6, 7, 8].map((n) => `"van ${n}"`)
    ])
  })

  it("finds in the summary what has left the session", () => {
    expect(ask("the drone?", "- long ago, the analyst: a drone was seized\n- other")[0]).toBe(
      "What matches your words in the summary of earlier messages:\n- long ago, the analyst: a drone was seized"
    )
  })

  it.each(["How many messages are there?", "what was the last message", "How many questions did I ask?"])(
    "counts: %s",
    (question) =>
      expect(ask(question)[0]?.split("\n")).toEqual([
        "Before this question the session holds 4 messages: 2 by the analyst, 1 by this service.",
        "The first:",
        `- ${TALK[0]?.timestamp}, the analyst: "The suspect's phone is a Pixel 7, seized on 3 May."`,
        "The last:",
        `- ${TALK[3]?.timestamp}, the system: "case 7 was reopened"`
      ])
  )

  it.each(["What did I ask before?", "list my questions", "earlier questions please"])(
    "lists questions: %s",
    (question) =>
      expect(
        ask(question)[0]
          ?.split("\n")
          .map((line) => line.replace(/^- [^,]+, /u, ""))
      ).toEqual([
        "Asked before (2):",
        `the analyst: "The suspect's phone is a Pixel 7, seized on 3 May."`,
        `the analyst: "Which apps does WhatsApp share contacts with?"`
      ])
  )

  it("says that nothing was said yet", () => {
    expect(ask("how many messages?", null, [])[0]).toBe("Before this question the session holds no messages.")
    expect(ask("what did I ask before?", null, [])[0]).toBe("Nothing was asked in this session before.")
  })

  it("does not find its own answers", () => {
    const first = sessionAnswer({ dialogue: [...TALK, said("user", "the pixel?")], summary: null }) ?? ""
    const talk = [...TALK, said("user", "the pixel?"), said("assistant", first)]
    expect(ask("pixel", null, talk)[0]?.match(/^- /gmu)).toHaveLength(3)
    expect(sessionSummary({ dialogue: talk, summary: null }).split("\n")).toHaveLength(5)
  })

  it("searches for a long question at once, whatever it says", () => {
    const long = "what i how many ".repeat(500)
    expect(ask(`${long} pixel`)[0]).toContain("Noted: a Pixel 7.")
  })

  it("answers whatever is asked, and ends by saying what it is", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme", maxLength: 60 }), { minLength: 1, maxLength: 6 }), (texts) => {
        const answer = sessionAnswer({ dialogue: texts.map((text) => said("user", text)), summary: null }) ?? ""
        expect(answer.endsWith(NO_MODEL)).toBe(true)
        expect(answer.isWellFormed()).toBe(true)
      })
    )
  })

  it.effect("is a service: with no question there is no answer", () =>
    Effect.gen(function* () {
      const analyst = yield* Analyst
      expect(analyst.describe.kind).toBe("embedded")
      expect(yield* failure(analyst.answer({ dialogue: [], summary: null }))).toEqual({
        code: "no_question",
        retry: false
      })
      expect(yield* analyst.answer({ dialogue: [said("user", "hello?")], summary: null })).toContain(NO_MODEL)
      expect(yield* analyst.summarise({ dialogue: TALK, summary: "- before" })).toContain("- before\n- 2024")
    }).pipe(Effect.provide(layerSession))
  )
})

describe("its summary", () => {
  it("keeps the newest lines that fit, each cut, none halved", () => {
    const talk = Array.from({ length: 60 }, (_, n) => said("user", `${n} ${"\u{1f600}".repeat(400)}`))
    const summary = sessionSummary({ dialogue: talk, summary: "- the oldest" })
    expect(summary.length).toBeLessThanOrEqual(MAX_SUMMARY)
    expect(summary.isWellFormed()).toBe(true)
    expect(summary).not.toContain("the oldest")
    expect(summary).toContain(": 59 ")
  })

  it("of a summary and what came after it is one", () => {
    const first = sessionSummary({ dialogue: TALK.slice(0, 2), summary: null })
    expect(sessionSummary({ dialogue: TALK.slice(2), summary: first })).toBe(
      sessionSummary({ dialogue: TALK, summary: null })
    )
  })
})
