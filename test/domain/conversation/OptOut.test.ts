/** What must never be missed or misread: opt-outs as people word them, reactions of phones, allergies. Both polarities. */
import { describe, expect, it } from "vitest"
import { understand } from "#domain/conversation/Intent.ts"
import { told, type Rows } from "./told.ts"

const compliance: Rows = [
  ...["STOP", "stop", " Stop. ", "STOP!!", "stop please", "Please stop", "STOPALL", "Stop all", "UNSUBSCRIBE"].map(
    (text) => [text, "STOP"] as const
  ),
  ...["cancel", "END", "Quit", "REVOKE", "OPTOUT", "opt out", "Opt-Out", "stop \u{1f6d1}", "Stop texting me"].map(
    (text) => [text, "STOP"] as const
  ),
  ["Don\u2019t text me", "STOP"],
  ["\uff33\uff34\uff2f\uff30", "STOP"],
  ...[
    "yes stop",
    "sure, stop texting me",
    "Yes, cancel",
    "stop stop stop",
    "STOP - John",
    "Stop\nSent from my iPhone"
  ].map((text) => [text, "STOP"] as const),
  ...["Stop.\nSent from my iPhone", "STOP \u2014 Mary Ann", "Stop.\n\nGet Outlook for iOS", "Unsubscribe\n--\nJo"].map(
    (text) => [text, "STOP"] as const
  ),
  ...["I want to unsubscribe", "please unsubscribe me from this", "opt me out of these", "Stop all texts"].map(
    (text) => [text, "STOP"] as const
  ),
  ...["stop texting this number", "Stop sending me these", "stop sending me messages", "quit texting me"].map(
    (text) => [text, "STOP"] as const
  ),
  ...["STOP2END", "cancel my subscription", "I said STOP", "remove my number", "remove me from your list"].map(
    (text) => [text, "STOP"] as const
  ),
  ...["ok stop", "no, stop", "Yes. Stop.", "can you stop texting me?", "I want you to stop texting me"].map(
    (text) => [text, "STOP"] as const
  ),
  ...["Stop. This is spam", "who is this? stop texting me", "don't message me ever again", "no more texts please"].map(
    (text) => [text, "STOP"] as const
  ),
  ...[
    "STOP I don't want this",
    "Stop, wrong number",
    "stop sending messages to my phone",
    "stop texting me about monday"
  ].map((text) => [text, "STOP"] as const),
  ...["don't send me any more texts", "I don't want these messages", "Stop\nJohn"].map(
    (text) => [text, "STOP"] as const
  ),
  ["stop this plan", "RESET"],
  ["I don't want these carrots", "CHANGE"],
  ["don't stop the salmon", "CHANGE"],
  ["can I stop by monday", "NOT_UNDERSTOOD"],
  ["the bus stop was great", "NOT_UNDERSTOOD"],
  ["stop sending me salmon", "NOT_UNDERSTOOD"],
  ["Stop! Skip monday", "SKIP Mon"],
  ["cancel - Monday", "SKIP Mon"],
  ["cancel the salmon", "NOT_UNDERSTOOD"],
  ["don't unsubscribe me", "CHANGE"],
  ["did I unsubscribe?", "HELP"],
  ["yes but stop the fish", "CHANGE"],
  ["great, cancel the salmon", "CHANGE"],
  ["don't text me before noon", "CHANGE"],
  ["remove me a monday", "SKIP Mon"],
  ["yes - John", "AGREED"],
  ["yes\nSent from my iPhone", "AGREED keyword"],
  ["don't stop", "CHANGE"],
  ["bus stop", "NOT_UNDERSTOOD"],
  ["nonstop", "NOT_UNDERSTOOD"],
  ["the weekend", "NOT_UNDERSTOOD"],
  ["I quit my job", "NOT_UNDERSTOOD"],
  ["cancel monday", "SKIP Mon"],
  ["START", "START"],
  ["unstop", "START"],
  ["subscribe", "START"],
  ["start over", "RESET"],
  ["HELP", "HELP keyword"],
  ["info", "HELP keyword"],
  ["help!", "HELP keyword"]
]

/** Phones quote the whole message they react to. */
const tapbacks: Rows = [
  ["Loved \u201cYour plan: reply 'yes', 'swap X for Y', 'skip Monday'\u201d", "CHAT thanks"],
  ["Liked \u201cPerfect! Reply 'recipes now' to get them right away.\u201d", "CHAT thanks"],
  ['Loved "recipes now"', "CHAT thanks"],
  ["Loved an image", "CHAT thanks"],
  ["Questioned \u201cyes\u201d", "CHAT reaction"],
  ["Disliked \u201cskip Monday\u201d", "CHAT reaction"],
  ["Laughed at \u201cplan\u201d", "CHAT reaction"],
  ["Emphasized \u201cstop\u201d", "CHAT reaction"],
  ["Emphasised \u201cyes, 'recipes now' and so on\u2026", "CHAT reaction"],
  ["Removed a heart from \u201cyes\u201d", "CHAT reaction"],
  ["Reacted \u{1f44d} to \u201cyes\u201d", "CHAT reaction"],
  ["\u{1f44d} to \u201cyes\u201d", "CHAT reaction"],
  ["\u200b\u{1f44d}\u{1f3fd}\u200b to \u201c yes \u201d", "CHAT reaction"],
  ["Loved it, yes", "AGREED"],
  ["liked the plan, yes", "AGREED plan"],
  ["\u{1f44d} to all", "NOT_UNDERSTOOD"]
]

const allergies: Rows = [
  ["I'm allergic to peanuts", "ALLERGY"],
  ["yes but my son has a nut allergy", "ALLERGY"],
  ["swap salmon for chicken, I'm allergic to fish", "ALLERGY"],
  ["there is nuts in tuesday's meal and I'm allergic", "ALLERGY"],
  ["great! any allergens?", "ALLERGY"],
  ["lactose intolerant", "ALLERGY"],
  ["STOP I am allergic to texts, stop texting me", "STOP"],
  ["Loved \u201callergies\u201d", "CHAT thanks"]
]

const emergencies = [
  ["I'm having chest pain call 911", "EMERGENCY"],
  ["911", "EMERGENCY"],
  ["I want to die", "EMERGENCY"],
  ["yes but I can't breathe", "EMERGENCY"],
  ["i am suicidal", "EMERGENCY"],
  ["plan, this is an emergency!!", "EMERGENCY"],
  ["STOP", "STOP"],
  ["swap chicken for 911 sauce", "SWAP chicken > 911 sauce"],
  ["I'm dying for tacos, plan", "PLAN mentioned"]
] as const

describe("understand", () => {
  for (const [name, rows] of Object.entries({ compliance, tapbacks, allergies, emergencies })) {
    describe(name, () => {
      it.each(rows)("%j is %s", (text, expected) => {
        expect(told(understand(text))).toBe(expected)
      })
    })
  }

  // A pattern that tried every way to cut such a text would not come back before the test's own time limit.
  it.each(["\n", "\n ", " ", "stop sending me any more ", "sent from ", "\n--", "- A ", "\u{1f44d}"])(
    "reads a long text of %j",
    (unit) => {
      expect(understand(`${unit.repeat(1600)}x`).type).toMatch(/^[A-Z_]+$/)
    }
  )
})
