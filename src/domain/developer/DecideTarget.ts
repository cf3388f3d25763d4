/**
 * What a command is about and everything it needs: repository, pull request, reviewers, text, read from what was said and
 * completed from the session. Anything that is there but malformed is asked for again, never replaced by something else.
 */
import * as Schema from "effect/Schema"
import { type CodeHostAction, MERGE_METHODS, type MergeMethod, RepoName } from "./CodeHost.ts"
import type { Intent } from "./Intent.ts"

/** What a session is about. No number without its repository. */
export interface Topic {
  readonly repo: string | null
  readonly prNumber: number | null
}

export interface PullRequest {
  readonly repo: string
  readonly prNumber: number
}

/** Found, or the question to ask. */
export type Found<A> = { readonly found: A } | { readonly ask: string }

export const MAX_PR_NUMBER = 2_147_483_647
/** Reviewers that GitHub takes for one pull request. */
export const MAX_REVIEWERS = 15
export const MAX_COMMENT_CHARS = 4_000

const isRepo = Schema.is(RepoName)
/** 39 letters, digits and single hyphens between them; an enterprise's own users end in its short code. */
const LOGIN = /^(?=.{1,39}$)[A-Za-z0-9](?:-?[A-Za-z0-9])*(?:_[A-Za-z0-9]+)?$/

const isPrNumber = (value: unknown): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= MAX_PR_NUMBER

const WHICH_REPO = "Which repository? Say the command again with owner/name."
const WHICH_PR = "Which pull request? Say the command again with its number."
const WHICH_BOTH = "Which pull request, and in which repository?"

/** The repository said, or `null` for none. */
export const repoIn = ({ entities }: Intent): Found<string | null> => {
  const repo = entities["repo"] ?? null
  if (repo === null) return { found: null }
  return typeof repo === "string" && isRepo(repo) ? { found: repo } : { ask: WHICH_REPO }
}

/**
 * The pull request meant: what was said, then what the session is about. A number belongs to its repository: with another
 * repository named, the session's number does not count.
 */
export const pullRequestIn = (intent: Intent, topic: Topic, defaultRepo: string | null): Found<PullRequest> => {
  const said = repoIn(intent)
  if ("ask" in said) return said
  const repo = said.found ?? topic.repo ?? defaultRepo
  const number = intent.entities["pr_number"] ?? null
  const prNumber = number ?? (topic.repo !== null && isSame(repo, topic.repo) ? topic.prNumber : null)
  if (prNumber === null) return { ask: repo === null ? WHICH_BOTH : WHICH_PR }
  if (!isPrNumber(prNumber)) return { ask: WHICH_PR }
  return repo === null ? { ask: WHICH_REPO } : { found: { repo, prNumber } }
}

/** Repositories are called the same whatever the case of their letters. */
const isSame = (one: string | null, other: string): boolean => one?.toLowerCase() === other.toLowerCase()

export type ActionName = CodeHostAction["name"]

/** The action asked for, whole. */
export const actionOf = (name: ActionName, { entities }: Intent, about: PullRequest): Found<CodeHostAction> => {
  switch (name) {
    case "pr.merge":
      return map(methodIn(entities["merge_method"]), (method) => ({ name, ...about, method }))
    case "pr.comment":
      return map(bodyIn(entities["body"], about), (body) => ({ name, ...about, body }))
    case "pr.request_review":
      return map(reviewersIn(entities["reviewers"], about), (reviewers) => ({ name, ...about, reviewers }))
    case "checks.rerun":
      return { found: { name, ...about } }
  }
}

/** The action under the documented names, as it is stored. */
export const entitiesOf = (action: CodeHostAction): Readonly<Record<string, unknown>> => ({
  repo: action.repo,
  pr_number: action.prNumber,
  ...(action.name === "pr.merge" ? { merge_method: action.method } : {}),
  ...(action.name === "pr.comment" ? { body: action.body } : {}),
  ...(action.name === "pr.request_review" ? { reviewers: action.reviewers } : {})
})

const map = <A, B>(one: Found<A>, then: (found: A) => B): Found<B> => ("ask" in one ? one : { found: then(one.found) })

const methodIn = (value: unknown): Found<MergeMethod> => {
  const method = value === undefined || value === null ? "squash" : MERGE_METHODS.find((one) => one === value)
  return method === undefined ? { ask: "Merge how: by merge commit, squash or rebase?" } : { found: method }
}

const bodyIn = (value: unknown, { prNumber }: PullRequest): Found<string> => {
  const body = typeof value === "string" ? value.trim() : ""
  if (body === "") return { ask: `What should the comment on PR ${prNumber} say? Say comment saying, then the text.` }
  if (body.length > MAX_COMMENT_CHARS) {
    return { ask: `That comment is too long: it may have ${MAX_COMMENT_CHARS} characters. What should it say?` }
  }
  return { found: body }
}

const reviewersIn = (value: unknown, { prNumber }: PullRequest): Found<ReadonlyArray<string>> => {
  const how = "Say request review from, then the login."
  const said: ReadonlyArray<unknown> = typeof value === "string" ? [value] : Array.isArray(value) ? value : []
  if (said.length === 0) return { ask: `Who should review PR ${prNumber}? ${how}` }
  const logins = new Map<string, string>()
  for (const one of said) {
    const login = typeof one === "string" ? one.trim().replace(/^@/, "") : ""
    if (!LOGIN.test(login)) return { ask: `That is no GitHub login. ${how}` }
    if (!logins.has(login.toLowerCase())) logins.set(login.toLowerCase(), login)
  }
  if (logins.size > MAX_REVIEWERS) return { ask: `At most ${MAX_REVIEWERS} people can be asked. ${how}` }
  return { found: [...logins.values()] }
}
