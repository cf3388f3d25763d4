/**
 * A crisis alert, from the message that opened it to the step that closed it (requirements B3-B7, C22, M1-M16). Five things
 * go on at once: the steps forward, the calls while nobody comes, Ash, the post that shows it all, and calls that failed.
 *
 * `lifecycle` alone answers responders and decides what their requests and the member's messages mean; the other regions
 * follow what it says. It goes forward only: nothing leads back, and a closed alert passes new messages on. Pure: posts,
 * notices, timers and messages are data that the runtime makes durable.
 */
import { not } from "xstate"
import type { AshPolicy } from "#domain/ash/AshPolicy.ts"
import type { RefusedBecause } from "#domain/ash/Alert.ts"
import { newborn } from "./facts.ts"
import { alertWords } from "./vocabulary.ts"

const decide = (because: RefusedBecause | null) => ({ type: "decide", params: { because } }) as const
const done = decide(null)
const refuse = (because: RefusedBecause) => ({ actions: decide(because) }) as const

/** What a closed alert still does: it refuses to be changed, and loses no message. */
const closed = (because: RefusedBecause) =>
  ({
    ACKNOWLEDGE: refuse(because),
    RESOLVE: refuse(because),
    TALK_TO_ASH: refuse(because),
    TAKE_OVER: refuse(because),
    ASSIGN: refuse(because),
    OVERRIDE_SEVERITY: refuse(because),
    FALSE_POSITIVE: { actions: ["markFalse", done] },
    OPEN: { actions: "hearTooLate" },
    SIGNAL: { actions: "hearTooLate" },
    ANALYSED: { actions: "hearTooLate" }
  }) as const

/** A request to an alert that is not known here: its post tells enough to take it over, or nobody knows it (B2). */
const request = [{ guard: "namesAPost", target: "known", actions: "adopt" }, { actions: "answerUnknown" }] as const

/** Whoever does anything to an acknowledged alert that was raised is there: no more calls. */
const somebodyIsThere = { guard: "isAttended", target: "quiet" } as const

const ASKED = "#alert.known.ash.asked"

/** Ash goes again when a person says so, never by itself. */
const onceMore = { guard: "isAskedByAPerson", target: ASKED, actions: "sendAsh" } as const

/** Ash goes by itself: not to what is history, and not when it was switched off meanwhile. */
const byItself = [
  { guard: "isStale", target: "#alert.known.ash.none", actions: "sayStale" },
  { guard: "ashMayGoByItself", target: ASKED, actions: "sendAsh" },
  { target: "#alert.known.ash.none" }
] as const

export const alertMachine = (policy: AshPolicy) =>
  alertWords(policy).createMachine({
    id: "alert",
    context: ({ input }) => newborn(input),
    initial: "unopened",
    states: {
      unopened: {
        on: {
          OPEN: { target: "known", actions: "open" },
          SIGNAL: { actions: "passBack" },
          ANALYSED: { actions: "passBack" },
          ACKNOWLEDGE: request,
          RESOLVE: request,
          TALK_TO_ASH: request,
          TAKE_OVER: request,
          HAND_BACK: request,
          ASSIGN: request,
          OVERRIDE_SEVERITY: request,
          FALSE_POSITIVE: request,
          LOOK: { actions: "answerUnknown" }
        }
      },

      known: {
        type: "parallel",
        always: { guard: "isUnrecorded", actions: "record" },
        states: {
          lifecycle: {
            initial: "open",
            on: {
              // Heard whatever has become of it.
              LOOK: { actions: done },
              HAND_BACK: [{ guard: "isTakenOver", actions: ["handBack", done] }, refuse("not_taken_over")],
              THREAD_MESSAGE: { actions: "hearThread" },
              MEMBER_SAID: { actions: "passOn" },
              MEMBER_OPTED_OUT: { actions: "optOut" },
              TEXT_GONE: { actions: "loseText" },
              SUBJECT_FORGOTTEN: { actions: "forgetSubject" },
              ANSWER_DUE: { actions: "answer" }
            },
            states: {
              open: {
                initial: "alert",
                on: {
                  RESOLVE: { target: "resolved", actions: ["resolve", done] },
                  FALSE_POSITIVE: { target: "resolved", actions: ["markFalse", "resolve", done] },
                  TALK_TO_ASH: [
                    { guard: "ashIsOff", ...refuse("ash_off") },
                    { guard: "isTakenOver", ...refuse("taken_over") },
                    { guard: "ashIsThere", actions: done },
                    { actions: ["wantAsh", done] }
                  ],
                  TAKE_OVER: [
                    { guard: "handoffIsOff", ...refuse("ash_off") },
                    { guard: "isTakenOverByAsker", actions: done },
                    { guard: "isTakenOver", ...refuse("taken_over") },
                    { actions: ["takeOver", done] }
                  ],
                  ASSIGN: { actions: ["assign", done] },
                  OVERRIDE_SEVERITY: { actions: ["override", done] },
                  OPEN: { actions: "hear" },
                  SIGNAL: { actions: "hear" },
                  ANALYSED: { actions: "hearAnalysis" }
                },
                states: {
                  alert: {
                    after: { expiry: { target: "#alert.known.lifecycle.expired", actions: "expire" } },
                    on: {
                      ACKNOWLEDGE: { target: "acknowledged", actions: ["acknowledge", done] },
                      // Whoever speaks with the member has seen the alert.
                      TAKE_OVER: [
                        { guard: "handoffIsOff", ...refuse("ash_off") },
                        { target: "acknowledged", actions: ["acknowledge", "takeOver", done] }
                      ],
                      // Every message starts the wait anew.
                      OPEN: { target: "alert", reenter: true, actions: "hear" },
                      SIGNAL: { target: "alert", reenter: true, actions: "hear" },
                      STALE: { target: "#alert.known.lifecycle.expired", actions: "expire" }
                    }
                  },
                  acknowledged: {
                    entry: "endCalls",
                    after: { lastExpiry: { target: "#alert.known.lifecycle.expired", actions: "expire" } },
                    on: { ACKNOWLEDGE: refuse("already_acknowledged") },
                    initial: "inHand",
                    states: {
                      inHand: { after: { reminder: { target: "inHand", reenter: true, actions: "remind" } } }
                    }
                  }
                }
              },
              resolved: { entry: ["endCalls", "nameNobody"], on: closed("already_resolved") },
              expired: { entry: ["endCalls", "nameNobody"], on: closed("expired") }
            }
          },

          /** The chain of calls, as it was when the alert was opened or raised (B5). */
          attention: {
            initial: "calling",
            states: {
              calling: {
                always: { guard: "everybodyIsCalled", target: "quiet" },
                after: {
                  nextStep: [
                    { guard: "isStale", target: "quiet", actions: "sayStale" },
                    { target: "calling", reenter: true, actions: "escalate" }
                  ]
                },
                on: {
                  ATTENDED: "quiet",
                  SEVERITY_CHANGED: { target: "calling", reenter: true },
                  OVERRIDE_SEVERITY: somebodyIsThere,
                  ACKNOWLEDGE: somebodyIsThere,
                  TALK_TO_ASH: somebodyIsThere,
                  TAKE_OVER: somebodyIsThere,
                  HAND_BACK: somebodyIsThere,
                  ASSIGN: somebodyIsThere,
                  THREAD_MESSAGE: somebodyIsThere
                }
              },
              quiet: { on: { SEVERITY_CHANGED: "calling" } }
            }
          },

          ash: {
            initial: "undecided",
            on: {
              ASH_CONTACTED: { target: ".talking", actions: "ashCame" },
              ASH_REFUSED: { target: ".refused", actions: "ashRefused" },
              ASH_UNREACHABLE: { target: ".unreachable", actions: "ashUnreachable" },
              ASH_ENDED: { target: ".ended", actions: "ashEnded" }
            },
            states: {
              undecided: { always: [{ guard: "ashMayGoByItself", target: "waiting" }, { target: "none" }] },
              none: {
                on: {
                  SEVERITY_CHANGED: { guard: "ashMayGoByItself", target: "waiting" },
                  ASH_WANTED: [onceMore, { guard: "ashMayGoByItself", target: "asked", actions: "sendAsh" }]
                }
              },
              /** Ash goes by itself, sooner when no responder is there (B21), unless somebody comes before. */
              waiting: {
                entry: ["expectAsh", "showPending"],
                exit: "hidePending",
                after: {
                  autoInitiate: byItself
                },
                on: {
                  ASH_WANTED: [onceMore, ...byItself],
                  SEVERITY_CHANGED: { guard: not("ashMayGoByItself"), target: "none" },
                  ATTENDED: "none",
                  TAKEN_OVER: "none",
                  MEMBER_OPTED_OUT: "none"
                },
                initial: "forSomebody",
                states: {
                  forSomebody: { on: { NOBODY_AVAILABLE: "forNobody" } },
                  forNobody: {
                    entry: ["expectAshSooner", "showPending"],
                    after: {
                      nobodyAvailable: byItself
                    }
                  }
                }
              },
              asked: {},
              talking: {},
              ended: { on: { ASH_WANTED: onceMore } },
              refused: { on: { ASH_WANTED: onceMore } },
              unreachable: { on: { ASH_WANTED: onceMore } }
            }
          },

          post: {
            initial: "missing",
            states: {
              missing: { always: [{ guard: "hasPlace", target: "shown" }, { target: "posting" }] },
              posting: {
                entry: "post",
                on: {
                  POSTED: { target: "shown", actions: "keepPlace" },
                  POST_FAILED: { target: "refused", actions: "missPost" }
                }
              },
              refused: {
                after: { postAgain: { guard: "isOpen", target: "posting" } },
                on: { POSTED: { target: "shown", actions: "keepPlace" } }
              },
              shown: { always: { guard: "isUnshown", target: "editing" } },
              /** One change at a time: what happens meanwhile is shown by the next. */
              editing: {
                entry: "edit",
                on: {
                  EDITED: [{ guard: "postIsMissed", target: "posting", actions: "losePlace" }, { target: "shown" }],
                  EDIT_FAILED: "shown"
                }
              }
            }
          },

          /** Calls for people that failed for good: the leads are called instead, and then everybody again. */
          calls: {
            initial: "heard",
            on: {
              NOTIFIED: { guard: "wasCall", actions: "noteCall" },
              NOTIFY_FAILED: [
                { guard: "wordsAreLost", actions: "sayWordsAreLost" },
                { guard: "leadsAreLeft", actions: "callLeads" },
                { guard: "wasLastCall", target: ".unheard", actions: "keepCall" }
              ]
            },
            states: {
              heard: {},
              unheard: { after: { callAgain: { target: "heard", actions: "callAgain" } } }
            }
          }
        }
      }
    }
  })
