/**
 * What is read from GitHub for a person: their inbox, a pull request, its checks. Bounded in size and in calls; a pull request
 * this service may not see is the same as none.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type ChecksSummary, type InboxItem, type PullRequestSummary, RepoName } from "#domain/developer/CodeHost.ts"
import type { EffectFailed } from "#runtime/EffectHandler.ts"
import { final } from "../Capability.ts"
import { type CodeHostService, INBOX_LIMIT } from "./CodeHost.ts"
import { place, readPull, refusalCode } from "./GitHubAction.ts"
import { type CallFailed, type GitHub, Refused } from "./GitHubCalls.ts"
import * as Shapes from "./GitHubShapes.ts"

const PAGE = 100
/** GitHub keeps no more than a thousand check runs of a commit. */
const PAGES = 10
const NAMES = 10

type Word = "passed" | "failed" | "pending"

const PASSED: ReadonlySet<string | null> = new Set(["success", "neutral", "skipped"])

/** A stale one never ended; whatever else is no success asks for a look. */
const wordOf = (status: string, conclusion: string | null): Word => {
  if (status !== "completed" || conclusion === null || conclusion === "stale") return "pending"
  return PASSED.has(conclusion) ? "passed" : "failed"
}

const statusWord = (state: string): Word =>
  state === "success" ? "passed" : state === "pending" ? "pending" : "failed"

/** A refusal of something a person only wanted to see. */
const unseen = <A>(read: Effect.Effect<A, CallFailed>): Effect.Effect<A | null, EffectFailed> =>
  Effect.catchTag(read, "Refused", (refusal) => {
    const code = refusalCode(refusal)
    return code === "not_found" ? Effect.succeed(null) : Effect.fail(final(code))
  })

const summary = (repo: string, pull: Shapes.Pull): PullRequestSummary => ({
  repo,
  number: pull.number,
  title: pull.title,
  author: pull.user?.login ?? "ghost",
  state: pull.merged ? "merged" : pull.state,
  draft: pull.draft ?? false,
  additions: pull.additions,
  deletions: pull.deletions,
  changedFiles: pull.changed_files,
  url: pull.html_url
})

const readChecks = (github: GitHub, repo: string, number: number): Effect.Effect<ChecksSummary, CallFailed> =>
  Effect.gen(function* () {
    const { head, html_url } = yield* readPull(github, repo, number)
    const commit = { ...place(repo), ref: head.sha, per_page: PAGE }
    const seen: Array<{ readonly name: string; readonly word: Word }> = []
    for (let page = 1; page <= PAGES; page++) {
      const { check_runs } = yield* github.read(
        "GET /repos/{owner}/{repo}/commits/{ref}/check-runs",
        { ...commit, filter: "latest", page },
        Shapes.checkRuns
      )
      seen.push(...check_runs.map(({ conclusion, name, status }) => ({ name, word: wordOf(status, conclusion) })))
      if (check_runs.length < PAGE) break
    }
    const { statuses } = yield* github.read(
      "GET /repos/{owner}/{repo}/commits/{ref}/status",
      commit,
      Shapes.combinedStatus
    )
    seen.push(...statuses.map(({ context, state }) => ({ name: context, word: statusWord(state) })))

    const named = (word: Word) => seen.filter((check) => check.word === word).map(({ name }) => name)
    return {
      repo,
      number,
      passed: named("passed").length,
      failed: named("failed").length,
      pending: named("pending").length,
      failing: named("failed").slice(0, NAMES),
      url: html_url
    }
  })

/** Whatever else would be read as more of the query. */
const isRepoName = (repo: string | null): boolean => repo === null || Schema.is(RepoName)(repo)

/** `…/repos/a/b` → `a/b`. */
const repoOf = (address: string): string => address.split("/").slice(-2).join("/")

const search = (github: GitHub, which: string, repo: string | null) =>
  Effect.map(
    github.read(
      "GET /search/issues",
      {
        q: `is:pr is:open archived:false ${which}${repo === null ? "" : ` repo:${repo}`}`,
        sort: "updated",
        order: "desc",
        per_page: INBOX_LIMIT
      },
      Shapes.found
    ),
    ({ items }) => items
  ).pipe(
    // A repository that GitHub does not show makes it refuse the query.
    Effect.catchTag("Refused", ({ passing, status }) =>
      Effect.fail(new Refused({ passing, status: status === 422 && repo !== null ? 404 : status }))
    )
  )

const readInbox = (github: GitHub, repo: string | null): Effect.Effect<ReadonlyArray<InboxItem>, CallFailed> =>
  Effect.gen(function* () {
    const failing = yield* search(github, "author:@me status:failure", repo)
    const waiting = yield* search(github, "review-requested:@me", repo)
    const items: ReadonlyArray<InboxItem> = [
      ...failing.map((pull): InboxItem => ({
        type: "check",
        title: pull.title,
        priority: 1,
        repo: repoOf(pull.repository_url),
        url: pull.html_url,
        summary: `Checks of your PR ${pull.number} failed.`
      })),
      ...waiting.map((pull): InboxItem => ({
        type: "pr",
        title: pull.title,
        priority: pull.draft === true ? 4 : 2,
        repo: repoOf(pull.repository_url),
        url: pull.html_url,
        summary: `${pull.user?.login ?? "Somebody"} asks for your review of PR ${pull.number}.`
      }))
    ]
    return items.toSorted((left, right) => left.priority - right.priority).slice(0, INBOX_LIMIT)
  })

export const makeReads = (github: GitHub): Pick<CodeHostService, "inbox" | "pullRequest" | "checks"> => ({
  inbox: Effect.fn("CodeHost.inbox")(function* (repo: string | null) {
    const items = isRepoName(repo) ? yield* unseen(readInbox(github, repo)) : null
    return items ?? (yield* Effect.fail(final("not_found")))
  }),
  pullRequest: Effect.fn("CodeHost.pullRequest")((repo: string, number: number) =>
    unseen(Effect.map(readPull(github, repo, number), (pull) => summary(repo, pull)))
  ),
  checks: Effect.fn("CodeHost.checks")((repo: string, number: number) => unseen(readChecks(github, repo, number)))
})
