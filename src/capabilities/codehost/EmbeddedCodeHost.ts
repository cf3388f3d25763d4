/**
 * The code host that is built in: there is none. It says what it would do and does nothing. What is asked of it is not
 * answered; nor is what another code host prepared, for that one may have begun to act on it.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { ActionResult, CodeHostAction } from "#domain/developer/CodeHost.ts"
import { final } from "../Capability.ts"
import { CodeHost } from "./CodeHost.ts"
import { notDone, pullName } from "./Results.ts"

const would = (action: CodeHostAction): string => {
  const name = pullName(action)
  switch (action.name) {
    case "pr.merge":
      return `merge ${name} (${action.method})`
    case "pr.comment":
      return `comment on ${name}`
    case "pr.request_review":
      return `ask ${action.reviewers.join(", ")} to review ${name}`
    case "checks.rerun":
      return `run the failed checks of ${name} again`
  }
}

const notConnected = Effect.fail(final("not_connected"))

const unconnected = (action: CodeHostAction): ActionResult =>
  notDone("not_connected", `No code host is connected: I would ${would(action)}. Nothing was done.`)

export const layerEmbedded: Layer.Layer<CodeHost> = Layer.succeed(
  CodeHost,
  CodeHost.of({
    describe: { kind: "embedded", note: "no code host: actions say what they would do (GITHUB_TOKEN is not set)" },
    prepare: (action) => Effect.succeed({ result: unconnected(action) }),
    perform: () => notConnected,
    inbox: () => notConnected,
    pullRequest: () => notConnected,
    checks: () => notConnected
  })
)
