/**
 * Text that the PDF standard fonts can show. They know Windows-1252 only; everything else is taken apart into letters
 * they know, spelled another way, or marked with `?`. Never fails and never grows a text much. Pure.
 */
const specials = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"

const known = (character: string): boolean =>
  /[\u0020-\u007e\u00a1-\u00ff]/.test(character) || specials.includes(character)

const spelled = new Map([
  ["\u00a0", " "],
  ["\u2044", "/"],
  ["\u2215", "/"],
  ["\u2212", "-"],
  ["\u2010", "-"],
  ["\u2011", "-"],
  ["\u2012", "-"],
  ["\u2015", "—"],
  ["\u2190", "<-"],
  ["\u2192", "->"],
  ["\u2264", "<="],
  ["\u2265", ">="],
  ["\u2248", "~"],
  ["\u2032", "'"],
  ["\u2033", '"'],
  ["ł", "l"],
  ["Ł", "L"],
  ["đ", "d"],
  ["Đ", "D"],
  ["ħ", "h"],
  ["ı", "i"],
  ["ŋ", "ng"],
  ["ə", "e"],
  ["ẞ", "SS"]
])

/** Pictures, their modifiers and joiners, and whatever has no shape of its own. */
const shapeless =
  /[\p{Extended_Pictographic}\p{Emoji_Modifier}\u200b-\u200f\u20e3\u2060\ufe00-\ufe0f\ufeff\u{1f1e6}-\u{1f1ff}]/gu

const one = (character: string): string => {
  if (known(character)) return character
  if (/\s/u.test(character)) return " "
  if (/[\p{C}\p{M}]/u.test(character)) return ""
  const plain = spelled.get(character)
  if (plain !== undefined) return plain
  const apart = [...character.normalize("NFKD")].filter((part) => !/\p{M}/u.test(part))
  if (apart.join("") === character) return "?"
  return apart.map(one).join("")
}

/** The text as the standard fonts can show it, on one line. */
export const toWinAnsi = (text: string): string =>
  text
    .normalize("NFC")
    .replace(shapeless, (sign) => (known(sign) ? sign : ""))
    .replace(/./gsu, one)
    .replace(/ {2,}/g, " ")
    .trim()
