/** What commands are taken to mean: a table of both polarities, and the promises that hold for every text. */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { intentOf } from "#domain/developer/Grammar.ts"
import { SIDE_EFFECTS } from "#domain/developer/GrammarRules.ts"
import { INTENTS, type IntentName, SURE_ENOUGH } from "#domain/developer/Intent.ts"
import { EXACT, NEVER } from "./GrammarTable.ts"

describe("a command said plainly", () => {
  for (const [name, rows] of Object.entries(EXACT)) {
    for (const [text, entities = {}] of rows) {
      it(`${text} → ${name}`, () => expect(intentOf(text)).toStrictEqual({ name, confidence: 1, entities }))
    }
  }
})

describe("noise", () => {
  const noisy: ReadonlyArray<readonly [string, IntentName]> = [
    ["um, could you please summarize pull request one two three?", "pr.summarize"],
    ["hey, go ahead and merge 12 now", "pr.merge"],
    ["I'd like you to, uh, request review from alice", "pr.request_review"],
    ["okay so yes please", "system.confirm"],
    ["erm okay yeah confirm", "system.confirm"],
    ["please uh yeah confirm that", "system.confirm"],
    ["confirm, yes please", "system.confirm"],
    ["um nope, cancel it", "system.cancel"],
    ["well, actually no thanks", "system.cancel"],
    ["can you rerun the checks thanks", "checks.rerun"]
  ]
  for (const [text, name] of noisy) {
    it(`${text} → ${name}`, () => expect(intentOf(text)).toMatchObject({ name, confidence: 0.9 }))
  }

  it("of unknown words makes it less sure, the more the less", () => {
    const sure = (text: string) => intentOf(text).confidence
    expect(intentOf("summarize the purple pr 12").name).toBe("pr.summarize")
    expect(sure("summarize the purple pr 12")).toBeLessThan(0.9)
    expect(sure("summarize the purple flying pr 12")).toBeLessThan(sure("summarize the purple pr 12"))
    expect(sure("merge the purple flying pr 12")).toBeLessThan(SURE_ENOUGH)
  })
})

describe("what must not be acted on", () => {
  for (const text of NEVER) {
    it(JSON.stringify(text), () => {
      const { confidence, name } = intentOf(text)
      const acts = SIDE_EFFECTS.has(name) || name === "system.confirm"
      expect(acts && confidence >= SURE_ENOUGH, `${name} ${confidence}`).toBe(false)
    })
  }
})

const COURTESY = fc.constantFrom(
  ...[
    "please",
    "um",
    "uh,",
    "hey",
    "ok,",
    "okay so",
    "could you please",
    "can you",
    "would you",
    "hello,",
    "i want you to"
  ],
  ...["I'd like to", "go ahead and", "kindly", "well,", "let's"]
)
const PLAIN = fc.constantFrom(
  ...Object.entries(EXACT).flatMap(([name, rows]) => rows.map(([text]) => ({ name, text })))
)

describe("whatever is said", () => {
  it("politeness before it changes neither intent nor entities, and never makes it unsure", () => {
    fc.assert(
      fc.property(PLAIN, fc.array(COURTESY, { maxLength: 3 }), ({ text }, courtesies) => {
        const plain = intentOf(text)
        const polite = intentOf([...courtesies, text].join(" "))
        expect({ ...polite, confidence: plain.confidence }).toStrictEqual(plain)
        expect(polite.confidence).toBeGreaterThanOrEqual(0.9)
      })
    )
  })

  it("is some intent, within bounds, and nothing throws", () => {
    const word = fc.constantFrom(
      ..."merge pr 12 one hundred and slash : saying yes not the agent to @ # github.com/".split(" ")
    )
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({ unit: "grapheme" }),
      fc.array(word, { maxLength: 40 }).map((words) => words.join(" "))
    )
    fc.assert(
      fc.property(texts, (text) => {
        const { confidence, entities, name } = intentOf(text)
        expect(INTENTS).toContain(name)
        expect(confidence).toBeGreaterThanOrEqual(0)
        expect(confidence).toBeLessThanOrEqual(1)
        const { pr_number: number } = JSON.parse(JSON.stringify(entities)) as Readonly<Record<string, unknown>>
        // What is no number is kept as a text, or as it is: it must not be gone from what is stored.
        expect(number === null).toBe(false)
        if (typeof number === "number") expect(Number.isSafeInteger(number)).toBe(true)
      }),
      { numRuns: 500 }
    )
  })

  it("a negation proposes nothing", () => {
    fc.assert(
      fc.property(PLAIN, fc.constantFrom("don't", "do not", "never", "please don't"), ({ text }, no) => {
        const { confidence, name } = intentOf(`${no} ${text}`)
        const acts = SIDE_EFFECTS.has(name) || name === "system.confirm"
        expect(acts && confidence >= SURE_ENOUGH).toBe(false)
      })
    )
  })

  it("takes time in proportion: the worst texts of the longest length are read at once", () => {
    const worst = [
      "1 ",
      "one ",
      "slash ",
      "a/",
      "@a ",
      "1,111,",
      "merge ",
      "not ",
      "from a and ",
      ": ",
      "github.com/a/b/pull/1 "
    ]
    for (const piece of worst) {
      const started = performance.now()
      for (let turn = 0; turn < 20; turn++) intentOf(piece.repeat(Math.ceil(2000 / piece.length)))
      expect(performance.now() - started, piece).toBeLessThan(1500)
    }
  })
})
