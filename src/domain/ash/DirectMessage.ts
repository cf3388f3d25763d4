/**
 * What a direct message to Ash asks for, as far as a fixed wish is recognised: no contact, contact again, an ambulance, a
 * person, the end of the conversation. A wish counts only when it is all that is said: "leave me alone" is one, "they should leave me alone"
 * is not (C17). A person is also called when one whole sentence of a longer message asks for it, and
 * an ambulance that Ash is asked for counts wherever it is asked. Whatever is read here, the
 * words are analysed as well: a goodbye may mean more than the end of a chat.
 */
import { hear } from "../conversation/Words.ts"

export type DirectMessageIntent = "no_contact" | "contact" | "emergency" | "person" | "goodbye" | "end" | "words"

const set = (words: string): ReadonlySet<string> => new Set(words.split("|"))

const LEAD =
  /^(?:(?:ash|please|pls|plz|just|ok|okay|hey|hi|hello|no|nope|yes|yeah|sorry|look|actually|well|and|so|now|oh|but|can you|could you|would you|will you|i said|i told you(?: to)?|i want you to|i need you to|i'd like you to) )+/u
const TAIL = /(?: (?:ash|please|pls|plz|now|right now|already|thanks|thank you|ok|okay))+$/u

const bare = (whole: string): string => whole.replace(LEAD, "").replace(TAIL, "")

const AGAIN = "(?: (?:again|any ?more|ever|ever again|at all))?"
const NOT = "(?:don'?t|do not|never|stop)"
const CONTACT_ME =
  "(?:contact|contacting|message|messaging|text|texting|dm|dming|write|write to|writing|writing to|bother|bothering)"

const NO_CONTACT: ReadonlyArray<RegExp> = [
  /^(?:leave me (?:alone|be|in peace)|go away|no contact|no more (?:messages|contact|dms)|unsubscribe)$/u,
  /^(?:i (?:want|wish|would like) to |i'd like to |let me |i )?opt(?: me| myself)? ?out$/u,
  new RegExp(`^${NOT} ${CONTACT_ME} me${AGAIN}$`, "u"),
  new RegExp(`^i (?:don'?t|do not) want (?:you|ash) to ${CONTACT_ME} me${AGAIN}$`, "u"),
  new RegExp(`^i (?:don'?t|do not) want to be (?:contacted|messaged|bothered)${AGAIN}$`, "u")
]

const CONTACT: ReadonlyArray<RegExp> = [
  /^(?:i (?:want|would like) to |i'd like to |let me |i )?opt(?: me| myself)?(?: back)? ?in(?: again)?$/u,
  /^(?:come back|you (?:can|may) (?:come back|write|write to me|message me|contact me|talk to me)(?: again)?)$/u,
  /^(?:write to|message|contact|talk to) me again$/u
]

/** Goodbyes. "I'm done", "it's over" and "goodbye world" are not among them, and never shall be. */
const GOODBYE = set(
  "bye|bye bye|byebye|goodbye|good bye|cya|see you|see ya|see you later|talk later|talk to you later|ttyl|good night|" +
    "goodnight|night|gotta go|got to go|i gotta go|i have to go|i need to go|i've got to go|i should go"
)
/** Words that end the conversation and say nothing else. */
const END = set(
  "stop|stop it|stop talking|end|end chat|end the chat|end session|end the session|end conversation|" +
    "end the conversation|quit|exit|that's all|thats all|that is all|that was all|that's it|that'll be all|" +
    "i don't want to talk|i dont want to talk|i don't want to talk to you|i don't want to talk anymore|let's stop|" +
    "let's stop here"
)
const COURTESY =
  /^(?:(?:ok|okay|alright|all right|thanks|thank you|thank you so much|thanks a lot|thx|ty|for now|for listening|for your help|then|well|and|ash|you|take care|have a good (?:day|night|one)) )+/u
const COURTESY_AFTER =
  /(?: (?:ok|okay|alright|thanks|thank you|thx|ty|for now|for today|for listening|for your help|then|now|ash|and|you too|take care))+$/u

const WANT =
  "(?:(?:i )?(?:want|wanna|need|would like|would rather|prefer|demand|must)(?: to)?|i(?:'d| would) (?:like|rather|prefer)(?: to)?|" +
  "(?:can|could|may|do) i(?: please)?(?: get to)?|(?:can|could) you(?: please)?|let me|get me|give me|bring me|find me|" +
  "call|ping|get|connect me (?:to|with)|put me through to|transfer me to|hand me over to|is there|are there|where is)"
const TALK = "(?:(?:talk|speak|chat|write|reach)(?: (?:to|with))?|have|get|be connected to)"
const REAL = "(?:(?:a|an|the|some|any|your|actual|actually|real|live|living|human|crisis|other|another) )*"
const PERSON =
  "(?:person|people|humans?|human being|human beings|responder|volunteer|moderator|mod|mods|crt|crisis team|team|team member|staff|counsell?or|agent|operator)"
const AFTER =
  "(?: (?:here|there|please|else|instead|now|right now|real|who is real|human|not a bot|not a machine|not you|instead of (?:you|a bot|ash)|" +
  "and not (?:you|a bot|ash)|(?:that |who )?i can (?:talk|speak|write) (?:to|with)|to (?:talk|speak) (?:to|with)|from the (?:crisis )?team|on the (?:crisis )?team))*"

const PERSON_WISHES: ReadonlyArray<RegExp> = [
  new RegExp(`^${WANT} (?:${TALK} )?${REAL}${PERSON}${AFTER}$`, "u"),
  new RegExp(`^(?:talk|speak|chat) (?:to|with) ${REAL}${PERSON}${AFTER}$`, "u"),
  new RegExp(`^(?:real )?(?:human|person)${AFTER}$`, "u"),
  /^(?:a|an|some) (?:real |live |actual )?(?:human|person)(?: being)?$/u,
  // "Someone" alone may be company that is missed: only whom to talk to, or somebody real.
  new RegExp(
    `^${WANT} (?:(?:talk|speak|chat) (?:to|with) )(?:someone|somebody|anyone|anybody)(?: (?:real|human|else|from the (?:crisis )?team))*(?: now| here| instead)?$`,
    "u"
  ),
  new RegExp(
    `^${WANT} (?:someone|somebody|anyone|anybody) (?:real|human|else|from the (?:crisis )?team)(?: to talk to| i can talk to| here| now)?$`,
    "u"
  )
]

const BOT = "(?:ro)?bots?|machines?|an? ?i|ais?|program|software|computer|chat ?bots?"
const NO_BOT: ReadonlyArray<RegExp> = [
  new RegExp(
    `^i (?:don'?t|do not|won'?t|will not) (?:(?:want|wanna|like|need)(?: to)? )?(?:(?:talk|talking|speak|speaking|chat|chatting|write|writing)(?: (?:to|with))? )?(?:(?:a|an|any|some|this|stupid|fucking) )*(?:${BOT})(?: (?:here|please|now|any ?more))*$`,
    "u"
  ),
  new RegExp(`^(?:no|no more|not a|not another) (?:${BOT})(?: (?:here|please|now|any ?more))*$`, "u")
]
/** "Are you a bot i want a human": the question before the wish, when no sign stands between. */
const QUESTION =
  /^(?:are you|r u|is this) (?:just )?(?:a |an |some )?(?:real )?(?:bot|robot|ai|machine|program|person|human)(?: or (?:a |an )?(?:real )?(?:bot|robot|ai|machine|person|human))? (?=i )/u

const RESCUE =
  "(?:(?:an? |the |some )?(?:ambulances?|paramedics?|emergency(?: services?| number| line)?|police|cops)|9 ?1 ?1|9 ?9 ?9|1 ?1 ?2|0 ?0 ?0|1 ?1 ?1)"
const CALL = "(?:call|phone|dial|ring|get|send|alert|contact)(?: (?:me|us|in|for))*"
const RESCUE_AFTER =
  "(?: (?:for me|for us|for my \\w+|to me|to my \\w+|here|now|right now|asap|quick|quickly|fast|immediately|help|help me|i'?m dying))*"

/** Whole sentences. */
const EMERGENCIES: ReadonlyArray<RegExp> = [
  new RegExp(`^(?:(?:someone|somebody|anyone|anybody|you|help me|help) )*${CALL} ${RESCUE}${RESCUE_AFTER}$`, "u"),
  new RegExp(`^(?:should|can|do) i (?:just )?(?:call|need|get|phone) ${RESCUE}${RESCUE_AFTER}$`, "u"),
  new RegExp(`^(?:need )?(?:an )?(?:ambulance|paramedics)${RESCUE_AFTER}$`, "u")
]
/** Wherever they stand, for who needs an ambulance sets no full stops. */
const EMERGENCY_ANYWHERE: ReadonlyArray<RegExp> = [
  new RegExp(
    `(?<!\\b(?:asked|said|says|told|that) )\\b(?:can|could|will|would) (?:you|u|someone|somebody|anyone|anybody) (?:please |pls |plz |just )*${CALL} ${RESCUE}(?! ?\\d)\\b`,
    "u"
  ),
  /(?<!\b(?:think|if|when|whether|said|says|that|thought|like|until|unless) )\bi (?:think i )?(?:really |just |might )*(?:need|want) (?:you to (?:call|get|send) )?(?:an ambulance|the ambulance|paramedics|emergency services|911)\b/u
]

const matches = (text: string, rules: ReadonlyArray<RegExp>): boolean => rules.some((rule) => rule.test(text))

/** "Thanks, bye" and "okay goodbye ash", but not a "thanks" alone: that may go on. */
const isAmong = (whole: string, ends: ReadonlySet<string>): boolean => {
  const words = whole.replace(COURTESY, "").replace(COURTESY_AFTER, "").replace(TAIL, "")
  return ends.has(whole) || ends.has(bare(whole)) || ends.has(words)
}

/** Reads one message. Total: every string has one intent. */
export const readDirectMessage = (text: string): DirectMessageIntent => {
  const said = hear(text)
  const asks = (rules: ReadonlyArray<RegExp>): boolean => matches(said.whole, rules) || matches(bare(said.whole), rules)
  if (asks(NO_CONTACT)) return "no_contact"
  if (asks(CONTACT)) return "contact"
  const sentences = said.plain.split(/[.!?;,\n]+/u).flatMap((sentence) => {
    const { whole } = hear(sentence)
    return [whole, bare(whole), bare(whole.replace(QUESTION, ""))]
  })
  const asksSomewhere = (rules: ReadonlyArray<RegExp>): boolean =>
    asks(rules) || sentences.some((sentence) => matches(sentence, rules))
  if (asksSomewhere(EMERGENCIES) || matches(said.whole, EMERGENCY_ANYWHERE)) return "emergency"
  if (asksSomewhere(PERSON_WISHES) || asksSomewhere(NO_BOT)) return "person"
  if (isAmong(said.whole, GOODBYE)) return "goodbye"
  return isAmong(said.whole, END) ? "end" : "words"
}

const FINE =
  /^(?:i(?:'m| am|m) )?(?:(?:doing|feeling|all|much|a lot|a bit|a little|quite|very|really|so|still|pretty|just|totally) )*(?:ok|okay|good|fine|great|well|alright|all right|better|not bad)(?: (?:now|today|actually|again|then|really))*(?: (?:thanks|thank you|thx|ty)(?: (?:for asking|ash|you))*)?$/u
const NOTHING_MORE =
  /^(?:no|nope|nah|no need|no thanks|no thank you|not now|not today|thanks|thank you|thx|ty|thanks for asking|thank you for asking|yes|yeah|yep|ok|okay|all good|it's ok|its ok)$/u

/** Whether an answer to "how are you today?" leaves it at that. Everything else wants to talk. */
export const isBriefAnswer = (text: string): boolean => {
  const { whole } = hear(text)
  return (
    FINE.test(whole) ||
    FINE.test(bare(whole)) ||
    NOTHING_MORE.test(whole) ||
    isAmong(whole, GOODBYE) ||
    isAmong(whole, END)
  )
}
