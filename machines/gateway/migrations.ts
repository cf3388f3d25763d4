/**
 * How stored checkpoints of older versions become current ones: one step per version, append-only.
 */
import type { Migration } from "#domain/ActorDefinition.ts"

/** Version 2 knows which process listens; before it, nobody said so. */
const nobodyHolds: Migration = (state) => ({ ...state, context: { ...(state.context as object), holder: null } })

export const migrations: ReadonlyArray<Migration> = [nobodyHolds]
