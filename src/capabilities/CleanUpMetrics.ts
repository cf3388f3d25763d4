/** What is counted about cleaning up. Labels are data types and fixed words: never a key. Dry runs count nothing. */
import * as Metric from "effect/Metric"

/** Labels: `data_type`, `outcome` = seen | removed | trimmed | ttl_given | failed. Trimmed are entries, the others keys. */
export const keys = Metric.counter("tardigrade_retention_keys_total", {
  description: "Stored keys looked at and cleaned up, by data type",
  incremental: true
})

export const finishedAt = Metric.gauge("tardigrade_retention_finished_seconds", {
  description: "When the last clean-up was finished, seconds since 1970"
})

export const storage = Metric.gauge("tardigrade_storage_used_bytes", {
  description: "Bytes the store uses, as of the last clean-up"
})
