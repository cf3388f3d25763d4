/**
 * Which session a request belongs to. A client may name one; else it is the user's on their device. What begins with a
 * user's name and a colon is that user's alone, so that nobody can begin another's session before them.
 */
import * as Effect from "effect/Effect"
import type { CurrentDeveloper } from "./DeveloperKeys.ts"
import { type NotYours, notYours } from "./DeveloperProblems.ts"

const LONGEST_DEVICE = 60

/** `{user}:{device}`, with what a session id cannot hold replaced. */
export const sessionOfDevice = (user: string, device: string): string =>
  `${user}:${device.replace(/[^A-Za-z0-9._@-]+/g, "-").slice(0, LONGEST_DEVICE)}`

/** The session, unless its name says that it is another developer's. */
export const ownSession = (
  { isAnother }: CurrentDeveloper["Service"],
  sessionId: string
): Effect.Effect<string, NotYours> =>
  isAnother(sessionId.split(":", 1)[0] ?? "") && sessionId.includes(":")
    ? Effect.fail(notYours("This session id begins with another user's name."))
    : Effect.succeed(sessionId)
