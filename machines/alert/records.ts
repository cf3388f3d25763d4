/**
 * What other tools read of an alert: the metrics record with its look-up key and its place in the day's index, and the key
 * that stands while Ash is about to go by itself. Made from the facts alone, so writing them again changes nothing: ten
 * clicks leave one record.
 */
import {
  alertLookupKey,
  type AlertMetrics,
  alertMetricsKey,
  alertsOfDayKey,
  dayOf,
  isoSecond,
  type PendingAlert,
  pendingAlertKey,
  secondsBetween
} from "#domain/ash/AlertMetrics.ts"
import type { AshPolicy } from "#domain/ash/AshPolicy.ts"
import type { Projection } from "#domain/Projection.ts"
import { factsOf } from "./facts.ts"
import type { AlertContext } from "./schema.ts"

/** What is measured of it so far. */
export const metricsOf = (context: AlertContext): AlertMetrics => {
  const facts = factsOf(context)
  const { signal, createdAt, acknowledged, resolved, ashContact, firstResponse } = facts
  const iso = (at: number | undefined): string | null => (at === undefined ? null : isoSecond(at))
  const seconds = (at: number | undefined): number | null => (at === undefined ? null : secondsBetween(createdAt, at))
  return {
    alert_id: context.alertId,
    alert_message_id: facts.place?.messageId ?? null,
    user_id: facts.forgotten === true ? null : signal.userId,
    channel_id: facts.adopted ? null : signal.channelId,
    severity: facts.openedAs,
    channel_sensitivity: signal.sensitivity,
    alert_created_at: isoSecond(createdAt),
    acknowledged_at: iso(acknowledged?.at),
    ash_contacted_at: iso(ashContact?.at),
    first_response_at: iso(firstResponse?.at),
    resolved_at: iso(resolved?.at),
    expired_at: iso(facts.expiredAt ?? undefined),
    time_to_acknowledge_seconds: seconds(acknowledged?.at),
    time_to_ash_seconds: seconds(ashContact?.at),
    time_to_response_seconds: seconds(firstResponse?.at),
    time_to_resolve_seconds: seconds(resolved?.at),
    was_auto_initiated: ashContact?.auto ?? false,
    user_opted_out: facts.optedOut,
    false_positive: facts.falsePositive,
    guild_id: signal.guildId,
    acknowledged_by: acknowledged?.by ?? null,
    ash_contacted_by: ashContact?.by ?? null,
    first_response_by: firstResponse?.by ?? null,
    resolved_by: resolved?.by ?? null,
    final_severity: facts.severity,
    signals: facts.signals
  }
}

/**
 * The alert's metrics as they stand; none when the operator measures nothing (M17). The way from its post, and so from its
 * thread, to the alert is there in any case.
 */
export const records = (context: AlertContext, { alerts }: AshPolicy): ReadonlyArray<Projection> => {
  const { alertId } = context
  const { createdAt, place } = factsOf(context)
  const { enabled, ttlMs } = alerts.metrics
  const measured: ReadonlyArray<Projection> = [
    { op: "put", key: alertMetricsKey(alertId), value: JSON.stringify(metricsOf(context)), ttlMs },
    {
      op: "addToSortedSet",
      key: alertsOfDayKey(dayOf(createdAt)),
      score: Math.floor(createdAt / 1000),
      member: alertId,
      keep: null,
      minScore: null,
      ttlMs,
      replaces: null
    }
  ]
  const found: ReadonlyArray<Projection> =
    place === null ? [] : [{ op: "put", key: alertLookupKey(place.messageId), value: alertId, ttlMs: alerts.keepMs }]
  return enabled ? [...measured, ...found] : found
}

/** Stands until Ash goes, at the latest until it would be too late for that. */
export const pendingRecord = (context: AlertContext, { autoInitiate, alerts }: AshPolicy): Projection => {
  const { signal, severity } = factsOf(context)
  const value: PendingAlert = {
    alert_id: context.alertId,
    user_id: signal.userId,
    guild_id: signal.guildId,
    channel_id: signal.channelId,
    severity,
    due_at: isoSecond(context.ashDueAt ?? 0)
  }
  return {
    op: "put",
    key: pendingAlertKey(signal.messageId),
    value: JSON.stringify(value),
    ttlMs: autoInitiate.delayMs + alerts.staleAfterMs
  }
}

export const noPendingRecord = (context: AlertContext): Projection => ({
  op: "delete",
  key: pendingAlertKey(factsOf(context).signal.messageId)
})

/** Every key that belongs to this alert alone. */
export const keysOf = (context: AlertContext): ReadonlyArray<string> => {
  if (context.facts === null) return []
  const { signal, place } = context.facts
  return [
    alertMetricsKey(context.alertId),
    pendingAlertKey(signal.messageId),
    ...(place === null ? [] : [alertLookupKey(place.messageId)])
  ]
}
