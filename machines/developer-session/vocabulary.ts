/**
 * The words the session's chart is written in: its types, actions, guards and the one delay. What leaves the actor are replies
 * and the documented context; what a command means is decided in the domain.
 */
import { assertEvent, assign, enqueueActions, type ParameterizedObject, setup } from "xstate"
import {
  type Decision,
  type DeveloperSessionEvent,
  type DeveloperSessionLook,
  SESSION_CONTEXT_TTL_MS
} from "#domain/developer/Developer.ts"
import type { Projection } from "#domain/Projection.ts"
import * as memory from "./memory.ts"
import type { DeveloperSessionContext, DeveloperSessionInput, DeveloperSessionSettings } from "./schema.ts"

type Reply = Decision | DeveloperSessionLook | { readonly changed: boolean }

type Outgoing =
  | { readonly type: "reply"; readonly params: Reply }
  | { readonly type: "project"; readonly params: Projection }

/** `enqueueActions` of XState, told what this chart can send: inside `setup` it cannot know yet. */
const doing = <P extends ParameterizedObject["params"] | undefined = undefined>(
  collect: Parameters<
    typeof enqueueActions<
      DeveloperSessionContext,
      DeveloperSessionEvent,
      P,
      DeveloperSessionEvent,
      never,
      Outgoing,
      never
    >
  >[0]
) =>
  enqueueActions<DeveloperSessionContext, DeveloperSessionEvent, P, DeveloperSessionEvent, never, Outgoing, never>(
    collect
  )

export const developerSession = (settings: DeveloperSessionSettings) =>
  setup({
    types: {} as {
      context: DeveloperSessionContext
      events: DeveloperSessionEvent
      input: DeveloperSessionInput
    },
    delays: { contextEnds: () => SESSION_CONTEXT_TTL_MS },
    guards: {
      isSomebodyElse: ({ context, event }) => "user" in event && memory.isOwnedByOther(context, event.user),
      isNobodys: ({ context }) => context.owner === null,
      namesItsTopic: ({ context, event }) =>
        event.type === "COMMAND" && memory.decided(context, event, settings).topic !== null
    },
    actions: {
      // What leaves the actor. The runtime turns both into data of the turn's commit.
      reply: (_, _params: Reply) => {},
      project: (_, _params: Projection) => {}
    }
  }).extend({
    actions: {
      obey: doing(({ context, event, enqueue }) => {
        assertEvent(event, "COMMAND")
        const decided = memory.decided(context, event, settings)
        enqueue.assign(memory.heard(decided, event))
        if (decided.topic !== null) enqueue({ type: "project", params: memory.written(context, decided.topic) })
        enqueue({ type: "reply", params: decided.decision })
      }),
      sayNotYours: doing(({ event, enqueue }) => {
        assertEvent(event, "COMMAND")
        const { intent, profile } = event
        // An answer is remembered: it repeats nothing of what was said.
        enqueue({ type: "reply", params: { kind: "not_yours", intent: { ...intent, entities: {} }, profile } })
      }),
      keepAnswer: assign(({ context, event }) => {
        assertEvent(event, "ANSWERED")
        return memory.answered(context, event)
      }),
      set: doing(({ context, event, enqueue }) => {
        assertEvent(event, "SET_CONTEXT")
        enqueue.assign(memory.set(event))
        enqueue({ type: "project", params: memory.written(context, event) })
      }),
      clear: doing(({ context, enqueue }) => {
        enqueue.assign(memory.cleared)
        enqueue({ type: "project", params: memory.erased(context) })
      }),
      lapse: assign(memory.lapsed),
      answerLook: doing(({ context, enqueue }) =>
        enqueue({ type: "reply", params: memory.look(context, settings.defaultRepo) })
      )
    }
  })
