/**
 * The words the pending-action chart is written in: its types, its two jobs, actions, guards and delays. What leaves the actor
 * are replies, its document while it can be confirmed, and the word to its owner's list that it no longer can.
 */
import { assertEvent, assign, emit, enqueueActions, fromPromise, type ParameterizedObject, setup } from "xstate"
import type { TellParams } from "#domain/ActorDefinition.ts"
import type { DeveloperEvent } from "#domain/developer/Developer.ts"
import {
  type ActionLook,
  type ActionRefusal,
  type ActionSettled,
  type CancelAnswer,
  type ConfirmAnswer,
  pendingActionKey,
  type PendingActionEffects,
  type PendingActionEvent,
  WORK_WITHIN_MS
} from "#domain/developer/PendingAction.ts"
import type { Projection } from "#domain/Projection.ts"
import * as memory from "./memory.ts"
import type { PendingActionContext, PendingActionInput } from "./schema.ts"

type Prepare = PendingActionEffects["prepare"]
type Perform = PendingActionEffects["perform"]

/** What a job came to: something to act on, or the end. */
type Outcome = Prepare["output"]

/** Why nothing was confirmed or cancelled, in the words of whichever was asked for. */
type Refused =
  | { readonly accepted: false; readonly because: ActionRefusal }
  | { readonly cancelled: false; readonly because: ActionRefusal }
type Reply = ActionLook | null | ConfirmAnswer | CancelAnswer | Refused

type Outgoing =
  | { readonly type: "reply"; readonly params: Reply }
  | { readonly type: "tell"; readonly params: TellParams }
  | { readonly type: "project"; readonly params: Projection }

type Doing<P extends ParameterizedObject["params"] | undefined> = typeof enqueueActions<
  PendingActionContext,
  PendingActionEvent,
  P,
  PendingActionEvent,
  never,
  Outgoing,
  never,
  never,
  ActionSettled
>

/** `enqueueActions` of XState, told what this chart can send: inside `setup` it cannot know yet. */
const doing = <P extends ParameterizedObject["params"] | undefined = undefined>(collect: Parameters<Doing<P>>[0]) =>
  enqueueActions<
    PendingActionContext,
    PendingActionEvent,
    P,
    PendingActionEvent,
    never,
    Outgoing,
    never,
    never,
    ActionSettled
  >(collect)

type Enqueue = Parameters<Parameters<typeof doing>[0]>[0]["enqueue"]

/** It can no longer be confirmed: its document goes, and its owner's list is told. */
const close = (enqueue: Enqueue, context: PendingActionContext): void => {
  const event: DeveloperEvent = { type: "ACTION_CLOSED", token: context.token }
  enqueue({ type: "project", params: { op: "delete", key: pendingActionKey(context.token) } })
  enqueue({ type: "tell", params: { to: { type: "developer", id: memory.orderOf(context).owner }, event } })
}

/** The time of the turn: what the event says, or when its timer fired. Epoch milliseconds. */
const timeOf = (event: object): number => {
  const { at, firedAt } = event as { readonly at?: unknown; readonly firedAt?: unknown }
  const time = typeof at === "number" ? at : firedAt
  if (typeof time !== "number") throw new TypeError("this turn has no time")
  return time
}

const lookOf = (context: PendingActionContext): ActionLook => memory.look(context) as ActionLook

export const pendingAction = setup({
  types: {} as {
    context: PendingActionContext
    events: PendingActionEvent
    input: PendingActionInput
    emitted: ActionSettled
  },
  actors: {
    /** The runtime runs the real ones as outbox effects. */
    prepare: fromPromise<Prepare["output"], Prepare["input"]>(() => Promise.reject(new Error("no handler"))),
    perform: fromPromise<Perform["output"], Perform["input"]>(() => Promise.reject(new Error("no handler")))
  },
  delays: {
    expiry: ({ context, event }) => Math.max(0, memory.orderOf(context).expiresAt - timeOf(event)),
    deadline: () => WORK_WITHIN_MS
  },
  guards: {
    isCreatable: ({ event }) => event.type === "CREATE" && memory.isCreatable(event),
    isTooLate: ({ context, event }) => memory.isTooLate(context, timeOf(event)),
    isSomebodyElse: ({ context, event }) =>
      (event.type === "CONFIRM" || event.type === "CANCEL") && !memory.isOwner(context, event.by),
    isRepeated: ({ context, event }) => event.type === "CONFIRM" && memory.isRepeated(context, event),
    isPrepared: (_, output: Outcome) => "prepared" in output,
    isOk: (_, output: Outcome) => "result" in output && output.result.ok
  },
  actions: {
    // What leaves the actor. The runtime turns all three into data of the turn's commit.
    reply: (_, _params: Reply) => {},
    tell: (_, _params: TellParams) => {},
    project: (_, _params: Projection) => {}
  }
}).extend({
  actions: {
    create: doing(({ event, enqueue }) => {
      assertEvent(event, "CREATE")
      enqueue.assign(memory.created(event))
      enqueue({
        type: "project",
        params: ({ context }) => ({
          op: "put",
          key: pendingActionKey(context.token),
          value: JSON.stringify(memory.document(context)),
          ttlMs: event.expiresInMs
        })
      })
    }),
    /** C21: what can be confirmed goes with the commit that asks for the work. */
    consume: doing(({ context, event, enqueue }) => {
      assertEvent(event, "CONFIRM")
      close(enqueue, context)
      enqueue.assign(memory.confirmed(event))
    }),
    expire: doing(({ context, event, enqueue }) => {
      close(enqueue, context)
      enqueue.assign(memory.lapsed("expired", timeOf(event)))
    }),
    cancel: doing(({ context, event, enqueue }) => {
      close(enqueue, context)
      enqueue.assign(memory.lapsed("cancelled", timeOf(event)))
    }),

    keepPrepared: assign((_, output: Outcome) => ("prepared" in output ? { prepared: output.prepared } : {})),
    keepResult: assign(({ context }, output: Outcome) =>
      memory.finished("result" in output ? output.result : memory.failed(context, null))
    ),
    keepFailure: assign(({ context }, { error }: { readonly error: unknown }) =>
      memory.finished(memory.failed(context, error))
    ),
    keepTimeout: assign(({ context }) => memory.finished(memory.tookTooLong(context))),
    /** It has come to its end. */
    settled: emit({ type: "ACTION_SETTLED" }),

    answerLook: doing(({ context, enqueue }) => enqueue({ type: "reply", params: memory.look(context) })),
    answerAccepted: doing(({ enqueue }, { repeated }: { readonly repeated: boolean }) =>
      enqueue({ type: "reply", params: ({ context }) => ({ accepted: true, repeated, look: lookOf(context) }) })
    ),
    answerCancelled: doing(({ enqueue }) =>
      enqueue({ type: "reply", params: ({ context }) => ({ cancelled: true, look: lookOf(context) }) })
    ),
    refuse: doing(({ event, enqueue }, { because }: { readonly because: ActionRefusal }) =>
      enqueue({
        type: "reply",
        params: event.type === "CANCEL" ? { cancelled: false, because } : { accepted: false, because }
      })
    )
  }
})
