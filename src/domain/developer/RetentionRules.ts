/**
 * The developers' documents that must have a time to live (M49). A pending action says when it is over; a session's context
 * does not tell its age, so one that lost its time to live is given the documented hour.
 */
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { EndsAt, FoundKey, RetentionRule } from "../Retention.ts"
import { COMMAND_ANSWER_TTL_MS, SESSION_CONTEXT_TTL_MS } from "./Developer.ts"
import { MAX_EXPIRY_MS } from "./PendingAction.ts"

const decode = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Struct({ expires_at: Schema.String })))

const endOfAction = ({ text }: FoundKey): EndsAt =>
  decode(text).pipe(
    Option.flatMap(({ expires_at }) => DateTime.make(expires_at)),
    Option.match({ onNone: () => null, onSome: DateTime.toEpochMillis })
  )

export const developerRetentionRules: ReadonlyArray<RetentionRule> = [
  {
    dataType: "pending_actions",
    prefix: "pending_action:",
    // 32 random bytes, URL-safe.
    rest: /^[\w-]{43}$/,
    shape: "text",
    ttlMs: MAX_EXPIRY_MS,
    endsAt: endOfAction
  },
  {
    dataType: "session_contexts",
    prefix: "session_context:",
    rest: /^\P{Cc}{1,256}$/u,
    shape: "text",
    ttlMs: SESSION_CONTEXT_TTL_MS,
    endsAt: () => null
  },
  {
    dataType: "command_answers",
    prefix: "command_answer:",
    rest: /^[0-9a-f]{64}$/,
    shape: "text",
    ttlMs: COMMAND_ANSWER_TTL_MS,
    endsAt: () => null
  }
]
