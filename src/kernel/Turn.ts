/**
 * One turn: an actor's state and one input in, the next state and everything the turn asks for out. Pure - the same
 * state, input and time give the same turn, so a turn that lost its compare-and-set is simply run again. Nothing has
 * happened in the world when a turn returns.
 */
import type { AnyMachineSnapshot } from "xstate"
import type { ActorAddress } from "#domain/ActorAddress.ts"
import type { ActorView } from "#domain/ActorDefinition.ts"
import type { ActorEvent } from "#domain/Envelope.ts"
import { isProjection, type Projection } from "#domain/Projection.ts"
import { applyActions, send } from "./Actions.ts"
import { type ActorMeta, type OutboxEntry, type ParentRecord, type Timer, type Work } from "./ActorRecord.ts"
import type { RegisteredActor } from "./RegisteredActor.ts"
import { eventStep, initialStep, isReserved, plainError, type Step, TurnInvalid } from "./Step.ts"
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

/**
 * Bounds of one actor (G10). A turn that adds beyond them is refused and its event quarantined; the actor keeps its old
 * state. A turn that only works off what is there is never refused.
 */
export const MAX_TIMERS = 256
export const MAX_OUTBOX = 512
export const MAX_PROJECTIONS = 256
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
  if (fresh && state !== null) draft.succeed(state.meta)
  if (draft.snapshot === null) initialise(draft, input)
  accept(draft, input)
  for (let count = 0; draft.selfEvents.length > 0; count++) {
    if (count === MAX_SELF_EVENTS) throw new TurnInvalid("self_event_loop", "the actor keeps sending events to itself")
    step(draft, draft.selfEvents.shift() as ActorEvent)
  }
  return finish(draft, state?.meta ?? null, time.turn)
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

/** Only an event from outside and a parent's start make an actor: what belongs to one that has gone makes no new one. */
const initialise = (draft: TurnDraft, input: TurnInput): void => {
  const { definition } = draft.actor
  const creates = input.kind === "start" || (input.kind === "event" && !isReserved(input.event.type))
  if (!creates) throw new TurnInvalid("no_actor", `a ${input.kind} for an actor that does not exist`)
  const machineInput = input.kind === "start" ? input.input : definition.input?.(draft.address.id, draft.now)
  take(draft, "active", initialStep(draft.actor, machineInput, draft.parent !== null))
}

const accept = (draft: TurnDraft, input: TurnInput): void => {
  switch (input.kind) {
    case "start":
      return draft.remember("xstate.init")
    case "stop":
      return step(draft, { type: "xstate.stop" })
    case "event":
      return isReserved(input.event.type) ? childSays(draft, input.event) : step(draft, input.event)
    case "timer":
      return draft.takeTimer(input.timer) ? fire(draft, input.timer) : undefined
    case "settled": {
      const entry = draft.takeEntry(input.entry.id)
      return entry === undefined ? undefined : settle(draft, entry, input.outcome)
    }
  }
}

/** A spawned actor's done or error event, which counts only while that very child is ours. Anything else is dropped. */
const childSays = (draft: TurnDraft, { generation, ...event }: ActorEvent): void => {
  const id = String(event["actorId"])
  const child = draft.child(id)
  if (child === undefined || child.generation !== generation) return
  if (event.type !== `xstate.done.actor.${id}` && event.type !== `xstate.error.actor.${id}`) return
  draft.childEnded(id, child)
  step(draft, event)
}

const fire = (draft: TurnDraft, { event, target, dueAt }: Timer): void => {
  const stamped = { ...event, scheduledAt: dueAt, firedAt: draft.now }
  if (target.kind === "self") return step(draft, stamped)
  draft.remember(event.type)
  send(draft, target, stamped)
}

const settle = (draft: TurnDraft, entry: OutboxEntry, outcome: EffectOutcome): void => {
  const { work } = entry
  switch (work.kind) {
    case "action":
      return actionSettled(draft, entry, work, outcome)
    case "invoke":
      return childSettled(draft, work.child, entry.generation, outcome)
    case "start":
      return outcome.ok ? undefined : childSettled(draft, work.child, entry.generation, outcome)
    default:
      return
  }
}

type ActionWork = Extract<Work, { kind: "action" }>

/** Who is told of a failure is told what failed, too: entries may fail in any order and long after they were asked for. */
const actionSettled = (draft: TurnDraft, entry: OutboxEntry, work: ActionWork, outcome: EffectOutcome): void => {
  const events = draft.actor.definition.results?.[work.name]
  const type = outcome.ok ? events?.done : events?.failed
  if (type === undefined || !draft.askedFor(entry)) return
  const result = outcome.ok
    ? { output: draft.plain(outcome.output, `output of action "${work.name}"`) }
    : { code: outcome.code, params: work.params }
  step(draft, { type, effect: work.name, requestedAt: entry.requestedAt, at: draft.now, ...result })
}

/** What a promise came to, or that a spawned actor could not be started. */
const childSettled = (draft: TurnDraft, id: string, generation: number, outcome: EffectOutcome): void => {
  const child = draft.child(id)
  if (child === undefined || child.generation !== generation) return
  draft.childEnded(id, child)
  const result = outcome.ok
    ? { output: draft.plain(outcome.output, `output of child source "${child.src}"`) }
    : { error: plainError(outcome.error) }
  step(draft, { type: `xstate.${outcome.ok ? "done" : "error"}.actor.${id}`, actorId: id, at: draft.now, ...result })
}

const step = (draft: TurnDraft, event: ActorEvent): void => {
  draft.remember(event.type)
  const { snapshot } = draft
  if (snapshot === null || snapshot.status !== "active") return
  take(draft, snapshot.status, eventStep(draft.actor, snapshot, event, draft.parent !== null))
}

const take = (draft: TurnDraft, statusBefore: string, { snapshot, actions }: Step): void => {
  draft.snapshot = snapshot
  applyActions(draft, actions)
  if (statusBefore === "active" && snapshot.status !== "active") end(draft, snapshot)
}

/** An actor that has ended keeps no timers (XState has stopped its children already) and tells its parent how it ended. */
const end = (draft: TurnDraft, { status, output, error }: AnyMachineSnapshot): void => {
  draft.timers = []
  if (draft.parent === null || status === "stopped") return
  const { address, child, generation } = draft.parent
  const result = status === "done" ? { output } : { error: plainError(error) }
  const type = `xstate.${status === "done" ? "done" : "error"}.actor.${child}`
  draft.message(address, { type, actorId: child, generation, at: draft.now, ...result })
}

const finish = (draft: TurnDraft, before: ActorMeta | null, turn: string): Turn => {
  const { actor, snapshot, timers, outbox, children, recent, parent, revision, createdAt } = draft
  if (snapshot === null) throw new TurnInvalid("no_actor", "there is nothing to run")
  draft.plain(snapshot.context, "context")
  draft.plain(snapshot.output, "output")
  if (timers.length > Math.max(MAX_TIMERS, before?.timers.length ?? 0)) {
    throw new TurnInvalid("too_many_timers", `more than ${MAX_TIMERS}`)
  }
  if (outbox.length > Math.max(MAX_OUTBOX, before?.outbox.length ?? 0)) {
    throw new TurnInvalid("too_many_effects", `more than ${MAX_OUTBOX}`)
  }
  const version = actor.definition.version
  const updatedAt = draft.now
  const meta = { version, createdAt, updatedAt, revision, turn, parent, children, timers, outbox, recent }
  const state: ActorState = { snapshot, meta }
  return {
    state,
    reply: draft.reply,
    emitted: draft.emitted,
    logs: draft.logs,
    projections: projectionsOf(draft, state)
  }
}

/** The definition's documents first, then what the chart's `project` actions asked for, in their order. */
const projectionsOf = (
  { actor, address, projections: asked }: TurnDraft,
  state: ActorState
): ReadonlyArray<Projection> => {
  const own = actor.definition.project?.(viewOf(address, state)) ?? []
  for (const one of own) {
    if (one.op !== "put" && one.op !== "delete" && !isProjection(one)) {
      throw new TurnInvalid(
        "bad_projection",
        "project(view) answered one with a field missing or a number none can keep"
      )
    }
  }
  if (own.length + asked.length > MAX_PROJECTIONS) {
    throw new TurnInvalid("too_many_projections", `more than ${MAX_PROJECTIONS}`)
  }
  return asked.length === 0 ? own : [...own, ...asked]
}
