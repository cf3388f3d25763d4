/**
 * Which session a request belongs to. A client may name one; else it is the user's on their device. What begins with a
 * user's name and a colon is that user's alone, so that nobody can begin another's session before them.
 */
import type { NotYours } from "./DeveloperProblems.ts"
import { notYours } from "./DeveloperProblems.ts"
import * as Effect from "effect/Effect"

const LONGEST_DEVICE = 60

/** `{user}:{device}`, with what a session id cannot hold replaced. */
export const sessionOfDevice = (user: string, device: string): string =>
  `${user}:${device.replace(/[^A-Za-z0-9._@-]+/g, "-").slice(0, LONGEST_DEVICE)}`

/** Sessions of no user in particular carry no colon before their name. */
export const ownSession = (user: string, sessionId: string): Effect.Effect<string, NotYours> => {
  const [owner = ""] = sessionId.split(":", 1)
  return owner === sessionId || owner === user
    ? Effect.succeed(sessionId)
    : Effect.fail(notYours("This session id begins with another user's name."))
}
