/**
 * Merging a pull request, at the commit that was seen when the action was prepared: a later push makes GitHub refuse it.
 * Merged is merged, whoever did it, so a repetition looks at the pull request first.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { ActionResult } from "#domain/developer/CodeHost.ts"
import { retryable } from "../Capability.ts"
import { ended, factsOf, type GitHubAction, type Named, once, place, readPull } from "./GitHubAction.ts"
import type { GitHub } from "./GitHubCalls.ts"
import * as Shapes from "./GitHubShapes.ts"
import { alreadyDone, done, notDone, pullName } from "./Results.ts"

const facts = Schema.decodeUnknownOption(Schema.Struct({ headSha: Schema.String, url: Schema.String }))

/** GitHub is merging something else into the same branch, or works out whether it can. */
const BUSY_WAIT_MS = 2000

type Merge = Named<"pr.merge">

const pushed = (action: Merge, url: string): ActionResult =>
  notDone("head_moved", `Somebody pushed to ${pullName(action)} meanwhile. It was not merged: look at it again.`, url)

/** What keeps the pull request from being merged, or that it is. `headSha`: `null` before there is one to hold on to. */
const standing = (action: Merge, pull: Shapes.Pull, headSha: string | null): ActionResult | null => {
  const name = pullName(action)
  const not = (code: string, message: string) => notDone(code, message, pull.html_url)
  if (pull.merged) return alreadyDone(`${name} is merged already.`, pull.html_url)
  const over = ended(action, pull)
  if (over !== null) return over
  if (headSha !== null && pull.head.sha !== headSha) {
    return pushed(action, pull.html_url)
  }
  if (pull.draft === true) return not("draft", `${name} is still a draft. It was not merged.`)
  return pull.mergeable === false ? not("conflict", `${name} has conflicts. It was not merged.`) : null
}

export const makeMerge = (github: GitHub): GitHubAction<Merge> => ({
  prepare: (action) =>
    Effect.map(readPull(github, action.repo, action.prNumber), (pull) => {
      const result = standing(action, pull, null)
      return result === null ? { prepared: { facts: { headSha: pull.head.sha, url: pull.html_url } } } : { result }
    }),

  perform: (action, prepared) =>
    Effect.gen(function* () {
      const { headSha, url } = yield* factsOf(prepared, facts)
      const read = readPull(github, action.repo, action.prNumber)
      const look = Effect.map(read, (pull) => standing(action, pull, headSha))

      const act = github
        .write(
          "PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge",
          { ...place(action.repo), pull_number: action.prNumber, sha: headSha, merge_method: action.method },
          Shapes.merged
        )
        .pipe(
          Effect.as(done(`${pullName(action)} is merged.`, url)),
          Effect.catchTag("Refused", (refusal) =>
            Effect.gen(function* () {
              if (refusal.status !== 405 && refusal.status !== 409) return yield* Effect.fail(refusal)
              const pull = yield* read
              const why = standing(action, pull, headSha)
              if (why !== null) return why
              if (refusal.status === 409) return pushed(action, url)
              if (refusal.passing || pull.mergeable === null) {
                return yield* Effect.fail(retryable("merge_busy", BUSY_WAIT_MS))
              }
              const rules = "its rules ask for more, such as a review or a check, or for another way to merge"
              return notDone("not_mergeable", `GitHub did not merge ${pullName(action)}: ${rules}.`, url)
            })
          )
        )
      return yield* once(look, act)
    })
})
