/**
 * Whether a text is plain English: the guard's rules read nothing else, so what they cannot read does not pass. Known
 * letters, digits, punctuation and pictures only; no word with digits for letters, none spelt out letter by letter; and in
 * every sentence enough of the small words without which nobody writes English. Total.
 */

/** What is left when accents are taken off. */
const KNOWN =
  /^[\t\n\r\x20-\x7e\p{Zs}\p{Extended_Pictographic}\u{1f3fb}-\u{1f3ff}\ufe0f\u200d\u2010-\u2027\u2032\u2033\u00b0\u00b7\u00d7]*$/u

/** Letters in circles, squares and flags: words for eyes that the rules do not see. */
const PICTURED_LETTERS = /[\u24b6-\u24ff\u{1f100}-\u{1f1ff}]/u

const WORD_WITH_DIGITS = /(?<![\p{L}\p{N}])(?=\p{N}*\p{L})(?=\p{L}*\p{N})[\p{L}\p{N}]+/gu
/** `2nd`, `10pm`, and the one host that begins with digits. */
const COMMON_WITH_DIGITS = /^(?:\d+(?:st|nd|rd|th|am|pm|s|min|h|x)|988lifeline)$/iu

const SPELT_OUT = /(?<![\p{L}\p{N}'])(?:\p{L}[ .\-_*/|+]{1,2}){3,}\p{L}(?![\p{L}\p{N}'])/u

const listed = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/u))

const SMALL = listed(`
  i you your yours yourself it its it's i'm i'd i'll i've you're you've you'd you'll they them their they're she her we our us
  my mine myself this that that's these those there there's here what what's who whom whose which when where why how how's
  the and or but if then than because while until of to for from with without about into on at by after before between through
  over under out up down off again too very just only still even also not don't doesn't didn't isn't aren't wasn't can't cannot
  couldn't wouldn't won't shouldn't be been being are were do does did done doing have has having had can could will would should
  may might must am let let's like as so much many more most some any every each both few other another such own all near now
  feel feels feeling felt know think want need say says said tell told hear heard listen listening talk make makes made take
  sound sounds see seems get things thing something anything everything nothing someone somebody anyone nobody people person
  time day night today tonight right okay ok hello thank thanks sorry glad please yes good hard really way well back never
  always sometimes maybe is was he him his me in an a no go come call text write help hi hey
`)

/** English has none of these, nor has it borrowed them. */
const FOREIGN = listed(`
  el los una unos del que qué está estoy están pero muy más también eres soy tú mí nadie alguien equipo ayuda ahora
  ich du sie wir ihr nicht und oder aber der dem das ist sind bist habe haben wird werden jemand hilfe bescheid dir mir
  dich mich kein keine ein eine einen auf mit von vom zum für auch noch schon
  je tu nous vous ils elles les est suis une avec dans mais quelqu'un équipe
  você vocês não uma para estou equipe ajuda alguém ninguém isso
  il gli che è sono sei qualcuno squadra aiuto
  ik jij het een niet ook maar iemand hulp wij zij hebben wordt
`)

const wordsOf = (text: string): ReadonlyArray<string> =>
  text
    .toLowerCase()
    .replace(/[\u2018\u2019]/gu, "'")
    .match(/\p{L}[\p{L}\p{M}']*/gu) ?? []

/** Of three words on, at least this share of a sentence is small words. */
const SHARE = 0.3

const isEnglish = (sentence: string): boolean => {
  const words = wordsOf(sentence)
  return words.length < 3 || words.filter((word) => SMALL.has(word)).length / words.length >= SHARE
}

export const isPlainEnglish = (text: string): boolean => {
  const bare = text.normalize("NFD").replace(/(?!\ufe0f)\p{M}/gu, "")
  if (!KNOWN.test(bare) || PICTURED_LETTERS.test(bare) || SPELT_OUT.test(bare)) return false
  if ([...bare.matchAll(WORD_WITH_DIGITS)].some(([word]) => !COMMON_WITH_DIGITS.test(word))) return false
  if (wordsOf(text.normalize("NFC")).some((word) => FOREIGN.has(word))) return false
  return text.split(/[.!?…;:\n]+(?=\s|$)/u).every(isEnglish)
}
