/**
 * How a decision is put into words: plain sentences, as short as the profile wants them. What must be known to confirm is
 * never left out; what is left out is whole sentences, or the end of a text the person has just dictated.
 */
import type { CodeHostAction } from "./CodeHost.ts"
import type { Profile } from "./Developer.ts"
import type { IntentName } from "./Intent.ts"

/** Words that one answer may have. */
export const SPOKEN_WORDS: Readonly<Record<Profile, number>> = { workout: 15, default: 25, commute: 30, kitchen: 40 }

/** Words of a comment that are read back however short the answer should be. */
const BODY_WORDS = 8

const wordsOf = (text: string): ReadonlyArray<string> => text.split(/\s+/).filter((word) => word !== "")

/** The first sentence, and those after it while they fit. */
export const briefly = (profile: Profile, [first = "", ...others]: ReadonlyArray<string>): string => {
  let spoken = first
  for (const sentence of others) {
    const longer = `${spoken} ${sentence}`
    if (wordsOf(longer).length > SPOKEN_WORDS[profile]) break
    spoken = longer
  }
  return spoken
}

/** One sentence without its full stop. Holds no text that is to be posted. */
export const summaryOf = (action: CodeHostAction): string => {
  const pr = `PR ${action.prNumber} in ${action.repo}`
  switch (action.name) {
    case "pr.merge":
      return `Merge ${pr} by ${action.method === "merge" ? "merge commit" : action.method}`
    case "pr.comment":
      return `Comment on ${pr}`
    case "pr.request_review":
      return `Request review from ${inWords(action.reviewers)} on ${pr}`
    case "checks.rerun":
      return `Rerun the checks of ${pr}`
  }
}

/** What is asked before anything is done. `seconds`: how long it can be confirmed. */
export const proposalOf = (action: CodeHostAction, profile: Profile, seconds: number): string =>
  readOut(action, profile, summaryOf(action), `Say confirm within ${seconds} seconds.`)

/** What a confirmation is answered with when it was not this one that was read out before. */
export const newestOf = (action: CodeHostAction, profile: Profile): string =>
  readOut(action, profile, `Your newest open action is: ${summaryOf(action)}`, "Say confirm to run it.")

const readOut = (action: CodeHostAction, profile: Profile, summary: string, confirm: string): string => {
  if (action.name !== "pr.comment") return `${summary}. ${confirm}`
  const room = SPOKEN_WORDS[profile] - wordsOf(`${summary} ${confirm}`).length
  return `${summary}: ${quoted(action.body, room)} ${confirm}`
}

/** What `system.repeat` says of it: when it was asked is not now. */
export const proposalAgain = (action: CodeHostAction): string =>
  `${summaryOf(action)}. Say confirm if it is still open.`

/** What it takes to say how much was left out. */
const REST_WORDS = 5

const quoted = (body: string, room: number): string => {
  const words = wordsOf(body)
  if (words.length <= Math.max(room, BODY_WORDS)) return `“${words.join(" ")}”.`
  const start = words.slice(0, Math.max(room - REST_WORDS, BODY_WORDS))
  const rest = words.length - start.length
  return `“${start.join(" ")} …” and ${rest} more ${rest === 1 ? "word" : "words"}.`
}

const inWords = (names: ReadonlyArray<string>): string =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`

/** What an intent is called when it is asked back about. */
const NAMES: Readonly<Record<IntentName, string>> = {
  "inbox.list": "list the inbox",
  "pr.summarize": "summarise a pull request",
  "pr.request_review": "request a review",
  "pr.merge": "merge a pull request",
  "pr.comment": "comment on a pull request",
  "checks.status": "tell how the checks are",
  "checks.rerun": "rerun the checks",
  "agent.delegate": "hand work to an agent",
  "agent.status": "tell how the agent is doing",
  "agent.pause": "pause the agent",
  "agent.resume": "resume the agent",
  "system.repeat": "repeat",
  "system.next": "go on",
  "system.confirm": "confirm",
  "system.cancel": "cancel",
  "system.set_profile": "set the profile",
  unknown: "do something"
}

export const askBack = (name: IntentName): string => `Did you want to ${NAMES[name]}? Please say it again.`

/** Most wanted first. */
export const HELP = [
  "I did not understand that.",
  "Say inbox, summarise, checks, review, comment, merge or rerun.",
  "For example: request review from octocat on PR 5.",
  "Then say confirm or cancel."
] as const
