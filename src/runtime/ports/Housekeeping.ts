/**
 * The port through which stored keys are looked through and cleaned up, a page at a time. It reaches the documents other
 * tools read; the runtime's own keys are counted, never touched.
 *
 * Every change is atomic for its key and guarded: what was written again since it was found stays as it is. So a page may
 * be old, a change may be sent twice, and two processes may clean up at once. Calls are small: none keeps a store busy for
 * more than a few milliseconds.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { FoundKey, RetentionChange, Shape } from "#domain/Retention.ts"
import type { StorageSize } from "#domain/RetentionReport.ts"
import type { StoreUnavailable } from "../RuntimeError.ts"

export interface PageAsked {
  readonly prefix: string
  /** `null` = from the beginning. */
  readonly cursor: string | null
  /** About how many keys; a store may answer more, fewer, or none though there are more pages. */
  readonly count: number
  /** What a key of ours holds; `null` = it is none of ours, and nothing of it is read. */
  readonly shapeOf: (key: string) => Shape | null
}

export interface KeyPage {
  /** The store's time, epoch milliseconds. */
  readonly now: number
  /** Where to go on; `null` = that was all. */
  readonly cursor: string | null
  readonly keys: ReadonlyArray<FoundKey>
  /** Keys under the prefix that are none of ours. */
  readonly unknown: number
}

export interface HousekeepingService {
  /**
   * Some keys under a prefix. A key that is there from the first page to the last occurs at least once; one that is written
   * or goes in between may occur or not.
   */
  readonly page: (asked: PageAsked) => Effect.Effect<KeyPage, StoreUnavailable>

  /**
   * Makes the changes, each for itself, and answers what each came to: keys or entries changed, 0 when the key was written
   * again meanwhile, `null` when the store refused it. With `dryRun` it makes none and answers the same numbers.
   *
   * **Fails with** `StoreUnavailable` when some of the outcomes are unknown; the same changes may be sent again.
   */
  readonly apply: (
    changes: ReadonlyArray<RetentionChange>,
    options: { readonly dryRun: boolean }
  ) => Effect.Effect<ReadonlyArray<number | null>, StoreUnavailable>

  /**
   * How many keys there are under each prefix and about how many bytes they take; a key counts for the longest prefix it
   * has. Looks through all of them, a portion at a time.
   */
  readonly size: (prefixes: ReadonlyArray<string>) => Effect.Effect<StorageSize, StoreUnavailable>
}

export class Housekeeping extends Context.Service<Housekeeping, HousekeepingService>()("app/runtime/Housekeeping") {}
