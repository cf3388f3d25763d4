/**
 * What the runtime counts. Labels are actor types, effect names and fixed outcome words: bounded, and never an actor id.
 */
import * as Metric from "effect/Metric"

/** Labels: `type`, `outcome` = committed | duplicate | quarantined | refused. */
export const turns = Metric.counter("tardigrade_turns_total", {
  description: "Turns by actor type and outcome",
  incremental: true
})

/** Labels: `type`. */
export const conflicts = Metric.counter("tardigrade_commit_conflicts_total", {
  description: "Compare-and-set losses: another writer was first",
  incremental: true
})

/** Labels: `type`, `name`, `outcome` = done | retry | dead. */
export const effects = Metric.counter("tardigrade_effects_total", {
  description: "Effect attempts by actor type, effect name and outcome",
  incremental: true
})

/** Labels: `type`, `outcome` = fired | skipped. */
export const timers = Metric.counter("tardigrade_timers_total", {
  description: "Timers that came due",
  incremental: true
})

export const timerLateness = Metric.histogram("tardigrade_timer_lateness_ms", {
  description: "How long after its due time a timer fired, milliseconds",
  boundaries: [1, 5, 10, 50, 100, 500, 1000, 10_000, 60_000, 3_600_000]
})

/** Labels: `kind` = effect | event. */
export const deadLetters = Metric.counter("tardigrade_dead_letters_total", {
  description: "Effects and events given up on",
  incremental: true
})

/** Labels: `type`. */
export const quarantined = Metric.counter("tardigrade_quarantined_records_total", {
  description: "Times a stored record could not be read and was left untouched",
  incremental: true
})

export const spooled = Metric.gauge("tardigrade_spooled_events", {
  description: "Events kept in the local journal until the store is back"
})

export const residents = Metric.gauge("tardigrade_residents", { description: "Actors in memory" })

/** Labels: `type`. */
export const mailboxFull = Metric.counter("tardigrade_mailbox_full_total", {
  description: "Envelopes refused because a mailbox was at its bound",
  incremental: true
})
