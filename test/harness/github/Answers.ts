/** GitHub's answers in GitHub's shapes, held against the types Octokit publishes: a field of another name or kind is refused. */
import type { Endpoints } from "@octokit/types"
import type { Check, Comment, Pull, Repository, Run, Status, Suite } from "./Hub.ts"

type Data<R extends keyof Endpoints> = Endpoints[R]["response"]["data"]

/** A part of the answer, at every depth. */
type Part<T> =
  T extends ReadonlyArray<infer E>
    ? ReadonlyArray<Part<E>>
    : T extends object
      ? { readonly [K in keyof T]?: Part<T[K]> }
      : T

const web = (repo: Repository, number: number) => `https://github.test/${repo.name}/pull/${number}`

const person = (login: string) => ({ login, id: 1, type: "User" })

const time = (ms: number) => new Date(ms).toISOString().replace(/\.\d+Z$/, "Z")

export const pullAnswer = (repo: Repository, pull: Pull) =>
  ({
    id: 10_000 + pull.number,
    number: pull.number,
    title: pull.title,
    state: pull.state,
    merged: pull.merged,
    mergeable: pull.mergeable,
    mergeable_state: pull.mergeable === null ? "unknown" : pull.mergeable ? "clean" : "dirty",
    draft: pull.draft,
    locked: false,
    additions: pull.additions,
    deletions: pull.deletions,
    changed_files: pull.changedFiles,
    html_url: web(repo, pull.number),
    user: person(pull.author),
    head: { ref: "feature", sha: pull.headSha },
    base: { ref: "main" },
    requested_reviewers: pull.requested.filter((name) => !name.includes("/")).map(person),
    requested_teams: pull.requested
      .filter((name) => name.includes("/"))
      .map((name) => ({ id: 2, name, slug: name.slice(name.indexOf("/") + 1) }))
  }) satisfies Part<Data<"GET /repos/{owner}/{repo}/pulls/{pull_number}">>

export const mergeAnswer = (sha: string) =>
  ({
    sha,
    merged: true,
    message: "Pull Request successfully merged"
  }) satisfies Data<"PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge">

export const commentAnswer = (repo: Repository, comment: Comment) =>
  ({
    id: comment.id,
    body: comment.body,
    user: person(comment.author),
    html_url: `${web(repo, comment.pull)}#issuecomment-${comment.id}`,
    created_at: time(comment.at),
    updated_at: time(comment.at)
  }) satisfies Part<Data<"POST /repos/{owner}/{repo}/issues/{issue_number}/comments">>

export const runAnswer = (run: Run) =>
  ({
    id: run.id,
    name: `workflow ${run.workflowId}`,
    workflow_id: run.workflowId,
    event: run.event,
    run_number: run.runNumber,
    run_attempt: run.attempt,
    head_sha: run.headSha,
    status: run.status,
    conclusion: run.conclusion
  }) satisfies Part<Data<"GET /repos/{owner}/{repo}/actions/runs/{run_id}">>

export const runsAnswer = (runs: ReadonlyArray<Run>) =>
  ({ total_count: runs.length, workflow_runs: runs.map(runAnswer) }) satisfies Part<
    Data<"GET /repos/{owner}/{repo}/actions/runs">
  >

type SuiteData = Data<"GET /repos/{owner}/{repo}/check-suites/{check_suite_id}">

export const suiteAnswer = (suite: Suite) =>
  ({
    id: suite.id,
    head_sha: suite.headSha,
    status: suite.status,
    conclusion: suite.conclusion as NonNullable<SuiteData["conclusion"]> | null,
    updated_at: time(suite.updatedAt),
    app: { id: 3, slug: suite.app, name: suite.app }
  }) satisfies Part<SuiteData>

export const suitesAnswer = (suites: ReadonlyArray<Suite>) =>
  ({ total_count: suites.length, check_suites: suites.map(suiteAnswer) }) satisfies Part<
    Data<"GET /repos/{owner}/{repo}/commits/{ref}/check-suites">
  >

type CheckData = Data<"GET /repos/{owner}/{repo}/commits/{ref}/check-runs">["check_runs"][number]

export const checksAnswer = (total: number, checks: ReadonlyArray<Check>) =>
  ({
    total_count: total,
    check_runs: checks.map(({ conclusion, headSha, name, status }) => ({
      name,
      head_sha: headSha,
      status,
      conclusion: conclusion as CheckData["conclusion"]
    }))
  }) satisfies Part<Data<"GET /repos/{owner}/{repo}/commits/{ref}/check-runs">>

export const statusesAnswer = (sha: string, statuses: ReadonlyArray<Status>) =>
  ({
    sha,
    state: statuses.every(({ state }) => state === "success") ? "success" : "failure",
    total_count: statuses.length,
    statuses: statuses.map(({ context, state }) => ({ context, state }))
  }) satisfies Part<Data<"GET /repos/{owner}/{repo}/commits/{ref}/status">>

export const searchAnswer = (api: string, found: ReadonlyArray<{ readonly repo: Repository; readonly pull: Pull }>) =>
  ({
    total_count: found.length,
    incomplete_results: false,
    items: found.map(({ pull, repo }) => ({
      number: pull.number,
      title: pull.title,
      state: pull.state,
      draft: pull.draft,
      user: person(pull.author),
      html_url: web(repo, pull.number),
      repository_url: `${api}/repos/${repo.name}`
    }))
  }) satisfies Part<Data<"GET /search/issues">>
