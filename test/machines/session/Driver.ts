/**
 * Drives a session through the kernel's turns, each from the text of the one before, and keeps the list as a store would: so
 * that what other tools read can be looked at after any turn.
 */
import type {
  AnalystEffects,
  AnalystQuery,
  AnalystSessionEvent,
  QueryTaken,
  SessionLook,
  SessionMessage,
  SessionPolicy
} from "#domain/analyst/AnalystSession.ts"
import type { ActorEvent } from "#domain/Envelope.ts"
import type { Projection } from "#domain/Projection.ts"
import type { OutboxEntry } from "#kernel/ActorRecord.ts"
import { decodeState, encodeState } from "#kernel/SnapshotCodec.ts"
import { type ActorState, type EffectOutcome, type Turn, viewOf } from "#kernel/Turn.ts"
import { sessionDefinition } from "#machines/session/definition.ts"
import { contextOf, type SessionContext } from "#machines/session/schema.ts"
import { Bench } from "#test/kernel/harness.ts"

export const POLICY: SessionPolicy = { messageLimit: 30, ttlMs: 7 * 86_400_000 }
export const START = Date.parse("2024-01-15T10:30:00Z")

type Effect = keyof AnalystEffects
type Output<E extends Effect> = AnalystEffects[E]["output"]

export const message = (role: SessionMessage["role"], content: string): SessionMessage => ({
  role,
  content,
  timestamp: "2024-01-15T10:00:00Z"
})

export class SessionDriver {
  readonly bench: Bench
  readonly policy: SessionPolicy
  state: ActorState | null = null
  now = START
  reply: unknown = undefined
  emitted: ReadonlyArray<ActorEvent> = []
  projections: ReadonlyArray<Projection> = []
  /** The list as a store keeps it. */
  list: ReadonlyArray<string> = []

  constructor(policy = POLICY) {
    this.policy = policy
    this.bench = new Bench([sessionDefinition(policy)], "s-1")
  }

  get live(): ActorState {
    if (this.state === null) throw new Error("nothing has happened yet")
    return this.state
  }
  get context(): SessionContext {
    return contextOf({ context: this.live.snapshot.context as never })
  }
  get messages(): ReadonlyArray<SessionMessage> {
    return this.list.map((entry) => JSON.parse(entry) as SessionMessage)
  }
  get contents(): ReadonlyArray<string> {
    return this.messages.map(({ content }) => content)
  }
  get ttlMs(): number {
    const { ttlMs } = this.bench.actor.definition
    if (typeof ttlMs !== "function") throw new Error("the time to live is no rule")
    return ttlMs(viewOf(this.bench.address, this.live)) ?? Infinity
  }
  get running(): OutboxEntry | undefined {
    return this.live.meta.outbox.find(({ work }) => work.kind === "invoke")
  }
  /** The effect that runs, and what it was given. */
  get runs(): readonly [string, unknown] | null {
    const work = this.running?.work
    return work?.kind === "invoke" ? [work.name, work.params] : null
  }

  hear(event: AnalystSessionEvent): this {
    return this.took(this.bench.event(this.state, { ...event } as ActorEvent, this.now))
  }
  /** Asks one second after whatever was before. */
  ask(requestId: string, changes: Partial<AnalystQuery> = {}): this {
    this.now += 1000
    const query = {
      requestId,
      query: `ask ${requestId}`,
      emailId: null,
      clientTimestamp: null,
      at: this.now,
      ...changes
    }
    return this.hear({ type: "QUERY_RECEIVED", ...query })
  }
  get taken(): QueryTaken {
    return this.reply as QueryTaken
  }
  look(): SessionLook {
    return this.hear({ type: "LOOK" }).reply as SessionLook
  }
  settle(outcome: EffectOutcome): this {
    const { running } = this
    if (running === undefined) throw new Error("nothing is running")
    this.now += 1000
    return this.took(this.bench.settle(this.live, running, outcome, this.now))
  }
  done<E extends Effect>(effect: E, output: Output<E>): this {
    if (this.runs?.[0] !== effect) throw new Error(`${this.runs?.[0]} is running, not ${effect}`)
    return this.settle({ ok: true, output })
  }
  failed(code: string): this {
    return this.settle({ ok: false, code, error: { name: "EffectFailed", code } })
  }
  /** A new session in which nothing of an earlier one was found. */
  opened(requestId: string): this {
    return this.ask(requestId).done("importFormer", { messages: [], listed: 0 })
  }
  answered(text: string): this {
    return this.done("answer", { text, code: null })
  }
  unanswered(code: string): this {
    return this.done("answer", { text: null, code })
  }

  took(turn: Turn): this {
    this.reply = turn.reply
    this.emitted = turn.emitted
    this.projections = turn.projections
    for (const projection of turn.projections) {
      if (projection.op !== "appendToList") throw new Error(`a session writes no ${projection.op}`)
      this.list = [...this.list, ...projection.values].slice(-(projection.keep ?? Infinity))
    }
    this.state = decodeState(this.bench.actor, encodeState(turn.state))
    return this
  }
}
