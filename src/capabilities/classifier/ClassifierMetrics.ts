/** What is counted about classifying. Labels are fixed words: never a message, a person or a channel. */
import * as Metric from "effect/Metric"

/** Labels: `source` = nlp | keywords, `unanalysed` = yes | no. */
export const classifications = Metric.counter("tardigrade_classifications_total", {
  description: "Messages classified, by who decided and whether a real analysis is still owed",
  incremental: true
})

/** Labels: `kind` = one | batch, `outcome` = answered | rate_limited | message_refused | failed. */
export const requests = Metric.counter("tardigrade_classifier_requests_total", {
  description: "Requests to the crisis classifier",
  incremental: true
})

export const waiting = Metric.gauge("tardigrade_classifier_waiting", {
  description: "Messages waiting for the crisis classifier in this process"
})

/** Labels: `priority`. */
export const latency = Metric.histogram("tardigrade_classification_ms", {
  description: "From asking the crisis classifier to its answer, milliseconds",
  boundaries: [50, 100, 250, 500, 1000, 2000, 5000, 10_000, 20_000, 60_000]
})
