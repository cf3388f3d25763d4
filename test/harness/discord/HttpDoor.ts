/**
 * The HTTP side: reads JSON and multipart bodies, checks the token, lets faults spoil the call, hands it to the routes and
 * answers as Discord does, with rate-limit headers and without a content type on 204. Records every call in order.
 */
import { once } from "node:events"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { ApiError, invalidJson, notFound, unauthorized } from "./ApiError.ts"
import type { Changes } from "../Changes.ts"
import type { ArmedFault, Faults } from "./Faults.ts"
import type { Gateway } from "./Gateway.ts"
import { RateLimits, type RateLimitOptions, tooMany } from "./RateLimits.ts"
import type { Answered, Request, Routes, UploadedFile } from "./Routes.ts"
import type { World } from "./World.ts"

/** One HTTP call of a client, kept for assertions. */
export interface Call {
  readonly method: string
  /** Decoded, without `/api/v10` and query. */
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly body: Readonly<Record<string, unknown>> | ReadonlyArray<unknown>
  readonly files: ReadonlyArray<UploadedFile>
  /** Whether the bot's token came with it. */
  readonly authorised: boolean
  /** Epoch milliseconds of the stand-in's clock. */
  readonly at: number
  /** What was answered; undefined when nothing was. */
  readonly status?: number
}

const PREFIX = "/api/v10"

/** Routes whose secret is in their path. */
const SELF_AUTHORISED = /^\/(interactions|webhooks)\//

export class HttpDoor {
  readonly calls: Array<Call> = []
  readonly #world: World
  readonly #changes: Changes
  readonly #faults: Faults
  readonly #routes: Routes
  readonly #limits: RateLimits
  readonly #server = createServer((request, response) => {
    this.#serve(request, response).catch(() => response.destroy())
  })

  constructor(
    world: World,
    changes: Changes,
    faults: Faults,
    routes: Routes,
    limits: RateLimitOptions,
    gateway: Gateway
  ) {
    this.#world = world
    this.#changes = changes
    this.#faults = faults
    this.#routes = routes
    this.#limits = new RateLimits(limits, world.now)
    this.#server.on("upgrade", (request, socket, head) => gateway.accept(request, socket, head))
  }

  async listen(port: number): Promise<number> {
    this.#server.listen(port, "127.0.0.1")
    await once(this.#server, "listening")
    return (this.#server.address() as AddressInfo).port
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, "close")
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://discord")
    const method = request.method ?? ""
    const known = url.pathname.startsWith(`${PREFIX}/`)
    const path = decodeURIComponent(known ? url.pathname.slice(PREFIX.length) : url.pathname)
    const { body, files, malformed } = await readForm(request)
    const authorised = request.headers.authorization === `Bot ${this.#world.identity.token}`
    const query = Object.fromEntries(url.searchParams)
    const call: { -readonly [Key in keyof Call]: Call[Key] } = {
      method,
      path,
      query,
      body,
      files,
      authorised,
      at: this.#world.now()
    }
    this.calls.push(call)
    this.#changes.notify()

    const send = ({ status, body, headers = {} }: Answered) => {
      call.status = status
      this.#changes.notify()
      if (status === 204) return void response.writeHead(204, headers).end()
      response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body))
    }
    const fault = this.#faults.take(call)
    const spoilt = async (moment: "before" | "after"): Promise<boolean> => {
      const answer = fault === undefined ? undefined : await spoil(fault, moment, request)
      if (answer === undefined) return false
      if (answer !== "silence") send(answer)
      return true
    }
    if (await spoilt("before")) return
    const answer = (): Answered => {
      if (!known) throw notFound()
      if (!authorised && !SELF_AUTHORISED.test(path)) throw unauthorized()
      const { headers, retryAfter } = this.#limits.take(method, path)
      if (retryAfter !== undefined) {
        const limited = tooMany(retryAfter, "user")
        return { ...limited, headers: { ...headers, ...limited.headers } }
      }
      if (malformed) throw invalidJson()
      const asked: Request = { method, path, query, body, files }
      return { ...this.#routes.answer(asked), headers }
    }
    const answered = catching(answer)
    if (await spoilt("after")) return
    send(answered)
  }
}

/** Refusals become answers; anything else is a fault of the stand-in and shows as a 500 with its reason. */
const catching = (answer: () => Answered): Answered => {
  try {
    return answer()
  } catch (error) {
    if (error instanceof ApiError) return { status: error.status, body: error.body }
    return { status: 500, body: { code: 0, message: `stand-in: ${String(error)}` } }
  }
}

/** What a fault does at this moment: an answer, silence, or nothing. */
const spoil = async (
  armed: ArmedFault,
  moment: "before" | "after",
  request: IncomingMessage
): Promise<Answered | "silence" | undefined> => {
  const { fault } = armed
  if ((fault.when ?? "before") !== moment) return undefined
  armed.strike()
  switch (fault.kind) {
    case "rate-limit":
      return tooMany(fault.retryAfter, fault.scope ?? "user")
    case "status":
      return { status: fault.status, body: { code: fault.code ?? 0, message: fault.message ?? "spoilt by a test" } }
    case "reset":
      request.socket.resetAndDestroy()
      return "silence"
    case "hang-up":
      request.socket.destroy()
      return "silence"
    case "hold":
      await armed.released()
      return undefined
  }
}

interface Form {
  readonly body: Call["body"]
  readonly files: ReadonlyArray<UploadedFile>
  readonly malformed: boolean
}

const readForm = async (request: IncomingMessage): Promise<Form> => {
  const chunks: Array<Buffer> = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const bytes = Buffer.concat(chunks)
  const type = request.headers["content-type"] ?? ""
  if (!type.startsWith("multipart/form-data")) return { ...parse(bytes.toString("utf8")), files: [] }
  const form = await new Response(bytes, { headers: { "content-type": type } }).formData()
  const files: Array<UploadedFile> = []
  for (const [field, value] of form) {
    if (typeof value === "string") continue
    files.push({ field, name: value.name, type: value.type, size: value.size, text: await value.text() })
  }
  const payload = form.get("payload_json")
  return { ...parse(typeof payload === "string" ? payload : ""), files }
}

const parse = (text: string): Omit<Form, "files"> => {
  if (text === "") return { body: {}, malformed: false }
  try {
    return { body: JSON.parse(text) as Call["body"], malformed: false }
  } catch {
    return { body: {}, malformed: true }
  }
}
