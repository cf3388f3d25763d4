/**
 * Reading a session's list. The writer is strict, the reader tolerant: other tools write these lists too, and an earlier
 * version of the upstream kept lines that begin with `User: ` or `AI: `, without times (C18). What is no message is passed over.
 */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { MAX_ANSWER, SessionMessage } from "./AnalystSession.ts"

const Entry = Schema.Struct({
  role: SessionMessage.fields.role,
  content: Schema.String,
  timestamp: Schema.optionalKey(Schema.Unknown),
  metadata: Schema.optionalKey(Schema.Unknown)
})
const decodeEntry = Schema.decodeUnknownOption(Schema.fromJsonString(Entry))
const decodeMetadata = Schema.decodeUnknownOption(Schema.Record(Schema.String, Schema.Json))

const LINE = /^(User|AI):\s*(.*\S)\s*$/su

/** A line of the earlier version, with a time somebody gives it; `null` = it is none. */
export const formerMessage = (line: string, timestamp: string): SessionMessage | null => {
  const [, who, content] = LINE.exec(line) ?? []
  return content === undefined
    ? null
    : { role: who === "User" ? "user" : "assistant", content: content.slice(0, MAX_ANSWER), timestamp }
}

/** An entry of the list; `null` = it is no message. A time that is missing reads `unknown`. */
export const sessionMessageOf = (entry: string): SessionMessage | null => {
  const found = Option.getOrNull(decodeEntry(entry))
  if (found === null) return formerMessage(entry, "unknown")
  const metadata = Option.getOrUndefined(decodeMetadata(found.metadata))
  return {
    role: found.role,
    content: found.content,
    timestamp: typeof found.timestamp === "string" ? found.timestamp : "unknown",
    ...(metadata === undefined ? {} : { metadata })
  }
}
