/**
 * The words said about an alert once it stands: short, plain, and true. Pure. They say what happened and what can be done,
 * and claim that somebody was called only where the very message calls them. What the member or a responder wrote is quoted.
 */
import type { AlertView, HumanWantedBecause, Notice } from "#domain/ash/Alert.ts"
import type { CrisisSeverity } from "#domain/ash/Severity.ts"
import { honesty, jumpLink, repeatWords, severityTitle } from "./Embeds.ts"
import { moment, person, plural, quote, span } from "./Escaping.ts"

const WANTED: Readonly<Record<HumanWantedBecause, string>> = {
  asked: "**The member asked for a person.** Please write to them.",
  opted_out: "**The member wants no contact with Ash.** Only a person can help them now.",
  ash_failed: "**Ash could not answer the member.** Please write to them.",
  safety: "**Ash met words that a person should look at.** Please write to them."
}

const REFUSED: Readonly<Record<Extract<Notice, { kind: "ash_refused" }>["because"], string>> = {
  opted_out: "Ash did not write: the member opted out of Ash. A person is needed.",
  off: "Ash did not write: Ash is switched off. A person is needed.",
  busy: "Ash did not write anew: a conversation with this member is under way."
}

const ENDED: Readonly<Record<string, string>> = {
  idle: "the member did not write any more",
  maximum: "it reached its longest time",
  member: "the member ended it",
  taken_over: "a responder took over",
  opted_out: "the member opted out",
  responder: "a responder ended it",
  unreachable: "the member could not be reached"
}

const signed = (note: string | null): string => (note === null ? "" : `\n${quote(note)}`)

const raised = (from: CrisisSeverity, { severity }: AlertView): string =>
  `**Raised from ${from} to ${severity}** by a newer message.`

/** What is said. The member's words are the only part that may be longer than one message. */
export const noticeWords = (alert: AlertView, notice: Notice): string => {
  switch (notice.kind) {
    case "acknowledged":
    case "resolved": {
      const { by, at, note } = notice.step
      const what = notice.kind === "acknowledged" ? "Acknowledged" : "Resolved"
      return `**${what}**${by === null ? "" : ` by ${person(by)}`} ${moment(at)}.${signed(note)}`
    }
    case "raised": {
      const link = jumpLink(notice.signal)
      return [raised(notice.from, alert), ...honesty(notice.signal), ...(link === null ? [] : [link])].join("\n")
    }
    case "again": {
      const link = jumpLink(notice.signal)
      const written = `**The member wrote again: ${notice.signal.severity}.** Please look.`
      return [written, ...honesty(notice.signal), ...(link === null ? [] : [link])].join("\n")
    }
    case "escalated":
      return alert.state === "alert"
        ? `**Nobody has acknowledged this alert for ${span(notice.waitingMs)}.** Please take it.`
        : `**This alert still needs somebody, ${span(notice.waitingMs)} on.** Please look at it.`
    case "still_open":
      return `Acknowledged, but open for ${span(notice.sinceMs)} now. Please resolve it, or say in its thread what is missing.`
    case "expired":
      return "Nobody closed this alert in time: it has expired. Nobody is called for it any more."
    case "human_wanted":
      return WANTED[notice.because]
    case "ash_started":
      return notice.auto
        ? "Nobody had acknowledged this alert, so Ash writes to the member now. **A person is still needed.**"
        : `Ash writes to the member now${notice.by === null ? "" : `, as ${person(notice.by)} asked`}.`
    case "ash_ended":
      return `The conversation with Ash has ended: ${ENDED[notice.how] ?? "for another reason"}.`
    case "ash_refused":
      return REFUSED[notice.because]
    case "ash_unreachable":
      return "**Ash could not reach the member**: they take no direct messages from it. Please reach out another way."
    case "opted_out":
      return `The member opted out of Ash ${notice.until === null ? "for good" : `until ${moment(notice.until, "f")}`}. People may still write to them.`
    case "taken_over":
      return `${person(notice.by)} has taken over. What ${person(notice.by)} writes in this alert's thread goes to the member; what the member answers comes here.`
    case "handed_back":
      return `${person(notice.by)} has handed back. What is written here does not go to the member any more.`
    case "assigned":
      return `Assigned to ${person(notice.to)}${notice.to === notice.by ? "" : ` by ${person(notice.by)}`}.`
    case "overridden":
      return `${person(notice.by)} set the severity from ${notice.from} to ${notice.to}:${signed(notice.reason)}`
    case "false_positive":
      return `${person(notice.by)} marked this as a false positive:${signed(notice.reason)}`
    case "repeated":
      return repeatWords(notice.earlier) ?? "An alert about this member."
    case "member_said":
      return notice.text === null
        ? "**The member wrote something that Discord does not let me show here.** Please ask them, or reach out another way."
        : `The member writes:\n${quote(notice.text)}`
    case "analysed":
      return notice.analysis.severity === "safe"
        ? "The classifier has answered at last: it sees no crisis. Please judge for yourself."
        : `The classifier has answered at last: ${notice.analysis.severity}.`
  }
}

/** One small line that tells which alert this is and how it stands (B31). */
export const summary = (alert: AlertView): string => {
  const { acknowledged, alertId, createdAt, resolved, severity, signals, signal, state } = alert
  const stands =
    state === "alert" || acknowledged?.by == null || resolved !== null
      ? state === "alert"
        ? "not acknowledged"
        : state
      : `acknowledged by ${person(acknowledged.by)}`
  return `-# ${severityTitle(severity)} about ${person(signal.userId)} · ${stands} · ${plural(signals, "message")} · opened ${moment(createdAt)} · ${alertId}`
}
