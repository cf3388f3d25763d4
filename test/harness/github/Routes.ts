/** The routes of the stand-in: what each call reads or changes, and GitHub's refusals with GitHub's statuses and words. */
import * as Answers from "./Answers.ts"
import type { Operation } from "./Faults.ts"
import type { Hub, Pull, Repository } from "./Hub.ts"

export interface Asked {
  readonly method: string
  /** Below the API's base path. */
  readonly path: string
  readonly query: URLSearchParams
  readonly body: Readonly<Record<string, unknown>>
  /** The API's own address. */
  readonly api: string
}

export interface Answered {
  readonly status: number
  readonly body: unknown
}

const ok = (body: unknown, status = 200): Answered => ({ status, body })

export const refuse = (status: number, message: string): Answered =>
  ok({ message, documentation_url: "https://docs.github.test/rest", status: String(status) }, status)

const notFound = refuse(404, "Not Found")
const forbidden = refuse(403, "Resource not accessible by personal access token")

interface Here {
  readonly hub: Hub
  readonly repo: Repository
  /** The path's number: of a pull request, run or suite. */
  readonly id: number
  readonly ref: string
  readonly asked: Asked
}

type Handler = (here: Here) => Answered

const onPull =
  (handle: (here: Here, pull: Pull) => Answered): Handler =>
  (here) => {
    const pull = here.repo.pulls.get(here.id)
    return pull === undefined ? notFound : handle(here, pull)
  }

const merge = onPull(({ asked, hub, repo }, pull) => {
  const { merge_method = "merge", sha } = asked.body
  if (repo.readOnly) return forbidden
  if (pull.state === "closed" || pull.mergeable === false) return refuse(405, "Pull Request is not mergeable")
  if (pull.draft) return refuse(405, "Pull Request is still a draft")
  if (sha !== undefined && sha !== pull.headSha) {
    return refuse(409, "Head branch was modified. Review and try the merge again.")
  }
  if (!repo.methods.has(String(merge_method))) {
    return refuse(405, `${String(merge_method)} merges are not allowed on this repository.`)
  }
  if (pull.rule !== null) return refuse(405, pull.rule)
  Object.assign(pull, { merged: true, state: "closed", mergeable: null })
  hub.record("merge", repo.name, pull.number)
  return ok(Answers.mergeAnswer(hub.nextSha()))
})

const page = <A>(query: URLSearchParams, all: ReadonlyArray<A>): ReadonlyArray<A> => {
  const size = Math.min(Number(query.get("per_page") ?? 30), 100)
  const first = (Number(query.get("page") ?? 1) - 1) * size
  return all.slice(first, first + size)
}

const listComments = onPull(({ asked, repo }, pull) => {
  const since = Date.parse(asked.query.get("since") ?? "1970-01-01T00:00:00Z")
  const all = repo.comments.filter((comment) => comment.pull === pull.number && comment.at >= since)
  return ok(page(asked.query, all).map((comment) => Answers.commentAnswer(repo, comment)))
})

const comment = onPull(({ asked, hub, repo }, pull) => {
  const { body } = asked.body
  if (repo.readOnly) return forbidden
  if (typeof body !== "string" || body === "" || body.length > 65_536) return refuse(422, "Validation Failed")
  const made = { id: hub.nextId(), pull: pull.number, author: hub.user, body, at: hub.now() }
  repo.comments.push(made)
  hub.record("comment", repo.name, pull.number)
  return ok(Answers.commentAnswer(repo, made), 201)
})

const names = (value: unknown): ReadonlyArray<string> => (Array.isArray(value) ? value.map(String) : [])

const review = onPull(({ asked, hub, repo }, pull) => {
  const [organisation = ""] = repo.name.split("/")
  const teams = names(asked.body["team_reviewers"]).map((slug) => `${organisation}/${slug}`)
  const wanted = [...names(asked.body["reviewers"]), ...teams]
  if (repo.readOnly) return forbidden
  if (wanted.includes(pull.author)) return refuse(422, "Review cannot be requested from pull request author.")
  const known = wanted.flatMap((name) => [...repo.reviewers].filter((one) => one.toLowerCase() === name.toLowerCase()))
  if (known.length < wanted.length) return refuse(422, "Reviews may only be requested from collaborators.")
  pull.requested.push(...new Set(known.filter((name) => !pull.requested.includes(name))))
  hub.record("review", repo.name, pull.number)
  return ok(Answers.pullAnswer(repo, pull), 201)
})

const rerun: Handler = ({ hub, id, repo }) => {
  const run = repo.runs.find((run) => run.id === id)
  if (run === undefined) return notFound
  if (repo.readOnly) return forbidden
  if (run.status !== "completed") return refuse(403, "The workflow run is already running")
  if (run.old) return refuse(403, "Unable to retry this workflow run because it was created over a month ago")
  Object.assign(run, { attempt: run.attempt + 1, status: "queued", conclusion: null })
  hub.record("rerun", repo.name, run.id)
  return ok({}, 201)
}

const rerequest: Handler = ({ hub, id, repo }) => {
  const suite = repo.suites.find((suite) => suite.id === id)
  if (suite === undefined) return notFound
  if (repo.readOnly) return forbidden
  Object.assign(suite, { status: "queued", conclusion: null, updatedAt: hub.now() })
  hub.record("rerequest", repo.name, suite.id)
  return ok({}, 201)
}

const read: Record<string, Handler> = {
  pull: onPull(({ repo }, pull) => ok(Answers.pullAnswer(repo, pull))),
  runs: ({ asked, repo }) => {
    const sha = asked.query.get("head_sha")
    return ok(
      Answers.runsAnswer(
        page(
          asked.query,
          repo.runs.filter((run) => sha === null || run.headSha === sha)
        )
      )
    )
  },
  run: ({ id, repo }) => {
    const run = repo.runs.find((run) => run.id === id)
    return run === undefined ? notFound : ok(Answers.runAnswer(run))
  },
  suites: ({ ref, repo }) => ok(Answers.suitesAnswer(repo.suites.filter(({ headSha }) => headSha === ref))),
  suite: ({ id, repo }) => {
    const suite = repo.suites.find((suite) => suite.id === id)
    return suite === undefined ? notFound : ok(Answers.suiteAnswer(suite))
  },
  checks: ({ asked, ref, repo }) => {
    const checks = repo.checks.filter(({ headSha }) => headSha === ref)
    return ok(Answers.checksAnswer(checks.length, page(asked.query, checks)))
  },
  statuses: ({ ref, repo }) =>
    ok(
      Answers.statusesAnswer(
        ref,
        repo.statuses.filter(({ headSha }) => headSha === ref)
      )
    )
}

const REPO = "/repos/(?<repo>[^/]+/[^/]+)"

const ROUTES: ReadonlyArray<readonly [Operation, string, RegExp, Handler]> = (
  [
    ["pull", "GET", "/pulls/(?<id>\\d+)", read["pull"]],
    ["merge", "PUT", "/pulls/(?<id>\\d+)/merge", merge],
    ["review", "POST", "/pulls/(?<id>\\d+)/requested_reviewers", review],
    ["comments", "GET", "/issues/(?<id>\\d+)/comments", listComments],
    ["comment", "POST", "/issues/(?<id>\\d+)/comments", comment],
    ["runs", "GET", "/actions/runs", read["runs"]],
    ["run", "GET", "/actions/runs/(?<id>\\d+)", read["run"]],
    ["rerun", "POST", "/actions/runs/(?<id>\\d+)/rerun-failed-jobs", rerun],
    ["suites", "GET", "/commits/(?<ref>[^/]+)/check-suites", read["suites"]],
    ["suite", "GET", "/check-suites/(?<id>\\d+)", read["suite"]],
    ["rerequest", "POST", "/check-suites/(?<id>\\d+)/rerequest", rerequest],
    ["check-runs", "GET", "/commits/(?<ref>[^/]+)/check-runs", read["checks"]],
    ["statuses", "GET", "/commits/(?<ref>[^/]+)/status", read["statuses"]]
  ] as ReadonlyArray<readonly [Operation, string, string, Handler]>
).map(([operation, method, path, handle]) => [operation, method, new RegExp(`^${REPO}${path}$`), handle])

/** The qualifiers the product uses; a query with another one is refused, so that none is silently ignored. */
const search = (hub: Hub, { api, query }: Asked): Answered => {
  const words = (query.get("q") ?? "").split(" ")
  const repoName = words.find((word) => word.startsWith("repo:"))?.slice(5)
  if (repoName !== undefined && !hub.repositories.has(repoName)) return refuse(422, "Validation Failed")
  const tests: Record<string, (repo: Repository, pull: Pull) => boolean> = {
    "is:pr": () => true,
    "is:open": (_, { state }) => state === "open",
    "archived:false": () => true,
    "author:@me": (_, { author }) => author === hub.user,
    "review-requested:@me": (_, { requested }) => requested.includes(hub.user),
    "status:failure": (repo, { headSha }) =>
      repo.checks.some((check) => check.headSha === headSha && check.conclusion === "failure") ||
      repo.statuses.some((status) => status.headSha === headSha && status.state === "failure"),
    [`repo:${repoName}`]: ({ name }) => name === repoName
  }
  if (!words.every((word) => tests[word] !== undefined)) return refuse(422, "Validation Failed")
  const all = [...hub.repositories.values()].flatMap((repo) => [...repo.pulls.values()].map((pull) => ({ repo, pull })))
  const found = all.filter(({ pull, repo }) => words.every((word) => tests[word]?.(repo, pull)))
  return ok(Answers.searchAnswer(api, page(query, found)))
}

/** What a call is about, and what does it. */
export const route = (hub: Hub, asked: Asked): { readonly operation: Operation; readonly answer: () => Answered } => {
  if (asked.method === "GET" && asked.path === "/search/issues") {
    return { operation: "search", answer: () => search(hub, asked) }
  }
  for (const [operation, method, pattern, handle] of ROUTES) {
    const { id, ref, repo: name } = (asked.method === method ? pattern.exec(asked.path)?.groups : undefined) ?? {}
    if (name === undefined) continue
    const repo = hub.repositories.get(name)
    return {
      operation,
      answer: () => (repo === undefined ? notFound : handle({ hub, repo, id: Number(id), ref: ref ?? "", asked }))
    }
  }
  return { operation: "unknown", answer: () => notFound }
}
