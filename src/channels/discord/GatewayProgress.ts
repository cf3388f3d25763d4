/**
 * How far one shard has been heard. A dispatch or a message is open from its arrival until everything it asked for is
 * durable; the mark stands below the oldest open one, whatever came later. Only marks are ever checkpointed or told to
 * Discord, so what a crash interrupts is sent again or caught up. Pure bookkeeping: no clock, no I/O.
 */
import type { GatewayEvent, GatewaySession } from "#domain/ash/Gateway.ts"
import type { Snowflake } from "#domain/ash/Snowflake.ts"

/** Numbers that come roughly in order and are done in any order. A step costs next to nothing, however many are open. */
export class Watermark {
  #highest: bigint
  readonly #open = new Set<bigint>()
  /** Ascending; holds every open number, and some that are settled and not yet passed. */
  readonly #order: Array<bigint> = []

  /** Everything up to `floor` counts as done. */
  constructor(floor: bigint) {
    this.#highest = floor
  }

  /** Opens a number; false when it is open already: the same one came again before it was done. */
  begin(number: bigint): boolean {
    if (this.#open.has(number)) return false
    this.#open.add(number)
    this.#order.splice(this.#order.findLastIndex((other) => other <= number) + 1, 0, number)
    if (number > this.#highest) this.#highest = number
    return true
  }

  settle(number: bigint): void {
    this.#open.delete(number)
  }

  get idle(): boolean {
    return this.#open.size === 0
  }

  /** The highest number below every open one; the highest of all when none is open. */
  get mark(): bigint {
    const settled = this.#order.findIndex((number) => this.#open.has(number))
    this.#order.splice(0, settled === -1 ? this.#order.length : settled)
    const lowest = this.#order[0]
    return lowest === undefined ? this.#highest : lowest - 1n
  }
}

export type Checkpoint = Omit<Extract<GatewayEvent, { type: "CHECKPOINT" }>, "type" | "holder">

/** Ends what `begin` or `message` opened; calling it again changes nothing. */
export type Settle = () => void

export class GatewayProgress {
  #session: Pick<GatewaySession, "sessionId" | "resumeUrl"> | null = null
  #sequences = new Watermark(0n)
  readonly #channels = new Map<Snowflake, Watermark>()
  readonly #written = new Map<Snowflake, bigint>()
  #writtenSession: GatewaySession | null = null
  #inFlight = 0
  #held = false
  #heardAt = 0

  /** The session with its mark: what may be resumed, and all that a heartbeat acknowledges. */
  get session(): GatewaySession | null {
    return this.#session === null ? null : { ...this.#session, sequence: Number(this.#sequences.mark) }
  }

  get sessionId(): string | null {
    return this.#session?.sessionId ?? null
  }

  /** Dispatches that are not durable yet, of this session and earlier ones. */
  get inFlight(): number {
    return this.#inFlight
  }

  /** When Discord was last heard on a live connection, epoch milliseconds; 0 = never. */
  get heardAt(): number {
    return this.#heardAt
  }

  heard(at: number): void {
    if (at > this.#heardAt) this.#heardAt = at
  }

  /** A new or restored session. What is open of an earlier one goes on, but moves no mark of this one. */
  adopt({ resumeUrl, sequence, sessionId }: GatewaySession): void {
    this.#session = { resumeUrl, sessionId }
    this.#sequences = new Watermark(BigInt(sequence))
  }

  /** Discord refused the session. */
  lose(): void {
    this.#session = null
    this.#sequences = new Watermark(0n)
  }

  /** Opens a dispatch; `null` when it is open already and must not be handled twice. */
  begin(sequence: number): Settle | null {
    const sequences = this.#sequences
    const number = BigInt(sequence)
    if (!sequences.begin(number)) return null
    this.#inFlight += 1
    return once(() => {
      this.#inFlight -= 1
      sequences.settle(number)
    })
  }

  /** Opens a message of a channel that is listened to. A message that is open already is settled by whoever came first. */
  message(channelId: Snowflake, messageId: Snowflake): Settle {
    const number = BigInt(messageId)
    const messages = this.#channels.get(channelId) ?? new Watermark(number - 1n)
    this.#channels.set(channelId, messages)
    return messages.begin(number) ? once(() => messages.settle(number)) : () => {}
  }

  /** A channel that turned out to be none of ours. */
  forget(channelId: Snowflake): void {
    this.#channels.delete(channelId)
    this.#written.delete(channelId)
  }

  /** Until `release` nothing is given out to be written: older messages are still being caught up. */
  hold(): void {
    this.#held = true
  }

  release(): void {
    this.#held = false
  }

  /** Every mark as of now, held or not. */
  marks(): Checkpoint {
    const channels = Object.fromEntries([...this.#channels].map(([id, { mark }]) => [id, mark.toString()]))
    return { session: this.session, channels, at: this.#heardAt }
  }

  /** What changed since the last `written`; `null` when nothing did, when held, or when there is no session. */
  changes(): Checkpoint | null {
    const session = this.session
    if (this.#held || session === null) return null
    const changed = [...this.#channels].filter(([id, { mark }]) => this.#written.get(id) !== mark)
    const same =
      this.#writtenSession?.sessionId === session.sessionId && this.#writtenSession.sequence === session.sequence
    if (same && changed.length === 0) return null
    return {
      session,
      channels: Object.fromEntries(changed.map(([id, { mark }]) => [id, mark.toString()])),
      at: this.#heardAt
    }
  }

  /** `checkpoint` is durable: channels with nothing open and nothing new need no memory here. */
  written({ channels, session }: Checkpoint): void {
    this.#writtenSession = session
    for (const [id, mark] of Object.entries(channels)) {
      const messages = this.#channels.get(id)
      this.#written.set(id, BigInt(mark))
      if (messages?.idle === true && messages.mark === BigInt(mark)) this.forget(id)
    }
  }
}

const once = (run: () => void): Settle => {
  let done = false
  return () => {
    if (done) return
    done = true
    run()
  }
}
