/**
 * An action that waits for its one confirmation, from its creation to its end (P1-P9, C14, C20, C21). Forward only: nothing
 * leads back to where it could be confirmed, so it is worked on at most once, and only after its owner said so in time. Pure:
 * the two jobs, the document and the timers are data that the runtime makes durable.
 */
import { newborn, performInput, prepareInput } from "./memory.ts"
import { pendingAction } from "./vocabulary.ts"

const refuse = (because: "expired" | "not_yours") => ({ type: "refuse", params: { because } }) as const

/** What asks for it too late ends it, should the timer be late; what is somebody else's is left as it is. */
const refusals = [
  { guard: "isTooLate", target: "expired", actions: ["expire", refuse("expired")] },
  { guard: "isSomebodyElse", actions: refuse("not_yours") }
] as const

export const pendingActionMachine = () =>
  pendingAction.createMachine({
    id: "pending-action",
    context: ({ input }) => newborn(input),
    initial: "absent",
    on: {
      LOOK: { actions: "answerLook" },
      CREATE: { actions: "answerLook" },
      CONFIRM: [
        { guard: "isRepeated", actions: { type: "answerAccepted", params: { repeated: true } } },
        { actions: refuse("expired") }
      ],
      CANCEL: { actions: refuse("expired") }
    },
    states: {
      absent: {
        on: {
          CREATE: [
            { guard: "isCreatable", target: "pending", actions: ["create", "answerLook"] },
            { actions: "answerLook" }
          ]
        }
      },

      pending: {
        after: { expiry: { target: "expired", actions: "expire" } },
        on: {
          CONFIRM: [
            ...refusals,
            { target: "working", actions: ["consume", { type: "answerAccepted", params: { repeated: false } }] }
          ],
          CANCEL: [...refusals, { target: "cancelled", actions: ["cancel", "answerCancelled"] }]
        }
      },

      working: {
        after: { deadline: { target: "failed", actions: "keepTimeout" } },
        initial: "confirmed",
        states: {
          confirmed: {
            invoke: {
              id: "prepare",
              src: "prepare",
              input: ({ context }) => prepareInput(context),
              onDone: [
                {
                  guard: { type: "isPrepared", params: ({ event }) => event.output },
                  target: "executing",
                  actions: { type: "keepPrepared", params: ({ event }) => event.output }
                },
                {
                  guard: { type: "isOk", params: ({ event }) => event.output },
                  target: "#pending-action.done",
                  actions: { type: "keepResult", params: ({ event }) => event.output }
                },
                {
                  target: "#pending-action.failed",
                  actions: { type: "keepResult", params: ({ event }) => event.output }
                }
              ],
              onError: {
                target: "#pending-action.failed",
                actions: { type: "keepFailure", params: ({ event }) => ({ error: event.error }) }
              }
            }
          },
          executing: {
            invoke: {
              id: "perform",
              src: "perform",
              input: ({ context }) => performInput(context),
              onDone: [
                {
                  guard: { type: "isOk", params: ({ event }) => ({ result: event.output }) },
                  target: "#pending-action.done",
                  actions: { type: "keepResult", params: ({ event }) => ({ result: event.output }) }
                },
                {
                  target: "#pending-action.failed",
                  actions: { type: "keepResult", params: ({ event }) => ({ result: event.output }) }
                }
              ],
              onError: {
                target: "#pending-action.failed",
                actions: { type: "keepFailure", params: ({ event }) => ({ error: event.error }) }
              }
            }
          }
        }
      },

      done: { entry: "settled" },
      failed: { entry: "settled" },
      expired: { entry: "settled" },
      cancelled: { entry: "settled" }
    }
  })
