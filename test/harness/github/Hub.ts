/** What the stand-in's GitHub holds: repositories, pull requests, their comments, runs, suites and checks. Plain data. */

export interface Pull {
  readonly number: number
  title: string
  author: string
  state: "open" | "closed"
  merged: boolean
  draft: boolean
  /** `null`: not worked out yet. */
  mergeable: boolean | null
  /** What the branch's rules ask for before a merge, in GitHub's words. */
  rule: string | null
  headSha: string
  /** Logins and `organisation/team`. */
  readonly requested: Array<string>
  additions: number
  deletions: number
  changedFiles: number
}

export interface Comment {
  readonly id: number
  readonly pull: number
  readonly author: string
  readonly body: string
  /** Epoch milliseconds. */
  readonly at: number
}

export interface Run {
  readonly id: number
  readonly workflowId: number
  readonly event: string
  readonly runNumber: number
  readonly headSha: string
  attempt: number
  status: "queued" | "in_progress" | "completed"
  conclusion: string | null
  /** GitHub refuses to run it again: it is too old. */
  readonly old: boolean
}

export interface Suite {
  readonly id: number
  readonly app: string
  readonly headSha: string
  status: "queued" | "in_progress" | "completed"
  conclusion: string | null
  updatedAt: number
}

export interface Check {
  readonly name: string
  readonly headSha: string
  readonly status: "queued" | "in_progress" | "completed"
  readonly conclusion: string | null
}

export interface Status {
  readonly context: string
  readonly headSha: string
  readonly state: "success" | "pending" | "failure" | "error"
}

export interface Repository {
  readonly name: string
  /** Who may review: logins and `organisation/team`. */
  readonly reviewers: Set<string>
  /** The token's user may look and nothing else. */
  readOnly: boolean
  readonly methods: Set<string>
  readonly pulls: Map<number, Pull>
  readonly comments: Array<Comment>
  readonly runs: Array<Run>
  readonly suites: Array<Suite>
  readonly checks: Array<Check>
  readonly statuses: Array<Status>
}

/** A write that took effect. */
export interface Done {
  readonly write: "merge" | "comment" | "review" | "rerun" | "rerequest"
  readonly repo: string
  /** The pull request, run or suite. */
  readonly id: number
  readonly at: number
}

export class Hub {
  readonly repositories = new Map<string, Repository>()
  /** In the order they took effect. */
  readonly done: Array<Done> = []
  readonly user: string
  readonly now: () => number
  #id = 1000

  constructor(user: string, now: () => number) {
    this.user = user
    this.now = now
  }

  nextId(): number {
    return (this.#id += 1)
  }

  /** 40 hexadecimal digits, a new one each time. */
  nextSha(): string {
    return this.nextId().toString(16).padStart(40, "c0ffee")
  }

  /** The repository, made when there is none. */
  repository(name: string): Repository {
    const known = this.repositories.get(name)
    if (known !== undefined) return known
    const made: Repository = {
      name,
      reviewers: new Set(),
      readOnly: false,
      methods: new Set(["merge", "squash", "rebase"]),
      pulls: new Map(),
      comments: [],
      runs: [],
      suites: [],
      checks: [],
      statuses: []
    }
    this.repositories.set(name, made)
    return made
  }

  /** **Fails** when the test has not made it. */
  pull(name: string, number: number): Pull {
    const pull = this.repositories.get(name)?.pulls.get(number)
    if (pull === undefined) throw new Error(`the stand-in has no PR ${number} in ${name}`)
    return pull
  }

  record(write: Done["write"], repo: string, id: number): void {
    this.done.push({ write, repo, id, at: this.now() })
  }
}
