/**
 * Drives a pending action through the kernel's turns, each from the text of the one before as after a crash, and says what each
 * asked for: answers, documents, messages and work.
 */
import type { ActorEvent } from "#domain/Envelope.ts"
import type { ActionResult, CodeHostAction } from "#domain/developer/CodeHost.ts"
import type { ActionLook, CancelAnswer, ConfirmAnswer, PendingActionEvent } from "#domain/developer/PendingAction.ts"
import type { Projection } from "#domain/Projection.ts"
import type { OutboxEntry, Timer } from "#kernel/ActorRecord.ts"
import { nextDueTimer } from "#kernel/Pending.ts"
import { decodeState, encodeState } from "#kernel/SnapshotCodec.ts"
import { type ActorState, type EffectOutcome, type Turn, viewOf } from "#kernel/Turn.ts"
import { pendingActionDefinition } from "#machines/pending-action/definition.ts"
import { contextOf, type PendingActionContext } from "#machines/pending-action/schema.ts"
import { Bench } from "#test/kernel/harness.ts"

export const TOKEN = "tok-JkU2nq0xYy1mZb5rV8sWd3aLe7oHc9fTg4iPu6k"
export const ANN = "ann"
export const BOB = "bob"
export const T0 = Date.parse("2026-11-21T12:00:00Z")
export const KEY = `pending_action:${TOKEN}`

export const MERGE: CodeHostAction = { name: "pr.merge", repo: "acme/web", prNumber: 123, method: "squash" }
export const PREPARED = { prepared: { facts: { head: "abc123", merged: false } } }
export const DONE: ActionResult = {
  ok: true,
  message: "PR 123 was merged.",
  url: "https://github.com/acme/web/pull/123",
  code: "done"
}
export const REFUSED: ActionResult = {
  ok: false,
  message: "PR 123 cannot be merged.",
  url: null,
  code: "not_mergeable"
}

export const CREATE = {
  type: "CREATE",
  action: MERGE,
  entities: { pr_number: 123, repo: "acme/web" },
  summary: "Merge PR 123 in acme/web by squash",
  owner: ANN,
  expiresInMs: 60_000,
  at: T0
} as const satisfies PendingActionEvent

export const row = pendingActionDefinition()

export class ActionDriver {
  readonly bench: Bench
  readonly #key: string
  state: ActorState | null = null
  now = T0
  reply: unknown = undefined
  /** Of the last turn. */
  projections: ReadonlyArray<Projection> = []
  emitted: ReadonlyArray<ActorEvent> = []
  /** Of all turns, in order: `prepare`, `perform`, and messages. */
  readonly asked: Array<OutboxEntry["work"]> = []
  readonly everEmitted: Array<ActorEvent> = []
  /** What readers see at `pending_action:{token}`. */
  document: { readonly value: string; readonly endsAt: number } | null = null

  constructor(token = TOKEN) {
    this.bench = new Bench([row], token)
    this.#key = `pending_action:${token}`
  }

  get live(): ActorState {
    if (this.state === null) throw new Error("nothing has happened yet")
    return this.state
  }
  get context(): PendingActionContext {
    return contextOf({ context: this.live.snapshot.context as never })
  }
  get value(): unknown {
    return this.live.snapshot.value
  }
  get timers(): ReadonlyArray<Timer> {
    return this.state?.meta.timers ?? []
  }
  get running(): OutboxEntry | undefined {
    return this.state?.meta.outbox.find(({ work }) => work.kind === "invoke")
  }
  get ttlMs(): number | null {
    const view = viewOf(this.bench.address, this.live)
    return typeof row.ttlMs === "function" ? row.ttlMs(view) : row.ttlMs
  }
  /** How often this work was asked for. */
  count(name: string): number {
    return this.asked.filter((work) => work.kind === "invoke" && work.name === name).length
  }

  hear(event: PendingActionEvent): this {
    return this.took(this.bench.event(this.state, { ...event } as ActorEvent, this.now))
  }
  create(changes: Partial<typeof CREATE> | { readonly expiresInMs: number } = {}): this {
    return this.hear({ ...CREATE, at: this.now, ...changes })
  }
  confirm(by = ANN, idempotencyKey: string | null = null): ConfirmAnswer {
    return this.hear({ type: "CONFIRM", by, idempotencyKey, at: this.now }).reply as ConfirmAnswer
  }
  cancel(by = ANN): CancelAnswer {
    return this.hear({ type: "CANCEL", by, at: this.now }).reply as CancelAnswer
  }
  look(): ActionLook | null {
    return this.hear({ type: "LOOK" }).reply as ActionLook | null
  }
  at(ms: number): this {
    this.now = T0 + ms
    return this
  }
  /** Every timer that is due by now fires, earliest first. */
  wake(): this {
    for (let timer = nextDueTimer(this.live.meta, this.now); timer !== null;) {
      this.took(this.bench.fire(this.live, timer, this.now))
      timer = nextDueTimer(this.live.meta, this.now)
    }
    return this
  }
  settle(outcome: EffectOutcome): this {
    const { running } = this
    if (running === undefined) throw new Error("nothing is running")
    return this.took(this.bench.settle(this.live, running, outcome, this.now))
  }
  /** The outcome of work that is no longer waited for. */
  hearLate(entry: OutboxEntry, outcome: EffectOutcome): this {
    return this.took(this.bench.settle(this.live, entry, outcome, this.now))
  }
  done(output: unknown): this {
    return this.settle({ ok: true, output })
  }
  fail(code: string): this {
    return this.settle({ ok: false, code, error: { name: "EffectFailed", code } })
  }

  private took({ emitted, projections, reply, state }: Turn): this {
    const before = new Set(this.state?.meta.outbox.map(({ id }) => id))
    this.asked.push(...state.meta.outbox.flatMap(({ id, work }) => (before.has(id) ? [] : [work])))
    this.everEmitted.push(...emitted)
    this.emitted = emitted
    this.reply = reply
    this.projections = projections
    for (const one of projections) {
      if (one.key !== this.#key) throw new Error("a document that nobody knows")
      this.document = one.op === "put" ? { value: one.value, endsAt: this.now + (one.ttlMs ?? Infinity) } : null
    }
    this.state = decodeState(this.bench.actor, encodeState(state))
    return this
  }
}
