/**
 * The Ash session's row of the registry: what the runtime must know beside the chart. One actor per person, over all
 * communities, because a person has one direct message channel with Ash.
 */
import type { ActorDefinition } from "#domain/ActorDefinition.ts"
import type { AshPolicy } from "#domain/ash/AshPolicy.ts"
import { keysOf } from "./documents.ts"
import { ashSessionMachine } from "./machine.ts"
import { migrations } from "./migrations.ts"
import { type AshSessionInput, contextOf, VERSION } from "./schema.ts"

const MONTH_MS = 30 * 24 * 3_600_000

/** The row under one policy. Its documents are written by the turns they belong to, so `project` has none. */
export const ashSessionDefinition = (policy: AshPolicy): ActorDefinition => {
  // Never shorter than a document it has written: "forget me" must still know the keys.
  const ttlMs = Math.max(MONTH_MS, policy.ash.sessionDataTtlMs, policy.ash.followUp.maximumMs)
  return {
    type: "ash-session",
    machine: ashSessionMachine(policy),
    version: VERSION,
    migrations,
    ttlMs: (view) => (contextOf(view).optOut?.until === null ? null : ttlMs),
    input: (userId, at): AshSessionInput => ({ userId, at }),
    whenStoreAway: { spool: (event) => event },
    // One lane for everything the person reads, so that it comes in the order it was said.
    lanes: { sendDirect: "direct", postSessionNotes: "notes" },
    results: { sendDirect: { done: "DM_SENT", failed: "DM_FAILED" } },
    lateTimers: {
      idle: "fire",
      maximum: "fire",
      answerDeadline: "fire",
      humanDeadline: "fire",
      unanswered: "fire",
      takenOverIdle: "fire",
      // Fires late as well: the chart itself lets a stale question go, with the document that announced it.
      followUpDelay: "fire",
      followUpWindow: "fire",
      noContactEnds: "fire"
    },
    projectionKeys: (view) => keysOf(contextOf(view)),
    // "Forget me" does not forget a wish for no contact.
    afterForget: (view) => {
      const { optOut } = contextOf(view)
      return optOut === null ? null : { type: "NO_CONTACT_KEPT", optOut }
    }
  }
}
