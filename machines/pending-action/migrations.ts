/**
 * How stored pending actions of older versions become current ones: one step per version, append-only. Version 1 is the first,
 * so there is no step yet.
 */
import type { Migration } from "#domain/ActorDefinition.ts"

export const migrations: ReadonlyArray<Migration> = []
