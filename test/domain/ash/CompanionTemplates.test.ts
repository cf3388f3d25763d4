/** The answers without a model: they fit what was said, never repeat themselves, and pass the guard, all of them. */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Converse, Turn } from "#domain/ash/AshSession.ts"
import { soundsDangerous, templateReply } from "#domain/ash/CompanionTemplates.ts"
import { unsafeBecause } from "#domain/ash/SafeMessaging.ts"

const T0 = 1_796_558_400_000
const said = (text: string, at = T0): Turn => ({ by: "member", text, at })
const asked = (turns: ReadonlyArray<Turn>, more: Partial<Converse> = {}): Converse => ({
  turns,
  severity: "medium",
  humanTold: false,
  followUp: false,
  ...more
})
const reply = (text: string) => templateReply(asked([said(text)]))

const WORDS = [
  "hi",
  "I feel so alone",
  "nobody understands me",
  "I'm panicking",
  "I hate this so much, it's unfair",
  "my mom kicked me out",
  "I came out as trans",
  "my grandmother died",
  "I can't sleep",
  "everything hurts",
  "exams are killing my mood",
  "are you a bot?",
  "thanks, I feel better",
  "I want to die",
  "I am going to kill myself tonight",
  "asdf",
  "???",
  "\u{1f622}",
  "the quick brown fox"
]

describe("an answer", () => {
  it.each([
    ["I feel so alone", /alone|lonel|nobody near/iu],
    ["I'm so scared", /frighten|tense|pressure/iu],
    ["my dad and I had an argument", /close|matters|between you/iu],
    ["I came out and it went badly", /who you are|met as the person|fight for being/iu],
    ["are you a real person?", /software|automated/iu],
    ["I feel better now", /glad|good to read|letting me know/iu]
  ])("to %j takes up what was said and asks one question", (text, part) => {
    const { text: answer, concern } = reply(text)
    expect(answer).toMatch(part)
    expect(answer.match(/\?/gu)).toHaveLength(1)
    expect(concern).toBe(false)
  })

  it.each(["I want to die", "I am going to kill myself tonight", "I just took a bunch of pills"])(
    "to %j is serious, and calls a person",
    (text) => {
      expect([soundsDangerous(text), reply(text).concern]).toEqual([true, true])
      expect(reply(text).text).toMatch(/serious|matters/iu)
    }
  )

  it.each(["this homework is killing me lol", "I am dead tired", "hello"])("to %j is not", (text) => {
    expect(reply(text).concern).toBe(false)
  })

  it("is the same for the same turns", () => {
    const turns = [said("I feel sad"), { by: "ash" as const, text: "I hear you.", at: T0 }, said("so sad", T0 + 60_000)]
    expect(templateReply(asked(turns))).toEqual(templateReply(asked(turns)))
  })

  it("offers a person now and then, and not any more when one was called", () => {
    const texts = (humanTold: boolean) => {
      const turns: Array<Turn> = []
      return Array.from({ length: 9 }, (_, index) => {
        turns.push(said("it is hard", T0 + index * 30_000))
        const { text } = templateReply(asked(turns, { humanTold }))
        turns.push({ by: "ash", text, at: T0 })
        return text
      })
    }
    expect(texts(false).filter((text) => text.includes("I want a person"))).toHaveLength(3)
    expect(texts(true).filter((text) => text.includes("I want a person"))).toHaveLength(0)
  })

  it("answers all that came since the last one", () => {
    const turns = [said("hello"), said("my grandmother died"), said("ok")]
    expect(templateReply(asked(turns)).text).toMatch(/loss|missing|grief/iu)
  })

  it("asks first when nothing was said", () => {
    expect(templateReply(asked([], { followUp: true })).text).toContain("how are you today?")
    expect(templateReply(asked([])).text).toContain("What is on your mind?")
  })
})

describe("any conversation", () => {
  it("is safe in every sentence, and no answer comes twice in a row, nor soon again", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...WORDS), fc.integer({ min: 1, max: 400_000 })), {
          minLength: 1,
          maxLength: 30
        }),
        fc.boolean(),
        (messages, humanTold) => {
          let turns: ReadonlyArray<Turn> = []
          let at = T0
          let before = ["", "", ""]
          for (const [text, wait] of messages) {
            at += wait
            turns = [...turns, said(text, at)].slice(-20)
            const { text: answer } = templateReply(asked(turns, { humanTold }))
            expect(before).not.toContain(answer)
            expect(unsafeBecause(answer, { humanTold })).toBeNull()
            expect(answer.length).toBeLessThan(600)
            before = [...before.slice(1), answer]
            turns = [...turns, { by: "ash" as const, text: answer, at }].slice(-20)
          }
        }
      ),
      { numRuns: 200, seed: 20_261_121 }
    )
  })
})
