/**
 * The meal-plan service's documents that must have a time to live (M49): none of them tells its age, so one that lost its
 * time to live is given the documented one and is never removed. The block list is not among them: it is meant to stay.
 */
import type { RetentionRule } from "../Retention.ts"

const HOUR = 3_600_000
const DAY = 24 * HOUR

const keep = (dataType: string, prefix: string, rest: RegExp, ttlMs: number): RetentionRule => ({
  ...{ dataType, prefix, rest, ttlMs },
  shape: "text",
  endsAt: () => null
})

export const conversationRetentionRules: ReadonlyArray<RetentionRule> = [
  keep("conversations", "conversation:", /^\+[0-9]{5,15}$/, 2 * HOUR),
  keep("meal_plans", "conversation:", /^\+[0-9]{5,15}:analysis:[0-9a-f]{32}$/, 14 * DAY),
  keep("recipes", "recipe-pdf:", /^[\w-]{22}$/, 14 * DAY),
  keep("recipes", "recipe-link:", /^[0-9a-f]{32}$/, 14 * DAY),
  keep("sent_notes", "sms:sent:", /^[0-9a-f]{32}$/, DAY)
]
