/**
 * A world for scenarios of developers' commands and analysts' sessions: a GitHub and a language model that a test holds in
 * its hands, and processes beside each other on a store. Developers and analysts call any of the processes over HTTP; every
 * token and session id that comes up is a secret that no process may print.
 */
import { randomUUID } from "node:crypto"
import { pendingActionKey } from "#domain/developer/PendingAction.ts"
import { type SessionMessage, sessionMessagesKey } from "#domain/analyst/AnalystSession.ts"
import { KEYS } from "./CapabilityStandIns.ts"
import { ChatModel } from "./ChatModel.ts"
import { eventually } from "./Eventually.ts"
import { GitHubStandIn } from "./GitHubStandIn.ts"
import { type Environment, type Ground, MARKED, openGround, type ProcessOptions, ProcessWorld } from "./ProcessWorld.ts"
import { freePort, type ServiceProcess } from "./ServiceProcess.ts"

/** Developers, by names that stand in no log line by chance. */
export const ALICE = "alice-quillwort"
export const BOB = "bob-marrowbane"

/** Their keys, by name. */
export const DEVELOPER_KEYS: Readonly<Record<string, string>> = {
  [ALICE]: "scenario-key-of-alice-0123456789",
  [BOB]: "scenario-key-of-bob-0123456789-x"
}

export const REPO = "octo/hello"
export const PULL = 12

/** What is commented in scenarios; no process may print a word of it. */
export const COMMENT = `Looks good to me, ${MARKED[0]}.`

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly body: Readonly<Record<string, unknown>>
}

export interface CallOptions {
  readonly method?: string
  /** Whose key goes along; default Alice's, `null` = nobody's. */
  readonly as?: string | null
  /** A string goes out as it is, anything else as JSON. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export class DeveloperWorld extends ProcessWorld<ProcessOptions> {
  readonly github: GitHubStandIn
  /** Asked by processes that are started with its environment. */
  readonly model: ChatModel

  private constructor(options: ProcessOptions, ground: Ground, github: GitHubStandIn, model: ChatModel) {
    super(options, ground)
    this.github = github
    this.model = model
    this.keepSecret(github.token, KEYS.model, ...Object.entries(DEVELOPER_KEYS).flat())
  }

  static async open(options: ProcessOptions): Promise<DeveloperWorld> {
    const ground = await openGround(options)
    const github = await GitHubStandIn.start()
    github.pull(REPO, PULL)
    return new DeveloperWorld(options, ground, github, await ChatModel.start())
  }

  protected surroundings(): Environment {
    return {
      ...this.github.environment(),
      DEVELOPER_KEYS: JSON.stringify(DEVELOPER_KEYS),
      DEVELOPER_ACTIONS_PER_MINUTE: "100000",
      DEVELOPER_COMMANDS_PER_MINUTE: "100000"
    }
  }

  protected async endSurroundings(): Promise<void> {
    await this.github.stop()
    await this.model.stop()
  }

  /** Starts a process beside those that run. */
  override async start(extra: Environment = {}, entry?: string): Promise<ServiceProcess> {
    return super.start({ PORT: String(await freePort()), ...extra }, entry)
  }

  /** Two processes of the same kind. */
  async two(extra: Environment = {}): Promise<readonly [ServiceProcess, ServiceProcess]> {
    return Promise.all([this.start(extra), this.start(extra)])
  }

  async call({ url }: { readonly url: string }, path: string, options: CallOptions = {}): Promise<Answer> {
    const { as = ALICE, body, headers, method = body === undefined ? "GET" : "POST" } = options
    const key = as === null ? null : (DEVELOPER_KEYS[as] ?? as)
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) })
    })
    const text = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: text.startsWith("{") ? (JSON.parse(text) as Answer["body"]) : {}
    }
  }

  /** Proposes a comment, and answers its token. */
  async propose(at: ServiceProcess, more: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const entities = { repo: REPO, pr_number: PULL, body: COMMENT }
    const { body, status } = await this.call(at, "/v1/actions", {
      body: { intent_name: "pr.comment", entities, ...more }
    })
    const { token } = body
    if (status !== 201 || typeof token !== "string") throw new Error(`nothing was proposed: ${status}`)
    this.keepSecret(token)
    return token
  }

  confirm(at: { readonly url: string }, token: string, key?: string, as: string = ALICE): Promise<Answer> {
    const body = { token, ...(key === undefined ? {} : { idempotency_key: key }) }
    return this.call(at, "/v1/commands/confirm", { body, as })
  }

  /** An action as its owner sees it. */
  action(at: { readonly url: string }, token: string): Promise<Answer> {
    return this.call(at, `/v1/actions/${token}`)
  }

  /** Waits until an action has come to this state, as a process tells it. */
  async reaches(at: { readonly url: string }, token: string, state: string, withinMs?: number): Promise<Answer> {
    return eventually(
      `an action that is ${state}`,
      () => this.action(at, token),
      ({ body }) => body["state"] === state,
      withinMs
    )
  }

  /** The documented key of an action; `null` when it is not there. */
  document(token: string): Promise<string | null> {
    return this.read(pendingActionKey(token))
  }

  /** How many comments there are on the pull request. */
  get comments(): number {
    return this.github.done("comment").length
  }

  /** A session id that no process may print. */
  session(): string {
    const id = `session-${randomUUID()}`
    this.keepSecret(id)
    return id
  }

  /** Asks an analyst's question. */
  ask(at: { readonly url: string }, query: string, session: string | null, key?: string): Promise<Answer> {
    return this.call(at, "/api/analytics", {
      as: null,
      body: { query, session_id: session },
      ...(key === undefined ? {} : { headers: { "idempotency-key": key } })
    })
  }

  /** The entries of a session's list as any client of Redis reads them, oldest first. */
  entries(session: string): Promise<ReadonlyArray<string>> {
    return this.redis((redis) => redis.lRange(sessionMessagesKey(session), 0, -1))
  }

  /** Who said what in a session, oldest first. */
  async dialogue(session: string): Promise<ReadonlyArray<string>> {
    const messages = (await this.entries(session)).map((entry) => JSON.parse(entry) as SessionMessage)
    return messages.map(({ content, role }) => `${role}: ${content}`)
  }
}
