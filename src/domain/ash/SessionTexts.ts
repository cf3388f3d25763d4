/**
 * Everything Ash says in its own, reviewed words: a line says what is meant, `sessionText` words it. No text claims more than
 * is true when its line is chosen: that the team has been called is said by `called` and by no other line. Every text fits
 * one Discord message.
 */
import * as DateTime from "effect/DateTime"
import type { HumanWantedBecause } from "./Alert.ts"
import { EMERGENCY, emergencyLine, regionOf, resourceText } from "./Resources.ts"

export type SessionLine =
  /** `team`: a crisis team can be called for this person. `again`: they talked with Ash a short while ago. */
  | {
      readonly key: "welcome"
      readonly by: "button" | "auto" | "request" | "follow_up"
      readonly team: boolean
      readonly again: boolean
    }
  /** A person is being asked for: nobody has been reached yet. */
  | { readonly key: "asking"; readonly because: HumanWantedBecause }
  | { readonly key: "still_asking"; readonly because: HumanWantedBecause }
  /** As above, but there is no team that could be asked. */
  | { readonly key: "nobody_to_ask"; readonly because: HumanWantedBecause }
  /** Ash is asked for an ambulance. `team`: the crisis team is being asked to look. */
  | { readonly key: "cannot_call"; readonly team: boolean }
  /** The call has gone out: it rang for the team, or its leads were written to. */
  | { readonly key: "called" }
  /** The call stood there before, and Ash failed since. */
  | { readonly key: "failed_after_call" }
  | { readonly key: "not_reached" }
  | { readonly key: "taken_over"; readonly optedOut: boolean }
  | { readonly key: "handed_back" }
  | { readonly key: "nobody_answered" }
  | { readonly key: "cannot_see" }
  | { readonly key: "resources" }
  | { readonly key: "ended"; readonly how: "idle" | "maximum" | "member" | "taken_over" | "responder" }
  | { readonly key: "farewell" }
  /** `until: null` = for good. Epoch milliseconds. */
  | { readonly key: "opted_out"; readonly until: number | null }
  | { readonly key: "opted_out_notice"; readonly until: number | null; readonly team: boolean }
  | { readonly key: "opted_in" }
  | { readonly key: "leaving" }
  | { readonly key: "ash_off"; readonly team: boolean }
  | { readonly key: "follow_up" }
  | { readonly key: "follow_up_thanks" }

/** The ❌ reaction that the channel puts under a welcome. */
const CROSS = "\u274c"

/** "5 January 2027 UTC". */
export const dateInWords = (at: number): string =>
  `${DateTime.formatUtc(DateTime.makeUnsafe(at), { day: "numeric", month: "long", year: "numeric", locale: "en-GB" })} UTC`

const STOP = `To stop me, react with ${CROSS} to this message or write: leave me alone`

const OPENING = {
  button: "Somebody from the crisis team asked me to write to you, because a message of yours sounded heavy.",
  auto: "I am writing because a message of yours sounded heavy.",
  request: "Thank you for writing.",
  follow_up: "Thank you for answering."
} as const

const welcome = ({ by, team, again }: SessionLine & { readonly key: "welcome" }, region: string): string => {
  if (again) return `This is Ash again, the automated companion: software, not a person. ${STOP}`
  return [
    `Hi, I am Ash. ${OPENING[by]}`,
    "",
    "What you should know about me:",
    "• I am an automated companion: software, not a person, and not an emergency service.",
    "• My answers may come from an outside software service.",
    "• I keep no transcript of what we write.",
    team
      ? "• Your messages are checked for signs of crisis. One that sounds serious can be shown to the crisis team and is stored for a limited time."
      : "• I know of no crisis team that I could call for you: nobody but me reads this.",
    ...(team ? ["• To ask for a person, write: I want a person"] : []),
    `• ${STOP}`,
    "",
    resourceText(region),
    ...(by === "button" || by === "auto" ? ["", "How are you right now?"] : [])
  ].join("\n")
}

const ASKING: Readonly<Record<HumanWantedBecause, string>> = {
  asked: "You want a person, so I am asking the crisis team for one now.",
  safety: "What you write worries me, and a person should look at it. I am asking the crisis team for one now.",
  ash_failed:
    "I am having trouble answering you right now. That is my fault, not yours. I am asking the crisis team for a person now.",
  opted_out: "I am asking the crisis team for a person now."
}

const STILL_ASKING: Readonly<Record<HumanWantedBecause, string>> = {
  asked: "I am still asking the crisis team for a person; the call has not gone through yet.",
  safety: "I am still asking the crisis team for a person; the call has not gone through yet.",
  ash_failed:
    "I am having trouble answering you right now. I am still asking the crisis team for a person; the call has not gone through yet.",
  opted_out: "I am still asking the crisis team for a person; the call has not gone through yet."
}

const NOBODY: Readonly<Record<HumanWantedBecause, string>> = {
  asked: "You want a person, and I know of no crisis team that I could call for you. These people are there to listen:",
  safety:
    "What you write worries me, and I know of no crisis team that I could call for you. Please turn to one of these:",
  ash_failed: "I am having trouble answering you right now. That is my fault, not yours. Please turn to one of these:",
  opted_out: "I know of no crisis team that I could call for you. Please turn to one of these:"
}

const WRITE_ANY_TIME = "You can write to me again whenever you want."

const ENDED = {
  idle: "I have not heard from you for a while, so I am closing this conversation.",
  maximum:
    "This conversation has lasted as long as it may, so I am closing it here. It does not have to be the end: write again and we can go on.",
  member: "All right, I am closing this conversation.",
  taken_over: "Nobody has written here for a while, so this conversation with the crisis team is closed.",
  responder: "The crisis team has closed this conversation."
} as const

const until = (at: number | null): string => (at === null ? "" : ` until ${dateInWords(at)}`)

type LineOf<K extends SessionLine["key"]> = SessionLine & { readonly key: K }
type Wording = { readonly [K in SessionLine["key"]]: (line: LineOf<K>, region: string) => string }

const WORDING: Wording = {
  welcome,
  asking: ({ because }, region) =>
    `${ASKING[because]} I will write to you once they are alerted. ${emergencyLine(region)}`,
  still_asking: ({ because }, region) => `${STILL_ASKING[because]} ${emergencyLine(region)}`,
  nobody_to_ask: ({ because }, region) => `${NOBODY[because]}\n${resourceText(region)}`,
  cannot_call: ({ team }, region) =>
    `I am a program and cannot call anyone. Please call ${EMERGENCY[regionOf(region)] ?? "the emergency number of your country"} now, or ask somebody near you to.${team ? " I am asking the crisis team to look." : ""}`,
  called: (_, region) =>
    `The crisis team has been called. I cannot promise when somebody answers. ${emergencyLine(region)}`,
  failed_after_call: (_, region) =>
    `I am having trouble answering you right now. The crisis team has been called; I cannot promise when somebody answers.\n${resourceText(region)}`,
  not_reached: (_, region) =>
    `I could not reach the crisis team yet. The call may still go through, and then I will tell you. Until then, please turn to one of these:\n${resourceText(region)}`,
  taken_over: ({ optedOut }) =>
    optedOut
      ? "You asked me, Ash, not to write to you, and I will not go on. A person from the crisis team is here now. What you write in this chat goes to them."
      : "A person from the crisis team is here now, and I, Ash, step back. What you write in this chat goes to them.",
  handed_back: () =>
    "The person from the crisis team has left this chat. This is Ash again: software, not a person. I am listening. To ask for a person, write: I want a person",
  nobody_answered: (_, region) =>
    `What you wrote was passed on to the crisis team, and nobody has answered yet. I am asking them again. Until then, please turn to one of these:\n${resourceText(region)}`,
  cannot_see: () => "I cannot see pictures, files, stickers or voice messages. Can you tell me in words?",
  resources: (_, region) =>
    `These people are there to listen, whenever you want to turn to them:\n${resourceText(region)}`,
  ended: ({ how }, region) => `${ENDED[how]} I keep no transcript of it. ${WRITE_ANY_TIME}\n\n${resourceText(region)}`,
  farewell: (_, region) =>
    `Take care of yourself. If your goodbye means more than the end of this chat, please stay with somebody and turn to one of these now, or write to me and tell me.\n\nI keep no transcript of our conversation. ${WRITE_ANY_TIME}\n\n${resourceText(region)}`,
  opted_out: ({ until: at }, region) =>
    `All right: I, Ash, will not write to you${at === null ? " any more" : until(at)}. This is about me only: people from the community can still write to you, and the crisis team still looks after what is posted there.\n\nIf you change your mind, write: opt in\n\n${resourceText(region)}`,
  opted_out_notice: ({ until: at, team }, region) =>
    `You asked me not to contact you${until(at)}, so I am not starting a conversation. To talk with me again, write: opt in${
      team ? "\nYour message is still checked for signs of crisis. To ask for a person, write: I want a person" : ""
    }\n\n${resourceText(region)}`,
  opted_in: () => "Welcome back. I, Ash, may write to you again. Tell me what is on your mind whenever you want.",
  leaving: () => "All right, I am leaving it here.",
  ash_off: ({ team }, region) =>
    `I am Ash, an automated companion, and I am switched off at the moment: I cannot hold a conversation.${
      team ? " Your message is still checked for signs of crisis. To ask for a person, write: I want a person" : ""
    }\n\n${resourceText(region)}`,
  follow_up: (_, region) =>
    `Hi, this is Ash, the automated companion: software, not a person. We wrote a while ago, and I wanted to ask once: how are you today?\n\nYou need not answer. If you want me not to write again, react with ${CROSS} or write: leave me alone\n${emergencyLine(region)}`,
  follow_up_thanks: (_, region) =>
    `Thank you for telling me. If there is more on your mind, just write: I am listening.\n${emergencyLine(region)}`
}

/** Words a line for a region. At most 2,000 units. */
export const sessionText = (line: SessionLine, region: string): string =>
  (WORDING[line.key] as (line: SessionLine, region: string) => string)(line, region)

/** How a responder's words reach the person: it shows who speaks. */
export const relayText = (text: string): string => `**Crisis team:** ${text}`

/** How a changed message reaches a responder. */
export const editedText = (text: string): string => `edited: ${text}`

/** What stands for what cannot be passed on as words. */
export const attachmentText = (attachments: number): string =>
  attachments <= 1
    ? "[a picture or file that cannot be passed on]"
    : `[${attachments} pictures or files that cannot be passed on]`
