/**
 * The member's row of the registry. Its document is the history of the member in the guild, written entry by entry by the
 * turns that know of it, in the shape every version of Ash reads (A15-A28).
 */
import type { ActorDefinition } from "#domain/ActorDefinition.ts"
import type { Classify } from "#domain/ash/Analysis.ts"
import type { AshPolicy } from "#domain/ash/AshPolicy.ts"
import { historyKey } from "#domain/ash/History.ts"
import { parseMemberId } from "#domain/ash/Member.ts"
import { memberMachine } from "./machine.ts"
import { migrations } from "./migrations.ts"
import { contextOf, isAlerted, type MemberInput, VERSION } from "./schema.ts"

const LEAST_TTL_MS = 14 * 86_400_000

/** Lanes for analyses that are owed. */
const OWED_LANES = 4

/**
 * A member is remembered for as long as their history, so that forgetting them finds it; and while an alert is open for as
 * long as that is, so that there is never a second one.
 */
export const memberDefinition = (policy: AshPolicy): ActorDefinition => {
  const idleMs = Math.max(policy.history.ttlMs, LEAST_TTL_MS)
  const alertedMs = Math.max(idleMs, policy.alerts.keepMs)
  return {
    type: "member",
    machine: memberMachine(policy),
    version: VERSION,
    migrations,
    ttlMs: (view) => (isAlerted(view) ? alertedMs : idleMs),
    input: (id): MemberInput => parseMemberId(id),
    // Ordinary messages go one after the other: the history of one is stored before the next is analysed (A36). What is owed
    // is tried for as long as it takes, so one that a classifier fails over may not hold up all the others.
    lanes: {
      classify: ({ urgent }: Classify) => (urgent ? "urgent" : "classify"),
      classifyLater: ({ message }: Classify) => `later.${Number(message.messageId.slice(-2)) % OWED_LANES || 0}`
    },
    results: {
      classify: { done: "CLASSIFIED", failed: "CLASSIFY_FAILED" },
      classifyLater: { done: "CLASSIFIED_LATER", failed: "CLASSIFY_LATER_FAILED" }
    },
    lateTimers: { proxyGrace: "fire" },
    whenStoreAway: { spool: (event) => event },
    projectionKeys: (view) => [historyKey(contextOf(view).guildId, contextOf(view).userId)],
    // "Forget me" does not forget that people have been called.
    afterForget: (view) => {
      const { alerts, leftAt, open } = contextOf(view)
      const alert = alerts.find(({ alertId }) => alertId === open?.alertId) ?? null
      return open === null ? null : { type: "ALERT_KEPT", open, alert, leftAt }
    }
  }
}
