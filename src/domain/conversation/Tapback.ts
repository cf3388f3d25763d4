/**
 * Reactions of phones ("tapbacks"): where they cannot be shown, they arrive as a text that quotes the whole message reacted
 * to. The quoted words are not the texter's, so they must never be read as a wish.
 */
export type Tapback = "liked" | "other"

const QUOTE = '["\u201c\u201d\u201e\u00ab]'
const EMOJI = "(?:\\p{Extended_Pictographic}|[\\p{Emoji_Modifier}\\p{Regional_Indicator}\\u200b\\u200d\\ufe0e\\ufe0f])+"
const THING = `(?:${QUOTE}|an? (?:image|attachment|photo|picture|movie|video|audio message|message|sticker)\\s*$)`
const LIKED = new RegExp(`^\\s*(?:lik|lov)ed\\s+${THING}`, "iu")
const OTHER = new RegExp(
  `^\\s*(?:(?:disliked|laughed at|emphasi[sz]ed|questioned|reacted\\s.{1,40}?\\sto|removed\\s.{1,40}?\\sfrom)\\s+${THING}|${EMOJI}\\s*to\\s+${QUOTE})`,
  "iu"
)

/** The reaction a text stands for; `null` for a text that is none. */
export const readTapback = (text: string): Tapback | null =>
  LIKED.test(text) ? "liked" : OTHER.test(text) ? "other" : null
