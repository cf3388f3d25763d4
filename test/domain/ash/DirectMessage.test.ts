/** What is read in a direct message: whole wishes, never words inside of others (C17). */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type DirectMessageIntent, isBriefAnswer, readDirectMessage } from "#domain/ash/DirectMessage.ts"

const TABLE: Readonly<Record<DirectMessageIntent, ReadonlyArray<string>>> = {
  no_contact: [
    "leave me alone",
    "Please leave me alone!",
    "Ash, leave me alone.",
    "just leave me be",
    "don\u2019t contact me",
    "dont message me again",
    "Do not write to me any more",
    "never contact me again",
    "stop messaging me",
    "Stop texting me please",
    "I don't want you to contact me",
    "I don't want to be contacted",
    "opt out",
    "OPT OUT",
    "opt me out",
    "I want to opt out",
    "optout",
    "unsubscribe",
    "go away",
    "no contact",
    "No more messages!"
  ],
  contact: [
    "opt in",
    "Opt me back in",
    "ash come back",
    "come back, Ash",
    "you can write to me again",
    "talk to me again"
  ],
  person: [
    "I want a person",
    "i want to talk to a real human",
    "Can I talk to someone?",
    "can i speak with a human please",
    "human",
    "Human!",
    "real person please",
    "get me a human",
    "is there a real person I can talk to?",
    "I'd rather talk to a person",
    "let me talk to somebody real",
    "call the crisis team",
    "I need a moderator",
    "This does not help. I want to talk to a person.",
    "no, I want a human",
    "i dont want to talk to a bot",
    "I don't want to talk to an AI",
    "no bots",
    "No bots please.",
    "are you a bot? i want a human",
    "are you a bot i want a human"
  ],
  emergency: [
    "can you call an ambulance",
    "Can you please call an ambulance for me?",
    "call 911",
    "please call 911 now!",
    "call 9-1-1",
    "i need an ambulance",
    "I think I need an ambulance",
    "i swallowed 40 pills can you call an ambulance",
    "I took all my pills. Call an ambulance",
    "somebody call an ambulance please",
    "should i call 911?",
    "could you send an ambulance",
    "ambulance",
    "call the police"
  ],
  goodbye: [
    "bye",
    "Goodbye",
    "goodbye ash",
    "thanks, bye!",
    "ok bye",
    "good night",
    "I have to go now",
    "ttyl",
    "bye bye"
  ],
  end: [
    "stop",
    "STOP.",
    "please stop",
    "end",
    "end chat",
    "quit",
    "that's all, thanks",
    "thanks that's all",
    "I don't want to talk"
  ],
  words: [
    "",
    "   ",
    "hello",
    "thanks",
    "ok",
    "everyone should leave me alone",
    "they leave me alone all day",
    "why won't she leave me alone",
    "I told him to go away",
    "don't contact my mother",
    "he said don't contact me",
    "my ex keeps messaging me",
    "are you a person?",
    "are you a bot?",
    "my game is full of bots",
    "i don't want to be a robot",
    "don't call an ambulance",
    "please don't call 911",
    "I don't need an ambulance",
    "I don't think I need an ambulance",
    "they called an ambulance for my mom yesterday",
    "I called 911 once",
    "my sister said call an ambulance and I froze",
    "call 9111111",
    "I want a person to love me",
    "I don't want a person",
    "i need someone to talk to",
    "I want to be human",
    "I am a bad person",
    "nobody talks to me",
    "I can't stop crying",
    "it has to stop",
    "I want it to end",
    "I'm done",
    "I am done with everything",
    "it's over",
    "goodbye world",
    "goodbye everyone",
    "goodbye forever",
    "I said goodbye to my dog",
    "I quit my job",
    "I want out",
    "don't leave me alone",
    "please don't go away"
  ]
}

describe("a direct message", () => {
  it.each(Object.entries(TABLE).flatMap(([intent, texts]) => texts.map((text) => [text, intent] as const)))(
    "%j is read as %s",
    (text, intent) => {
      expect(readDirectMessage(text)).toBe(intent)
    }
  )

  it("has one intent, whatever it is, and is read quickly", () => {
    const piece = fc.constantFrom(...Object.values(TABLE).flat(), "please ", "i want ", "a ", "to talk to ", ", ", "\n")
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "binary" }),
          fc.array(piece, { maxLength: 100 }).map((all) => all.join(" "))
        ),
        (text) => {
          expect(Object.keys(TABLE)).toContain(readDirectMessage(text))
          expect(typeof isBriefAnswer(text)).toBe("boolean")
        }
      ),
      { numRuns: 500, seed: 20_261_121 }
    )
  })

  it("that holds a wish among other words is no wish for no contact, nor a goodbye", () => {
    const wish = fc.constantFrom(...TABLE.no_contact.filter((text) => text !== "unsubscribe"), "bye", "stop")
    const around = fc.constantFrom("my father told me:", "people keep saying", "I dreamt that somebody said")
    fc.assert(
      fc.property(around, wish, (before, words) => {
        expect(["words", "person"]).toContain(readDirectMessage(`${before} ${words} and I cried`))
      })
    )
  })
})

describe("an answer to the question how somebody is", () => {
  it.each([
    "fine",
    "I'm ok",
    "I'm doing much better, thanks",
    "good",
    "all good",
    "no thanks",
    "not bad",
    "yes",
    "bye",
    "thanks for asking"
  ])("%j leaves it at that", (text) => {
    expect(isBriefAnswer(text)).toBe(true)
  })
  it.each([
    "not good",
    "bad",
    "I'm not fine",
    "fine but I can't sleep",
    "worse",
    "help",
    "I don't know",
    "",
    "ok so it happened again",
    "not okay"
  ])("%j may want more", (text) => {
    expect(isBriefAnswer(text)).toBe(false)
  })
})
