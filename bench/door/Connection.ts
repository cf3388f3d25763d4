/**
 * An HTTP client that weighs little beside the server it measures: a connection kept open, one request on it at a time, the
 * requests' bytes made beforehand, and nothing understood of an answer but its status, its length and its body.
 */
import { once } from "node:events"
import { connect, type Socket } from "node:net"

export interface Answer {
  readonly status: number
  readonly body: string
}

/** A request's bytes. */
export const requestBytes = (
  method: "GET" | "POST",
  url: URL,
  headers: Readonly<Record<string, string>> = {},
  body = ""
): Buffer => {
  const all = {
    host: url.host,
    ...headers,
    ...(body === "" ? {} : { "content-length": String(Buffer.byteLength(body)) })
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(`${method} ${url.pathname}${url.search} HTTP/1.1\r\n${lines.join("")}\r\n${body}`)
}

const HEAD_END = "\r\n\r\n"

/** An answer, when all of it is there; `null` before. Throws on one whose length is not told beforehand. */
const readAnswer = (received: Buffer): Answer | null => {
  const headEnd = received.indexOf(HEAD_END)
  if (headEnd === -1) return null
  const head = received.toString("latin1", 0, headEnd)
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1]
  if (length === undefined) throw new Error(`an answer without a length: ${head}`)
  const from = headEnd + HEAD_END.length
  const to = from + Number(length)
  return received.length < to ? null : { status: Number(head.slice(9, 12)), body: received.toString("utf8", from, to) }
}

export class Connection {
  readonly #socket: Socket
  #received: Buffer = Buffer.alloc(0)
  #waiting: PromiseWithResolvers<Answer> | null = null

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on("data", (chunk) => this.#take(chunk))
    socket.on("error", (error) => this.#waiting?.reject(error))
    socket.on("close", () => this.#waiting?.reject(new Error("the server closed the connection")))
  }

  static async open(port: number): Promise<Connection> {
    const socket = connect(port, "127.0.0.1")
    await once(socket, "connect")
    return new Connection(socket)
  }

  /** Sends a request and waits for its answer; only when the one before is answered. */
  ask(request: Buffer): Promise<Answer> {
    this.#waiting = Promise.withResolvers()
    this.#socket.write(request)
    return this.#waiting.promise
  }

  close(): void {
    this.#socket.destroy()
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
    try {
      const answer = readAnswer(this.#received)
      if (answer === null) return
      this.#received = Buffer.alloc(0)
      this.#waiting?.resolve(answer)
    } catch (error) {
      this.#waiting?.reject(error)
    }
  }
}

/** Sends all requests over these connections, each waiting for its answer. Answers milliseconds per request. */
export const sendAll = async (
  connections: ReadonlyArray<Connection>,
  requests: ReadonlyArray<Buffer>,
  check: (answer: Answer) => void
): Promise<ReadonlyArray<number>> => {
  const took: Array<number> = []
  const left = requests.values()
  const overOne = async (connection: Connection): Promise<void> => {
    for (const request of left) {
      const from = performance.now()
      check(await connection.ask(request))
      took.push(performance.now() - from)
    }
  }
  await Promise.all(connections.map(overOne))
  return took
}
