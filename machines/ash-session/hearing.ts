/**
 * What a person's actor does with what it hears: words are remembered, told to those who watch over the person, and read for
 * a fixed wish. Commands are answered. Nothing here decides whether Ash talks.
 */
import { assertEvent } from "xstate"
import type { AshPolicy } from "#domain/ash/AshPolicy.ts"
import { type OptOutAnswer, userOfSession } from "#domain/ash/AshSession.ts"
import { readDirectMessage } from "#domain/ash/DirectMessage.ts"
import { cutTo } from "#domain/ash/MessageParts.ts"
import { attachmentText, editedText } from "#domain/ash/SessionTexts.ts"
import { noteDocument } from "./documents.ts"
import * as memory from "./memory.ts"
import { document, doing, remembering, say, tellAlert, tellMember } from "./outgoing.ts"
import { type AshSessionContext, type AshSessionOwnEvent, type DirectMessage, MAX_NOTE } from "./schema.ts"

/** What the words ask for, as an event of the chart. */
const asOwnEvent = ({ userId, optOut }: AshSessionContext, message: DirectMessage): AshSessionOwnEvent => {
  const { at } = message
  switch (readDirectMessage(message.text)) {
    case "no_contact":
      return { type: "NO_CONTACT", by: userId, via: "words", message, at }
    case "contact":
      return optOut === null ? { type: "SAID", message } : { type: "CONTACT", via: "words", at }
    case "emergency":
      return { type: "PERSON_ASKED", message, emergency: true }
    case "person":
      return { type: "PERSON_ASKED", message, emergency: false }
    case "goodbye":
      return { type: "FAREWELL", message, goodbye: true }
    case "end":
      return { type: "FAREWELL", message, goodbye: false }
    case "words":
      return { type: "SAID", message }
  }
}

/** The words as a responder gets them. */
const passedOn = ({ text, attachments }: Pick<DirectMessage, "text" | "attachments">): string =>
  [text.trim(), ...(attachments > 0 || text.trim() === "" ? [attachmentText(attachments)] : [])]
    .filter((part) => part !== "")
    .join("\n")

export const hearing = (policy: AshPolicy) => ({
  /** Every message is looked at by those who watch over the person, whatever they think of Ash (C28). */
  hear: doing(({ context, event, enqueue }) => {
    assertEvent(event, "DM_RECEIVED")
    const { type: _, ...message } = event
    const heard = { ...context, ...memory.hear(context, message) }
    enqueue.assign(memory.hear(context, message))
    if (memory.hasWords(message)) {
      const { messageId, channelId, text, at } = message
      tellMember(enqueue, heard, {
        type: "MESSAGE_SEEN",
        message: { messageId, channelId, text, at, editedAt: null, sensitivity: 1, origin: "dm" }
      })
    }
    if (context.takenOver !== null) {
      const { messageId, at } = message
      const text = passedOn(message)
      tellAlert(enqueue, context.takenOver.alertId, { type: "MEMBER_SAID", messageId, text, at })
    }
    const asked = asOwnEvent(heard, message)
    // Before anything else, whoever speaks with them: nobody may wait for an ambulance that Ash cannot call.
    if (asked.type === "PERSON_ASKED" && asked.emergency) {
      say(enqueue, heard, policy, { key: "cannot_call", team: heard.guildId !== null })
    }
    enqueue.raise(asked)
  }),

  hearEdit: doing(({ context, event, enqueue }) => {
    assertEvent(event, "DM_EDITED")
    const { messageId, channelId, text, editedAt, guildId } = event
    const heard = { ...context, guildId: guildId ?? context.guildId }
    enqueue.assign({ guildId: heard.guildId })
    if (text.trim() === "") return
    const at = memory.postedAt(messageId, event.at)
    tellMember(enqueue, heard, {
      type: "MESSAGE_SEEN",
      message: { messageId, channelId, text, at, editedAt, sensitivity: 1, origin: "dm" }
    })
    enqueue.assign(({ context: now }) => memory.editTurn(now, messageId, text))
    if (context.takenOver !== null) {
      const edited = { type: "MEMBER_SAID", messageId, text: editedText(text), at: event.at } as const
      tellAlert(enqueue, context.takenOver.alertId, edited)
    }
  }),

  /** Ash's first message is what a person may be called about while they have written none. */
  noteSent: remembering(({ context, event }) => {
    assertEvent(event, "DM_SENT")
    const { channelId, messageId } = event.output
    return context.message?.by === "member" ? {} : { message: { channelId, messageId, by: "ash" as const } }
  }),
  countMessage: remembering(({ context }) => memory.countMessage(context)),
  resolveAlert: remembering(({ context, event }) => {
    assertEvent(event, "ALERT_RESOLVED")
    return memory.resolveAlert(context, event.alertId)
  }),

  /** The no-contact reaction, or the command. */
  askNoContact: doing(({ context, event, enqueue }) => {
    assertEvent(event, ["DECLINED", "OPT_OUT"])
    const { at } = event
    const [by, via] =
      event.type === "OPT_OUT" ? ([event.by, "command"] as const) : ([context.userId, "reaction"] as const)
    enqueue.raise({ type: "NO_CONTACT", by, via, message: null, at })
  }),
  askContact: doing(({ event, enqueue }) => {
    assertEvent(event, "OPT_IN")
    enqueue.raise({ type: "CONTACT", via: "command", at: event.at })
  }),

  /** What became of an opt-out or opt-in by command. */
  answerOptOut: doing(({ context, event, enqueue }, { outcome }: { readonly outcome: OptOutAnswer["outcome"] }) => {
    const { ttlMs } = policy.optOut
    const fresh = ttlMs === null ? null : memory.timeOf(event, context) + ttlMs
    const until = outcome === "opted_out" ? fresh : outcome === "already_opted_out" ? context.optOut?.until : null
    enqueue({ type: "reply", params: { outcome, until: until ?? null } })
  }),

  look: doing(({ context, enqueue }) => {
    enqueue({ type: "reply", params: memory.viewOf(context) })
  }),

  /** A note belongs to a session of this person that something may still be stored of. */
  keepNote: doing(({ context, event, enqueue }) => {
    assertEvent(event, "NOTE")
    const { sessionId, by, at } = event
    const text = cutTo(event.text.trim(), MAX_NOTE)
    const known =
      userOfSession(sessionId) === context.userId &&
      context.sessions.includes(Number.parseInt(sessionId.split("-")[1] ?? "", 36))
    const kept = known && text !== ""
    if (kept) document(enqueue, noteDocument(sessionId, { by, text, at }, policy.ash.sessionDataTtlMs))
    enqueue({ type: "reply", params: { kept } })
  }),

  leaveGuild: doing(({ context, event, enqueue }) => {
    assertEvent(event, "MEMBER_LEFT")
    const { guildId } = event
    enqueue.assign({
      guildId: context.guildId === guildId ? null : context.guildId,
      alerts: context.alerts.filter((alert) => alert.guildId !== guildId || alert.session !== "none")
    })
    if (context.followUp !== null && (context.followUp.guildId ?? guildId) === guildId) {
      enqueue.raise({ type: "FOLLOW_UP_OVER" })
    }
  })
})
