/**
 * A member of a guild as Ash watches over them (A35, B7). Two things go on at once: what becomes of their words, and whether
 * people are called. A verdict on words is raised as `SIGNALLED`; the alert's half decides what it means: one alert at most
 * is open, what an alert could not hear comes back, and nothing is an all-clear only because something failed. Pure.
 */
import type { AshPolicy } from "#domain/ash/AshPolicy.ts"
import { member } from "./vocabulary.ts"

/** The chart, made for one policy. */
export const memberMachine = (policy: AshPolicy) =>
  member(policy).createMachine({
    id: "member",
    type: "parallel",
    context: ({ input: { guildId, userId } }) => ({
      guildId,
      userId,
      pending: [],
      deleted: [],
      deletedSince: [],
      proxies: [],
      gone: [],
      leftAt: null,
      alerts: [],
      open: null
    }),
    states: {
      words: {
        initial: "kept",
        on: {
          MESSAGE_SEEN: [
            { guard: "saysNothing", actions: "takeBack" },
            { guard: "hasRoom", actions: "askForAnalysis" },
            { actions: "decideByNet" }
          ],
          CLASSIFIED: { actions: "weigh" },
          CLASSIFY_FAILED: { actions: "weighByNet" },
          CLASSIFIED_LATER: [{ guard: "isTheNetAgain", actions: "settleForTheNet" }, { actions: "weighAgain" }],
          CLASSIFY_LATER_FAILED: { actions: "settleForTheNet" },
          MESSAGE_PROXIED: { actions: "noteProxy" },
          HISTORY_CLEARED: { actions: "clearHistory" },
          MEMBER_LEFT: { target: ".kept", actions: "leave" },
          FORGOTTEN: { target: ".kept", actions: ["leave", "forgetWhose"] }
        },
        states: {
          kept: {
            on: {
              MESSAGES_DELETED: { target: "deleting", actions: { type: "noteDeleted", params: { waiting: false } } }
            }
          },
          // A proxy may still take the place of what was deleted (B16).
          deleting: {
            after: {
              proxyGrace: [
                { guard: "moreWereDeleted", target: "deleting", reenter: true, actions: "purge" },
                { target: "kept", actions: "purge" }
              ]
            },
            on: {
              MESSAGES_DELETED: { actions: { type: "noteDeleted", params: { waiting: true } } }
            }
          }
        }
      },

      alert: {
        initial: "calm",
        on: {
          HUMAN_WANTED: { actions: "wishForAPerson" },
          SIGNAL_UNHEARD: { actions: "signalAgain" },
          TEXTS_GONE: { actions: "tellTextsGone" }
        },
        states: {
          calm: {
            on: {
              SIGNALLED: { guard: "opensAnAlert", target: "alerted", actions: ["openAlert", "hideWords"] },
              ALERT_KEPT: { target: "alerted", actions: "keepAlert" }
            }
          },
          alerted: {
            on: {
              SIGNALLED: [
                // It has closed, and we were not told.
                { guard: "wasGivenBackByTheOpenOne", target: "calm", actions: ["closeAlert", "signalOn"] },
                { guard: "wasGuessedForTheOpenOne", actions: ["giveAnalysis", "hideWords"] },
                { actions: ["giveSignal", "hideWords"] }
              ],
              ALERT_CLOSED: { guard: "isTheOpenOne", target: "calm", actions: "closeAlert" }
            }
          }
        }
      }
    }
  })
