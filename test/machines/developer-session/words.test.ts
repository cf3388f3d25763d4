/** Words as they are said, through the grammar into a session: one conversation about one pull request (P17). */
import { expect, it } from "vitest"
import type { Decision } from "#domain/developer/Developer.ts"
import { intentOf } from "#domain/developer/Grammar.ts"
import { SessionDriver } from "./Driver.ts"

const told = (session: SessionDriver, text: string): string => {
  const { confidence, entities, name } = intentOf(text)
  const decision: Decision = session.say(name, entities, { confidence })
  return "spoken" in decision
    ? decision.spoken
    : [decision.kind, "what" in decision ? decision.what : ""].join(" ").trim()
}

it("goes from a summary to a merge without naming the pull request again", () => {
  const session = new SessionDriver({ defaultRepo: "acme/web" })
  const words = [
    ["summarise PR 123", "read pull_request"],
    ["request review", "Who should review PR 123? Say request review from, then the login."],
    ["request review from bob", "Request review from bob on PR 123 in acme/web. Say confirm within 60 seconds."],
    ["confirm", "confirm_newest"],
    ["merge it", "Merge PR 123 in acme/web by squash. Say confirm within 60 seconds."],
    ["cancel", "cancel_newest"],
    ["merge PR 7 in acme/api", "Merge PR 7 in acme/api by squash. Say confirm within 60 seconds."],
    ["rerun checks", "Rerun the checks of PR 7 in acme/api. Say confirm within 60 seconds."]
  ]
  expect(words.map(([text = ""]) => [text, told(session, text)])).toEqual(words)
  expect(session.document).toEqual({ repo: "acme/api", pr_number: 7 })
})
