/**
 * Cleaning up as everybody talks about it: actor `retention/main` keeps the clock and the last report, its effect `cleanUp`
 * does the work. Reports hold counts only: no key, nobody's id.
 */
import * as DateTime from "effect/DateTime"

/** Actor id of the one clean-up there is. */
export const RETENTION_ID = "main"

/** What the runtime keeps for itself: counted, never touched. */
export const RUNTIME_PREFIX = "tardigrade:"

export interface DataTypeCounts {
  /** Keys of this type that were looked at; one that a store shows twice counts twice. */
  readonly seen: number
  /** Keys that went. */
  readonly removed: number
  /** Entries that left sorted sets. */
  readonly trimmed: number
  /** Keys that had no time to live and have one now (M49). */
  readonly ttlGiven: number
  /** Changes the store refused. */
  readonly failed: number
}

/** How much is stored; `null` = the store does not say. */
export interface StorageSize {
  readonly prefixes: ReadonlyArray<{ readonly prefix: string; readonly keys: number; readonly bytes: number | null }>
  /** Of the whole store, with what is not ours. */
  readonly usedBytes: number | null
  readonly limitBytes: number | null
}

/** A dry run says what would have happened. */
export interface CleanUpReport {
  readonly dryRun: boolean
  /** By the store's clock, epoch milliseconds. */
  readonly startedAt: number
  readonly endedAt: number
  readonly dataTypes: Readonly<Record<string, DataTypeCounts>>
  /** Keys under our prefixes that have no documented form: left alone. */
  readonly unknownKeys: number
  readonly storage: StorageSize | null
}

export interface RetentionSchedule {
  readonly enabled: boolean
  /** Full hour, 0-23, UTC. */
  readonly hour: number
}

export type RetentionEvent =
  /** The operator's settings, told at every start. The same ones again change nothing. */
  | ({ readonly type: "SCHEDULE"; readonly at: number } & RetentionSchedule)
  /** Somebody wants it done now; answers `RunAnswer`. Who that is, is not kept. */
  | { readonly type: "RUN_NOW"; readonly dryRun: boolean; readonly by: string; readonly at: number }
  /** Answers `RetentionStatus`. */
  | { readonly type: "LOOK" }

export interface RunAnswer {
  readonly accepted: boolean
  /** `off`: cleaning up is not switched on; only a dry run is made then. `null` = accepted. */
  readonly because: "busy" | "off" | null
}

export interface RetentionStatus {
  readonly schedule: RetentionSchedule | null
  /** When the next clean-up is due, epoch milliseconds; `null` = none is. */
  readonly dueAt: number | null
  readonly running: { readonly dryRun: boolean } | null
  readonly last: CleanUpReport | null
  readonly lastDryRun: CleanUpReport | null
  /** The last one that was given up; `null` once one was finished after it. */
  readonly failed: { readonly at: number; readonly code: string } | null
}

/** Effects of the retention actor, by name. */
export interface RetentionEffects {
  readonly cleanUp: { readonly input: { readonly dryRun: boolean }; readonly output: CleanUpReport }
}

/** All data types together. */
export const sumOf = ({ dataTypes }: Pick<CleanUpReport, "dataTypes">): DataTypeCounts => {
  const of = (count: keyof DataTypeCounts): number =>
    Object.values(dataTypes).reduce((sum, counts) => sum + counts[count], 0)
  return {
    seen: of("seen"),
    removed: of("removed"),
    trimmed: of("trimmed"),
    ttlGiven: of("ttlGiven"),
    failed: of("failed")
  }
}

/** The report as other tools read it. */
export const reportDocument = (report: CleanUpReport): string =>
  JSON.stringify({
    started_at: isoTime(report.startedAt),
    finished_at: isoTime(report.endedAt),
    duration_seconds: Math.round((report.endedAt - report.startedAt) / 1000),
    data_types: Object.fromEntries(
      Object.entries(report.dataTypes).map(([dataType, { ttlGiven, ...counts }]) => [
        dataType,
        { ...counts, ttl_given: ttlGiven }
      ])
    ),
    unknown_keys: report.unknownKeys,
    storage:
      report.storage === null
        ? null
        : {
            used_bytes: report.storage.usedBytes,
            limit_bytes: report.storage.limitBytes,
            prefixes: Object.fromEntries(
              report.storage.prefixes.map(({ prefix, keys, bytes }) => [prefix, { keys, bytes }])
            )
          }
  })

const isoTime = (at: number): string => DateTime.formatIso(DateTime.makeUnsafe(at))
