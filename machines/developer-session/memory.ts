/** What a session remembers and how each happening changes it: small pure functions. */
import { type Decided, decide, type DecisionSettings } from "#domain/developer/Decide.ts"
import type { PullRequest } from "#domain/developer/DecideTarget.ts"
import {
  type DeveloperSessionEvent,
  type DeveloperSessionLook,
  SESSION_CONTEXT_TTL_MS,
  type SessionContextDocument,
  sessionContextKey
} from "#domain/developer/Developer.ts"
import type { Projection } from "#domain/Projection.ts"
import { type DeveloperSessionContext, type DeveloperSessionInput, MAX_LINE_CHARS, MAX_LINES } from "./schema.ts"

type Context = DeveloperSessionContext
type Change = Partial<Context>
type Heard<Type extends DeveloperSessionEvent["type"]> = Extract<DeveloperSessionEvent, { readonly type: Type }>

export const newborn = ({ id }: DeveloperSessionInput): Context => ({
  id,
  owner: null,
  repo: null,
  prNumber: null,
  profile: "default",
  lines: [],
  line: 0,
  proposed: null,
  awaits: null
})

/** A session is the first one's who speaks in it (P16). */
export const isOwnedByOther = ({ owner }: Context, user: string): boolean => owner !== null && owner !== user

export const decided = (context: Context, command: Heard<"COMMAND">, settings: DecisionSettings): Decided =>
  decide(context, command, settings)

/** What a command leaves behind. */
export const heard = ({ keeps, topic }: Decided, { user }: Heard<"COMMAND">): Change => ({
  owner: user,
  ...keeps,
  ...topic
})

/** An action that was read out while something else was said already is none that can be confirmed by a word. */
export const answered = ({ awaits }: Context, { proposed, spoken }: Heard<"ANSWERED">): Change => ({
  lines: spoken.slice(0, MAX_LINES).map((line) => line.slice(0, MAX_LINE_CHARS).toWellFormed()),
  line: 0,
  proposed: proposed !== undefined && proposed.to === awaits ? proposed.token : null,
  awaits: null
})

/** Without a pull request, the old one is forgotten (a3). */
export const set = ({ prNumber, repo, user }: Heard<"SET_CONTEXT">): Change => ({ owner: user, repo, prNumber })

/** Whose it is, and how they want to be spoken to, stays. */
export const cleared: Change = { repo: null, prNumber: null, lines: [], line: 0, proposed: null, awaits: null }

/** Its hour is over (P11). */
export const lapsed: Change = { repo: null, prNumber: null }

export const look = (
  { owner, prNumber, profile, repo }: Context,
  defaultRepo: string | null
): DeveloperSessionLook => ({
  owner,
  repo: repo ?? defaultRepo,
  prNumber,
  profile
})

/** What the session is about, in the documented form, for an hour. */
export const written = (
  { id }: Context,
  { prNumber, repo }: { repo: string; prNumber: PullRequest["prNumber"] | null }
): Projection => {
  const document: SessionContextDocument = prNumber === null ? { repo } : { repo, pr_number: prNumber }
  const value = JSON.stringify(document)
  return { op: "put", key: sessionContextKey(id), value, ttlMs: SESSION_CONTEXT_TTL_MS }
}

export const erased = ({ id }: Context): Projection => ({ op: "delete", key: sessionContextKey(id) })
