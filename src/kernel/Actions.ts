/**
 * What each action of a chart means once it must survive a crash: `after` and delayed `raise`/`sendTo` become timer rows,
 * `invoke`, `spawnChild` and custom actions become outbox entries, `reply` the turn's answer, `project` a document of its
 * commit; `emit` and `log` are kept for after the commit. Actions are applied in the order XState resolved them, so a cancel before a new raise of the
 * same id leaves the new one.
 */
import type { TellParams } from "#domain/ActorDefinition.ts"
import type { ActorEvent } from "#domain/Envelope.ts"
import { isProjection } from "#domain/Projection.ts"
import type { ParentRecord, TimerTarget } from "./ActorRecord.ts"
import { isReserved, parentRef, type ResolvedAction, selfRef, TurnInvalid } from "./Step.ts"
import { childAddress, laneTo, type LogEntry, type TurnDraft } from "./TurnDraft.ts"

interface Raise {
  readonly event: ActorEvent
  readonly id?: string
  readonly delay?: number
}
interface SendTo extends Raise {
  readonly to: unknown
}
interface Spawn {
  /** As written in the chart: a function is not called yet. */
  readonly id: unknown
  readonly actorRef: { readonly id: string; readonly sessionId: string } | undefined
  readonly src: unknown
  readonly input: unknown
}

/** Gives all actions of one step their durable meaning, in order. */
export const applyActions = (draft: TurnDraft, actions: ReadonlyArray<ResolvedAction>): void => {
  for (const action of actions) applyAction(draft, action)
  if (draft.expectsChildren()) throw unknownTarget()
}

const applyAction = (draft: TurnDraft, action: ResolvedAction): void => {
  const { type, params } = action
  if (!type.startsWith("xstate.")) refuseInline(draft, action)
  switch (type) {
    case "xstate.raise":
      return raise(draft, params as Raise)
    case "xstate.cancel":
      return draft.cancelTimer((params as { readonly sendId: string }).sendId)
    case "xstate.sendTo":
      return sendTo(draft, params as SendTo)
    case "xstate.spawnChild":
      return spawn(draft, params as Spawn)
    case "xstate.stopChild":
      return params === undefined ? undefined : draft.stopChild((params as { readonly id: string }).id)
    case "xstate.emit":
      draft.emitted.push((params as { readonly event: ActorEvent }).event)
      return
    case "xstate.log":
      draft.logs.push(params as LogEntry)
      return
    case "reply":
      return reply(draft, params)
    case "tell":
      return tell(draft, params)
    case "project":
      return project(draft, params)
    default:
      return custom(draft, type, params)
  }
}

/** Without a delay XState has already handled the event inside the macrostep. */
const raise = (draft: TurnDraft, { event, id, delay }: Raise): void => {
  if (typeof delay === "number") draft.setTimer(id, delay, event, { kind: "self" })
}

const sendTo = (draft: TurnDraft, { to, event, id, delay }: SendTo): void => {
  refuseReserved(event)
  const target = targetOf(to)
  const delayed = typeof delay === "number"
  // entry actions come before the invokes of their state, and may already write to them
  if (target.kind === "child" && draft.child(target.id) === undefined) {
    draft.expectChild(target.id, delayed ? undefined : event)
    if (!delayed) return
  }
  if (delayed) draft.setTimer(id, delay, event, target)
  else send(draft, target, event)
}

/** Delivers to a target of this chart. A promise child takes no events, as in XState; a child that has gone gets none. */
export const send = (draft: TurnDraft, target: TimerTarget, event: ActorEvent): void => {
  switch (target.kind) {
    case "self":
      draft.selfEvents.push(event)
      return
    case "parent":
      return draft.message((draft.parent as ParentRecord).address, event)
    case "child": {
      const to = draft.child(target.id)?.address
      if (to != null) draft.message(to, event)
    }
  }
}

const targetOf = (to: unknown): TimerTarget => {
  if (to === selfRef) return { kind: "self" }
  if (to === parentRef) return { kind: "parent" }
  const id = (to as { readonly id?: unknown } | undefined)?.id
  if (typeof id !== "string") throw unknownTarget()
  return { kind: "child", id }
}

const unknownTarget = (): TurnInvalid =>
  new TurnInvalid("unknown_target", "sendTo somebody who is neither self, parent nor child; use `tell` instead")

const spawn = (draft: TurnDraft, params: Spawn): void => {
  const { src, input } = params
  const id = childId(params)
  const kind = typeof src === "string" ? draft.actor.childKinds[src] : undefined
  if (typeof src !== "string" || kind === undefined)
    throw new TurnInvalid("unregistered_child", "not in setup({ actors })")
  if (id === null) throw new TurnInvalid("child_without_id", `child source "${src}"`)
  const plain = draft.plain(input, `input of child source "${src}"`)
  draft.stopChild(id)
  const early = draft.takeExpected(id)
  if (kind.kind === "promise") {
    draft.children[id] = { src, generation: draft.revision, address: null }
    return draft.effect(`invoke:${id}`, { kind: "invoke", name: src, params: plain ?? null, child: id })
  }
  const to = childAddress(kind.type, draft.address, id)
  draft.children[id] = { src, generation: draft.revision, address: to }
  draft.effect(laneTo(to), { kind: "start", to, input: plain, child: id })
  for (const event of early) draft.message(to, event)
}

/** A generated id is the session id of an actor that lives for this turn only: of no use to another process. */
const childId = ({ id, actorRef }: Spawn): string | null => {
  if (typeof id === "string") return id
  return typeof id !== "function" || actorRef === undefined || actorRef.id === actorRef.sessionId ? null : actorRef.id
}

const reply = (draft: TurnDraft, params: unknown): void => {
  if (draft.reply !== undefined) throw new TurnInvalid("second_reply", "a turn answers once")
  draft.reply = draft.plain(params, "reply") ?? null
}

const tell = (draft: TurnDraft, params: unknown): void => {
  const { to, event, priority } = (draft.plain(params, "tell") ?? {}) as Partial<TellParams>
  const whole = to !== undefined && typeof event?.type === "string" && event.type !== ""
  if (!whole || (priority !== undefined && priority !== "normal" && priority !== "high")) {
    throw new TurnInvalid("bad_tell", "params are { to: { type, id }, event: { type, ... }, priority?: normal | high }")
  }
  refuseReserved(event)
  draft.message(to, event, priority)
}

const project = (draft: TurnDraft, params: unknown): void => {
  if (!isProjection(params)) throw new TurnInvalid("bad_projection", "params are one Projection, every field of it")
  draft.projections.push(params)
}

const custom = (draft: TurnDraft, type: string, params: unknown): void => {
  if (type.startsWith("xstate.")) throw new TurnInvalid("unknown_builtin", `action "${type}"`)
  const plain = draft.plain(params, `params of action "${type}"`) ?? null
  const lane = draft.actor.definition.lanes?.[type] ?? "default"
  const name = typeof lane === "function" ? lane(plain as never) : lane
  if (typeof name !== "string" || name === "") throw new TurnInvalid("bad_lane", `action "${type}"`)
  draft.effect(name, { kind: "action", name: type, params: plain })
}

const refuseInline = (draft: TurnDraft, { type, exec }: ResolvedAction): void => {
  if (typeof exec !== "function" || exec === draft.actor.machine.implementations.actions[type]) return
  throw new TurnInvalid("inline_action", `action "${type}"`)
}

/** Events of XState's own say that a child has ended or a timer is due: nobody else may say so. */
const refuseReserved = ({ type }: ActorEvent): void => {
  if (isReserved(type)) throw new TurnInvalid("reserved_event", "an event type that starts with xstate. was sent")
}
