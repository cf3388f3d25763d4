/**
 * The gateway's connections: hello, heartbeats, what a client may send and when, and every way to lose one on purpose. A
 * client that vanishes without a close frame loses only the socket; one that closes with 1000 gives its session up.
 */
import type { IncomingMessage } from "node:http"
import type { Duplex } from "node:stream"
import { type RawData, type WebSocket, WebSocketServer } from "ws"
import type { Changes } from "../Changes.ts"
import type { Dispatch } from "./Intents.ts"
import type { Session } from "./Session.ts"
import { type Fields, type GatewayOptions, Sessions } from "./Sessions.ts"
import type { World } from "./World.ts"

/** A frame as a client sent it. */
export interface ClientFrame {
  readonly op: number
  readonly d: unknown
}

/** Client frames in a minute, over which the connection is closed with 4008. */
const FRAMES_PER_MINUTE = 120
/** Closing with one of these ends the session, whoever closes. */
const ENDS_SESSION: ReadonlyArray<number> = [1000, 1001, 4003, 4007, 4009]
/** Bytes of a client frame. */
const FRAME_BYTES = 4096

class Connection {
  readonly socket: WebSocket
  session: Session | undefined
  #minute = 0
  #frames = 0

  constructor(socket: WebSocket) {
    this.socket = socket
  }

  send(op: number, d: unknown): void {
    this.socket.send(JSON.stringify({ op, d, s: null, t: null }))
  }

  /** Counts a frame; true when it is one too many. */
  floods(now: number): boolean {
    const minute = Math.floor(now / 60_000)
    this.#frames = minute === this.#minute ? this.#frames + 1 : 1
    this.#minute = minute
    return this.#frames > FRAMES_PER_MINUTE
  }

  /** Whether the session still talks through this connection and not through a later one. */
  get holds(): boolean {
    return this.session?.socket === this.socket
  }
}

export class Gateway {
  readonly #sessions: Sessions
  readonly #world: World
  readonly #changes: Changes
  readonly #server = new WebSocketServer({ noServer: true })
  readonly #connections = new Set<Connection>()
  /** Every frame clients sent, oldest first. */
  readonly frames: Array<ClientFrame> = []
  /** Codes with which clients closed, oldest first; 1006 for one that vanished. */
  readonly closes: Array<number> = []
  /** Set once the stand-in listens: `ws://127.0.0.1:PORT`. */
  url = ""
  #acksToDrop = 0
  #refusing = false

  constructor(world: World, changes: Changes, options: GatewayOptions) {
    this.#world = world
    this.#changes = changes
    this.#sessions = new Sessions(world, options)
  }

  get options(): GatewayOptions {
    return this.#sessions.options
  }

  /** Sessions that are connected or could be resumed. */
  get sessions(): ReadonlyArray<Session> {
    return this.#sessions.all
  }

  /** Sessions with a client on the line. */
  get connected(): ReadonlyArray<Session> {
    return this.sessions.filter((session) => session.connected)
  }

  /** Identifies so far. */
  get identifies(): number {
    return this.#sessions.identifies
  }

  /** Resumes that were granted so far. */
  get resumes(): number {
    return this.#sessions.resumes
  }

  /** Heartbeats that clients sent so far. */
  get heartbeats(): number {
    return this.frames.filter(({ op }) => op === 1).length
  }

  /** Hands an event to every session that hears it; without a client on the line it waits for the resume. */
  dispatch(event: Dispatch): void {
    this.#sessions.dispatch(event)
    this.#changes.notify()
  }

  /** Leaves the next heartbeats without an answer; default all of them. 0 answers again. */
  dropAcks(count = Number.POSITIVE_INFINITY): void {
    this.#acksToDrop = count
  }

  /** Turns new connections away with 503 until told otherwise. */
  refuseConnections(refusing = true): void {
    this.#refusing = refusing
  }

  /** Breaks every connection without a word. Sessions can be resumed. */
  cut(): void {
    for (const { socket } of this.#connections) socket.terminate()
  }

  /** Closes every connection with a code. */
  close(code: number): void {
    for (const { socket } of this.#connections) socket.close(code)
  }

  /** Op 7: asks every client to reconnect and resume. */
  askToReconnect(): void {
    for (const connection of this.#connections) connection.send(7, null)
  }

  /** Op 9: the session is invalid; `resumable` says whether the client may resume it. */
  invalidate(resumable: boolean): void {
    for (const connection of this.#connections) this.#invalid(connection, resumable)
  }

  /** Op 1 from the server: asks for a heartbeat at once. */
  askForHeartbeat(): void {
    for (const connection of this.#connections) connection.send(1, null)
  }

  /** Forgets the sessions without a client, so that a resume is answered with op 9; with `all` the connected ones too. */
  expireSessions(all = false): void {
    for (const session of this.sessions) if (all || !session.connected) this.#sessions.forget(session)
  }

  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (this.#refusing) {
      socket.end("HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n")
      return
    }
    const query = new URL(request.url ?? "/", "http://gateway").searchParams
    this.#server.handleUpgrade(request, socket, head, (client) => this.#welcome(client, query))
  }

  stop(): void {
    this.cut()
    this.#server.close()
  }

  #welcome(socket: WebSocket, query: URLSearchParams): void {
    const connection = new Connection(socket)
    this.#connections.add(connection)
    socket.on("error", () => {})
    socket.on("message", (data: RawData) => this.#receive(connection, data))
    socket.on("close", (code) => this.#left(connection, code))
    if (query.get("v") !== "10" || query.get("encoding") !== "json") return socket.close(4012)
    connection.send(10, { heartbeat_interval: this.options.heartbeatIntervalMs })
  }

  #left(connection: Connection, code: number): void {
    this.#connections.delete(connection)
    this.closes.push(code)
    const { holds, session } = connection
    if (session !== undefined && holds) {
      session.socket = undefined
      if (ENDS_SESSION.includes(code)) this.#sessions.forget(session)
    }
    this.#changes.notify()
  }

  #invalid(connection: Connection, resumable: boolean): void {
    const { holds, session } = connection
    if (session !== undefined && holds) session.socket = undefined
    if (session !== undefined && !resumable) this.#sessions.forget(session)
    connection.session = undefined
    connection.send(9, resumable)
  }

  #receive(connection: Connection, data: RawData): void {
    const { socket } = connection
    const text = (data as Buffer).toString("utf8")
    if (Buffer.byteLength(text) > FRAME_BYTES) return socket.close(4002)
    if (connection.floods(this.#world.now())) return socket.close(4008)
    let frame: ClientFrame
    try {
      frame = JSON.parse(text) as ClientFrame
    } catch {
      return socket.close(4002)
    }
    this.frames.push(frame)
    this.#answer(connection, frame)
    this.#changes.notify()
  }

  #answer(connection: Connection, { d, op }: ClientFrame): void {
    const { session, socket } = connection
    if (op === 1) {
      if (this.#acksToDrop > 0) this.#acksToDrop -= 1
      else connection.send(11, null)
      return
    }
    const fields = (d ?? {}) as Fields
    if (op === 2 || op === 6) {
      if (session !== undefined) return socket.close(4005)
      const begun = op === 2 ? this.#sessions.identify(fields, socket, this.url) : this.#sessions.resume(fields, socket)
      if (begun === "invalid") this.#invalid(connection, false)
      else if (typeof begun === "number") socket.close(begun)
      else connection.session = begun
      return
    }
    if (session === undefined) return socket.close(4003)
    if (op === 8) return this.#sessions.members(session, fields)
    const harmless = op === 3 || op === 4
    if (!harmless) socket.close(4001)
  }
}
