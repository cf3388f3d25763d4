/**
 * How long stored data may live, as data: a table of rules, one per kind of key, and what a rule makes of a key that was
 * found. A rule knows the documented form of its keys; every other key under its prefix is somebody else's and is left
 * alone. Where a key does not tell its age it is only seen to that it has a time to live: in doubt, data stays (M56).
 *
 * Pure. Changes are made by `Housekeeping`, which refuses each of them when the key was written again in the meantime.
 */

/** What a key holds. `other`: something the rule does not expect, which nobody looks into. */
export type Shape = "text" | "sortedSet" | "list" | "other"

/** A key as the store had it a moment ago. */
export interface FoundKey {
  readonly key: string
  readonly shape: Shape
  /** Milliseconds it has left; `null` = it never expires. */
  readonly ttlMs: number | null
  /** The text, or a list's newest entry; `null` for other shapes, and for a text over `MAX_READ`. */
  readonly text: string | null
  /** A sorted set's lowest score. */
  readonly lowest: number | null
}

/** Bytes of a text that are read to tell its age. */
export const MAX_READ = 16_384

/** One change of one key. It is made while the key is as it was found, else not at all. */
export type RetentionChange =
  /** `text`: what it must say still (a list: its newest entry); `null` = whatever it says. */
  | {
      readonly op: "remove"
      readonly key: string
      readonly shape: "text" | "list"
      readonly text: string | null
    }
  /** Entries that score below it. */
  | { readonly op: "trim"; readonly key: string; readonly below: number }
  /** Only a key that has no time to live is given one. */
  | {
      readonly op: "expire"
      readonly key: string
      readonly shape: Shape
      readonly text: string | null
      readonly ttlMs: number
    }

/** When something found is over, epoch milliseconds; `never` = it is meant to stay; `null` = it does not say. */
export type EndsAt = number | "never" | null

interface KeyRule {
  /** What is counted together in reports and metrics; lower case, words joined by `_`. */
  readonly dataType: string
  readonly prefix: string
  /** The documented form of what follows the prefix. */
  readonly rest: RegExp
  /** Given to a key that has none and does not say when it ends. `null` = such a key stays. */
  readonly ttlMs: number | null
}

export type RetentionRule =
  | (KeyRule & { readonly shape: "text" | "list"; readonly endsAt: (found: FoundKey) => EndsAt })
  /** Scores are seconds since 1970; entries live this long. */
  | (KeyRule & { readonly shape: "sortedSet"; readonly entriesMs: number })

/** The rule a key falls under; `null` when it is none of ours. */
export const ruleOf = (rules: ReadonlyArray<RetentionRule>, key: string): RetentionRule | null =>
  rules.find(({ prefix, rest }) => key.startsWith(prefix) && rest.test(key.slice(prefix.length))) ?? null

/** What is to be changed about a key at a moment; nothing is the usual answer. */
export const judge = (rule: RetentionRule, found: FoundKey, now: number): ReadonlyArray<RetentionChange> => {
  const { key, shape, text } = found
  const expire = (ttlMs: number | null): ReadonlyArray<RetentionChange> =>
    found.ttlMs !== null || ttlMs === null ? [] : [{ op: "expire", key, shape, text, ttlMs }]
  if (shape !== rule.shape) return expire(rule.ttlMs)
  if (rule.shape === "sortedSet") {
    const below = (now - rule.entriesMs) / 1000
    const old = found.lowest !== null && found.lowest < below
    return [...(old ? [{ op: "trim", key, below } as const] : []), ...expire(rule.ttlMs)]
  }
  const endsAt = rule.endsAt(found)
  if (endsAt === "never") return []
  if (endsAt === null) return expire(rule.ttlMs)
  if (endsAt <= now) return [{ op: "remove", key, shape: rule.shape, text }]
  return expire(Math.min(endsAt - now, rule.ttlMs ?? Infinity))
}

/** What has to be looked through to find all keys of the prefixes: what those with the same first word have in common. */
export const rootsOf = (prefixes: ReadonlyArray<string>): ReadonlyArray<string> => {
  const roots = new Map<string, string>()
  for (const prefix of prefixes) {
    const word = prefix.split(":", 1)[0] ?? prefix
    roots.set(word, inCommon(roots.get(word) ?? prefix, prefix))
  }
  return [...roots.values()]
}

const inCommon = (one: string, other: string): string => {
  let length = 0
  while (length < one.length && one[length] === other[length]) length++
  return one.slice(0, length)
}

/** The longest of the prefixes that the key has. */
export const longestPrefix = (prefixes: ReadonlyArray<string>, key: string): string | null =>
  prefixes.reduce<string | null>(
    (best, prefix) => (key.startsWith(prefix) && prefix.length > (best?.length ?? -1) ? prefix : best),
    null
  )
