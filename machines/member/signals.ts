/**
 * What becomes of a verdict: the change of the history it asks for, and the signal it is to an alert. Pure.
 */
import type { HumanWantedBecause, Signal } from "#domain/ash/Alert.ts"
import type { Analysis, Classified } from "#domain/ash/Analysis.ts"
import type { AshPolicy } from "#domain/ash/AshPolicy.ts"
import { removeFromHistory, storeInHistory } from "#domain/ash/History.ts"
import { triage } from "#domain/ash/KeywordNet.ts"
import type { MemberEvent, SeenMessage } from "#domain/ash/Member.ts"
import { actionFor, applySensitivity, defaultThresholds } from "#domain/ash/Sensitivity.ts"
import { type CrisisSeverity, higherOf, isAtLeast, isCrisis, type Severity } from "#domain/ash/Severity.ts"
import type { Projection } from "#domain/Projection.ts"
import { known, lastClosed } from "./alerts.ts"
import { idsOf } from "./deletions.ts"
import { textTime, type Weight } from "./pending.ts"
import type { MemberContext } from "./schema.ts"

/** A message the keyword net calls high or worse goes before all others and waits for none of them. */
export const weightOf = (severity: Severity): Weight =>
  isAtLeast(severity, "high") ? "urgent" : isCrisis(severity) ? "serious" : "ordinary"

export const isUrgent = ({ text }: SeenMessage): boolean => weightOf(triage(text).severity) === "urgent"

/**
 * The keyword net's word on a message no classifier has answered about (C11). A channel that is watched less closely does
 * not make it milder: the net is coarse enough.
 */
export const byNet = (message: SeenMessage): Classified => {
  const { severity, score, factors } = triage(message.text)
  const analysis: Analysis = {
    severity,
    score,
    confidence: null,
    action: actionFor(severity),
    factors,
    source: "keywords",
    requestId: null,
    tookMs: null,
    degraded: false,
    worsening: null
  }
  const sensitivity = Math.max(1, message.sensitivity)
  return { message, analysis: applySensitivity(analysis, sensitivity, defaultThresholds), unanalysed: true }
}

/**
 * What a verdict asks of the history: to store the text in place of an earlier one or, where an earlier text or guess may
 * stand and this one is not to be stored, to remove that. Safe is never stored (A24).
 */
export const historyChange = (
  context: MemberContext,
  { message, analysis: { severity, score } }: Classified,
  policy: AshPolicy["history"],
  { now, replaces }: { readonly now: number; readonly replaces: boolean }
): ReadonlyArray<Projection> => {
  const ids = idsOf(context, message.messageId)
  if (isCrisis(severity) && isAtLeast(severity, policy.minSeverity)) {
    const stored = storeInHistory(context, message, { score, severity }, policy, now)
    const others = ids.filter((id) => id !== message.messageId)
    return others.length === 0 ? stored : [removeFromHistory(context, others), ...stored]
  }
  return replaces || message.editedAt !== null ? [removeFromHistory(context, ids)] : []
}

/** A verdict as an alert is told of it. `severity`: a real analysis may say safe of what the net took for serious. */
export const signalOf = (
  { guildId, userId }: MemberContext,
  { message, analysis, unanalysed }: Classified,
  severity: CrisisSeverity
): Signal => ({
  guildId,
  userId,
  channelId: message.channelId,
  messageId: message.messageId,
  at: textTime(message),
  severity,
  sensitivity: message.sensitivity,
  origin: message.origin,
  analysis,
  unanalysed,
  humanWanted: null
})

/** B9: a wish for a person is at least high; opting out is as serious as the alert it belongs to. */
export const wishOf = (
  context: MemberContext,
  { because, messageId, channelId, at }: Extract<MemberEvent, { type: "HUMAN_WANTED" }>
): Signal => ({
  guildId: context.guildId,
  userId: context.userId,
  channelId,
  messageId,
  at,
  severity: wishSeverity(context, because),
  sensitivity: 1,
  origin: "dm",
  analysis: null,
  unanalysed: false,
  humanWanted: because
})

const wishSeverity = (context: MemberContext, because: HumanWantedBecause): CrisisSeverity => {
  const open = context.open === null ? undefined : known(context, context.open.alertId)
  if (because === "opted_out") return (open ?? lastClosed(context))?.severity ?? "low"
  return higherOf("high", open?.severity ?? "high")
}
