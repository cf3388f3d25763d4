/**
 * How stored sessions of older versions become current ones: one step per version, append-only.
 */
import type { Migration } from "#domain/ActorDefinition.ts"

/** Version 2 knows what was read out last; before it, a word of confirmation ran whatever was newest. */
const nothingReadOut: Migration = (state) => ({
  ...state,
  context: { ...(state.context as object), proposed: null, awaits: null }
})

export const migrations: ReadonlyArray<Migration> = [nothingReadOut]
