/**
 * A developer's session: about nothing yet, or about a repository and perhaps a pull request, for an hour from when that was
 * last said (P10-P17). It belongs to the user who began it; to everybody else it is shut. Pure: it decides what a command
 * means and does nothing to the world.
 */
import { newborn } from "./memory.ts"
import { type DeveloperSessionSettings } from "./schema.ts"
import { developerSession } from "./vocabulary.ts"

const answer = (changed: boolean) => ({ type: "reply", params: { changed } }) as const

export const developerSessionMachine = (settings: DeveloperSessionSettings) =>
  developerSession(settings).createMachine({
    id: "developer-session",
    context: ({ input }) => newborn(input),
    initial: "aboutNothing",
    on: {
      LOOK: { actions: "answerLook" },
      COMMAND: [
        { guard: "isSomebodyElse", actions: "sayNotYours" },
        { guard: "namesItsTopic", target: ".aboutSomething", actions: "obey" },
        { actions: "obey" }
      ],
      ANSWERED: [{ guard: "isSomebodyElse" }, { guard: "isNobodys" }, { actions: "keepAnswer" }],
      SET_CONTEXT: [
        { guard: "isSomebodyElse", actions: answer(false) },
        { target: ".aboutSomething", actions: ["set", answer(true)] }
      ],
      CLEAR_CONTEXT: [{ guard: "isSomebodyElse", actions: answer(false) }, { actions: ["clear", answer(false)] }]
    },
    states: {
      aboutNothing: {},
      aboutSomething: {
        // Whoever says again what it is about enters anew, and the hour begins again.
        after: { contextEnds: { target: "aboutNothing", actions: "lapse" } },
        on: {
          CLEAR_CONTEXT: [
            { guard: "isSomebodyElse", actions: answer(false) },
            { target: "aboutNothing", actions: ["clear", answer(true)] }
          ]
        }
      }
    }
  })
