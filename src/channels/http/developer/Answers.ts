/**
 * What is said and shown: a sentence to speak, cards to read. Built from facts; what could not be found out is said to be so,
 * and what was only pretended is never called done.
 */
import type { ActionResult, ChecksSummary, InboxItem, PullRequestSummary } from "#domain/developer/CodeHost.ts"
import { briefly, newestOf } from "#domain/developer/DecideSpeech.ts"
import type { Profile } from "#domain/developer/Developer.ts"
import type { Intent, IntentName } from "#domain/developer/Intent.ts"
import type { ActionLook } from "#domain/developer/PendingAction.ts"
import type { ActionView, PendingActionView } from "./ActionBodies.ts"
import type { Card, CommandAnswer } from "./Bodies.ts"
import type { CodeHostUnread } from "./CodeHostReads.ts"

const isoOf = (at: number): string => new Date(at).toISOString()

const card = (
  title: string,
  lines: ReadonlyArray<string>,
  more: { subtitle?: string; url?: string | null } = {}
): Card => ({
  title,
  ...(more.subtitle === undefined ? {} : { subtitle: more.subtitle }),
  lines,
  ...(more.url === undefined || more.url === null ? {} : { deep_link: more.url })
})

type Said = Pick<CommandAnswer, "status" | "spoken_text"> & Partial<Pick<CommandAnswer, "cards" | "pending_action">>

export const answer = (intent: Intent, { cards = [], pending_action = null, ...said }: Said): CommandAnswer => ({
  status: said.status,
  intent,
  spoken_text: said.spoken_text,
  cards,
  pending_action,
  follow_on_task: null
})

/** The intent of what was confirmed or cancelled, when it was not told by words. */
export const intentOfAction = ({ action, entities }: ActionLook): Intent => ({
  name: action.name,
  confidence: 1,
  entities
})

export const pendingView = ({ expiresAt, summary, token }: ActionLook): PendingActionView => ({
  token,
  expires_at: isoOf(expiresAt),
  summary
})

export const actionView = (look: ActionLook): ActionView => ({
  token: look.token,
  state: look.state,
  intent_name: look.action.name,
  entities: look.entities,
  summary: look.summary,
  created_at: isoOf(look.createdAt),
  expires_at: isoOf(look.expiresAt),
  confirmed_at: look.confirmedAt === null ? null : isoOf(look.confirmedAt),
  result: look.result
})

const commentOf = ({ action }: ActionLook): ReadonlyArray<string> =>
  action.name === "pr.comment" ? [`“${action.body}”`] : []

export const proposed = (intent: Intent, spoken: string, look: ActionLook): CommandAnswer =>
  answer(intent, {
    status: "needs_confirmation",
    spoken_text: spoken,
    cards: [
      card(`Confirm: ${look.summary}`, [
        ...commentOf(look),
        "Runs only after you confirm.",
        `Expires at ${isoOf(look.expiresAt)}.`
      ])
    ],
    pending_action: pendingView(look)
  })

/** A confirmation that was for nothing just read out: this is read out now, and runs when it is confirmed. */
export const newestRead = (intent: Intent, profile: Profile, look: ActionLook): CommandAnswer =>
  proposed(intent, newestOf(look.action, profile), look)

/** In two words; only what is known not to be done is called that. */
const outcomeOf = ({ code, ok }: ActionResult): string => {
  if (ok) return "Done"
  return code === "unknown" ? "Unknown" : code === "partly_done" ? "Partly done" : "Not done"
}

/** What came of a confirmation, or how to hear of it. */
export const confirmed = (intent: Intent, look: ActionLook): CommandAnswer => {
  const { result, summary, token } = look
  if (result === null) {
    return answer(intent, {
      status: "ok",
      spoken_text: `Confirmed: ${summary}. It is still being worked on; ask again in a moment.`,
      cards: [card(summary, ["Still working.", `GET /v1/actions/${token} tells what came of it.`])]
    })
  }
  return answer(intent, {
    status: result.ok ? "ok" : "error",
    spoken_text: result.message,
    cards: [card(summary, [result.message], { subtitle: outcomeOf(result), url: result.url })]
  })
}

export const cancelled = (intent: Intent, { summary }: ActionLook): CommandAnswer =>
  answer(intent, { status: "ok", spoken_text: `Cancelled: ${summary}. Nothing was done.` })

export const said = (intent: Intent, ok: boolean, spoken: string): CommandAnswer =>
  answer(intent, { status: ok ? "ok" : "error", spoken_text: spoken })

/** A refusal as a sentence to be spoken, for commands that were said and not pressed. */
export const nothingOpen = (intent: Intent, name: IntentName): CommandAnswer =>
  said(intent, false, name === "system.confirm" ? "There is nothing to confirm." : "There is nothing to cancel.")

const counted = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? "" : "s"}`

/** What was read, and the sentences `system.repeat` and `system.next` go through; the first one is spoken now. */
export interface Told {
  readonly lines: ReadonlyArray<string>
  readonly cards: ReadonlyArray<Card>
  readonly ok: boolean
}

export const toldPullRequest = (profile: Profile, pr: PullRequestSummary): Told => {
  const name = `PR ${pr.number} in ${pr.repo}`
  const state = pr.draft && pr.state === "open" ? "a draft" : pr.state
  const size = `${counted(pr.additions, "line")} added and ${pr.deletions} removed in ${counted(pr.changedFiles, "file")}.`
  return {
    ok: true,
    lines: [briefly(profile, [`${name}: ${pr.title}.`, `By ${pr.author}, ${state}.`, size]), `${name}: ${size}`],
    cards: [card(pr.title, [`By ${pr.author}`, `It is ${state}.`, size], { subtitle: name, url: pr.url })]
  }
}

export const toldChecks = (profile: Profile, checks: ChecksSummary): Told => {
  const name = `PR ${checks.number} in ${checks.repo}`
  const counts = `${checks.passed} passed, ${checks.failed} failed, ${checks.pending} pending`
  const total = checks.passed + checks.failed + checks.pending
  const overall =
    total === 0
      ? `${name} has no checks.`
      : checks.failed > 0
        ? `Checks of ${name}: ${counts}.`
        : checks.pending > 0
          ? `No check of ${name} has failed: ${counts}.`
          : `All ${counted(checks.passed, "check")} of ${name} passed.`
  const failing = checks.failing.length === 0 ? [] : [`Failed: ${checks.failing.join(", ")}.`]
  return {
    ok: true,
    lines: [briefly(profile, [overall, ...failing]), ...failing],
    cards: [card(`Checks of ${name}`, total === 0 ? ["None."] : [counts, ...failing], { url: checks.url })]
  }
}

export const toldInbox = (items: ReadonlyArray<InboxItem>): Told => {
  const titles = items.map(({ repo, title }) => (repo === null ? `${title}.` : `${title}, in ${repo}.`))
  const [first, ...others] = titles
  if (first === undefined) return { ok: true, lines: ["Nothing wants your attention."], cards: [] }
  const count = items.length === 1 ? "One thing wants" : `${items.length} things want`
  return {
    ok: true,
    lines: [`${count} your attention. First: ${first}`, ...others],
    cards: items.map((item) =>
      card(item.title, item.summary === null ? [] : [item.summary], {
        url: item.url,
        ...(item.repo === null ? {} : { subtitle: item.repo })
      })
    )
  }
}

const WHY_UNREAD: Readonly<Record<CodeHostUnread["code"], string>> = {
  not_connected: "No code host is connected, so I cannot look that up.",
  not_found: "The code host shows no such pull request or repository.",
  not_allowed: "The code host does not let me read that.",
  unavailable: "The code host gives no answer to that now; try again in a moment."
}

export const toldUnread = ({ code }: Pick<CodeHostUnread, "code">): Told => ({
  ok: false,
  lines: [WHY_UNREAD[code]],
  cards: []
})
