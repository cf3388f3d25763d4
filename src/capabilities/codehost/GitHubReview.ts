/**
 * Asking for reviews. GitHub takes the same request twice without harm; a repetition still looks first whether everybody is
 * on the list. Whoever is left out by GitHub without a word is counted, for only those on the list have been asked.
 */
import * as Effect from "effect/Effect"
import type { ActionResult } from "#domain/developer/CodeHost.ts"
import { ended, type GitHubAction, type Named, once, place, readPull } from "./GitHubAction.ts"
import type { GitHub } from "./GitHubCalls.ts"
import * as Shapes from "./GitHubShapes.ts"
import { alreadyDone, counted, done, notDone, pullName } from "./Results.ts"

type Request = Named<"pr.request_review">

/** People by login; `organisation/team` is a team. */
const asked = ({ reviewers }: Request) => {
  const teams = reviewers.filter((name) => name.includes("/")).map((name) => name.slice(name.indexOf("/") + 1))
  return { reviewers: reviewers.filter((name) => !name.includes("/")), team_reviewers: teams }
}

/** How many of those asked for are not on the list. */
const missing = (action: Request, list: Shapes.Requested): number => {
  const people = new Set(list.requested_reviewers?.map(({ login }) => login.toLowerCase()))
  const teams = new Set(list.requested_teams?.map(({ slug }) => slug.toLowerCase()))
  const { reviewers, team_reviewers } = asked(action)
  return (
    reviewers.filter((name) => !people.has(name.toLowerCase())).length +
    team_reviewers.filter((name) => !teams.has(name.toLowerCase())).length
  )
}

export const makeReview = (github: GitHub): GitHubAction<Request> => ({
  prepare: (action) =>
    Effect.map(readPull(github, action.repo, action.prNumber), (pull) => {
      const result = ended(action, pull)
      return result === null ? { prepared: { facts: { url: pull.html_url } } } : { result }
    }),

  perform: (action, { facts }) => {
    const name = pullName(action)
    const url = typeof facts.url === "string" ? facts.url : null
    const target = { ...place(action.repo), pull_number: action.prNumber }

    const look = Effect.map(
      github.read("GET /repos/{owner}/{repo}/pulls/{pull_number}", target, Shapes.requested),
      (list) => (missing(action, list) === 0 ? alreadyDone(`The reviews of ${name} are requested.`, url) : null)
    )

    const act = github
      .write(
        "POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers",
        { ...target, ...asked(action) },
        Shapes.requested
      )
      .pipe(
        Effect.map((list): ActionResult => {
          const left = missing(action, list)
          if (left === 0) return done(`Requested ${counted(action.reviewers.length, "review")} of ${name}.`, url)
          return notDone("partly_done", `GitHub left ${counted(left, "reviewer")} of ${name} out.`, url)
        }),
        Effect.catchTag("Refused", (refusal) => {
          if (refusal.status !== 422) return Effect.fail(refusal)
          const rule = "reviewers must have access to the repository and may not be the author"
          return Effect.succeed(notDone("reviewer_refused", `GitHub requested no review of ${name}: ${rule}.`, url))
        })
      )
    return once(look, act)
  }
})
