/**
 * Language models that stream, on loopback, in both wire formats: what a test gives them as pieces goes out as server-sent
 * events, cut into chunks where no event ends, and may stop anywhere.
 */
import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { anthropicStandIn, KEYS, openaiStandIn, type StandIn } from "#test/harness/CapabilityStandIns.ts"

export type Format = "openai" | "anthropic"

const event = (data: unknown, name?: string): string =>
  `${name === undefined ? "" : `event: ${name}\n`}data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`

/** The events of a whole answer, in pieces. */
export const events = (format: Format, pieces: ReadonlyArray<string>): ReadonlyArray<string> =>
  format === "openai"
    ? [
        ": a comment, as some servers send to keep the line open\n\n",
        event({ choices: [{ index: 0, delta: { role: "assistant", content: "" }, finish_reason: null }] }),
        ...pieces.map((content) => event({ choices: [{ index: 0, delta: { content }, finish_reason: null }] })),
        event({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] }),
        event({ choices: [], usage: { total_tokens: 9 } }),
        event("[DONE]")
      ]
    : [
        event({ type: "message_start", message: { id: "m", content: [] } }, "message_start"),
        event({ type: "ping" }, "ping"),
        event(
          { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
          "content_block_start"
        ),
        ...pieces.map((text) =>
          event({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text } }, "content_block_delta")
        ),
        event({ type: "content_block_stop", index: 0 }, "content_block_stop"),
        event({ type: "message_delta", delta: { stop_reason: "end_turn" } }, "message_delta"),
        event({ type: "message_stop" }, "message_stop")
      ]

/** The beginning of an answer: its pieces, and no end. */
export const begun = (format: Format, ...pieces: ReadonlyArray<string>): string =>
  events(format, pieces)
    .slice(0, pieces.length + (format === "openai" ? 2 : 3))
    .join("")

/** An event that tells of a trouble after a good status. */
export const trouble = (format: Format, type: string): string =>
  format === "openai"
    ? event({ error: { message: "secret-trouble", type, code: null } })
    : event({ type: "error", error: { type, message: "secret-trouble" } }, "error")

/** A model that answers as one, as `CapabilityStandIns.ts` plays it. */
export const standIn = (format: Format, text: string): Effect.Effect<StandIn, never, Scope.Scope> =>
  format === "openai" ? openaiStandIn(text) : anthropicStandIn(text)

export const stream = (text: string) => ({
  body: text,
  headers: { "content-type": "text/event-stream; charset=utf-8" }
})

/** The environment of an analyst that asks this server. */
export const variables = (format: Format, { url }: { readonly url: string }, changes = {}) => ({
  ANALYST_MODEL: "analyst-1",
  ANALYST_DIALECT: format,
  ANALYST_API_BASE_URL: url,
  ANALYST_API_KEY: KEYS.model,
  ...changes
})

export interface Writer {
  readonly url: string
  /** Sends bytes as they are; the answer stays open. */
  readonly write: (text: string) => Effect.Effect<void>
  /** Breaks the connection off. */
  readonly cut: Effect.Effect<void>
}

/** A server whose one answer is a stream that the test writes itself. */
export const writer: Effect.Effect<Writer, never, Scope.Scope> = Effect.acquireRelease(
  Effect.promise(async () => {
    const opened = Promise.withResolvers<import("node:http").ServerResponse>()
    const server = createServer((request, response) => {
      request.resume()
      response.writeHead(200, { "content-type": "text/event-stream" })
      response.flushHeaders()
      opened.resolve(response)
    })
    server.listen(0, "127.0.0.1")
    await once(server, "listening")
    const { port } = server.address() as AddressInfo
    const response = Effect.promise(() => opened.promise)
    const playing: Writer = {
      url: `http://127.0.0.1:${port}`,
      write: (text) => Effect.map(response, (open) => void open.write(text)),
      cut: Effect.map(response, (open) => void open.destroy())
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
