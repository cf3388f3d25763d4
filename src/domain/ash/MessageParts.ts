/**
 * Cutting texts to what one Discord message holds, and taking the sting out of mentions. Lengths are UTF-16 units, never
 * fewer than the code points Discord may count, so a part fits by either measure; no character is ever cut in two.
 */

/** The content of one message (wire.md 6). */
export const MAX_PART = 2000

/** Mentions that a text merely quotes must not call anybody: a zero-width space goes into them. */
export const breakMentions = (text: string): string =>
  text.replace(/@(?=everyone|here)/giu, "@\u200b").replace(/<(?=@[!&]?\d|#\d|id:)/gu, "<\u200b")

/** The first `max` units, without half a character at the end. */
export const cutTo = (text: string, max: number): string => {
  if (text.length <= max) return text
  const last = text.charCodeAt(max - 1)
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? max - 1 : max)
}

/** Where to end a part: after a paragraph, a line, a sentence or a word, whichever comes first in this order. */
const breakAt = (head: string): number => {
  for (const mark of ["\n\n", "\n", ". ", " "]) {
    const at = head.lastIndexOf(mark)
    if (at >= head.length / 2) return at + mark.length
  }
  return head.length
}

/** Parts of at most `max` units that hold every word of the text, in order. Blank parts are left out. */
export const splitText = (text: string, max: number = MAX_PART): ReadonlyArray<string> => {
  const parts: Array<string> = []
  let rest = text.trim()
  while (rest.length > max) {
    const head = cutTo(rest, max)
    const end = breakAt(head)
    parts.push(rest.slice(0, end).trim())
    rest = rest.slice(end).trim()
  }
  return [...parts, rest].filter((part) => part !== "")
}
