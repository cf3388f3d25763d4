/** The developer's commands put together: what they go by, and what they read, from whatever code host there is. */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { CodeHost } from "#capabilities/codehost/CodeHost.ts"
import { CodeHostReads, CodeHostUnread } from "#channels/http/developer/CodeHostReads.ts"
import { confirmWithinMs } from "#channels/http/developer/DeveloperSettings.ts"
import { RepoName } from "#domain/developer/CodeHost.ts"
import type { EffectFailed } from "#runtime/EffectHandler.ts"
import { all, setting, shaped } from "#runtime/SettingRules.ts"

/** What a session's commands go by. `GITHUB_DEFAULT_REPO`: `owner/name` of commands that name none; absent = asked for. */
export const decisionSettings = all({
  confirmWithinMs,
  defaultRepo: Config.withDefault(
    setting("GITHUB_DEFAULT_REPO", shaped("repositories, written as owner/name", RepoName)),
    null
  )
})

const CODES: Readonly<Record<string, CodeHostUnread["code"]>> = {
  not_connected: "not_connected",
  not_allowed: "not_allowed",
  unauthorized: "not_allowed",
  not_found: "not_found",
  moved: "not_found"
}

const unread = ({ code }: EffectFailed): CodeHostUnread => new CodeHostUnread({ code: CODES[code] ?? "unavailable" })

const found = <A>(read: Effect.Effect<A | null, EffectFailed>): Effect.Effect<A, CodeHostUnread> =>
  Effect.flatMap(Effect.mapError(read, unread), (value) =>
    value === null ? Effect.fail(new CodeHostUnread({ code: "not_found" })) : Effect.succeed(value)
  )

export const codeHostReads: Layer.Layer<CodeHostReads, never, CodeHost> = Layer.effect(
  CodeHostReads,
  Effect.map(CodeHost, (host) => ({
    inbox: (repo) => Effect.mapError(host.inbox(repo), unread),
    pullRequest: (repo, number) => found(host.pullRequest(repo, number)),
    checks: (repo, number) => found(host.checks(repo, number))
  }))
)
