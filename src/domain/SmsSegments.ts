/**
 * What a text becomes on the air (B18): how many segments it costs and where it may be cut. The counting is
 * `sms-segments-calculator`'s; this module adds plain characters in place of typographic ones, so that a curly quote does
 * not double the price, and cutting at word ends. Pure.
 */
import Calculator from "sms-segments-calculator"

export interface SmsCost {
  readonly encoding: "GSM-7" | "UCS-2"
  readonly segments: number
}

/** Answers remembered, the newest. */
const REMEMBERED = 512

/** Most of what is sent are the same few texts of ours, and taking one apart costs more than the turn that words it. */
const remembered = <A>(work: (text: string) => A): ((text: string) => A) => {
  const known = new Map<string, A>()
  return (text) => {
    const found = known.get(text)
    if (found !== undefined) return found
    const made = work(text)
    known.set(text, made)
    for (const [oldest] of known) {
      if (known.size <= REMEMBERED) break
      known.delete(oldest)
    }
    return made
  }
}

/** What the calculator's own table leaves alone: bullets, arrows, rules, spaces of odd width, zero-width characters. */
const plainer: ReadonlyArray<readonly [RegExp, string]> = [
  [/[\u2010-\u2015\u2212\u2500-\u2503\u2550]/g, "-"],
  [/[\u2022\u2023\u25aa\u25cf\u25e6\u00b7]/g, "-"],
  [/\u2026/g, "..."],
  [/[\u2190\u2039]/g, "<"],
  [/[\u2192\u203a]/g, ">"],
  [/[\u00a0\u2000-\u200a\u202f\u205f\u3000]/g, " "],
  [/[\u200b\u2060\ufeff]/g, ""],
  [/\u2122/g, "(TM)"],
  [/\u00ae/g, "(R)"],
  [/\u00a9/g, "(C)"]
]

/** The same text in plain characters where a plain one says the same. Letters of any script and emoji stay. */
export const toPlain = remembered((text: string): string => {
  const replaced = plainer.reduce((sofar, [pattern, by]) => sofar.replace(pattern, by), text.normalize("NFC"))
  return new Calculator.SegmentedMessage(replaced, "auto", true).graphemes.join("")
})

/** What sending this text in one message costs. */
export const cost = remembered((text: string): SmsCost => {
  const message = new Calculator.SegmentedMessage(text, "auto")
  return { encoding: message.encodingName, segments: text === "" ? 0 : message.segmentsCount }
})

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" })

/** The largest cut at or below `limit` that leaves every grapheme whole; a grapheme longer than `limit` loses only that. */
const graphemeCut = (text: string, limit: number): number => {
  let cut = 0
  // One grapheme beyond the limit is enough to know where the last whole one ends.
  for (const { index, segment } of segmenter.segment(text.slice(0, limit + 64))) {
    if (index + segment.length > limit) break
    cut = index + segment.length
  }
  if (cut > 0) return cut
  const last = text.charCodeAt(limit - 1)
  return limit > 1 && last >= 0xd800 && last <= 0xdbff ? limit - 1 : limit
}

/**
 * Cuts a text into pieces of at most `limit` UTF-16 units, at word ends where there is one in the second half of the
 * piece, never inside a grapheme. No word is lost: only white space at a cut disappears. A blank text has no pieces.
 */
export const split = (text: string, limit: number): ReadonlyArray<string> => {
  const pieces: Array<string> = []
  let rest = text.trim()
  while (rest.length > limit) {
    const hard = graphemeCut(rest, limit)
    const soft = rest.slice(0, hard + 1).search(/\s+\S*$/)
    const cut = soft >= hard / 2 ? soft : hard
    const piece = rest.slice(0, cut).trimEnd()
    if (piece !== "") pieces.push(piece)
    rest = rest.slice(cut).trimStart()
  }
  if (rest !== "") pieces.push(rest)
  return pieces
}
