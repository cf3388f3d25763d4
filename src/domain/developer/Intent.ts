/** What a developer's words were taken to mean: a name, how sure that is, and the things named in them. */

export const INTENTS = [
  "inbox.list",
  "pr.summarize",
  "pr.request_review",
  "pr.merge",
  "pr.comment",
  "checks.status",
  "checks.rerun",
  "agent.delegate",
  "agent.status",
  "agent.pause",
  "agent.resume",
  "system.repeat",
  "system.next",
  "system.confirm",
  "system.cancel",
  "system.set_profile",
  "unknown"
] as const
export type IntentName = (typeof INTENTS)[number]

export interface Intent {
  readonly name: IntentName
  /** 0-1; below `SURE_ENOUGH` a side effect is asked back about and never proposed. */
  readonly confidence: number
  /** `repo`, `pr_number`, `reviewers`, `merge_method`, `body`, `profile`, `instruction`, … as the words gave them. */
  readonly entities: Readonly<Record<string, unknown>>
}

export const SURE_ENOUGH = 0.7
