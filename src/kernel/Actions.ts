/**
 * What each action of a chart means once it must survive a crash: `after` and delayed `raise`/`sendTo` become timer rows,
 * `invoke`, `spawnChild` and custom actions become outbox entries, `reply` the turn's answer; `emit` and `log` are kept
 * for after the commit. Actions are applied in the order XState resolved them, so a cancel before a new raise of the
 * same id leaves the new one.
 */
import type { TellParams } from "#domain/ActorDefinition.ts"
import type { ActorEvent } from "#domain/Envelope.ts"
import type { ParentRecord, TimerTarget } from "./ActorRecord.ts"
import { parentRef, type ResolvedAction, selfRef, TurnInvalid } from "./Step.ts"
import { laneTo, type LogEntry, type TurnDraft } from "./TurnDraft.ts"

interface Raise {
  readonly event: ActorEvent
  readonly id?: string
  readonly delay?: number
}
interface SendTo extends Raise {
  readonly to: unknown
}
interface Spawn {
  readonly id: unknown
  readonly src: unknown
  readonly input: unknown
}

export const applyAction = (draft: TurnDraft, { type, params, exec }: ResolvedAction): void => {
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
      return stop(draft, (params as { readonly id: string } | undefined)?.id)
    case "xstate.emit":
      draft.emitted.push((params as { readonly event: ActorEvent }).event)
      return
    case "xstate.log":
      draft.logs.push(params as LogEntry)
      return
    case "reply":
      return reply(draft, params)
    case "tell": {
      const { to, event, priority } = draft.plain(params, "tell") as TellParams
      return draft.message(to, event, priority)
    }
    default:
      return custom(draft, type, params, exec)
  }
}

/** Without a delay XState has already handled the event inside the macrostep. */
const raise = (draft: TurnDraft, { event, id, delay }: Raise): void => {
  if (typeof delay === "number") draft.setTimer(id, delay, event, { kind: "self" })
}

const sendTo = (draft: TurnDraft, { to, event, id, delay }: SendTo): void => {
  const target = targetOf(draft, to)
  if (typeof delay === "number") draft.setTimer(id, delay, event, target)
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
      const to = draft.children[target.id]?.address
      if (to != null) draft.message(to, event)
    }
  }
}

const targetOf = (draft: TurnDraft, to: unknown): TimerTarget => {
  if (to === selfRef) return { kind: "self" }
  if (to === parentRef) return { kind: "parent" }
  const id = (to as { readonly id?: string } | undefined)?.id
  if (id === undefined || draft.children[id] === undefined) {
    throw new TurnInvalid("unknown_target", "sendTo somebody who is neither self, parent nor child; use `tell` instead")
  }
  return { kind: "child", id }
}

const spawn = (draft: TurnDraft, { id, src, input }: Spawn): void => {
  if (typeof id !== "string") throw new TurnInvalid("child_without_id", `child source "${String(src)}"`)
  const kind = typeof src === "string" ? draft.actor.childKinds[src] : undefined
  if (typeof src !== "string" || kind === undefined) throw new TurnInvalid("unregistered_child", `child "${id}"`)
  const plain = draft.plain(input, `input of child "${id}"`) ?? null
  if (kind.kind === "promise") {
    draft.children[id] = { src, generation: draft.revision, address: null }
    return draft.effect(`invoke:${id}`, { kind: "invoke", name: src, params: plain, child: id })
  }
  const to = { type: kind.type, id: `${draft.address.id}/${id}` }
  draft.children[id] = { src, generation: draft.revision, address: to }
  draft.effect(laneTo(to), { kind: "start", to, input: plain, child: id })
}

const stop = (draft: TurnDraft, id: string | undefined): void => {
  const child = id === undefined ? undefined : draft.children[id]
  if (id === undefined || child === undefined) return
  delete draft.children[id]
  draft.timers = draft.timers.filter(({ target }) => target.kind !== "child" || target.id !== id)
  if (child.address === null) draft.dropInvokes((running) => running === id)
  else draft.effect(laneTo(child.address), { kind: "stop", to: child.address })
}

const reply = (draft: TurnDraft, params: unknown): void => {
  if (draft.reply !== undefined) throw new TurnInvalid("second_reply", "a turn answers once")
  draft.reply = draft.plain(params, "reply") ?? null
}

const custom = (draft: TurnDraft, type: string, params: unknown, exec: unknown): void => {
  if (type.startsWith("xstate.")) throw new TurnInvalid("unknown_builtin", `action "${type}"`)
  const declared = draft.actor.machine.implementations.actions[type]
  if (typeof exec === "function" && exec !== declared) throw new TurnInvalid("inline_action", `action "${type}"`)
  const plain = draft.plain(params, `params of action "${type}"`) ?? null
  draft.effect(draft.actor.definition.lanes?.[type] ?? "default", { kind: "action", name: type, params: plain })
}
