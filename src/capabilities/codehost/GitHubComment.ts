/**
 * Commenting on a pull request. The marker stands in the comment where nobody sees it, and a repetition looks for it among
 * the comments written since the action was prepared.
 */
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { ActionResult } from "#domain/developer/CodeHost.ts"
import { factsOf, type GitHubAction, type Named, once, place, readPull } from "./GitHubAction.ts"
import type { CallFailed, GitHub } from "./GitHubCalls.ts"
import * as Shapes from "./GitHubShapes.ts"
import { alreadyDone, done, pullName } from "./Results.ts"

const facts = Schema.decodeUnknownOption(Schema.Struct({ since: Schema.String }))

/** How far this clock may be ahead of GitHub's. */
const CLOCK_SKEW_MS = 600_000

const PAGE = 100

/** A comment in the comment: whatever could end it early is left out of the marker. */
export const hidden = (marker: string): string => `<!-- ${marker.replaceAll(/[^\w.:-]/g, "").replaceAll("--", "-")} -->`

export const makeComment = (github: GitHub): GitHubAction<Named<"pr.comment">> => ({
  prepare: (action) =>
    Effect.gen(function* () {
      yield* readPull(github, action.repo, action.prNumber)
      const since = DateTime.makeUnsafe((yield* Clock.currentTimeMillis) - CLOCK_SKEW_MS)
      return { prepared: { facts: { since: DateTime.formatIso(since) } } }
    }),

  perform: (action, prepared, marker) =>
    Effect.gen(function* () {
      const { since } = yield* factsOf(prepared, facts)
      const issue = { ...place(action.repo), issue_number: action.prNumber }
      const mark = hidden(marker)

      const look = (page: number): Effect.Effect<ActionResult | null, CallFailed> =>
        Effect.gen(function* () {
          const comments = yield* github.read(
            "GET /repos/{owner}/{repo}/issues/{issue_number}/comments",
            { ...issue, since, per_page: PAGE, page },
            Shapes.comments
          )
          const ours = comments.find(({ body }) => body?.includes(mark) === true)
          if (ours !== undefined) return alreadyDone(`The comment stands on ${pullName(action)}.`, ours.html_url)
          return comments.length < PAGE ? null : yield* look(page + 1)
        })

      const act = Effect.map(
        github.write(
          "POST /repos/{owner}/{repo}/issues/{issue_number}/comments",
          { ...issue, body: `${action.body}\n\n${mark}` },
          Shapes.comment
        ),
        ({ html_url }) => done(`Commented on ${pullName(action)}.`, html_url)
      )
      return yield* once(look(1), act)
    })
})
