/**
 * Reading a session's list. The writer is strict, the reader tolerant: other tools write these lists too, and an earlier
 * version of the upstream kept lines that begin with `User: ` or `AI: `, without times (C18). What is no message is passed over.
 */
import * as DateTime from "effect/DateTime"
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

/** Epoch milliseconds as messages carry times: whole seconds, with `Z` (U4). The list's order is the order. */
export const messageTime = (at: number): string => DateTime.formatIso(DateTime.makeUnsafe(at)).replace(/\.\d+Z$/, "Z")

/** At most that many UTF-16 code units, cut where no character is halved. */
export const cutTo = (longest: number, text: string): string => {
  if (text.length <= longest) return text
  const last = text.charCodeAt(longest - 1)
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? longest - 1 : longest)
}

const SPEAKERS = [
  ["User:", "user"],
  ["AI:", "assistant"]
] as const

/** A line of the earlier version, with a time somebody gives it; `null` = it is none. */
export const formerMessage = (line: string, timestamp: string): SessionMessage | null => {
  const [label, role] = SPEAKERS.find(([label]) => line.startsWith(label)) ?? []
  if (role === undefined) return null
  const content = cutTo(MAX_ANSWER, line.slice(label.length).trim())
  return content === "" ? null : { role, content, timestamp }
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
