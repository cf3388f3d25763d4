/**
 * The crisis desk of a guild: which alerts are open, who is there to answer them, whether the classifier answers and
 * whether the bot sees the words at all. Four things that go on at once; none holds a member's words. Pure.
 */
import { raise } from "xstate"
import type { AshPolicy } from "#domain/ash/AshPolicy.ts"
import { newborn } from "./memory.ts"
import { desk } from "./vocabulary.ts"

const noted = { target: ".counted", actions: "note" } as const

/** The chart, made for one policy. */
export const deskMachine = (policy: AshPolicy) =>
  desk(policy).createMachine({
    id: "desk",
    type: "parallel",
    context: ({ input }) => newborn(input),
    on: {
      OPERATORS_NOT_TOLD: { actions: "untold" }
    },
    states: {
      alerts: {
        initial: "none",
        on: {
          ALERT_OPENED: noted,
          ALERT_RAISED: noted,
          ALERT_ACKNOWLEDGED: noted,
          ALERT_CLOSED: noted
        },
        states: {
          none: {},
          counted: { always: [{ guard: "someAreOpen", target: "some" }, { target: "none" }] },
          // One that is never heard of again does not stay for ever.
          some: { after: { lost: { target: "counted", actions: "dropLost" } } }
        }
      },

      responders: {
        initial: "present",
        on: {
          // Answered below, when it has been noted.
          AVAILABILITY: { actions: ["noteResponder", raise({ type: "LOOK" })] },
          RESPONDER_SEEN: { actions: "noteResponder" }
        },
        states: {
          // Or unknown: who has never been seen is not known to be away.
          present: {
            always: { guard: "nobodyIsThere", target: "away", actions: "tellAllNobodyIsThere" }
          },
          away: {
            always: { guard: "somebodyIsThere", target: "present" },
            on: { ALERT_OPENED: { actions: "tellNobodyIsThere" } }
          }
        }
      },

      classifier: {
        initial: "answering",
        states: {
          answering: {
            on: {
              UNANALYSED: [
                { guard: "isWorthSaying", target: "silent", actions: ["owe", "sayItIsSilent"] },
                { target: "silent", actions: "owe" }
              ],
              LOOK: { actions: { type: "answer", params: { classifier: "answering" } } }
            }
          },
          silent: {
            after: { writtenOff: { target: "answering", actions: "writeOff" } },
            on: {
              UNANALYSED: [
                { guard: "isWorthSaying", target: "silent", reenter: true, actions: ["owe", "sayItIsSilent"] },
                { target: "silent", reenter: true, actions: "owe" }
              ],
              ANALYSED_AT_LAST: [
                { guard: "isTheLastOwed", target: "answering", actions: ["pay", "sayItIsBack"] },
                { target: "silent", reenter: true, actions: "pay" }
              ],
              LOOK: { actions: { type: "answer", params: { classifier: "silent" } } }
            }
          }
        }
      },

      sight: {
        initial: "clear",
        states: {
          clear: { on: { BLIND: { target: "blind", actions: "sayItIsBlind" } } },
          blind: {
            after: { sighted: { target: "clear", actions: "seeAgain" } },
            on: {
              BLIND: [
                { guard: "isStillBlind", target: "blind", reenter: true, actions: "sayItIsBlind" },
                { target: "blind", reenter: true }
              ]
            }
          }
        }
      }
    }
  })
