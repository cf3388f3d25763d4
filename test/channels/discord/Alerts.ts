/**
 * Alerts as the tests of the Discord channel speak of them: one member's words, and the alert about them as it stands.
 */
import type { AlertView, Signal } from "#domain/ash/Alert.ts"
import type { Analysis } from "#domain/ash/Analysis.ts"

export const GUILD = "1000000000000000001"
export const MEMBER = "1000000000000000002"
export const CHANNEL = "1000000000000000003"
export const MESSAGE = "1000000000000000004"
export const RESPONDER = "1000000000000000005"
export const OTHER = "1000000000000000006"

export const OPENED_AT = 1_800_000_000_000

export const analysis = (more: Partial<Analysis> = {}): Analysis => ({
  severity: "high",
  score: 0.72,
  confidence: 0.81,
  action: "priority_response",
  factors: ["hopelessness", "isolation"],
  source: "nlp",
  requestId: "req-1",
  tookMs: 123.4,
  degraded: false,
  worsening: null,
  ...more
})

export const signal = (more: Partial<Signal> = {}): Signal => ({
  guildId: GUILD,
  userId: MEMBER,
  channelId: CHANNEL,
  messageId: MESSAGE,
  at: OPENED_AT,
  severity: "high",
  sensitivity: 1,
  origin: "channel",
  analysis: analysis(),
  unanalysed: false,
  humanWanted: null,
  ...more
})

export const alertView = (more: Partial<AlertView> = {}): AlertView => {
  const opening = more.signal ?? signal()
  return {
    alertId: "alert_0123456789ab",
    signal: opening,
    severity: opening.severity,
    state: "alert",
    createdAt: OPENED_AT,
    signals: 1,
    raisedBy: opening,
    acknowledged: null,
    resolved: null,
    assignedTo: [],
    ash: { state: "none", by: null, auto: false, at: null },
    takenOverBy: null,
    humanWanted: null,
    optedOut: false,
    falsePositive: false,
    overridden: null,
    earlier: 0,
    previous: null,
    attention: 0,
    place: null,
    threadId: null,
    textGone: false,
    ...more
  }
}
