/**
 * Which actors' ids an operator may be shown. An id that names a thing may; one that may say who a person is (a phone number,
 * a member) stays out, and the fingerprint stands for it as in the logs.
 */
import { type ActorAddress, parse } from "#domain/ActorAddress.ts"
import { fingerprint } from "#runtime/Fingerprint.ts"

/** Types whose ids name a thing. */
const IMPERSONAL: ReadonlySet<string> = new Set([
  ...["alert", "desk", "gateway", "metrics-day", "retention", "weekly-report"]
])

/** The id as it may be shown; `null` where it may say who a person is. */
export const shownId = ({ type, id }: ActorAddress): string | null => (IMPERSONAL.has(type) ? id : null)

const TO = "to:"

/** A lane as it may be shown: that of messages carries the receiver's address. */
export const shownLane = (lane: string): string => {
  if (!lane.startsWith(TO)) return lane
  try {
    const receiver = parse(lane.slice(TO.length))
    return shownId(receiver) === null ? TO + fingerprint(receiver) : lane
  } catch {
    return lane
  }
}
