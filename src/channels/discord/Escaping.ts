/**
 * Makes what a person wrote harmless inside a message of ours: it pings nobody, ends no code block, hides no link behind
 * other words, and is never cut inside a character. Discord renders the result as the person's own letters.
 */
import { FORGOTTEN } from "#domain/ash/Alert.ts"

/** Drawn as nothing, and takes the meaning from the sign before it. */
const NOTHING = "\u200b"

/** At most `points` code points, the last one an ellipsis where some are missing. */
export const cut = (text: string, points: number): string => {
  if (text.length <= points) return text
  const all = Array.from(text)
  return all.length <= points ? text : `${all.slice(0, points - 1).join("")}…`
}

/** Signs that turn the order of the letters after them; letters that are written from right to left need none. */
const inOrder = (text: string): string => text.replaceAll(/[\u202a-\u202e\u2066-\u2069]/g, "")

/** No mention, nothing hidden behind a spoiler, and no link that says another address than it leads to. */
export const tame = (text: string): string =>
  inOrder(text).replaceAll(/@|<(?=[#:@/a-z])|\](?=\()|\|(?=\|)/gi, (sign) => sign + NOTHING)

/** A block in which every letter stands as it is. */
export const codeBlock = (text: string): string =>
  `\`\`\`\n${inOrder(text)
    .replaceAll("\r\n", "\n")
    .replaceAll(/`(?=`)/g, `\`${NOTHING}`)}\n\`\`\``

/** One line, quoted inside a sentence. */
export const inline = (text: string, points: number): string =>
  tame(cut(text.replaceAll(/\s+/g, " ").trim(), points)).replaceAll("`", `\`${NOTHING}`)

/** Pieces of at most `units` UTF-16 units (Discord's limit is 2,000 characters), cut at line or word ends where there are any. */
export const pieces = (text: string, units = 2000): ReadonlyArray<string> => {
  const found: Array<string> = []
  let rest = text
  while (rest.length > units) {
    const room = rest.slice(0, units)
    const lineEnd = room.lastIndexOf("\n")
    const wordEnd = room.lastIndexOf(" ")
    const whole = /[\ud800-\udbff]$/.test(room) ? units - 1 : units
    const end = lineEnd > units / 2 ? lineEnd : wordEnd > units / 2 ? wordEnd : whole
    found.push(rest.slice(0, end).trimEnd())
    rest = rest.slice(end).trimStart()
  }
  if (rest !== "" || found.length === 0) found.push(rest)
  return found.filter((piece) => piece !== "")
}

/** A bar may not be lost where a long line is cut in two. */
const QUOTED_LINE_MAX = 1500

/** The person's words behind a bar, every line of them. */
export const quote = (text: string): string =>
  tame(text)
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .flatMap((line) => (line === "" ? [line] : pieces(line, QUOTED_LINE_MAX)))
    .map((line) => `> ${line}`)
    .join("\n")

/** A person's or role's name as Discord shows it; pings only where `allowed_mentions` says so. */
export const person = (id: string): string => (id === FORGOTTEN ? "somebody who wished to be forgotten" : `<@${id}>`)
export const role = (id: string): string => `<@&${id}>`
export const channel = (id: string): string => `<#${id}>`

/** A moment (epoch milliseconds) in the reader's own clock: `R` "5 minutes ago", `f` date and time. */
export const moment = (at: number, style: "R" | "f" = "R"): string => `<t:${Math.floor(at / 1000)}:${style}>`

export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`

/** "5 minutes", "2 hours": rounded down to the unit that says it best. */
export const span = (ms: number): string => {
  const minutes = Math.max(0, Math.floor(ms / 60_000))
  if (minutes < 1) return "less than a minute"
  if (minutes < 120) return plural(minutes, "minute")
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? plural(hours, "hour") : plural(Math.floor(hours / 24), "day")
}
