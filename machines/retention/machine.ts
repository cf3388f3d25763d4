/**
 * Cleaning up as an operator knows it: a clock that is set to an hour of every day, and the one clean-up that may be running.
 * What comes due while another is running follows it. Pure; every time of the clock is durable, so a restart at any second
 * loses and doubles nothing.
 */
import { newborn } from "./memory.ts"
import { retention } from "./vocabulary.ts"

/** The chart; its schedule is told, because it may change with every start. */
export const retentionMachine = () =>
  retention.createMachine({
    id: "retention",
    type: "parallel",
    context: newborn,
    on: { LOOK: { actions: "answerStatus" } },
    states: {
      clock: {
        initial: "off",
        on: {
          SCHEDULE: [
            { guard: "saysWhatIsKnown" },
            { guard: "saysOff", target: ".off", actions: ["keepSchedule", "disarm"] },
            { target: ".setting", actions: "keepSchedule" }
          ]
        },
        states: {
          off: {},
          // Only a timer's turn knows the exact time.
          setting: {
            after: {
              atOnce: [
                // The hour changed after a moment had passed unseen: that clean-up is due all the same.
                { guard: "hasMissedOne", target: "set", actions: ["sayItIsDue", "arm"] },
                { target: "set", actions: "arm" }
              ]
            }
          },
          set: {
            after: { due: { target: "set", reenter: true, actions: ["sayItIsDue", "arm"] } }
          }
        }
      },

      work: {
        initial: "idle",
        on: {
          SCHEDULE: { guard: "endsWhatRuns", target: ".idle", actions: "forgetRun" }
        },
        states: {
          idle: {
            on: {
              CLEAN_UP_DUE: { target: "cleaning", actions: "begin" },
              RUN_NOW: [{ guard: "mayRun", target: "cleaning", actions: "meet" }, { actions: "sayOff" }]
            }
          },
          cleaning: {
            on: { RUN_NOW: { actions: "sayBusy" } },
            invoke: {
              id: "cleanUp",
              src: "cleanUp",
              input: ({ context: { running } }) => ({ dryRun: running?.dryRun ?? true }),
              onDone: [
                {
                  guard: "isDueNext",
                  target: "cleaning",
                  reenter: true,
                  actions: [{ type: "keepReport", params: ({ event }) => ({ report: event.output }) }, "begin"]
                },
                {
                  target: "idle",
                  actions: { type: "keepReport", params: ({ event }) => ({ report: event.output }) }
                }
              ],
              onError: [
                {
                  guard: "isDueNext",
                  target: "cleaning",
                  reenter: true,
                  actions: [{ type: "noteFailure", params: ({ event }) => ({ error: event.error }) }, "begin"]
                },
                {
                  target: "idle",
                  actions: { type: "noteFailure", params: ({ event }) => ({ error: event.error }) }
                }
              ]
            }
          }
        }
      }
    }
  })
