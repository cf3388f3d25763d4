/**
 * The words the law asks for: STOP, START and HELP (B10, C17). The carriers' keywords count as whole messages only, whatever
 * courtesy, yes or signature stands around them; plain wordings ("stop texting me", "I want to unsubscribe") count as well.
 * "Stop" inside an ordinary sentence is no keyword.
 */
import { readChanges } from "./Changes.ts"
import { dayNamed } from "./Skip.ts"
import { hear, saysPhrase, type Said } from "./Words.ts"

export type ComplianceAsked = "stop" | "start" | "help"

const set = (words: string): ReadonlySet<string> => new Set(words.split("|"))

const STOP = set(
  "stop|stopall|stop all|stop2end|stop 2 end|stop to end|unsubscribe|cancel|end|quit|revoke|optout|opt out|stop it|" +
    "stop now|stop this|stop that|remove me|take me off|go away|leave me alone|leave us alone|wrong number|" +
    "no more texts|no more messages|alto|parar|detener|basta|arret|arr\u00eat"
)
const START = set("start|unstop|subscribe|resubscribe|opt in|optin")
const HELP = set("help|info|ayuda")

/** "Stop stop stop", "stop, cancel now". */
const REPEATED =
  /^(?:stop|stopall|unsubscribe|cancel|quit|end)(?: (?:stop|stopall|unsubscribe|cancel|quit|end|it|now|all|please|immediately))*$/u
/** What people put in front of a keyword without changing it. */
const LEAD =
  /^(?:(?:yes|yeah|yep|yup|ya|y|sure|ok|okay|k|no|nope|nah|hi|hello|hey|please|pls|plz|just|and|so|well|then|now|thanks|thank you|sorry|fine|great|good|(?:can|could|would|will) you|(?:i|i've|i have)(?: already| just)? (?:said|told you|asked you|texted|wrote|typed|replied)|(?:i|we)(?:'d| would)? (?:want|wanna|like|need)(?: you)?|to) )+/u

const MEDIUM = "(?:texts?|txts?|messages?|msgs?|sms|notifications?|alerts?|spam)"
const AGAIN = "(?: (?:again|any ?more|ever|please|now|at all))*"
/** One sentence that is nothing but the wish to be left alone, in the ways people word it. */
const WORDINGS: ReadonlyArray<RegExp> = [
  /^(?:stop|quit)(?: (?:with|all))?(?: (?:the|these|those|your))? (?:texting|txting|messaging|msging|contacting|spamming|bothering|harassing)(?: .*)?$/u,
  new RegExp(
    `^(?:stop|quit) sending(?: (?:me|us|to|my phone|this number|here))*(?: (?:any|these|those|this|that|all|the|your|more|it|them|stuff|things|anything|${MEDIUM}))*(?: to (?:me|us|(?:my|this) (?:phone|number|cell)))?${AGAIN}$`,
    "u"
  ),
  new RegExp(
    `^(?:stop|end|quit|cancel|no more)(?: (?:all|any|the|these|those|this|your|my|with))* ${MEDIUM}(?: (?:to|from) .*)?${AGAIN}$`,
    "u"
  ),
  new RegExp(
    `^(?:do not|don'?t|never)(?: ever)? (?:text|txt|message|contact|write|write to)(?: (?:me|us|this number|my number|my phone))?${AGAIN}$`,
    "u"
  ),
  new RegExp(
    `^(?:i )?(?:do not|don'?t) (?:want|need|send)(?: (?:me|us|to|get|receive|have|any|more|these|those|your|the|all))* ${MEDIUM}(?: from .*)?${AGAIN}$`,
    "u"
  ),
  /^(?:remove|delete|take|lose|erase) (?:me|us|my (?:phone |cell |mobile )?(?:number|phone|contact|name))(?: (?:off|from)(?: .*)?| now)?$/u,
  /^(?:cancel|end|stop|quit)(?: (?:my|this|the|our))? (?:subscription|membership|service)(?: .*)?$/u
]
/** "STOP I don't want this": the keyword, then a sentence of its own. "Stop the plan" is one sentence. */
const STOP_BECAUSE = /^stop (?:i|i'm|im|we|wrong|leave (?:me|us)|who|no more)(?!\p{L})/u
/** Wherever it is said: no other wish is worded so. */
const UNSUBSCRIBE = /(?<!\p{L})(?:unsubscribe|opt(?: me| us)? out|optout)(?!\p{L})/u
/** "Did I unsubscribe?" asks; it does not ask for it. */
const ASKS_ABOUT = /^(?:why|did|was|were|am|are|if|have|has|should|does|do i)(?!\p{L})/u

const SENT_FROM =
  /(?:^|\n|(?<=[.!]))[^\S\n]*(?:sent (?:from|via|with|using) (?:my |the |a )?\p{L}|get outlook for |--+[^\S\n]*(?:\n|$))[\s\S]*$/iu
const SIGNED = /\s[-\u2010-\u2015~]\s*(\p{Lu}[\p{L}'.]*)(?:\s+\p{Lu}[\p{L}'.]*)?\s*$/u

/** A text without the lines a mail program adds below it. A text that is nothing else stays as it is. */
export const unsigned = (text: string): string => {
  const body = text.replace(SENT_FROM, "")
  return body.trim() === "" ? text : body
}

/** "STOP - John" without the name. A day is no name. */
const nameless = (text: string): string => {
  const name = SIGNED.exec(text)?.[1]
  return name === undefined || dayNamed(name) !== null ? text : text.replace(SIGNED, "")
}

const isWish = (sentence: string): boolean => WORDINGS.some((wording) => wording.test(sentence))

const asksToStop = (text: string, said: Said): boolean => {
  const whole = hear(nameless(text)).whole
  const bare = whole.replace(LEAD, "")
  if (STOP.has(whole) || STOP.has(bare) || REPEATED.test(bare)) return true
  if (saysPhrase(said, UNSUBSCRIBE) && !said.clauses.some((words) => ASKS_ABOUT.test(words.join(" ")))) return true
  const sentences = said.plain.split(/[.,;!?\n]+/u).map((sentence) => hear(sentence).whole)
  if (sentences.some((sentence) => isWish(sentence) || isWish(sentence.replace(LEAD, "")))) return true
  if (STOP_BECAUSE.test(bare) && readChanges(said) === null) return true
  // "Stop. This is spam!" is one; "Stop! Skip Monday" is about the plan.
  const [first = ""] = said.plain.split(/[.!\n]+/u)
  return hear(first).whole === "stop" && readChanges(said) === null
}

/** Reads what must be honoured before anything else; `null` for every other message. */
export const readCompliance = (text: string, said: Said): ComplianceAsked | null => {
  if (START.has(said.whole)) return "start"
  if (HELP.has(said.whole)) return "help"
  return asksToStop(text, said) ? "stop" : null
}
