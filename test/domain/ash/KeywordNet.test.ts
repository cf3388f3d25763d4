/** What the net finds, what it lets pass, and that it finds it under disguise. The sentences were made up for these tests. */
import * as fc from "fast-check"
import { triage } from "#domain/ash/KeywordNet.ts"
import { expand, GROUPS, linesOf } from "#domain/ash/KeywordPhrases.ts"
import { FIGURATIVE, FILLERS, INTENSIFIERS } from "#domain/ash/Lexicon.ts"
import { isAtLeast, type Severity } from "#domain/ash/Severity.ts"
import { nlpThresholds, severityOf } from "#domain/ash/Thresholds.ts"
import { describe, expect, it } from "#test/harness/effect.ts"

const rated = (severity: Severity, sentences: ReadonlyArray<string>): void => {
  for (const sentence of sentences)
    it(`${severity}: ${sentence}`, () => expect(triage(sentence).severity).toBe(severity))
}

const CRITICAL = [
  "I want to kill myself",
  "im gonna kill myself tonight",
  "I'm going to end it all",
  "I've decided to end my life",
  "I can't stop thinking about killing myself",
  "I'm not joking, I will kill myself",
  "why shouldn't I just kill myself",
  "i took all my pills",
  "I just swallowed a whole bottle of tylenol",
  "thinking of jumping off the bridge near my house",
  "I have the rope around my neck",
  "I wrote my goodbye letters",
  "I have a plan and I have the means, I'm going to end my life",
  "gonna commit sewerslide",
  "I'm going to unalive myself lol",
  "standing here wanting to step in front of a train",
  "I'm no longer pretending. Tonight I want to die tonight",
  "i don't want to be here anymore. i have the pills next to me",
  "the gun is in my room. I want to die",
  "I'm holding the razor and I really don't want to live",
  "bought the rope, there is no reason to live",
  "sitting on the edge of the bridge. nobody would miss me",
  "I have the pills ready. Nobody would miss me, I'm such a burden. Goodbye forever."
]

/** An attempt that may be under way. */
const UNDER_WAY = [
  "i swallowed 40 pills",
  "I just took like 30 tylenol",
  "took about 50 of my pills",
  "i swallowed twenty sleeping pills",
  "took all my pills",
  "i overdosed",
  "I ate a whole box of painkillers",
  "i just took everything in the bottle",
  "I drank bleach",
  "i cut too deep",
  "cut too deep and it wont stop bleeding",
  "cut too deep into my arm, i'm bleeding a lot",
  "im bleeding out",
  "I'm on the bridge now",
  "im on the roof right now",
  "i'm standing on the ledge right now",
  "on the roof ready to jump",
  "the rope is ready",
  "i have the noose ready",
  "noose is tied",
  "the gun is in my mouth"
]

const HIGH = [
  "my friend took 40 pills",
  "i overdosed last year",
  "i just took them all",
  "I want to die",
  "I don't have the pills next to me, but I want to die",
  "my brother has a gun. I want to die",
  "i really dont want to be alive",
  "I don't want to live anymore",
  "I wish I was never born",
  "everyone would be better off without me",
  "nobody would care if I died",
  "I've been feeling suicidal",
  "there is no reason to live",
  "I'm tired of being alive",
  "I cut myself again last night",
  "I relapsed on self harm",
  "my dad hits me when he is drunk",
  "I was raped",
  "I'm scared to go home",
  "got kicked out for being gay",
  "my parents threw me out and I have nowhere to go",
  "they found out I'm trans",
  "they want to send me to conversion therapy",
  "my mom took my hormones",
  "my sister says she wants to kill herself",
  "gonna kms",
  "I won't be here tomorrow",
  "what's the point of living",
  "my family would be happier without me",
  "I don't see a reason to keep going",
  "I don't think I can make it through the night",
  "I'm scared of what I might do to myself",
  "if I die tonight, tell everyone I loved them",
  "my dad would kill me if I come out",
  "my stepfather touches me at night",
  "I'd rather be dead",
  "please look after the fish, I won't be needing them anymore",
  "no one would even notice if I was gone",
  "im feeling sui again",
  "relapsed on cutting",
  "my gf just swallowed a bunch of pills",
  "someone is following me home",
  "mom said she wishes I was never born"
]

const MEDIUM = [
  "kms",
  "k.m.s",
  "kys",
  "my friend wants to die",
  "someone in my class feels suicidal",
  "please don't kill yourself",
  "I'm not going to kill myself",
  "I would never kill myself",
  "want to die lol",
  "I can't do this anymore",
  "I hate myself",
  "I feel like a burden",
  "I'm having a panic attack",
  "I haven't eaten in three days",
  "my family will never accept me",
  "dysphoria is unbearable today",
  "I wish I wasn't trans",
  "what's the point anymore",
  "my parents disowned me",
  "goodbye guys",
  "the voices won't stop",
  "I can't do this no more",
  "there is no way out",
  "I'm so tired of fighting",
  "my brother is suicidal and I don't know what to do",
  "relapsed after six months"
]

const LOW = [
  "kms lol",
  "omg kms 💀",
  "I'm so lonely",
  "feeling depressed again",
  "I'm not suicidal",
  "got deadnamed at work",
  "so overwhelmed with school",
  "I used to self harm, three years clean now"
]

const SAFE = [
  "",
  "swallowed my pride",
  "i took my pills",
  "just took my meds",
  "I took 2 pills for my headache",
  "took all my meds for today",
  "i just took a shower",
  "i took 40 photos",
  "I took 40 pills in this game",
  "took 12 pills in skyrim lol",
  "I overdosed on memes",
  "i cut too deep into the wood",
  "im bleeding out in apex, revive me",
  "im bleeding a lot of money on rent",
  "my nose is bleeding",
  "im on the bridge section of the song",
  "on the roof right now fixing tiles",
  "the rope is ready for climbing",
  "ready to jump into the pool",
  "about to jump on a call",
  "I took them all down",
  "the knife is next to me, I'm chopping onions",
  "i have the pills next to me, the doctor says twice a day",
  "he bought a gun in the game",
  "   ",
  "hello everyone, how was your day?",
  "this exam is killing me",
  "dying of laughter",
  "I'm dead 💀💀",
  "I want to die laughing",
  "my phone died",
  "you killed it on stage!",
  "killing time before the show",
  "that cake is to die for",
  "Suicide Squad is on tonight",
  "I cut myself some slack",
  "kicked me out of the call lol",
  "I need to catch the bus",
  "shoot me a message",
  "dying to see the new season",
  "don't want to wake up early tomorrow",
  "the deadline is tomorrow",
  "plants need water, yesterday was hot",
  "skilled myself in python",
  "therapist appointment went great",
  "beats me at chess",
  "I killed the dragon and ended the quest",
  "can't go on vacation this year",
  "no way, that's not possible",
  "I want to live",
  "I keep dying in the same spot in this game",
  "I want to die my hair blue",
  "he hits different",
  "that song hits me hard",
  "I was kicked from the server",
  "he got kicked out of the band",
  "goodbye everyone, see you tomorrow",
  "take care of my cat while I'm away",
  "my car broke down",
  "no hope for this team",
  "lost all hope for the season",
  "took two pills for my headache",
  "cutting vegetables for dinner",
  "happy pride everyone, I came out to my mom and she hugged me",
  "suicide prevention month starts in september",
  "over my dead body",
  "I would die for this",
  "who cares",
  "https://example.org/kill-myself is a song",
  "<:kms:123456789012345678> hi"
]

describe("triage", () => {
  rated("critical", CRITICAL)
  rated("critical", UNDER_WAY)
  rated("high", HIGH)
  rated("medium", MEDIUM)
  rated("low", LOW)
  rated("safe", SAFE)

  it("sees through disguises", () => {
    const disguised = [
      "K1LL MYS3LF",
      "k i l l  m y s e l f",
      "k-i-l-l myself",
      "killmyself",
      "#wannakillmyself",
      "k*ll myself",
      "ｋｉｌｌ ｍｙｓｅｌｆ",
      "𝓴𝓲𝓵𝓵 𝓶𝔂𝓼𝓮𝓵𝓯",
      "kílł".replace("ł", "l") + " myself",
      "ki\u200bll my\u00adself",
      "killlll myselffff",
      "kill my self",
      "Ki‌ll me self"
    ]
    for (const sentence of disguised) expect([sentence, triage(sentence).severity]).toEqual([sentence, "critical"])
    for (const sentence of [
      "i want to d1e",
      "I WANT TO DIEEEE",
      "i w a n t t o d i e",
      "wanna d!e",
      "suic1dal",
      "su*cidal"
    ]) {
      expect([sentence, isAtLeast(triage(sentence).severity, "high")]).toEqual([sentence, true])
    }
  })

  it("reads every kind of apostrophe, and none", () => {
    for (const sentence of [
      "I don't want to live",
      "I don’t want to live",
      "I don`t want to live",
      "I dont want to live"
    ]) {
      expect(triage(sentence).severity).toBe("high")
    }
  })

  it("reads whole words only (X10)", () => {
    for (const sentence of ["skill myself", "diet", "studied", "I wanted a diesel", "begin again", "overdosee"]) {
      expect(triage(sentence).severity).toBe("safe")
    }
  })

  it("takes a denial for its own clause only, and two denials for none", () => {
    expect(triage("No. I want to die").severity).toBe("high")
    expect(triage("I'm not okay, I want to kill myself").severity).toBe("critical")
    expect(triage("I'm not not suicidal").severity).toBe("high")
    expect(triage("I'm not suicidal but I want to kill myself").severity).toBe("critical")
  })

  it("adds up what comes together", () => {
    const one = triage("I feel hopeless")
    const many = triage("I feel hopeless, I'm such a burden, I hate my body and I can't stop crying")
    expect(many.score).toBeGreaterThan(one.score)
    expect(many.severity).toBe("high")
    expect(triage("I really want to die").score).toBeGreaterThan(triage("I want to die").score)
  })

  it("names subjects and quotes nothing", () => {
    const text = "I want to kill myself, my stepdad beats me up and I was kicked out for being queer"
    const { factors } = triage(text)
    expect(factors).toEqual(["suicidal intent", "danger from others", "family rejection"])
    const labels = new Set([...GROUPS.map(({ label }) => label), "someone else in danger"])
    for (const factor of factors) expect(labels).toContain(factor)
  })
})

describe("triage of any text", () => {
  const unicode = fc.string({ unit: "binary", maxLength: 400 })

  it("answers, the same every time, within its bounds", () => {
    fc.assert(
      fc.property(unicode, (text) => {
        const first = triage(text)
        expect(triage(text)).toEqual(first)
        expect(first.score).toBeGreaterThanOrEqual(0)
        expect(first.score).toBeLessThan(1)
        expect(severityOf(first.score, nlpThresholds)).toBe(first.severity)
        expect(first.factors.length).toBeLessThanOrEqual(5)
        expect(first.factors.length === 0).toBe(first.severity === "safe")
      })
    )
  })

  it("keeps what is critical critical, whatever harmless is said around it", () => {
    const harmless = fc.array(fc.constantFrom("today", "rain", "cat", "music", "blue", "table", "🙂", "\n", "..."), {
      maxLength: 30
    })
    fc.assert(
      fc.property(harmless, harmless, (before, after) => {
        expect(triage([...before, "i am going to kill myself", ...after].join(" ")).severity).toBe("critical")
      })
    )
  })

  it("needs time that grows with the length alone", () => {
    const shapes: ReadonlyArray<(length: number) => string> = [
      (length) => "a".repeat(length),
      (length) => "i ".repeat(length / 2),
      (length) => "not ".repeat(length / 4) + "kill myself",
      (length) => "k1".repeat(length / 2),
      (length) => "a*".repeat(length / 2),
      (length) => "a* ".repeat(length / 3),
      (length) => "killmyself".repeat(length / 10),
      (length) => "want die ".repeat(length / 9),
      (length) => "want to want to die laughing ".repeat(length / 29),
      (length) => "\u0300\u0323".repeat(length / 2),
      (length) => "<@".repeat(length / 2),
      (length) => "http://".repeat(length / 7)
    ]
    const took = (text: string): number => {
      const start = performance.now()
      triage(text)
      return performance.now() - start
    }
    for (const shape of shapes) {
      took(shape(4000))
      expect(Math.min(...Array.from({ length: 3 }, () => took(shape(4000))))).toBeLessThan(100)
    }
  })
})

describe("the lexicon", () => {
  const lines = [...GROUPS.map(({ phrases }) => phrases), FIGURATIVE].flatMap(linesOf)

  it("has no choice between a word and one that is left out: the phrase would be shorter than meant", () => {
    const wrong = lines.flatMap((line) =>
      line
        .trim()
        .split(/\s+/)
        .filter(
          (slot) => slot.includes("|") && slot.split("|").some((word) => FILLERS.has(word) || INTENSIFIERS.has(word))
        )
    )
    expect(wrong).toEqual([])
  })

  it("is written as it is read: lower case, no apostrophes, nothing empty", () => {
    for (const row of lines.flatMap(expand)) for (const word of row) expect(word).toMatch(/^[a-z0-9-]+$/)
  })

  it("keeps every phrase that is serious findable by itself", () => {
    const missed = GROUPS.filter(({ severity }) => severity === "critical").flatMap(({ phrases }) =>
      linesOf(phrases)
        .flatMap(expand)
        .map((row) => row.join(" "))
        .filter((phrase) => !isAtLeast(triage(phrase).severity, "medium"))
    )
    expect(missed).toEqual([])
  })
})
