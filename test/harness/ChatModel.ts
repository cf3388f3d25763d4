/**
 * A language model on loopback in OpenAI's wire format, for scenarios: it repeats the question it was asked last, remembers
 * every dialogue it was given, and can hold its answers until it is told to go on.
 */
import { once } from "node:events"
import { createServer, type IncomingMessage, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { completion, KEYS } from "./CapabilityStandIns.ts"
import { Changes } from "./Changes.ts"

interface Message {
  readonly role: string
  readonly content: string
}

/** What it says to a question. */
export const saidTo = (question: string): string => `Said to: ${question}`

/** The last question of a dialogue, without the time it is given with. */
const questionIn = (dialogue: ReadonlyArray<Message>): string =>
  (dialogue.at(-1)?.content ?? "")
    .split("\n\n")
    .at(-1)
    ?.replace(/^\[[^\]]*\] /, "") ?? ""

const read = async (request: IncomingMessage): Promise<{ readonly messages: ReadonlyArray<Message> }> => {
  const chunks: Array<Buffer> = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return JSON.parse(Buffer.concat(chunks).toString("utf8")) as { readonly messages: ReadonlyArray<Message> }
}

export class ChatModel {
  /** The dialogues it was given, in the order they came in. */
  readonly dialogues: Array<ReadonlyArray<Message>> = []
  readonly #changes = new Changes()
  readonly #server: Server
  #holding = false

  private constructor(server: Server) {
    this.#server = server
    server.on("request", (request: IncomingMessage, response) => {
      const answer = async (): Promise<void> => {
        const { messages } = await read(request)
        const isKnown = request.headers.authorization === `Bearer ${KEYS.model}`
        this.dialogues.push(messages)
        this.#changes.notify()
        await this.#changes.until("a held answer to be released", () => (this.#holding ? undefined : true), 60_000)
        const { body } = completion(saidTo(questionIn(messages)))
        response.writeHead(isKnown ? 200 : 401, { "content-type": "application/json" }).end(JSON.stringify(body))
      }
      answer().catch(() => response.destroy())
    })
  }

  static async start(): Promise<ChatModel> {
    const server = createServer()
    const model = new ChatModel(server)
    server.listen(0, "127.0.0.1")
    await once(server, "listening")
    return model
  }

  /** Environment that makes a process's analyst ask this model. */
  environment(): Record<string, string> {
    return {
      ANALYST_MODEL: "scenario-1",
      ANALYST_API_BASE_URL: `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`,
      ANALYST_API_KEY: KEYS.model
    }
  }

  /** The questions it was asked, in the order they came in. */
  get questions(): ReadonlyArray<string> {
    return this.dialogues.map(questionIn)
  }

  /** Answers nothing until `release`. */
  hold(): void {
    this.#holding = true
  }

  /** Answers all that was held, and from now on. */
  release(): void {
    this.#holding = false
    this.#changes.notify()
  }

  /** Resolves when it was asked this often, held or not. */
  asked(count: number): Promise<true> {
    return this.#changes.until(`${count} questions`, () => (this.dialogues.length >= count ? true : undefined))
  }

  async stop(): Promise<void> {
    this.release()
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, "close")
  }
}
