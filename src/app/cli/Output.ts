/**
 * How answers look: JSON for scripts, aligned tables for people. Standard output carries the answer and nothing else; what
 * is said beside it goes to standard error. Colour only where the terminal shows it (NO_COLOR, TERM).
 */
import { styleText } from "node:util"
import * as Clock from "effect/Clock"
import * as CliOutput from "effect/cli/CliOutput"
import * as TerminalCapabilities from "effect/cli/TerminalCapabilities"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { Json } from "./Flags.ts"

/** What an answer's words are made with. */
export interface Means {
  /** Epoch milliseconds. */
  readonly now: number
  readonly paint: (style: Parameters<typeof styleText>[0], text: string) => string
}

/** Prints an answer: as JSON with `--json`, else in the words made of it. */
export const answer = <A>(value: A, words: (value: A, means: Means) => string) =>
  Effect.gen(function* () {
    if (yield* Json) return yield* Console.log(JSON.stringify(value, null, 2))
    const { canColor } = yield* TerminalCapabilities.TerminalCapabilities
    const paint: Means["paint"] = (style, text) => (canColor ? styleText(style, text, { validateStream: false }) : text)
    yield* Console.log(words(value, { now: yield* Clock.currentTimeMillis, paint }))
  })

/** Says something beside the answer. */
export const say = (text: string) => Console.error(text)

const padded = (text: string, width: number): string => text + " ".repeat(width - CliOutput.displayWidth(text))

/** Columns as wide as their widest cell, two spaces apart. */
export const table = (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => CliOutput.displayWidth(row[column] ?? ""))))
  return all
    .map((row) =>
      row
        .map((cell, column) => padded(cell, widths[column] ?? 0))
        .join("  ")
        .trimEnd()
    )
    .join("\n")
}

/** Names and what they are, the names as wide as the widest. */
export const pairs = (lines: ReadonlyArray<readonly [string, string]>): string => {
  const width = Math.max(...lines.map(([name]) => name.length))
  return lines.map(([name, text]) => `${name.padEnd(width)}  ${text}`).join("\n")
}

const UNITS = [
  [86_400_000, "day"],
  [3_600_000, "h"],
  [60_000, "min"],
  [1000, "s"]
] as const

const span = (ms: number): string => {
  const [size, unit] = UNITS.find(([size]) => ms >= size) ?? [1000, "s"]
  const count = Math.floor(ms / size)
  return `${count} ${unit === "day" && count !== 1 ? "days" : unit}`
}

/** `3 min ago`, `in 2 h`, `now`. */
export const relative = (iso: string, now: number): string => {
  const away = Date.parse(iso) - now
  if (Math.abs(away) < 1000) return "now"
  return away < 0 ? `${span(-away)} ago` : `in ${span(away)}`
}

/** To the second: `2026-11-21T09:15:02Z`. */
export const second = (iso: string): string => iso.replace(/\.[0-9]+Z$/, "Z")

/** A moment as people read it: `2026-11-21T09:15:02Z (3 min ago)`. */
export const moment = (iso: string, now: number): string => `${second(iso)} (${relative(iso, now)})`

/** A chart's state value in one line: `open`, `alerts.some, sight.clear`. */
export const stateInWords = (value: unknown): string =>
  typeof value === "object" && value !== null
    ? Object.entries(value)
        .flatMap(([name, within]) =>
          stateInWords(within)
            .split(", ")
            .map((inner) => (inner === "" ? name : `${name}.${inner}`))
        )
        .join(", ")
    : typeof value === "string"
      ? value
      : ""

/** `1 alert`, `2 alerts`. */
export const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? "" : "s"}`
