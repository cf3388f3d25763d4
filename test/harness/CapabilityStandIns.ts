/**
 * Plays, on loopback, the services that capabilities call: a Supabase table, a cart service, and language models in both
 * wire formats. Each checks its credentials, answers what a test told it to, remembers every request, and can misbehave:
 * another status, a body that is no JSON, a redirect, or silence. Real sockets, so that the real clients are what is tested.
 */
import { once } from "node:events"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

export interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage["headers"]
  readonly text: string
}

/** `body`: a string goes out as it is, anything else as JSON. `silent` never answers. `cut` closes in mid-answer. */
export interface StandInAnswer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly silent?: boolean
  readonly cut?: boolean
}

export interface StandIn {
  readonly url: string
  readonly requests: ReadonlyArray<SeenRequest>
  /** The answers to the next requests, in order, instead of the usual one. */
  readonly next: (...answers: ReadonlyArray<StandInAnswer>) => void
  /** Resolves when this many requests have come in. */
  readonly arrived: (count: number) => Promise<void>
}

const read = async (request: IncomingMessage): Promise<string> => {
  const chunks: Array<Buffer> = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString("utf8")
}

const answer = (response: ServerResponse, { status = 200, headers = {}, body, silent, cut }: StandInAnswer): void => {
  if (silent === true) return
  const text = typeof body === "string" ? body : JSON.stringify(body ?? {})
  if (cut === true) {
    response.writeHead(status, { "content-type": "application/json", "content-length": String(text.length + 100) })
    response.write(text, () => response.destroy())
    return
  }
  response.writeHead(status, { "content-type": "application/json", ...headers })
  response.end(text)
}

/** A server whose usual answer is `usual`. Stops with its scope. */
export const standIn = (usual: (request: SeenRequest) => StandInAnswer): Effect.Effect<StandIn, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const requests: Array<SeenRequest> = []
      const queue: Array<StandInAnswer> = []
      const waiting: Array<{ readonly count: number; readonly resolve: () => void }> = []
      const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
        const url = new URL(request.url ?? "/", "http://stand-in")
        const seen: SeenRequest = {
          method: request.method ?? "",
          path: url.pathname,
          query: url.searchParams,
          headers: request.headers,
          text: await read(request)
        }
        requests.push(seen)
        for (const { count, resolve } of waiting) if (requests.length >= count) resolve()
        answer(response, queue.shift() ?? usual(seen))
      }
      const server = createServer((request, response) => {
        handle(request, response).catch(() => response.destroy())
      })
      server.listen(0, "127.0.0.1")
      await once(server, "listening")
      const { port } = server.address() as AddressInfo
      const playing: StandIn = {
        url: `http://127.0.0.1:${port}`,
        requests,
        next: (...answers) => queue.push(...answers),
        arrived: (count) =>
          new Promise((resolve) => {
            if (requests.length >= count) resolve()
            else waiting.push({ count, resolve })
          })
      }
      return { playing, server }
    }),
    ({ server }) =>
      Effect.promise(async () => {
        server.closeAllConnections()
        server.close()
        await once(server, "close")
      })
  ).pipe(Effect.map(({ playing }) => playing))

/** Invented keys, the same for every stand-in. */
export const KEYS = {
  directory: "stand-in-directory-key",
  cart: "stand-in-cart-token",
  model: "stand-in-model-key"
} as const

const denied: StandInAnswer = { status: 401, body: { message: "no" } }

type Row = Readonly<Record<string, unknown>>

/** `eq.x` and `in.("x","y")`, as PostgREST reads them; anything else selects nothing. */
const wanted = (filter: string): ReadonlyArray<string> => {
  if (filter.startsWith("eq.")) return [filter.slice(3)]
  const list = /^in\.\((.*)\)$/.exec(filter)?.[1] ?? ""
  return list.split(",").map((part) => part.replace(/^"|"$/g, ""))
}

const selected = (row: Row, select: string): Row =>
  Object.fromEntries(
    select.split(",").map((part) => {
      const [name = "", column = name] = part.split(":")
      return [name, row[column] ?? null]
    })
  )

/** A Supabase project with one table. Takes `KEYS.directory` as `apikey` and bearer token. */
export const supabaseStandIn = (
  rows: ReadonlyArray<Row>,
  { table = "users", phone = "phone_number" } = {}
): Effect.Effect<StandIn, never, Scope.Scope> =>
  standIn(({ method, path, query, headers }) => {
    if (headers["apikey"] !== KEYS.directory || headers.authorization !== `Bearer ${KEYS.directory}`) return denied
    if (method !== "GET" || path !== `/rest/v1/${table}`) return { status: 404, body: { message: "no such table" } }
    const numbers = wanted(query.get(phone) ?? "")
    const found = rows.filter((row) => numbers.includes(String(row[phone])))
    return { body: found.map((row) => selected(row, query.get("select") ?? phone)) }
  })

/** A cart service: carts by E.164. Takes `KEYS.cart` as bearer token. */
export const cartStandIn = (carts: Readonly<Record<string, unknown>>): Effect.Effect<StandIn, never, Scope.Scope> =>
  standIn(({ path, headers }) => {
    if (headers.authorization !== `Bearer ${KEYS.cart}`) return denied
    const cart = carts[decodeURIComponent(path.replace("/carts/", ""))]
    return cart === undefined ? { status: 404, body: {} } : { body: cart }
  })

/** A model's answer in OpenAI's format. */
export const completion = (content: unknown): StandInAnswer => ({
  body: {
    id: "stand-in",
    object: "chat.completion",
    choices: [
      {
        index: 0,
        finish_reason: "stop",
        message: { role: "assistant", content: typeof content === "string" ? content : JSON.stringify(content) }
      }
    ]
  }
})

/** A model's answer in Anthropic's format: text, or the input of the tool it was told to use. */
export const message = (content: unknown): StandInAnswer => ({
  body: {
    id: "stand-in",
    type: "message",
    role: "assistant",
    stop_reason: typeof content === "string" ? "end_turn" : "tool_use",
    content: [
      typeof content === "string"
        ? { type: "text", text: content }
        : { type: "tool_use", id: "call", name: "meal_plan", input: content }
    ]
  }
})

/** An OpenAI-compatible server that answers `plan` to every request. Takes `KEYS.model` as bearer token. */
export const openaiStandIn = (plan: unknown): Effect.Effect<StandIn, never, Scope.Scope> =>
  standIn(({ method, path, headers }) => {
    if (headers.authorization !== `Bearer ${KEYS.model}`) return denied
    return method === "POST" && path === "/v1/chat/completions" ? completion(plan) : { status: 404 }
  })

/** An Anthropic server that answers `plan` to every request. Takes `KEYS.model` as `x-api-key`. */
export const anthropicStandIn = (plan: unknown): Effect.Effect<StandIn, never, Scope.Scope> =>
  standIn(({ method, path, headers }) => {
    if (headers["x-api-key"] !== KEYS.model || headers["anthropic-version"] !== "2023-06-01") return denied
    return method === "POST" && path === "/v1/messages" ? message(plan) : { status: 404 }
  })
