/**
 * The meal-plan conversation by SMS, as a person lives it (requirements S1-S58). Three things go on at once: the plan with
 * its seven statuses, an account look-up, and whether the number may be written to at all.
 *
 * A message is heard at the root, understood once where consent allows it, and raised as an intent; the states below decide
 * what it means. Whatever no state answers is met with the guidance of the status (S24). `ANSWER_DUE` closes every such
 * turn with exactly one reply. Pure: jobs, timers and texts are data that the runtime makes durable.
 */
import { stateIn } from "xstate"
import type { SimpleKey } from "#domain/conversation/Texts.ts"
import { newborn, planInput, recipesInput } from "./memory.ts"
import { conversation, type Apology } from "./vocabulary.ts"

const say = <const K extends SimpleKey>(key: K) => ({ type: "say", params: { key } }) as const
const sorry = <const K extends Apology>(key: K) => ({ type: "apologise", params: { key } }) as const

/** All ways of asking for a change, met with one answer. */
const changesMetWith = <const K extends SimpleKey>(key: K) =>
  ({
    SWAP_REQUESTED: { actions: say(key) },
    SWAP_UNCLEAR: { actions: say(key) },
    SKIP_REQUESTED: { actions: say(key) },
    SKIP_UNCLEAR: { actions: say(key) },
    CHANGES_UNCLEAR: { actions: say(key) }
  }) as const

/** S29, S30: changes are kept in the turn that heard them (X5), and the plan is made again with all of them. */
const change = [
  {
    guard: "hasRoomForTheChanges",
    target: "#conversation.plan.modifying",
    reenter: true,
    actions: ["recordChanges", "sayChanges"]
  },
  { actions: say("too_many_changes") }
] as const
const changes = {
  SWAP_REQUESTED: change,
  SKIP_REQUESTED: change,
  SWAP_UNCLEAR: { actions: "sayWhatElse" },
  SKIP_UNCLEAR: { actions: say("skip_unclear") },
  CHANGES_UNCLEAR: { actions: say("changes_unclear") }
} as const

/** A confirmed plan is given up for one that is asked for, not for the word in another sentence. */
const onlyForANewPlan = [
  { guard: "asksForANewPlan", target: "#conversation.plan.analyzing", actions: "sayAnalyzing" },
  { actions: say("locked") }
] as const

export const machine = conversation.createMachine({
  id: "conversation",
  type: "parallel",
  context: ({ input }) => newborn(input),
  on: {
    MESSAGE_RECEIVED: { actions: "hear" },
    PARTS_WAITED: { actions: "hearWhatCame" },
    ANSWER_DUE: [
      { guard: stateIn({ plan: "idle" }), actions: { type: "answer", params: { status: "idle" } } },
      { guard: stateIn({ plan: "analyzing" }), actions: { type: "answer", params: { status: "analyzing" } } },
      { guard: stateIn({ plan: "analysis_sent" }), actions: { type: "answer", params: { status: "analysis_sent" } } },
      { guard: stateIn({ plan: "modifying" }), actions: { type: "answer", params: { status: "modifying" } } },
      { guard: stateIn({ plan: "confirmed" }), actions: { type: "answer", params: { status: "confirmed" } } },
      { guard: stateIn({ plan: "recipes_sent" }), actions: { type: "answer", params: { status: "recipes_sent" } } },
      { guard: stateIn({ plan: "error" }), actions: { type: "answer", params: { status: "error" } } }
    ],
    SMS_SENT: { actions: "noteSent" },
    SMS_FAILED: [{ guard: "saysRecipientBlocked", actions: "reportBlocked" }, { actions: "countError" }],
    DELIVERY_REPORTED: { actions: "noteReceipt" }
  },
  states: {
    plan: {
      initial: "idle",
      on: {
        // Heard in every status that does not say otherwise.
        PLAN_REQUESTED: { target: ".analyzing", actions: "sayAnalyzing" },
        AGREED: { guard: "mentionsPlan", target: ".analyzing", actions: "sayAnalyzing" },
        CHANGE_REQUESTED: { guard: "mentionsPlan", target: ".analyzing", actions: "sayAnalyzing" },
        RESET_REQUESTED: { target: ".idle", actions: ["startOver", say("reset")] },
        RECIPES_NOW_REQUESTED: [
          {
            guard: "hasConfirmedPlan",
            target: ".recipes_sent",
            actions: [{ type: "aimRecipes", params: { from: "texter" } }, say("sending_recipes")]
          },
          { actions: say("no_recipes_yet") }
        ],
        ...changesMetWith("plan_first"),
        HELP_REQUESTED: { actions: say("help") },
        HUMAN_REQUESTED: { actions: say("human") },
        EMERGENCY_STATED: { actions: say("emergency") },
        ALLERGY_STATED: { actions: say("allergy") },
        // Nobody may be texted any more: jobs and timers end with their states.
        STOP_REQUESTED: { target: ".idle", actions: "startOver" },
        RECIPIENT_BLOCKED: { target: ".idle", actions: "startOver" }
      },
      states: {
        idle: {},

        analyzing: {
          entry: "beginPlan",
          initial: "lookingUpUser",
          after: {
            progress: { actions: { type: "text", params: { key: "progress", status: "analyzing" } } },
            jobDeadline: { target: "error", actions: sorry("plan_failed") }
          },
          on: {
            PLAN_REQUESTED: { actions: say("already_working") },
            AGREED: { actions: say("still_working") },
            CHANGE_REQUESTED: { actions: say("still_working") },
            ...changesMetWith("still_working"),
            RECIPES_NOW_REQUESTED: { actions: say("still_working") }
          },
          states: {
            lookingUpUser: {
              invoke: {
                id: "user",
                src: "readUser",
                input: ({ context }) => ({ phone: context.phone }),
                onDone: [
                  {
                    guard: { type: "accountIsReady", params: ({ event }) => event.output },
                    target: "readingCart",
                    actions: { type: "keepPreferences", params: ({ event }) => event.output }
                  },
                  {
                    target: "#conversation.plan.idle",
                    actions: { type: "invite", params: ({ event }) => event.output }
                  }
                ],
                onError: {
                  target: "#conversation.plan.error",
                  actions: sorry("plan_failed")
                }
              }
            },
            readingCart: {
              invoke: {
                id: "cart",
                src: "readCart",
                input: ({ context }) => ({ phone: context.phone, preferences: context.user_preferences ?? {} }),
                onDone: { target: "planning", actions: { type: "keepCart", params: ({ event }) => event.output } },
                onError: {
                  target: "#conversation.plan.error",
                  actions: sorry("plan_failed")
                }
              }
            },
            planning: {
              invoke: {
                id: "meals",
                src: "planMeals",
                input: ({ context }) => planInput(context, null),
                onDone: {
                  target: "#conversation.plan.analysis_sent",
                  actions: {
                    type: "presentPlan",
                    params: ({ event }) => ({ analysis: event.output, changed: false })
                  }
                },
                onError: {
                  target: "#conversation.plan.error",
                  actions: sorry("plan_failed")
                }
              }
            }
          }
        },

        analysis_sent: {
          on: {
            AGREED: [
              {
                guard: "hasMeals",
                target: "confirmed",
                actions: ["confirm", { type: "sayDue", params: { key: "confirmed" } }]
              },
              { actions: say("no_meals") }
            ],
            ...changes,
            CHANGE_REQUESTED: { actions: say("what_to_change") },
            RECIPES_NOW_REQUESTED: [
              {
                guard: "agreesToThePlan",
                target: "recipes_sent",
                actions: ["confirm", { type: "aimRecipes", params: { from: "texter" } }, say("sending_recipes")]
              },
              { actions: say("confirm_first") }
            ]
          }
        },

        modifying: {
          after: {
            progress: { actions: { type: "text", params: { key: "progress", status: "modifying" } } },
            jobDeadline: { target: "error", actions: sorry("change_failed") }
          },
          invoke: {
            id: "change",
            src: "planMeals",
            input: ({ context }) => planInput(context, context.last_analysis),
            onDone: {
              target: "analysis_sent",
              actions: { type: "presentPlan", params: ({ event }) => ({ analysis: event.output, changed: true }) }
            },
            // What cannot be planned must not stand in the way of the next plan.
            onError: { target: "error", actions: ["dropUnplanned", sorry("change_refused")] }
          },
          on: {
            ...changes,
            PLAN_REQUESTED: { actions: say("already_working") },
            AGREED: { actions: say("still_working") },
            CHANGE_REQUESTED: { actions: say("still_working") },
            RECIPES_NOW_REQUESTED: { actions: say("still_working") }
          }
        },

        confirmed: {
          after: {
            // S58: on the day before the delivery, however long that is.
            recipesDue: [
              {
                guard: "wasPromisedAtOnce",
                target: "recipes_sent",
                actions: { type: "aimRecipes", params: { from: "texter" } }
              },
              { target: "recipes_sent", actions: { type: "aimRecipes", params: { from: "us" } } }
            ]
          },
          on: {
            PLAN_REQUESTED: onlyForANewPlan,
            RECIPES_NOW_REQUESTED: {
              target: "recipes_sent",
              actions: [{ type: "aimRecipes", params: { from: "texter" } }, say("sending_recipes")]
            },
            AGREED: { actions: { type: "sayDue", params: { key: "all_set" } } },
            CHANGE_REQUESTED: { actions: say("locked") },
            ...changesMetWith("locked")
          }
        },

        recipes_sent: {
          initial: "making",
          states: {
            making: {
              entry: "markRecipesSent",
              after: {
                jobDeadline: {
                  target: "#conversation.plan.error",
                  actions: sorry("recipes_failed")
                }
              },
              invoke: {
                id: "recipes",
                src: "makeRecipes",
                input: ({ context }) => recipesInput(context),
                onDone: { target: "sent", actions: { type: "sendRecipes", params: ({ event }) => event.output } },
                onError: {
                  target: "#conversation.plan.error",
                  actions: sorry("recipes_failed")
                }
              },
              on: {
                PLAN_REQUESTED: { actions: say("already_sending") },
                RECIPES_NOW_REQUESTED: { actions: say("already_sending") },
                AGREED: { actions: say("already_sending") }
              }
            },
            sent: {
              on: {
                PLAN_REQUESTED: onlyForANewPlan,
                AGREED: { actions: say("enjoy") }
              }
            }
          },
          on: {
            CHANGE_REQUESTED: { actions: say("locked") },
            ...changesMetWith("locked")
          }
        },

        error: {}
      }
    },

    account: {
      initial: "resting",
      on: {
        STOP_REQUESTED: { target: ".resting" },
        RECIPIENT_BLOCKED: { target: ".resting" }
      },
      states: {
        resting: {
          on: { ACCOUNT_REQUESTED: { target: "checking", actions: say("account_checking") } }
        },
        checking: {
          after: {
            jobDeadline: { target: "resting", actions: sorry("account_failed") }
          },
          invoke: {
            id: "account",
            src: "readUser",
            input: ({ context }) => ({ phone: context.phone }),
            onDone: [
              {
                guard: { type: "accountIsReady", params: ({ event }) => event.output },
                target: "resting",
                actions: { type: "welcome", params: ({ event }) => event.output }
              },
              { target: "resting", actions: { type: "invite", params: ({ event }) => event.output } }
            ],
            onError: { target: "resting", actions: sorry("account_failed") }
          },
          on: { ACCOUNT_REQUESTED: { actions: say("account_checking") } }
        }
      }
    },

    consent: {
      initial: "subscribed",
      states: {
        subscribed: {
          on: {
            TEXT_RECEIVED: { actions: "understand" },
            STOP_REQUESTED: { target: "stopped", actions: say("stopped") },
            RECIPIENT_BLOCKED: { target: "stopped" },
            START_REQUESTED: { actions: ["unblock", say("already_subscribed")] }
          }
        },
        stopped: {
          on: {
            TEXT_RECEIVED: { actions: "understandConsent" },
            START_REQUESTED: { target: "subscribed", actions: ["unblock", say("subscribed")] }
          }
        }
      }
    }
  }
})
