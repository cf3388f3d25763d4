/**
 * A GitHub of our own on loopback: the REST routes the code host uses, in GitHub's shapes, with faults on demand and a record
 * of every call and of every write that took effect. It keeps what it has over `stop` and `resume`, so a scenario may restart
 * it, or kill the service in the middle of a held call: held `before`, the call of a dead process never happened; held `after`,
 * it has taken effect and nobody heard so.
 */
import { once } from "node:events"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { Changes } from "./Changes.ts"
import type { Moment } from "./Faults.ts"
import { type ArmedFault, type Fault, noFaults, type Operation, type Target } from "./github/Faults.ts"
import {
  type Check,
  type Comment,
  type Done,
  Hub,
  type Pull,
  type Repository,
  type Run,
  type Status
} from "./github/Hub.ts"
import { type Answered, refuse, route } from "./github/Routes.ts"

export { primaryLimit, secondaryLimit } from "./github/Faults.ts"

export interface GitHubCall {
  readonly operation: Operation
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: IncomingMessage["headers"]
  readonly body: Readonly<Record<string, unknown>>
  /** What was answered; undefined when nothing was. */
  status?: number
}

export interface GitHubOptions {
  /** The only token it takes. */
  readonly token?: string
  /** The login the token belongs to; default `octocat`. */
  readonly user?: string
  /** `/api/v3` makes it an Enterprise Server. */
  readonly path?: string
  /** Default 0: any free one. */
  readonly port?: number
  /** Epoch milliseconds. */
  readonly now?: () => number
}

const DEFAULT_TOKEN = "ghp_standInTokenThatIsNoToken"

const read = async (request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> => {
  const chunks: Array<Buffer> = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString("utf8")
  return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>)
}

export class GitHubStandIn {
  /** In the order they came in. */
  readonly calls: Array<GitHubCall> = []
  readonly token: string
  readonly #hub: Hub
  readonly #changes = new Changes()
  readonly #faults = noFaults(this.#changes)
  readonly #path: string
  #port: number
  #server: Server | null = null

  private constructor({ now = Date.now, path = "", port = 0, token = DEFAULT_TOKEN, user = "octocat" }: GitHubOptions) {
    this.token = token
    this.#hub = new Hub(user, now)
    this.#path = path
    this.#port = port
  }

  static async start(options: GitHubOptions = {}): Promise<GitHubStandIn> {
    const github = new GitHubStandIn(options)
    await github.resume()
    return github
  }

  /** The API's address, as `GITHUB_API_BASE_URL` takes it. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}${this.#path}`
  }

  /** Environment that points the service at this stand-in. */
  environment(): Record<string, string> {
    return { GITHUB_API_BASE_URL: this.url, GITHUB_TOKEN: this.token }
  }

  /** Breaks every connection, ends all faults and listens no more. What it has done is kept. */
  async stop(): Promise<void> {
    const server = this.#server
    this.#server = null
    server?.closeAllConnections()
    this.#faults.clear()
    if (server === null) return
    server.close()
    await once(server, "close")
  }

  /** Listens again, at the same address. */
  async resume(): Promise<void> {
    const server = createServer((request, response) => {
      this.#serve(request, response).catch(() => response.destroy())
    })
    server.listen(this.#port, "127.0.0.1")
    await once(server, "listening")
    this.#port = (server.address() as AddressInfo).port
    this.#server = server
  }

  /** The repository, made when there is none. */
  repository(name: string): Repository {
    return this.#hub.repository(name)
  }

  /** An open pull request of somebody else that can be merged, unless said otherwise. */
  pull(repo: string, number: number, seed: Partial<Omit<Pull, "number">> = {}): Pull {
    const pull: Pull = {
      number,
      title: `Change ${number}`,
      author: "hubot",
      state: "open",
      merged: false,
      draft: false,
      mergeable: true,
      rule: null,
      headSha: this.#hub.nextSha(),
      requested: [],
      additions: 10,
      deletions: 2,
      changedFiles: 3,
      ...seed
    }
    this.#hub.repository(repo).pulls.set(number, pull)
    return pull
  }

  /** Somebody pushes to the pull request. */
  moveHead(repo: string, number: number): string {
    return (this.#hub.pull(repo, number).headSha = this.#hub.nextSha())
  }

  /** A workflow run of the pull request's head; failed unless said otherwise. */
  run(repo: string, number: number, seed: Partial<Run> = {}): Run {
    const id = this.#hub.nextId()
    const run: Run = {
      id,
      workflowId: id,
      event: "pull_request",
      runNumber: id,
      headSha: this.#hub.pull(repo, number).headSha,
      attempt: 1,
      status: "completed",
      conclusion: "failure",
      old: false,
      ...seed
    }
    this.#hub.repository(repo).runs.push(run)
    return run
  }

  /** A check suite of the pull request's head by another service; failed unless said otherwise. Answers its id. */
  suite(repo: string, number: number, app = "some-ci", conclusion: string | null = "failure"): number {
    const id = this.#hub.nextId()
    const status = conclusion === null ? "in_progress" : "completed"
    const { headSha } = this.#hub.pull(repo, number)
    this.#hub
      .repository(repo)
      .suites.push({ id, app, headSha, status, conclusion, updatedAt: this.#hub.now() - 60_000 })
    return id
  }

  /** A check run of the pull request's head; `null` = still running. */
  check(repo: string, number: number, name: string, conclusion: string | null): void {
    const { headSha } = this.#hub.pull(repo, number)
    const status: Check["status"] = conclusion === null ? "in_progress" : "completed"
    this.#hub.repository(repo).checks.push({ name, headSha, status, conclusion })
  }

  /** A commit status of the pull request's head. */
  status(repo: string, number: number, context: string, state: Status["state"]): void {
    const { headSha } = this.#hub.pull(repo, number)
    this.#hub.repository(repo).statuses.push({ context, headSha, state })
  }

  /** Somebody comments. */
  comment(repo: string, number: number, body: string, author = "hubot"): void {
    const comment: Comment = { id: this.#hub.nextId(), pull: number, author, body, at: this.#hub.now() }
    this.#hub.repository(repo).comments.push(comment)
  }

  /** Bodies of the comments, oldest first. */
  comments(repo: string, number: number): ReadonlyArray<string> {
    const { comments } = this.#hub.repository(repo)
    return comments.filter(({ pull }) => pull === number).map(({ body }) => body)
  }

  /** Writes that took effect, in their order; of one kind when named. */
  done(write?: Done["write"]): ReadonlyArray<Done> {
    return this.#hub.done.filter((done) => write === undefined || done.write === write)
  }

  /** Resolves when this many writes have taken effect. */
  wrote(count: number, write?: Done["write"]): Promise<true> {
    const enough = () => (this.done(write).length >= count ? true : undefined)
    return this.#changes.until(`${count} write(s) of kind ${write ?? "any"}`, enough)
  }

  /** Spoils the next `times` calls; default one. `Infinity` until released. */
  spoil(target: Target, fault: Fault, times = 1): ArmedFault {
    return this.#faults.arm(target, fault, times)
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://github")
    const inside = url.pathname.startsWith(`${this.#path}/`)
    const path = decodeURIComponent(inside ? url.pathname.slice(this.#path.length) : url.pathname)
    const { headers, method = "" } = request
    const body = await read(request)
    const asked = { method, path, query: url.searchParams, body, api: this.url }
    const { answer, operation } = inside ? route(this.#hub, asked) : { operation: "unknown" as const, answer: null }
    const call: GitHubCall = { operation, method, path, query: Object.fromEntries(url.searchParams), headers, body }
    this.calls.push(call)
    this.#changes.notify()

    const send = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void => {
      call.status = status
      const type = { "content-type": "application/json; charset=utf-8" }
      response.writeHead(status, { ...type, ...headers }).end(typeof body === "string" ? body : JSON.stringify(body))
    }
    const spoilt = async (fault: ArmedFault | undefined, moment: Moment, answered?: Answered): Promise<boolean> => {
      if (fault === undefined || (fault.fault.when ?? "before") !== moment) return false
      fault.strike()
      switch (fault.fault.kind) {
        case "status": {
          const { body, headers, message = "spoilt by a test", status } = fault.fault
          send(status, body ?? refuse(status, message).body, headers)
          return true
        }
        case "reset":
          request.socket.resetAndDestroy()
          return true
        case "cut": {
          const text = JSON.stringify(answered?.body)
          response.writeHead(answered?.status ?? 200, {
            "content-type": "application/json",
            "content-length": text.length
          })
          response.write(text.slice(0, text.length / 2), () => request.socket.resetAndDestroy())
          return true
        }
        case "hold":
          await fault.released()
          return request.socket.destroyed
        case "meanwhile":
          fault.fault.happens()
          return false
      }
    }

    const fault = this.#faults.take(operation)
    if (await spoilt(fault, "before")) return
    const known = [`token ${this.token}`, `Bearer ${this.token}`].includes(headers.authorization ?? "")
    const answered = known ? (answer?.() ?? refuse(404, "Not Found")) : refuse(401, "Bad credentials")
    this.#changes.notify()
    if (await spoilt(fault, "after", answered)) return
    send(answered.status, answered.body, { "x-ratelimit-limit": "5000", "x-ratelimit-remaining": "4999" })
  }
}
