/**
 * What the runtime counts. Labels are actor types, effect names and fixed outcome words: bounded, and never an actor id.
 */
import type * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"

/** Counts one in the series of these labels. Each series is made once, because that costs more than counting in it. */
const counter = <Label extends string>(id: string, description: string) => {
  const series = new Map<string, Effect.Effect<void>>()
  return (labels: Readonly<Record<Label, string>>): Effect.Effect<void> => {
    const key = Object.values(labels).join("\n")
    const known = series.get(key)
    if (known !== undefined) return known
    const made = Metric.update(Metric.counter(id, { description, attributes: labels, incremental: true }), 1)
    series.set(key, made)
    return made
  }
}

/** `outcome` = committed | duplicate | quarantined. */
export const turn = counter<"type" | "outcome">("tardigrade_turns_total", "Turns by actor type and outcome")

export const conflict = counter<"type">(
  "tardigrade_commit_conflicts_total",
  "Compare-and-set losses: another writer was first"
)

/** `outcome` = done | retry | released | dead. */
export const effect = counter<"type" | "name" | "outcome">(
  "tardigrade_effects_total",
  "Effect attempts by actor type, effect name and outcome"
)

/** `outcome` = fired | skipped | quarantined. */
export const timer = counter<"type" | "outcome">("tardigrade_timers_total", "Timers that came due")

export const timerLateness = Metric.histogram("tardigrade_timer_lateness_ms", {
  description: "How long after its due time a timer fired, milliseconds",
  boundaries: [1, 5, 10, 50, 100, 500, 1000, 10_000, 60_000, 3_600_000]
})

/** `kind` = effect | event. */
export const deadLetter = counter<"kind">("tardigrade_dead_letters_total", "Effects and events given up on")

export const quarantined = counter<"type">(
  "tardigrade_quarantined_records_total",
  "Times a stored record could not be read and was left untouched"
)

export const mailboxFull = counter<"type">(
  "tardigrade_mailbox_full_total",
  "Envelopes refused because a mailbox was at its bound"
)

export const spooled = Metric.gauge("tardigrade_spooled_events", {
  description: "Events kept in the local journal until the store is back"
})

export const residents = Metric.gauge("tardigrade_residents", { description: "Actors in memory" })
