/**
 * One turn: an actor's state and one input in, the next state and everything the turn asks for out. Pure - the same
 * state, input and time give the same turn, so a turn that lost its compare-and-set is simply run again. Nothing has
 * happened in the world when a turn returns.
 */
import type { AnyMachineSnapshot } from "xstate"
import type { ActorAddress } from "#domain/ActorAddress.ts"
import type { ActorView } from "#domain/ActorDefinition.ts"
import type { ActorEvent } from "#domain/Envelope.ts"
import type { Projection } from "#domain/Projection.ts"
import { applyAction, send } from "./Actions.ts"
import { type ActorMeta, type OutboxEntry, type ParentRecord, RECENT_EVENTS, type Timer } from "./ActorRecord.ts"
import type { RegisteredActor } from "./RegisteredActor.ts"
import { eventStep, initialStep, plainError, type Step, TurnInvalid } from "./Step.ts"
import { type LogEntry, TurnDraft } from "./TurnDraft.ts"

/** An actor between two turns. */
export interface ActorState {
  readonly meta: ActorMeta
  readonly snapshot: AnyMachineSnapshot
}

export type EffectOutcome =
  | { readonly ok: true; readonly output: unknown }
  /** Failed for good. `error` is what an invoke's `onError` sees. */
  | { readonly ok: false; readonly code: string; readonly error: unknown }

export type TurnInput =
  | { readonly kind: "event"; readonly event: ActorEvent }
  /** First turn of a spawned actor; replaces whatever an earlier child of the same id left behind. */
  | { readonly kind: "start"; readonly input: unknown; readonly parent: ParentRecord }
  | { readonly kind: "stop" }
  | { readonly kind: "timer"; readonly timer: Timer }
  | { readonly kind: "settled"; readonly entry: OutboxEntry; readonly outcome: EffectOutcome }

export interface TurnTime {
  /** Epoch milliseconds. */
  readonly now: number
  /** Unique per attempt to commit. */
  readonly turn: string
}

export interface Turn {
  readonly state: ActorState
  /** `undefined` when the chart did not reply. */
  readonly reply: unknown
  readonly emitted: ReadonlyArray<ActorEvent>
  readonly logs: ReadonlyArray<LogEntry>
  readonly projections: ReadonlyArray<Projection>
}

/** Bounds of one actor (G10). Over them the turn is refused and its event quarantined; the actor keeps its old state. */
export const MAX_TIMERS = 256
export const MAX_OUTBOX = 512
const MAX_SELF_EVENTS = 1000

/** Runs one turn. **Throws** `TurnInvalid`, or what a guard, an assign or a params function of the chart threw. */
export const runTurn = (
  actor: RegisteredActor,
  address: ActorAddress,
  state: ActorState | null,
  input: TurnInput,
  time: TurnTime
): Turn => {
  const fresh = input.kind === "start"
  const revision = (state?.meta.revision ?? 0) + 1
  const parent = fresh ? input.parent : (state?.meta.parent ?? null)
  const draft = new TurnDraft(actor, address, time.now, revision, fresh ? null : state, parent)
  if (draft.snapshot === null && input.kind !== "stop") initialise(draft, input)
  accept(draft, input)
  for (let count = 0; draft.selfEvents.length > 0; count++) {
    if (count === MAX_SELF_EVENTS) throw new TurnInvalid("self_event_loop", "the actor keeps sending events to itself")
    step(draft, draft.selfEvents.shift() as ActorEvent)
  }
  return finish(draft, time.turn)
}

/** What projections and TTL rules are shown of an actor. */
export const viewOf = (address: ActorAddress, { meta, snapshot }: ActorState): ActorView => ({
  id: address.id,
  at: meta.updatedAt,
  createdAt: meta.createdAt,
  status: snapshot.status,
  value: snapshot.value,
  context: snapshot.context as never,
  output: snapshot.output
})

const initialise = (draft: TurnDraft, input: TurnInput): void => {
  const { definition } = draft.actor
  const machineInput = input.kind === "start" ? input.input : definition.input?.(draft.address.id, draft.now)
  take(draft, "active", initialStep(draft.actor, machineInput, draft.parent !== null))
}

const accept = (draft: TurnDraft, input: TurnInput): void => {
  switch (input.kind) {
    case "start":
      return remember(draft, "xstate.init")
    case "stop":
      return draft.snapshot === null ? undefined : step(draft, { type: "xstate.stop" })
    case "event":
      return isStale(draft, input.event) ? undefined : step(draft, input.event)
    case "timer":
      draft.cancelTimer(input.timer.id)
      return fire(draft, input.timer)
    case "settled":
      draft.outbox = draft.outbox.filter(({ id }) => id !== input.entry.id)
      return settle(draft, input.entry, input.outcome)
  }
}

/** A spawned actor's done or error event counts only while that very child is ours. */
const isStale = (draft: TurnDraft, event: ActorEvent): boolean =>
  event.type.startsWith("xstate.") && draft.children[String(event["actorId"])]?.generation !== event["generation"]

const fire = (draft: TurnDraft, { event, target, dueAt }: Timer): void => {
  const stamped = { ...event, scheduledAt: dueAt, firedAt: draft.now }
  if (target.kind === "self") return step(draft, stamped)
  remember(draft, event.type)
  send(draft, target, stamped)
}

const settle = (draft: TurnDraft, { work, generation }: OutboxEntry, outcome: EffectOutcome): void => {
  if (work.kind === "action") {
    const events = draft.actor.definition.results?.[work.name]
    const type = outcome.ok ? events?.done : events?.failed
    if (type === undefined) return
    const result = outcome.ok ? { output: outcome.output } : { code: outcome.code }
    return step(draft, { type, effect: work.name, at: draft.now, ...result })
  }
  if (work.kind !== "invoke" || draft.children[work.child]?.generation !== generation) return
  const result = outcome.ok ? { output: outcome.output } : { error: plainError(outcome.error) }
  const type = `xstate.${outcome.ok ? "done" : "error"}.actor.${work.child}`
  step(draft, { type, actorId: work.child, at: draft.now, ...result })
}

const step = (draft: TurnDraft, event: ActorEvent): void => {
  remember(draft, event.type)
  const { snapshot } = draft
  if (snapshot === null || snapshot.status !== "active") return
  take(draft, snapshot.status, eventStep(draft.actor, snapshot, event, draft.parent !== null))
}

const take = (draft: TurnDraft, statusBefore: string, { snapshot, actions }: Step): void => {
  draft.snapshot = snapshot
  for (const action of actions) applyAction(draft, action)
  if (statusBefore === "active" && snapshot.status !== "active") end(draft, snapshot)
}

/** An actor that has ended keeps no timers and no running promises, and tells its parent how it ended. */
const end = (draft: TurnDraft, { status, output, error }: AnyMachineSnapshot): void => {
  draft.timers = []
  draft.dropInvokes(() => true)
  if (draft.parent === null || status === "stopped") return
  const { address, child, generation } = draft.parent
  const result = status === "done" ? { output } : { error: plainError(error) }
  const type = `xstate.${status === "done" ? "done" : "error"}.actor.${child}`
  draft.message(address, { type, actorId: child, generation, ...result })
}

const remember = (draft: TurnDraft, type: string): void => {
  draft.recent = [...draft.recent.slice(1 - RECENT_EVENTS), { type, at: draft.now }]
}

const finish = (draft: TurnDraft, turn: string): Turn => {
  const { actor, address, snapshot, timers, outbox, children, recent, parent, revision, createdAt } = draft
  if (snapshot === null) throw new TurnInvalid("no_actor", "there is nothing to stop")
  draft.plain(snapshot.context, "context")
  draft.plain(snapshot.output, "output")
  if (timers.length > MAX_TIMERS) throw new TurnInvalid("too_many_timers", `more than ${MAX_TIMERS}`)
  if (outbox.length > MAX_OUTBOX) throw new TurnInvalid("too_many_effects", `more than ${MAX_OUTBOX}`)
  const version = actor.definition.version
  const updatedAt = draft.now
  const meta = { version, createdAt, updatedAt, revision, turn, parent, children, timers, outbox, recent }
  const state: ActorState = { snapshot, meta }
  const projections = actor.definition.project?.(viewOf(address, state)) ?? []
  return { state, reply: draft.reply, emitted: draft.emitted, logs: draft.logs, projections }
}
