/** What is counted about analysts' sessions (B29). Labels are fixed words: never a session, a person or a question. */
import * as Metric from "effect/Metric"

/** Labels: `outcome` = answered | failed | retried. */
export const questions = Metric.counter("tardigrade_session_questions_total", {
  description: "Attempts to answer an analyst's question, by how they ended",
  incremental: true
})

/** Labels: `outcome` = hit | miss | unreadable. A hit found more than the question itself. */
export const histories = Metric.counter("tardigrade_session_histories_total", {
  description: "Reads of a session's dialogue before an answer, by what was found",
  incremental: true
})

export const answerSeconds = Metric.histogram("tardigrade_session_answer_seconds", {
  description: "From asking the analyst service to its whole answer, seconds",
  boundaries: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 60, 120]
})

export const messages = Metric.histogram("tardigrade_session_messages", {
  description: "Messages in a session's list when a question is answered",
  boundaries: [1, 2, 5, 10, 20, 30, 50, 100, 200, 500, 1000]
})

/** Labels: `outcome` = done | failed. */
export const summaries = Metric.counter("tardigrade_session_summaries_total", {
  description: "Attempts to summarise the older part of a session",
  incremental: true
})
