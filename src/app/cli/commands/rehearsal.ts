/** What trying an actor's record came to, in words. */
import type { RehearsalReport } from "#channels/http/OperatorReports.ts"
import { type Means, moment, pairs, stateInWords } from "../Output.ts"

type Rehearsal = typeof RehearsalReport.Type
type Next = NonNullable<Rehearsal["next"]>

const turnInWords = ({ turn }: Next): string => {
  if (turn === null) return "is attempted; what comes of it is not known beforehand"
  switch (turn.outcome) {
    case "dropped":
      return "comes too late for its policy and is dropped"
    case "refused":
      return `throws (${turn.reason}): it would become a dead letter, and the actor would go on`
    case "moves":
      return [
        `leads to ${stateInWords(turn.state) || "the same state"}`,
        ...(turn.effects.length === 0 ? [] : [`asks for ${turn.effects.join(", ")}`]),
        ...(turn.timers.length === 0 ? [] : [`sets ${turn.timers.join(", ")}`])
      ].join("; ")
  }
}

export const rehearsalInWords = (tried: Rehearsal, { now }: Means): string => {
  const { knownVersion, next, storedVersion } = tried
  const version =
    storedVersion === null
      ? "unknown"
      : storedVersion < knownVersion
        ? `${storedVersion} → ${knownVersion}`
        : `${storedVersion}`
  return pairs([
    ["actor", tried.actor],
    ["record", `${tried.bytes} bytes, version ${version}`],
    ["readable", tried.unreadable === null ? "yes" : `no: ${tried.unreadable}`],
    ...(tried.unreadable === null
      ? ([
          ["state", stateInWords(tried.state)],
          ["next work", next === null ? "none" : `${next.kind} ${next.name}, due ${moment(next.dueAt, now)}`],
          ...(next === null ? [] : [["which", turnInWords(next)] as const])
        ] as const)
      : [])
  ])
}
