/**
 * An analyst's session as they know it: one question at a time, in the order they were asked, each in the list before it is
 * answered and its answer after it. Between two questions of a long session, what is about to leave the list is summarised.
 * Pure; a question and its answer are each one commit, so a crash repeats and loses neither.
 */
import type { SessionPolicy } from "#domain/analyst/AnalystSession.ts"
import { codeOf, newborn } from "./memory.ts"
import { session } from "./vocabulary.ts"

/** The chart, made for one policy. */
export const sessionMachine = (policy: SessionPolicy) =>
  session(policy).createMachine({
    id: "session",
    initial: "idle",
    context: ({ input }) => newborn(input),
    on: {
      QUERY_RECEIVED: [
        { guard: "isKnown", actions: "sayTaken" },
        { guard: "isFull", actions: "sayBusy" },
        { actions: "meet" }
      ],
      LOOK: { actions: "answerLook" }
    },
    states: {
      idle: {
        always: [
          { guard: "isNew", target: "importing" },
          { guard: "hasQuestion", target: "answering" }
        ]
      },

      // Once in a session's life. What cannot be read is not there.
      importing: {
        exit: "noteImport",
        invoke: {
          id: "importFormer",
          src: "importFormer",
          input: ({ context: { sessionId } }) => ({ sessionId }),
          onDone: { target: "idle", actions: { type: "keepFormer", params: ({ event }) => event.output } },
          onError: "idle"
        }
      },

      answering: {
        entry: "takeNext",
        invoke: {
          id: "answer",
          src: "answer",
          input: ({ context: { answering, sessionId, summary } }) => ({
            sessionId,
            requestId: answering ?? "",
            summary
          }),
          onDone: { target: "answered", actions: { type: "keepAnswer", params: ({ event }) => event.output } },
          onError: {
            target: "answered",
            actions: { type: "keepAnswer", params: ({ event }) => ({ text: null, code: codeOf(event.error) }) }
          }
        }
      },

      answered: {
        always: [{ guard: "isLong", target: "summarising" }, { target: "idle" }]
      },

      // A failure does no harm: it is tried again after the next answer.
      summarising: {
        invoke: {
          id: "summarise",
          src: "summarise",
          input: ({ context: { sessionId, summary, unsummarised } }) => ({
            sessionId,
            summary,
            count: Math.min(unsummarised, policy.messageLimit)
          }),
          onDone: { target: "idle", actions: { type: "keepSummary", params: ({ event }) => event.output } },
          onError: "idle"
        }
      }
    }
  })
