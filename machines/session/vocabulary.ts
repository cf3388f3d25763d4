/**
 * The words the session's chart is written in: its types, its three effects, actions and guards. What leaves the actor are
 * replies, entries of the documented list, and the news that a question was answered.
 */
import { assertEvent, assign, enqueueActions, fromPromise, type ParameterizedObject, setup } from "xstate"
import {
  type AnalystEffects,
  type AnswerCommitted,
  type QueryTaken,
  type SessionLook,
  type SessionMessage,
  sessionMessagesKey,
  type SessionPolicy
} from "#domain/analyst/AnalystSession.ts"
import type { Projection } from "#domain/Projection.ts"
import * as memory from "./memory.ts"
import type { HeardEvent, SessionContext, SessionInput } from "./schema.ts"

type Answer = AnalystEffects["answer"]
type Summarise = AnalystEffects["summarise"]
type ImportFormer = AnalystEffects["importFormer"]
type Outgoing =
  | { readonly type: "reply"; readonly params: QueryTaken | SessionLook }
  | { readonly type: "project"; readonly params: Projection }

/** `enqueueActions` of XState, told what this chart can send: inside `setup` it cannot know yet. */
const doing = <P extends ParameterizedObject["params"] | undefined = undefined>(
  collect: Parameters<
    typeof enqueueActions<SessionContext, HeardEvent, P, HeardEvent, never, Outgoing, never, never, AnswerCommitted>
  >[0]
) => enqueueActions<SessionContext, HeardEvent, P, HeardEvent, never, Outgoing, never, never, AnswerCommitted>(collect)

/** The runtime runs the real ones as outbox effects. */
const elsewhere = () => Promise.reject(new Error("no handler"))

/** The time of the turn that brought an effect's outcome, epoch milliseconds. */
const timeOf = (event: object): number => {
  const { at } = event as { readonly at?: unknown }
  if (typeof at !== "number") throw new TypeError("this turn has no at")
  return at
}

const took = (because: QueryTaken["because"]): Outgoing => ({
  type: "reply",
  params: { taken: because === null, because }
})

/** The words, for one policy. */
export const session = (policy: SessionPolicy) => {
  const append = (sessionId: string, messages: ReadonlyArray<SessionMessage>): Outgoing => ({
    type: "project",
    params: {
      op: "appendToList",
      key: sessionMessagesKey(sessionId),
      values: messages.map(memory.entryOf),
      keep: policy.messageLimit,
      ttlMs: policy.ttlMs
    }
  })
  return setup({
    types: {} as {
      context: SessionContext
      events: HeardEvent
      input: SessionInput
      emitted: AnswerCommitted
    },
    actors: {
      answer: fromPromise<Answer["output"], Answer["input"]>(elsewhere),
      summarise: fromPromise<Summarise["output"], Summarise["input"]>(elsewhere),
      importFormer: fromPromise<ImportFormer["output"], ImportFormer["input"]>(elsewhere)
    },
    guards: {
      isKnown: ({ context, event }) => event.type === "QUERY_RECEIVED" && memory.isKnown(context, event.requestId),
      isFull: ({ context }) => memory.isFull(context),
      isNew: ({ context }) => context.waiting.length > 0 && !context.imported,
      hasQuestion: ({ context }) => context.waiting.length > 0,
      isLong: ({ context }) => memory.isLong(context, policy)
    },
    actions: {
      // What leaves the actor. The runtime turns both into data of the turn's commit.
      reply: (_, _params: QueryTaken | SessionLook) => {},
      project: (_, _params: Projection) => {}
    }
  }).extend({
    actions: {
      // Questions that come in.
      meet: doing(({ context, event, enqueue }) => {
        assertEvent(event, "QUERY_RECEIVED")
        enqueue.assign(memory.queued(context, event))
        enqueue(took(null))
      }),
      sayTaken: doing(({ enqueue }) => enqueue(took(null))),
      sayBusy: doing(({ enqueue }) => enqueue(took("busy"))),
      answerLook: doing(({ context, enqueue }) => enqueue({ type: "reply", params: memory.look(context) })),

      // The dialogue.
      keepFormer: doing(({ context, event, enqueue }, { messages, listed }: ImportFormer["output"]) => {
        const kept = messages.slice(-policy.messageLimit)
        enqueue.assign(memory.appended(context, kept.length + listed, timeOf(event)))
        if (kept.length > 0) enqueue(append(context.sessionId, kept))
      }),
      noteImport: assign({ imported: true }),
      takeNext: doing(({ context, event, enqueue }) => {
        const [next] = context.waiting
        if (next === undefined) return
        enqueue.assign({ ...memory.taken(context), ...memory.appended(context, 1, timeOf(event)) })
        enqueue(append(context.sessionId, [memory.questionOf(next)]))
      }),
      keepAnswer: doing(({ context, event, enqueue }, { code, text }: Answer["output"]) => {
        const at = timeOf(event)
        const answer = text === null ? null : memory.answerOf(text)
        enqueue.assign(memory.settled(context, answer, code))
        if (answer !== null) {
          enqueue.assign(memory.appended(context, 1, at))
          enqueue(append(context.sessionId, [memory.answerMessage(answer, at)]))
        }
        enqueue.emit({ type: "ANSWERED", requestId: context.answering ?? "" })
      }),
      keepSummary: assign((_, { summary }: Summarise["output"]) => (summary === null ? {} : memory.summarised(summary)))
    }
  })
}
