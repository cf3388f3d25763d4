/**
 * Whether a message says yes or no to what was asked (S16, S25). Negation is honoured, and a yes that comes with a doubt, a
 * question or a further wish is none: what is confirmed is exactly what was shown.
 */
import { demandsMore } from "./Changes.ts"
import { hear, type Said } from "./Words.ts"

const set = (words: string): ReadonlySet<string> => new Set(words.split("|"))

/** Said to mean "all is well": these hold a no, but are none. */
const FINE_IDIOMS =
  /(?<![\p{L}])(?:no (?:problem|worries|rush|complaints?|doubt)|(?:no|nothing to|not? need to|not? necessary to|do not|don't|dont) chang(?:es?|e anything|e a thing|e it)(?: needed| necessary| required| please)?|no (?:further|more|other) changes?(?: needed)?|can(?:'t|not|t| not) wait|why not\??)(?![\p{L}])/gu
const MEANS_YES = /(?:no (?:further |more |other )?changes?|nothing to change|change anything|change a thing|why not)/u

const YES_WORDS = set(
  "yes|yep|yeah|yea|yup|yess|yesss|ya|y|ok|okay|okey|k|kk|sure|confirm|confirmed|confirming|good|great|perfect|excellent|" +
    "awesome|fantastic|wonderful|amazing|lovely|delicious|fine|correct|agreed|agree|absolutely|definitely|approved|approve|" +
    "accept|accepted|nice|cool|super|brilliant|yummy|love|s\u00ed|si"
)
const YES_PHRASE =
  /(?<!\p{L})(?:go ahead|go for it|do it|that works|works for (?:me|us)|sounds (?:good|great|fine|delicious)|looks? (?:good|great|fine|delicious)|sounds? like (?:a|the) (?:(?:good|great|perfect) )?plan|all set|i'm in|let's go)(?!\p{L})/u
/** "Good morning" agrees to nothing. */
const GREETING =
  /(?<!\p{L})good (?:morning|afternoon|evening|night|day|question|luck|point|grief)(?!\p{L})|(?<!\p{L})(?:too|be|been|so|very|as|how|if|would|could|might|was|were|used to|want|need|something|anything|make it|half|less) (?:good|great|perfect|fine|nice|ok|okay|sure|cool|correct)(?!\p{L})/gu
/** Whatever of these is said, the message is no plain yes. */
const DOUBT = set(
  "not|no|nope|nah|never|without|neither|nor|hardly|but|except|however|unless|wrong|bad|hate|dislike|unsure|maybe|wait|almost|nearly|after|until|later|if|instead|although|though|stop|cancel|quit|unsubscribe"
)
const NO_WORDS = set("no|nope|nah|change|changes|different|dislike|hate|edit|modify|adjust")
const NO_PHRASE =
  /(?<!\p{L})(?:something else|not (?:\p{L}+ ){0,2}(?:good|great|perfect|fine|nice|ok|okay|right|correct|like|love|want|happy|work|eat|agree|confirm)|never mind|no thanks?|rather not|do not|is not|are not|can not eat)(?!\p{L})/u
const UNSURE =
  /(?<!\p{L})(?:not (?:really )?(?:sure|know|certain|understand|get)|i do not (?:know|understand|get)|dunno)(?!\p{L})/u

/** `asks`, `demands`: a yes with a question or with a wish in the same breath, which is no yes yet. */
export type Verdict = "yes" | "no" | "asks" | "demands"

/** Yes, no, or neither. Anything with a doubt in it is no yes. */
export const readVerdict = (said: Said): Verdict | null => {
  const fine = FINE_IDIOMS.test(said.plain)
  FINE_IDIOMS.lastIndex = 0
  const means = fine && MEANS_YES.test(said.plain)
  const rest = fine ? hear(said.plain.replace(FINE_IDIOMS, " ")) : said
  const words = rest.clauses.flat()
  const text = words.join(" ")
  if (UNSURE.test(text)) return null
  // `but` and its like separate clauses, so they are looked for in the text itself.
  const doubt = words.some((word) => DOUBT.has(word)) || /(?<!\p{L})(?:but|however)(?!\p{L})/u.test(rest.plain)
  const heard = text.replace(GREETING, " ")
  const praise = heard.split(" ").some((word) => YES_WORDS.has(word)) || YES_PHRASE.test(heard)
  if (doubt || words.some((word) => NO_WORDS.has(word))) {
    return words.some((word) => NO_WORDS.has(word)) || NO_PHRASE.test(text) || praise ? "no" : null
  }
  if (!praise && !means) return null
  if (asks(rest)) return "asks"
  return demandsMore(rest) ? "demands" : "yes"
}

/** Questions people write without their mark. */
const ASKS =
  /^(?:(?:yes|yeah|yep|ok|okay|sure|great|good|perfect|nice|cool|thanks|and|so) )*(?:when (?:do|does|is|are|will|can|should|would)|where|who|why|which|are (?:there|they|you|these|those)|is (?:there|it|this|that)|do (?:you|they|i|we)|does|will (?:it|you|they|there)|(?:can|could) (?:you|i|we)|(?:what|how)(?! (?:an?|nice|great|lovely|good|cool|wonderful|awesome|delicious)(?!\p{L})))(?!\p{L})/u

const asks = ({ plain, clauses }: Said): boolean =>
  plain.includes("?") || clauses.some((words) => ASKS.test(words.join(" ")))
