/**
 * What a pending action invokes, as effect handlers, and who serves it: GitHub with `GITHUB_TOKEN`, or nobody without, which
 * every result then says.
 */
import * as Clock from "effect/Clock"
import type * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type PendingActionEffects, WORK_WITHIN_MS } from "#domain/developer/PendingAction.ts"
import type { EffectHandler } from "#runtime/EffectHandler.ts"
import { type CapabilityDescription, final } from "../Capability.ts"
import { optionalText } from "../Settings.ts"
import { CodeHost } from "./CodeHost.ts"
import { layerEmbedded } from "./EmbeddedCodeHost.ts"
import { layerGitHub, settings as gitHubSettings } from "./GitHubCodeHost.ts"

type Job<Name extends keyof PendingActionEffects> = EffectHandler<
  PendingActionEffects[Name]["input"],
  PendingActionEffects[Name]["output"],
  CodeHost
>

/** **Delivery**: at least once, harmless when repeated. */
const prepare: Job<"prepare"> = {
  run: ({ params }) => Effect.flatMap(CodeHost, (host) => host.prepare(params.action)),
  timeout: "20 seconds",
  maxAttempts: 4,
  backoff: "1 second",
  maxBackoff: "5 seconds"
}

/**
 * **Delivery**: at least once; the work is done once, for every attempt looks for an earlier one's. Long after it was
 * confirmed nothing is begun any more, also where no process ran meanwhile. **Crash**: the next attempt starts when the claim
 * runs out, which is the timeout.
 */
const perform: Job<"perform"> = {
  run: ({ params, requestedAt }) =>
    Effect.gen(function* () {
      if ((yield* Clock.currentTimeMillis) - requestedAt >= WORK_WITHIN_MS) return yield* Effect.fail(final("too_late"))
      return yield* (yield* CodeHost).perform(params.action, params.prepared, params.marker)
    }),
  timeout: "30 seconds",
  maxAttempts: 5,
  backoff: "2 seconds",
  maxBackoff: "15 seconds"
}

/** Handlers of actor type `pending-action`, by invoke `src`. */
export const codeHostJobs: { readonly prepare: Job<"prepare">; readonly perform: Job<"perform"> } = { prepare, perform }

/** What the chosen one goes by. */
export const settings = Effect.flatMap(optionalText("GITHUB_TOKEN"), (token) =>
  token === null ? Effect.void : Effect.asVoid(gitHubSettings)
)

/** GitHub with `GITHUB_TOKEN`, else the embedded one. */
export const layerConfig: Layer.Layer<CodeHost, Config.ConfigError> = Layer.unwrap(
  Effect.map(optionalText("GITHUB_TOKEN"), (token): Layer.Layer<CodeHost, Config.ConfigError> =>
    token === null ? layerEmbedded : layerGitHub
  )
)

/** Who serves it, for the start log line and health. */
export const describeCodeHost: Effect.Effect<CapabilityDescription, never, CodeHost> = Effect.map(
  CodeHost,
  ({ describe }) => describe
)
