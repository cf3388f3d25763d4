/**
 * The weekly report as an operator knows it: a clock that is set to the next posting moment, the report that is due, and
 * a report somebody asks for. Three things that go on at once: a report that takes long to make delays neither the next
 * moment nor a wish. Pure; every time of the clock is durable, so a restart at any second loses and doubles nothing.
 */
import { newborn } from "./memory.ts"
import { weeklyReport } from "./vocabulary.ts"

/** The chart; its schedule is told, because it may change with every start. */
export const weeklyReportMachine = () =>
  weeklyReport.createMachine({
    id: "weekly-report",
    type: "parallel",
    context: ({ input }) => newborn(input),
    on: {
      POSTED: { actions: "notePosted" },
      NOT_POSTED: { actions: "noteNotPosted" },
      LOOK: { actions: "answerStatus" }
    },
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
                // The schedule changed after a moment had passed unseen: its report is due all the same.
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

      weekly: {
        initial: "idle",
        on: {
          // A report still in the making gives way to a newer one.
          REPORT_DUE: [
            { guard: "hasNoChannel", target: ".idle", actions: ["warn", "forgetDue"] },
            { target: ".building" }
          ],
          SCHEDULE: { guard: "saysOff", target: ".idle", actions: "forgetDue" }
        },
        states: {
          idle: {},
          building: {
            invoke: {
              id: "weekly",
              src: "buildReport",
              input: ({ context: { guildId, due } }) => ({ guildId, dates: due?.dates ?? [] }),
              onDone: {
                target: "idle",
                actions: [
                  { type: "post", params: ({ context, event }) => ({ made: context.due, built: event.output }) },
                  "forgetDue"
                ]
              },
              onError: { target: "idle", actions: "forgetDue" }
            }
          }
        }
      },

      wishes: {
        initial: "idle",
        states: {
          idle: {
            on: {
              REPORT_NOW: [
                { guard: "isTheSameWish", actions: "sayYes" },
                { guard: "canBeMet", target: "building", actions: "meet" },
                { actions: "sayWhyNot" }
              ]
            }
          },
          building: {
            on: {
              REPORT_NOW: [{ guard: "isTheSameWish", actions: "sayYes" }, { actions: "sayBusy" }]
            },
            invoke: {
              id: "wished",
              src: "buildReport",
              input: ({ context: { guildId, wanted } }) => ({ guildId, dates: wanted?.dates ?? [] }),
              onDone: {
                target: "idle",
                actions: {
                  type: "post",
                  params: ({ context, event }) => ({ made: context.wanted, built: event.output })
                }
              },
              onError: "idle"
            }
          }
        }
      }
    }
  })
