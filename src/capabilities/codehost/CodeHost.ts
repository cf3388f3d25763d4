/**
 * What the developer's commands do on a code host: GitHub over its REST API, or the one built in, which says what it would
 * do and does nothing. An action is done in two steps: `prepare` reads the facts and is harmless, `perform` acts on exactly
 * those. Whoever it is, an action whose answer was lost is looked for before it is done again.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type {
  ActionResult,
  ChecksSummary,
  CodeHostAction,
  InboxItem,
  Prepared,
  PullRequestSummary
} from "#domain/developer/CodeHost.ts"
import type { EffectFailed } from "#runtime/EffectHandler.ts"
import type { CapabilityDescription } from "../Capability.ts"

/** The facts to act on, or what ends the action without acting. */
export type Preparation = { readonly prepared: Prepared } | { readonly result: ActionResult }

/** The most entries of an inbox. */
export const INBOX_LIMIT = 20

/**
 * **Fails with** `EffectFailed`. Worth another try: `timeout`, `unreachable`, `answer_cut`, `server_error`, `server_busy`,
 * `rate_limited` (with the host's wait; costs no attempt), `merge_busy`. Not: `unauthorized`, `bad_answer`, of
 * `perform` also `not_done`, `partly_unknown`; of `perform` and the reads also `not_connected`, `not_allowed`, `moved`,
 * `rejected`, of the inbox and of `perform` `not_found`. An action the host refuses is no failure but a result that says why.
 */
export interface CodeHostService {
  readonly describe: CapabilityDescription
  /** Reads only. */
  readonly prepare: (action: CodeHostAction) => Effect.Effect<Preparation, EffectFailed>
  /**
   * Acts on what was prepared. **Delivery**: looks first whether it is done already, so a repetition after a lost answer or a
   * crash does nothing twice; two at the same moment may write two comments, for a host takes no idempotency key.
   * `marker` goes invisibly into a comment.
   */
  readonly perform: (
    action: CodeHostAction,
    prepared: Prepared,
    marker: string
  ) => Effect.Effect<ActionResult, EffectFailed>
  /** What wants the attention of the token's user, most urgent first, at most `INBOX_LIMIT`; `null` = in all repositories. */
  readonly inbox: (repo: string | null) => Effect.Effect<ReadonlyArray<InboxItem>, EffectFailed>
  /** `null`: the host shows no such pull request. */
  readonly pullRequest: (repo: string, number: number) => Effect.Effect<PullRequestSummary | null, EffectFailed>
  /** Checks and statuses of its newest commit. `null`: the host shows no such pull request. */
  readonly checks: (repo: string, number: number) => Effect.Effect<ChecksSummary | null, EffectFailed>
}

export class CodeHost extends Context.Service<CodeHost, CodeHostService>()("app/capabilities/CodeHost") {}
