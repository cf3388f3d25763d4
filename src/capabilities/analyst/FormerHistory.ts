/**
 * The dialogue as an earlier version of the upstream kept it: lines that begin with `User: ` or `AI: `, without times (C18).
 * Pure and one-way: it becomes messages of the documented shape, and is never written in the old one.
 */
import * as DateTime from "effect/DateTime"
import { MAX_ANSWER, type SessionMessage } from "#domain/analyst/AnalystSession.ts"

const LINE = /^(User|AI):\s*(.*\S)\s*$/su

/** Oldest first, as they were. Nobody knows when they were said: they carry the time of the import, and say so. */
export const formerMessages = (lines: ReadonlyArray<string>, now: number): ReadonlyArray<SessionMessage> => {
  const timestamp = DateTime.formatIso(DateTime.makeUnsafe(now))
  return lines.flatMap((line) => {
    const [, who, content] = LINE.exec(line) ?? []
    return content === undefined
      ? []
      : [
          {
            role: who === "User" ? "user" : "assistant",
            content: content.slice(0, MAX_ANSWER),
            timestamp,
            metadata: { imported_from: "chat_history" }
          }
        ]
  })
}
