/**
 * One gateway session: its place in the numbering, and the dispatches it can still be sent again. A session outlives its
 * connection, so what happens while nobody is connected waits for the resume; only the last `window` dispatches wait.
 */
import type { WebSocket } from "ws"

export interface Identified {
  readonly intents: number
  readonly shard: readonly [index: number, count: number]
  readonly largeThreshold: number
}

export class Session {
  readonly id: string
  readonly identified: Identified
  readonly #window: number
  readonly #sent: Array<{ readonly s: number; readonly text: string }> = []
  #seq = 0
  socket: WebSocket | undefined

  constructor(id: string, identified: Identified, window: number) {
    this.id = id
    this.identified = identified
    this.#window = window
  }

  /** Number of the last dispatch. */
  get seq(): number {
    return this.#seq
  }

  get connected(): boolean {
    return this.socket !== undefined
  }

  push(t: string, d: unknown): void {
    this.#seq += 1
    const text = JSON.stringify({ op: 0, t, s: this.#seq, d })
    this.#sent.push({ s: this.#seq, text })
    if (this.#sent.length > this.#window) this.#sent.shift()
    this.socket?.send(text)
  }

  /** Whether everything after `seq` is still here. */
  canReplay(seq: number): boolean {
    const oldest = this.#sent[0]?.s ?? this.#seq + 1
    return seq >= oldest - 1
  }

  /** Sends everything after `seq` again, on the present connection. */
  replay(seq: number): void {
    for (const { s, text } of this.#sent) if (s > seq) this.socket?.send(text)
  }
}
