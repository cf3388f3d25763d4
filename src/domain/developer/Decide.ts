/**
 * What a command means in a session: a pure function from what the session is about and what was said to what is to be done
 * and remembered. It acts on nothing: a side effect is proposed with everything it needs, or what it lacks is asked for.
 */
import type { CodeHostAction } from "./CodeHost.ts"
import { askBack, briefly, HELP, proposalAgain, proposalOf, summaryOf } from "./DecideSpeech.ts"
import {
  actionOf,
  entitiesOf,
  type Found,
  type PullRequest,
  pullRequestIn,
  repoIn,
  type Topic
} from "./DecideTarget.ts"
import { type Decision, type Profile, PROFILES } from "./Developer.ts"
import { type Intent, type IntentName, SURE_ENOUGH } from "./Intent.ts"

/** What a session knows when it hears a command. */
export interface Situation extends Topic {
  readonly profile: Profile
  /** What was said last, and which of it was spoken last. */
  readonly lines: ReadonlyArray<string>
  readonly line: number
  /** The action that was read out last, while nothing else was said since: all that a spoken confirmation runs. */
  readonly proposed: string | null
  /** The confirmation whose answer is being looked up, while nothing else was said since. */
  readonly awaits: string | null
}

export interface DecisionSettings {
  /** Where a command belongs that names no repository, in a session that is about none. */
  readonly defaultRepo: string | null
  /** How long a proposal can be confirmed, milliseconds. */
  readonly confirmWithinMs: number
}

export interface Command {
  readonly intent: Intent
  readonly profile: Profile
  readonly token: string
}

export interface Decided {
  readonly decision: Decision
  /** What the session is about from now on; `null` = as before. */
  readonly topic: PullRequest | null
  readonly keeps: Partial<Pick<Situation, "profile" | "lines" | "line" | "proposed" | "awaits">>
}

/** What is done without being sure of the words: it changes nothing in the world, and little is lost by mishearing it. */
const HARMLESS: ReadonlySet<IntentName> = new Set(["unknown", "system.repeat", "system.next", "system.cancel"])

/** Whatever is said, what was read out before it cannot be confirmed any more, unless it is read out again. */
export const decide = (situation: Situation, command: Command, settings: DecisionSettings): Decided => {
  const decided = meaningOf(situation, command, settings)
  return { ...decided, keeps: { proposed: null, awaits: null, ...decided.keeps } }
}

const meaningOf = (situation: Situation, command: Command, settings: DecisionSettings): Decided => {
  const { intent, token } = command
  const profile = command.profile === "default" ? situation.profile : command.profile
  const say = (ok: boolean, spoken: string, keeps: Decided["keeps"] = heard(spoken)): Decided => ({
    decision: { kind: "say", intent, profile, ok, spoken },
    topic: null,
    keeps
  })
  if (intent.confidence < SURE_ENOUGH && !HARMLESS.has(intent.name)) return say(false, askBack(intent.name), {})

  switch (intent.name) {
    case "pr.merge":
    case "pr.comment":
    case "pr.request_review":
    case "checks.rerun": {
      const about = pullRequestIn(intent, situation, settings.defaultRepo)
      if ("ask" in about) return say(false, about.ask)
      const action = actionOf(intent.name, intent, about.found)
      // Who is asked for more will go on about the same pull request.
      if ("ask" in action) return { ...say(false, action.ask), topic: about.found }
      return propose(command, profile, action.found, settings)
    }
    case "pr.summarize":
    case "checks.status": {
      const about = pullRequestIn(intent, situation, settings.defaultRepo)
      if ("ask" in about) return say(false, about.ask)
      const { prNumber, repo } = about.found
      const what = intent.name === "pr.summarize" ? "pull_request" : "checks"
      const whole = { ...intent, entities: { ...intent.entities, repo, pr_number: prNumber } }
      return { decision: { kind: "read", intent: whole, profile, what, repo, prNumber }, topic: about.found, keeps: {} }
    }
    case "inbox.list": {
      const repo: Found<string | null> = repoIn(intent)
      if ("ask" in repo) return say(false, repo.ask)
      const what = "inbox"
      return {
        decision: { kind: "read", intent, profile, what, repo: repo.found, prNumber: null },
        topic: null,
        keeps: {}
      }
    }
    case "agent.delegate":
      return say(false, "No agent is connected, so nothing was delegated.")
    case "agent.status":
    case "agent.pause":
    case "agent.resume":
      return say(false, "No agent is connected.")
    case "system.confirm":
      return {
        decision: { kind: "confirm_newest", intent, profile, expects: situation.proposed, token },
        topic: null,
        keeps: { awaits: token }
      }
    case "system.cancel":
      return { decision: { kind: "cancel_newest", intent, profile }, topic: null, keeps: {} }
    case "system.repeat":
      return say(true, situation.lines[situation.line] ?? "Nothing to repeat yet.", { proposed: situation.proposed })
    case "system.next": {
      const next = situation.lines[situation.line + 1]
      if (next !== undefined) return say(true, next, { line: situation.line + 1 })
      return say(true, situation.lines.length === 0 ? "There is nothing to go on with yet." : "That was all.", {})
    }
    case "system.set_profile": {
      const wanted = PROFILES.find((one) => one === intent.entities["profile"])
      if (wanted === undefined) return say(false, `Which profile: ${PROFILES.join(", ")}?`)
      const spoken = `Profile set to ${wanted}.`
      return say(true, spoken, { ...heard(spoken), profile: wanted })
    }
    case "unknown":
      return say(false, briefly(profile, HELP), {})
  }
}

/** What is kept of an answer for `system.repeat` and `system.next`. */
const heard = (...lines: ReadonlyArray<string>): Decided["keeps"] => ({ lines, line: 0 })

const propose = (
  { intent, token }: Command,
  profile: Profile,
  action: CodeHostAction,
  { confirmWithinMs }: DecisionSettings
): Decided => ({
  decision: {
    kind: "propose",
    intent: { ...intent, entities: { ...intent.entities, ...entitiesOf(action) } },
    profile,
    token,
    action,
    summary: summaryOf(action),
    spoken: proposalOf(action, profile, Math.floor(confirmWithinMs / 1000))
  },
  topic: { repo: action.repo, prNumber: action.prNumber },
  keeps: { ...heard(proposalAgain(action)), proposed: token }
})
