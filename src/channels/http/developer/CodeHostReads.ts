/** What the developer's commands read of a code host. A port: the composition root connects it to whatever host there is. */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { ChecksSummary, InboxItem, PullRequestSummary } from "#domain/developer/CodeHost.ts"

/** It could not be read; `code` says why: `not_connected` = there is no code host to ask. */
export class CodeHostUnread extends Schema.TaggedError<CodeHostUnread>()("CodeHostUnread", {
  code: Schema.Literals(["not_connected", "not_found", "not_allowed", "unavailable"])
}) {}

export class CodeHostReads extends Context.Service<
  CodeHostReads,
  {
    /** What wants attention, the most urgent first; `null` = in all repositories. */
    readonly inbox: (repo: string | null) => Effect.Effect<ReadonlyArray<InboxItem>, CodeHostUnread>
    readonly pullRequest: (repo: string, prNumber: number) => Effect.Effect<PullRequestSummary, CodeHostUnread>
    readonly checks: (repo: string, prNumber: number) => Effect.Effect<ChecksSummary, CodeHostUnread>
  }
>()("app/channels/http/CodeHostReads") {}
