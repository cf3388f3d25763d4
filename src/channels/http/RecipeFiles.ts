/** Where the recipe route gets its files. The composition root joins it to the capability that owns the format. */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StoreUnavailable } from "#runtime/RuntimeError.ts"

export class RecipeFiles extends Context.Service<
  RecipeFiles,
  {
    /** The PDF of a token, or `null` when there is none (any more). Asked with 16-128 of `A-Z a-z 0-9 _ -` only. */
    readonly read: (token: string) => Effect.Effect<Uint8Array | null, StoreUnavailable>
  }
>()("app/channels/http/RecipeFiles") {}
