/**
 * The analysts' dialogues must have a time to live (U7). A list does not tell its age for certain, since its messages may
 * carry a client's clock: one that lost its time to live is given the set one, and none is ever removed early.
 */
import type { RetentionRule } from "../Retention.ts"
import type { SessionPolicy } from "./AnalystSession.ts"

export const analystRetentionRules = ({ ttlMs }: Pick<SessionPolicy, "ttlMs">): ReadonlyArray<RetentionRule> => [
  {
    dataType: "analyst_sessions",
    prefix: "session:",
    rest: /^\P{Cc}{1,256}:messages$/u,
    shape: "list",
    ttlMs,
    endsAt: () => null
  }
]
