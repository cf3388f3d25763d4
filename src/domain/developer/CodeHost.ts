/**
 * What the developer's commands do on a code host. An action is data: what is asked, on which repository, for whom. It is
 * done in two steps, so that doing it twice shows: `prepare` reads the facts, `perform` acts on exactly those.
 */
import * as Schema from "effect/Schema"

/** `owner/name`. No repository is called `.` or `..`, and a path would climb with them. */
export const REPO_NAME = /^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/
export const RepoName = Schema.String.check(Schema.isPattern(REPO_NAME))

export const MERGE_METHODS = ["merge", "squash", "rebase"] as const
export type MergeMethod = (typeof MERGE_METHODS)[number]

/** What an action does, with everything it needs. */
export type CodeHostAction =
  | { readonly name: "pr.merge"; readonly repo: string; readonly prNumber: number; readonly method: MergeMethod }
  | { readonly name: "pr.comment"; readonly repo: string; readonly prNumber: number; readonly body: string }
  | {
      readonly name: "pr.request_review"
      readonly repo: string
      readonly prNumber: number
      readonly reviewers: ReadonlyArray<string>
    }
  | { readonly name: "checks.rerun"; readonly repo: string; readonly prNumber: number }

/**
 * What was so before the action: enough to see, when an attempt's answer was lost, whether it has been done already.
 * Opaque to the actor; JSON, at most 16 KB.
 */
export interface Prepared {
  readonly facts: Readonly<Record<string, unknown>>
}

export interface ActionResult {
  readonly ok: boolean
  /** One sentence for the person who asked; says so when nothing real was done. */
  readonly message: string
  readonly url: string | null
  /** For programs: `done`, `already_done`, or why not: `not_found`, `not_allowed`, `not_mergeable`, `head_moved`, … */
  readonly code: string
}

export interface PullRequestSummary {
  readonly repo: string
  readonly number: number
  readonly title: string
  readonly author: string
  readonly state: "open" | "closed" | "merged"
  readonly draft: boolean
  readonly additions: number
  readonly deletions: number
  readonly changedFiles: number
  readonly url: string
}

export interface ChecksSummary {
  readonly repo: string
  readonly number: number
  readonly passed: number
  readonly failed: number
  readonly pending: number
  /** Names of failed checks, at most 10. */
  readonly failing: ReadonlyArray<string>
  readonly url: string
}

/** One thing that wants attention; 1 = soon, 5 = any time. */
export interface InboxItem {
  readonly type: "pr" | "mention" | "check" | "agent"
  readonly title: string
  readonly priority: 1 | 2 | 3 | 4 | 5
  readonly repo: string | null
  readonly url: string | null
  readonly summary: string | null
}
