/**
 * GitHub, or a GitHub Enterprise Server, as the code host. Everybody's actions are done as the user the token belongs to.
 * The token goes to the configured address only and is in no log, span, error or result.
 */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { ActionResult, CodeHostAction } from "#domain/developer/CodeHost.ts"
import type { EffectFailed } from "#runtime/EffectHandler.ts"
import { all, secrets, setting } from "#runtime/SettingRules.ts"
import { httpUrl, orDefault } from "../Settings.ts"
import { CodeHost, type CodeHostService, type Preparation } from "./CodeHost.ts"
import { type GitHubAction, refused } from "./GitHubAction.ts"
import { type CallFailed, makeGitHub } from "./GitHubCalls.ts"
import { makeComment } from "./GitHubComment.ts"
import { makeMerge } from "./GitHubMerge.ts"
import { makeReads } from "./GitHubReads.ts"
import { makeRerun } from "./GitHubRerun.ts"
import { makeReview } from "./GitHubReview.ts"

export const settings = all({
  token: setting("GITHUB_TOKEN", secrets),
  baseUrl: orDefault("GITHUB_API_BASE_URL", httpUrl, "https://api.github.com")
})

/** A refusal ends an action with a result. */
const ending = <A>(
  effect: Effect.Effect<A, CallFailed>,
  end: (result: ActionResult) => A,
  action: CodeHostAction
): Effect.Effect<A, EffectFailed> =>
  Effect.catchTag(effect, "Refused", (refusal) => Effect.succeed(end(refused(action, refusal))))

/** `GITHUB_TOKEN` is required; `GITHUB_API_BASE_URL` https://api.github.com, of an Enterprise Server `https://host/api/v3`. */
export const layerGitHub: Layer.Layer<CodeHost, Config.ConfigError> = Layer.effect(
  CodeHost,
  Effect.map(settings, ({ baseUrl, token }) => {
    const github = makeGitHub(baseUrl, token)
    const actions = {
      "pr.merge": makeMerge(github),
      "pr.comment": makeComment(github),
      "pr.request_review": makeReview(github),
      "checks.rerun": makeRerun(github)
    }
    const kind = ({ name }: CodeHostAction): GitHubAction<CodeHostAction> =>
      actions[name] as GitHubAction<never> as GitHubAction<CodeHostAction>

    const prepare: CodeHostService["prepare"] = (action) =>
      ending(kind(action).prepare(action), (result): Preparation => ({ result }), action)
    const perform: CodeHostService["perform"] = (action, prepared, marker) =>
      ending(kind(action).perform(action, prepared, marker), (result) => result, action)

    return CodeHost.of({
      describe: { kind: "http", note: "commands are done on GitHub (GITHUB_TOKEN), as the user the token belongs to" },
      prepare: Effect.fn("CodeHost.prepare")(prepare),
      perform: Effect.fn("CodeHost.perform")(perform),
      ...makeReads(github)
    })
  })
)
