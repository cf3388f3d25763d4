/** What the code host's tests share: a stand-in that ends with its test, the capability pointed at it, and the actions. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { CodeHost } from "#capabilities/codehost/CodeHost.ts"
import { layerConfig } from "#capabilities/codehost/CodeHostJobs.ts"
import type { CodeHostAction, Prepared } from "#domain/developer/CodeHost.ts"
import type { Write } from "#test/harness/github/Faults.ts"
import { type GitHubOptions, GitHubStandIn } from "#test/harness/GitHubStandIn.ts"
import { environment } from "../Under.ts"

export const REPO = "acme/rockets"
export const MARKER = "0123456789abcdef0123456789abcdef"

export const MERGE: CodeHostAction = { name: "pr.merge", repo: REPO, prNumber: 12, method: "squash" }
export const COMMENT: CodeHostAction = { name: "pr.comment", repo: REPO, prNumber: 12, body: "Looks good to me." }
export const REVIEW: CodeHostAction = { name: "pr.request_review", repo: REPO, prNumber: 12, reviewers: ["mona"] }
export const RERUN: CodeHostAction = { name: "checks.rerun", repo: REPO, prNumber: 12 }

/** Every action and the write it comes to. The merge is last: it ends the pull request. */
export const WRITES: ReadonlyArray<readonly [CodeHostAction, Write]> = [
  [COMMENT, "comment"],
  [REVIEW, "review"],
  [RERUN, "rerun"],
  [MERGE, "merge"]
]

/** A GitHub with pull request 12 in `REPO`, which mona may review and whose one workflow failed. */
export const gitHub = (options: GitHubOptions = {}) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const github = await GitHubStandIn.start(options)
      github.repository(REPO).reviewers.add("mona")
      github.pull(REPO, 12)
      github.run(REPO, 12)
      return github
    }),
    (github) => Effect.promise(() => github.stop())
  )

/** The capability as the environment of this stand-in makes it. */
export const on = (github: GitHubStandIn, more: Readonly<Record<string, string>> = {}) =>
  layerConfig.pipe(Layer.provide(environment({ ...github.environment(), ...more })))

export const unconnected = layerConfig.pipe(Layer.provide(environment({ GITHUB_TOKEN: "" })))

export const prepare = (action: CodeHostAction) => Effect.flatMap(CodeHost, (host) => host.prepare(action))

/** The facts of an action that may go on. */
export const facts = (action: CodeHostAction) =>
  Effect.map(prepare(action), (prepared): Prepared => {
    if ("prepared" in prepared) return prepared.prepared
    throw new Error(`ended while it was prepared: ${prepared.result.code}`)
  })

export const perform = (action: CodeHostAction, prepared: Prepared, marker = MARKER) =>
  Effect.flatMap(CodeHost, (host) => host.perform(action, prepared, marker))

/** Both steps, one after the other. */
export const act = (action: CodeHostAction) => Effect.flatMap(facts(action), (prepared) => perform(action, prepared))
