/** The settings that the developer's routes and the developer's charts must agree on. */
import type * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Layer from "effect/Layer"
import * as Effect from "effect/Effect"
import { DEFAULT_EXPIRY_MS, MAX_EXPIRY_MS, MIN_EXPIRY_MS } from "#domain/developer/PendingAction.ts"
import { time } from "#runtime/SettingRules.ts"

const SECOND = 1000

/** `DEVELOPER_CONFIRM_SECONDS` (60, 1-3600; C20), as milliseconds: how long a proposal can be confirmed. */
export const confirmWithinMs: Config.Config<number> = time(
  "DEVELOPER_CONFIRM_SECONDS",
  SECOND,
  MIN_EXPIRY_MS / SECOND,
  MAX_EXPIRY_MS / SECOND,
  DEFAULT_EXPIRY_MS
)

export class DeveloperSettings extends Context.Service<DeveloperSettings, { readonly confirmWithinMs: number }>()(
  "app/channels/http/DeveloperSettings"
) {
  static readonly layer = Layer.effect(
    DeveloperSettings,
    Effect.map(confirmWithinMs, (confirmWithinMs) => ({ confirmWithinMs }))
  )
}
