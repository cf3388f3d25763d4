/**
 * What the four actions have in common: how a pull request is read, how a refusal is told, and how something is done once.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { ActionResult, CodeHostAction, Prepared } from "#domain/developer/CodeHost.ts"
import { NOT_DONE } from "#domain/developer/PendingAction.ts"
import { final } from "../Capability.ts"
import type { Preparation } from "./CodeHost.ts"
import type { CallFailed, GitHub, Refused } from "./GitHubCalls.ts"
import * as Shapes from "./GitHubShapes.ts"
import { notDone, pullName } from "./Results.ts"

export type Named<N extends CodeHostAction["name"]> = Extract<CodeHostAction, { readonly name: N }>

/** One kind of action on GitHub. What it does not catch of `Refused` is told by `refused`. */
export interface GitHubAction<A extends CodeHostAction> {
  readonly prepare: (action: A) => Effect.Effect<Preparation, CallFailed>
  readonly perform: (action: A, prepared: Prepared, marker: string) => Effect.Effect<ActionResult, CallFailed>
}

/** `{owner, repo}` as GitHub's paths take them. */
export const place = (repo: string): { readonly owner: string; readonly repo: string } => {
  const [owner = "", name = ""] = repo.split("/")
  return { owner, repo: name }
}

export const readPull = (github: GitHub, repo: string, number: number): Effect.Effect<Shapes.Pull, CallFailed> =>
  github.read("GET /repos/{owner}/{repo}/pulls/{pull_number}", { ...place(repo), pull_number: number }, Shapes.pull)

/** The prepared facts in their shape. **Fails with** `facts_unreadable`. */
export const factsOf = <A>({ facts }: Prepared, decode: (facts: unknown) => Option.Option<A>) =>
  Option.match(decode(facts), {
    onNone: () => Effect.fail(final("facts_unreadable")),
    onSome: (value) => Effect.succeed(value)
  })

/** A pull request that takes no reviews and no merges any more, as a result. */
export const ended = (action: CodeHostAction, pull: Shapes.Pull): ActionResult | null => {
  if (pull.state === "open") return null
  const how = pull.merged ? "merged" : "closed"
  return notDone("not_open", `${pullName(action)} is ${how} already.`, pull.html_url)
}

/** For programs, by status. */
export const refusalCode = ({ status }: Refused): "moved" | "not_allowed" | "not_found" | "rejected" => {
  if (status < 400) return "moved"
  if (status === 403 || status === 451) return "not_allowed"
  return status === 404 || status === 410 ? "not_found" : "rejected"
}

/** A refusal that has no meaning of its own for the action. */
export const refused = (action: CodeHostAction, refusal: Refused): ActionResult => {
  const code = refusalCode(refusal)
  const messages = {
    moved: `GitHub says that ${action.repo} has moved. Nothing was done: say its new name.`,
    not_allowed: `GitHub does not allow this service to do that to ${pullName(action)}. Nothing was done.`,
    not_found: `GitHub shows this service no ${pullName(action)}. Nothing was done.`,
    rejected: `GitHub refused that for ${pullName(action)}. Nothing was done.`
  }
  return notDone(code, messages[code])
}

/** Failures after which the host may have acted. */
const UNCLEAR: ReadonlySet<string> = new Set([
  "timeout",
  "unreachable",
  "answer_cut",
  "server_error",
  "server_busy",
  "bad_answer"
])

/**
 * Acts unless `look` finds it done, and looks again when it stays unclear whether acting did it. An attempt's number tells
 * nothing here: after a crash it is the same, so `look` comes first every time. **Fails with** `not_done` when GitHub said no
 * for good to what `look` had not found, and with the code of the refusal where GitHub lets nobody look: then an earlier
 * attempt may have done it.
 */
export const once = (
  look: Effect.Effect<ActionResult | null, CallFailed>,
  act: Effect.Effect<ActionResult, CallFailed>
): Effect.Effect<ActionResult, CallFailed> =>
  Effect.gen(function* () {
    const found = yield* Effect.catchTag(look, "Refused", (refusal) => Effect.fail(final(refusalCode(refusal))))
    if (found !== null) return found
    return yield* act.pipe(
      Effect.catchTag("EffectFailed", (failure) =>
        Effect.gen(function* () {
          if (!UNCLEAR.has(failure.code)) return yield* Effect.fail(failure.retry ? failure : final(NOT_DONE))
          const found = yield* Effect.catch(look, () => Effect.succeed(null))
          return found ?? (yield* Effect.fail(failure))
        })
      )
    )
  })
