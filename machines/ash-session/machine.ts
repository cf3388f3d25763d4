/**
 * Ash and one person, as both live it. Four things go on at once: whether Ash may write at all, the talk, whether a person
 * was called, and the question some time afterwards.
 *
 * A direct message is heard at the root, whatever the state: it is told to those who watch over the person, then raised as
 * what it asks for (`SAID`, `PERSON_ASKED`, `FAREWELL`, `NO_CONTACT`, `CONTACT`). Pure: the companion, timers and messages
 * are data that the runtime makes durable.
 */
import type { AshPolicy } from "#domain/ash/AshPolicy.ts"
import { converseInput, newborn } from "./memory.ts"
import { ashSession } from "./vocabulary.ts"

const end = <
  const How extends "idle" | "maximum" | "member" | "taken_over" | "opted_out" | "responder" | "unreachable"
>(
  how: How
) => ({ type: "end", params: { how } }) as const
const refuse = <const Because extends "opted_out" | "off" | "busy">(because: Because) =>
  ({ type: "refuse", params: { because } }) as const
const answerOptOut = <
  const Outcome extends "opted_out" | "already_opted_out" | "opted_in" | "was_not_opted_out" | "off"
>(
  outcome: Outcome
) => ({ type: "answerOptOut", params: { outcome } }) as const
const speaksOf = <const Kind extends "welcome" | "follow_up">(kind: Kind) =>
  ({ type: "speaksOf", params: { kind } }) as const

export const ashSessionMachine = (policy: AshPolicy) =>
  ashSession(policy).createMachine({
    id: "ash",
    type: "parallel",
    context: ({ input }) => newborn(input),
    on: {
      DM_RECEIVED: { guard: "isNews", actions: "hear" },
      DM_EDITED: { actions: "hearEdit" },
      DECLINED: { guard: ({ context }) => context.optOut === null, actions: "askNoContact" },
      OPT_OUT: [
        { guard: "isOptedOut", actions: answerOptOut("already_opted_out") },
        { guard: "optOutIsOff", actions: answerOptOut("off") },
        { actions: [answerOptOut("opted_out"), "askNoContact"] }
      ],
      OPT_IN: [
        { guard: "isOptedOut", actions: [answerOptOut("opted_in"), "askContact"] },
        { actions: answerOptOut("was_not_opted_out") }
      ],
      DM_SENT: [{ guard: speaksOf("welcome"), actions: ["noteSent", "reach"] }, { actions: "noteSent" }],
      ALERT_RESOLVED: { actions: "resolveAlert" },
      MEMBER_LEFT: { actions: "leaveGuild" },
      NOTE: { actions: "keepNote" },
      LOOK: { actions: "look" }
    },
    states: {
      consent: {
        initial: "welcome",
        states: {
          welcome: {
            on: {
              NO_CONTACT: [
                { guard: "optOutIsOff" },
                { guard: "optOutIsForGood", target: "opted_out.for_good", actions: "optOut" },
                { target: "opted_out.until", actions: "optOut" }
              ],
              NO_CONTACT_KEPT: [
                { guard: "keptForGood", target: "opted_out.for_good", actions: "keepOptOut" },
                { target: "opted_out.until", actions: "keepOptOut" }
              ]
            }
          },
          opted_out: {
            initial: "until",
            states: {
              until: {
                after: { noContactEnds: { target: "#ash.consent.welcome", actions: "optIn" } }
              },
              for_good: {}
            },
            on: {
              CONTACT: { target: "welcome", actions: "optIn" },
              SAID: { guard: "isNoticeDue", actions: "sayNotTalking" }
            }
          }
        }
      },

      talk: {
        initial: "idle",
        states: {
          idle: {
            on: {
              START: [
                { guard: "isOptedOut", actions: refuse("opted_out") },
                { guard: "ashIsOff", actions: refuse("off") },
                { target: "talking", actions: "start" }
              ],
              SAID: [
                { guard: "leavesItAtThat", actions: "thank" },
                { guard: "mayTalk", target: "talking", actions: ["start", "takeIn"] },
                { guard: ({ context }) => context.optOut !== null },
                { guard: "isNoticeDue", actions: "sayNotTalking" }
              ],
              PERSON_ASKED: { guard: "mayTalk", target: "talking", actions: ["start", "countMessage"] },
              FAREWELL: [{ guard: "isAnsweredFarewell" }, { guard: "mayTalk", actions: "answerFarewell" }],
              NO_CONTACT: { guard: "optOutIsOff", actions: "sayLeaving" },
              TAKE_OVER: { target: "taken_over", actions: "takeOver" },
              RELAY: [
                { guard: "knowsResponder", target: "taken_over", actions: ["resume", "relay"] },
                { actions: "relay" }
              ],
              HAND_BACK: { actions: "handBack" }
            }
          },

          talking: {
            initial: "welcoming",
            on: {
              SAID: { actions: "takeIn" },
              PERSON_ASKED: { actions: "countMessage" },
              FAREWELL: { target: "idle", actions: ["countMessage", end("member")] },
              NO_CONTACT: [
                { guard: "optOutIsOff", target: "idle", actions: end("member") },
                { target: "idle", actions: end("opted_out") }
              ],
              TAKE_OVER: { target: "taken_over", actions: "takeOver" },
              RELAY: { actions: "relay" }
            },
            states: {
              // Nobody is said to be reached before the first message has arrived.
              welcoming: {
                on: {
                  START: { actions: { type: "attach", params: { reached: false } } },
                  DM_SENT: [
                    {
                      guard: ({ context, event }) =>
                        event.output.kind === "welcome" && (context.session?.pending.length ?? 0) > 0,
                      target: "open.answering",
                      actions: ["noteSent", "reach"]
                    },
                    { guard: speaksOf("welcome"), target: "open", actions: ["noteSent", "reach"] }
                  ],
                  DM_FAILED: { guard: speaksOf("welcome"), target: "#ash.talk.idle", actions: "abandon" }
                }
              },
              open: {
                initial: "listening",
                after: { maximum: { target: "#ash.talk.idle", actions: end("maximum") } },
                on: {
                  START: { actions: { type: "attach", params: { reached: true } } },
                  DM_FAILED: [
                    { guard: "isClosedToUs", target: "#ash.talk.idle", actions: end("unreachable") },
                    { guard: "lostAReply", actions: "fail" }
                  ]
                },
                states: {
                  listening: {
                    after: { idle: { target: "#ash.talk.idle", actions: end("idle") } },
                    on: {
                      SAID: [
                        { guard: "hasWords", target: "answering", actions: "takeIn" },
                        { target: "listening", reenter: true, actions: "takeIn" }
                      ],
                      PERSON_ASKED: { target: "listening", reenter: true, actions: "countMessage" }
                    }
                  },
                  answering: {
                    entry: "beginAnswer",
                    invoke: {
                      id: "companion",
                      src: "converse",
                      input: ({ context }) => converseInput(context),
                      onDone: [
                        {
                          guard: "hasPending",
                          target: "answering",
                          reenter: true,
                          actions: { type: "answer", params: ({ event }) => event.output }
                        },
                        { target: "listening", actions: { type: "answer", params: ({ event }) => event.output } }
                      ],
                      onError: [
                        { guard: "hasPending", target: "answering", reenter: true, actions: "fail" },
                        { target: "listening", actions: "fail" }
                      ]
                    },
                    after: {
                      answerDeadline: [
                        { guard: "hasPending", target: "answering", reenter: true, actions: "fail" },
                        { target: "listening", actions: "fail" }
                      ]
                    }
                  }
                }
              }
            }
          },

          // What the person writes is passed on as it is heard; Ash keeps out of it.
          taken_over: {
            initial: "quiet",
            on: {
              START: { actions: refuse("busy") },
              TAKE_OVER: { actions: "takeOver" },
              HAND_BACK: [
                {
                  guard: "mayTalk",
                  target: "#ash.talk.talking.open",
                  actions: ["handBack", "sayHandedBack"]
                },
                { target: "idle", actions: ["handBack", end("taken_over")] }
              ],
              ALERT_RESOLVED: { guard: "isItsAlert", target: "idle", actions: ["resolveAlert", end("responder")] },
              DM_FAILED: [
                { guard: speaksOf("welcome"), actions: ["abandonContact", "reportUnreachable"] },
                { actions: "reportUnreachable" }
              ]
            },
            states: {
              quiet: {
                after: { takenOverIdle: { target: "#ash.talk.idle", actions: end("taken_over") } },
                on: {
                  SAID: { target: "waiting", actions: "countMessage" },
                  PERSON_ASKED: { target: "waiting", actions: "countMessage" },
                  FAREWELL: { target: "quiet", reenter: true, actions: "countMessage" },
                  RELAY: { target: "quiet", reenter: true, actions: "relay" }
                }
              },
              waiting: {
                after: { unanswered: { target: "quiet", actions: "callAgain" } },
                on: {
                  SAID: { actions: "countMessage" },
                  PERSON_ASKED: { actions: "countMessage" },
                  FAREWELL: { actions: "countMessage" },
                  RELAY: { target: "quiet", actions: "relay" }
                }
              }
            }
          }
        }
      },

      // A person on request, and the truth about what came of it (B9).
      human: {
        initial: "resting",
        on: {
          NO_CONTACT: { guard: "optOutIsOn", target: ".resting" },
          PERSON_ASKED: [
            { guard: "callsForRescue", target: ".calling", actions: "call" },
            { guard: "isTakenOver" },
            { guard: "canCall", target: ".calling", actions: "call" },
            { actions: "sayNobodyToAsk" }
          ],
          HUMAN_NEEDED: [{ guard: "canCall", target: ".calling", actions: "call" }, { actions: "sayNobodyToAsk" }]
        },
        states: {
          resting: {
            on: { HUMAN_TOLD: { actions: "noteCalled" } }
          },
          calling: {
            after: { humanDeadline: { target: "unreached", actions: "sayNotReached" } },
            on: {
              PERSON_ASKED: [
                { guard: "callsForRescue", actions: "call" },
                { guard: "isTakenOver" },
                { actions: "sayStillAsking" }
              ],
              HUMAN_NEEDED: [{ guard: "hasFailed", actions: "sayStillAsking" }, {}],
              HUMAN_TOLD: { target: "called", actions: ["noteCalled", "sayCalled"] }
            }
          },
          unreached: {
            on: {
              HUMAN_TOLD: { target: "called", actions: ["noteCalled", "sayCalled"] },
              SESSION_STARTED: { target: "resting" }
            }
          },
          called: {
            on: {
              HUMAN_NEEDED: [{ guard: "hasFailed", actions: "sayFailedAfterCall" }, {}],
              HUMAN_TOLD: { actions: "noteCalled" },
              SESSION_STARTED: { target: "resting" }
            }
          }
        }
      },

      follow_up: {
        initial: "none",
        states: {
          none: {
            on: { SESSION_ENDED: { guard: "deservesFollowUp", target: "scheduled", actions: "scheduleFollowUp" } }
          },
          scheduled: {
            after: {
              followUpDelay: [
                { guard: "mayAskNow", target: "asked", actions: "askFollowUp" },
                { target: "none", actions: "forgetFollowUp" }
              ]
            },
            on: {
              SESSION_STARTED: { target: "none", actions: "forgetFollowUp" },
              NO_CONTACT: { guard: "optOutIsOn", target: "none", actions: "forgetFollowUp" },
              FOLLOW_UP_OVER: { target: "none", actions: "forgetFollowUp" }
            }
          },
          asked: {
            after: { followUpWindow: { target: "none", actions: "forgetFollowUp" } },
            on: {
              SAID: { target: "none", actions: "forgetFollowUp" },
              PERSON_ASKED: { target: "none", actions: "forgetFollowUp" },
              FAREWELL: { target: "none", actions: "forgetFollowUp" },
              SESSION_STARTED: { target: "none", actions: "forgetFollowUp" },
              NO_CONTACT: { guard: "optOutIsOn", target: "none", actions: "forgetFollowUp" },
              FOLLOW_UP_OVER: { target: "none", actions: "forgetFollowUp" },
              DM_FAILED: { guard: speaksOf("follow_up"), target: "none", actions: "forgetFollowUp" }
            }
          }
        }
      }
    }
  })
