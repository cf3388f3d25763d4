/** The bodies of the routes about cleaning up and storage: counts only, no key and nobody's id. Times are ISO 8601 in UTC. */
import * as Schema from "effect/Schema"
import type { CleanUpReport, RetentionStatus } from "#domain/RetentionReport.ts"
import { iso } from "./Reports.ts"

export const StorageReport = Schema.Struct({
  prefixes: Schema.Array(Schema.Struct({ prefix: Schema.String, keys: Schema.Int, bytes: Schema.NullOr(Schema.Int) })),
  usedBytes: Schema.NullOr(Schema.Int).annotate({ description: "Of the whole store, with what is not ours" }),
  limitBytes: Schema.NullOr(Schema.Int)
}).annotate({ identifier: "Storage" })

export const CleanUpSummary = Schema.Struct({
  dryRun: Schema.Boolean,
  startedAt: Schema.String,
  endedAt: Schema.String,
  dataTypes: Schema.Record(
    Schema.String,
    Schema.Struct({
      seen: Schema.Int,
      removed: Schema.Int,
      trimmed: Schema.Int,
      ttlGiven: Schema.Int,
      failed: Schema.Int
    })
  ),
  unknownKeys: Schema.Int,
  storage: Schema.NullOr(StorageReport)
}).annotate({ identifier: "CleanUp" })

export const RetentionReport = Schema.Struct({
  dueAt: Schema.NullOr(Schema.String),
  running: Schema.NullOr(Schema.Struct({ dryRun: Schema.Boolean })),
  last: Schema.NullOr(CleanUpSummary),
  lastDryRun: Schema.NullOr(CleanUpSummary),
  failed: Schema.NullOr(Schema.Struct({ at: Schema.String, code: Schema.String }))
}).annotate({ identifier: "Retention" })

export const RunWanted = Schema.Struct({ dryRun: Schema.Boolean })
export const RunAccepted = Schema.Struct({ status: Schema.Literal("accepted") })

export const summaryOf = (report: CleanUpReport): typeof CleanUpSummary.Type => ({
  ...report,
  startedAt: iso(report.startedAt),
  endedAt: iso(report.endedAt)
})

export const reportOfRetention = (status: RetentionStatus): typeof RetentionReport.Type => {
  const { dueAt, failed, last, lastDryRun, running } = status
  return {
    dueAt: dueAt === null ? null : iso(dueAt),
    running: running === null ? null : { dryRun: running.dryRun },
    last: last === null ? null : summaryOf(last),
    lastDryRun: lastDryRun === null ? null : summaryOf(lastDryRun),
    failed: failed === null ? null : { code: failed.code, at: iso(failed.at) }
  }
}
