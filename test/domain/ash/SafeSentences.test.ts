/** The guard against what was not written for it: no claim of the corpus passes, and hardly a kind word is lost (B25). */
import { describe, expect, it } from "vitest"
import { guard, unsafeBecause } from "#domain/ash/SafeMessaging.ts"
import { CLAIMED } from "./ClaimsCorpus.ts"
import { COST, PASSED } from "./KindWords.ts"
import { REFUSED } from "./SafetyCorpus.ts"

const why = (text: string, humanTold = false) => unsafeBecause(text, { humanTold })

describe("what nobody reviewed", () => {
  it.each(Object.keys(REFUSED))("does not pass: %s", (kind) => {
    expect((REFUSED[kind] ?? []).filter((text) => why(text) === null)).toEqual([])
  })

  it("does not pass: a claim that somebody was told, while nobody was", () => {
    expect(CLAIMED.filter((text) => why(text) === null)).toEqual([])
  })

  it.each(Object.keys(REFUSED).filter((kind) => kind !== "disguised"))(
    "does not pass when the team was called, either: %s",
    (kind) => {
      expect((REFUSED[kind] ?? []).filter((text) => why(text, true) === null)).toEqual([])
    }
  )

  it("does not pass behind kind words, nor before them", () => {
    for (const text of CLAIMED) {
      expect([text, guard(`That sounds heavy. ${text}`, { humanTold: false }).ok]).toEqual([text, false])
      expect([text, guard(`${text}\nWhat has the day been like?`, { humanTold: false }).ok]).toEqual([text, false])
    }
  })

  it("passes where it is what a companion says", () => {
    expect(PASSED.map((text) => [text, why(text)]).filter(([, because]) => because !== null)).toEqual([])
  })

  it("costs a few harmless sentences, which are known", () => {
    expect(COST.filter((text) => why(text) === null)).toEqual([])
    expect(COST.length / (PASSED.length + COST.length)).toBeLessThan(0.05)
  })

  it("may say that the team was called once it was, and still not that somebody comes", () => {
    expect(why("The crisis team has been called.", true)).toBeNull()
    expect(why("The crisis team has been told, and nobody can say when they answer.", true)).toBeNull()
    for (const text of [
      "A responder is on the way.",
      "The team has been called and will be here soon.",
      "Rita is coming."
    ]) {
      expect([text, why(text, true)]).not.toEqual([text, null])
    }
  })

  it("is judged within milliseconds, however it is made", () => {
    const units = [
      "i the team someone they ",
      "you have ",
      "they ",
      "your message ",
      "and so but ",
      "i want to ",
      "a.b.",
      "one two "
    ]
    for (const unit of units) {
      const began = performance.now()
      why(unit.repeat(Math.floor(3990 / unit.length)))
      expect([unit, performance.now() - began < 1000]).toEqual([unit, true])
    }
  })
})
