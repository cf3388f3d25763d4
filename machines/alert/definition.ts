/**
 * The alert's row of the registry: what the runtime must know beside the chart. What other tools read of an alert is asked
 * for by the chart itself, when it changes (`records.ts`).
 */
import type { ActorDefinition, ActorView } from "#domain/ActorDefinition.ts"
import type { AlertEffects, Audience } from "#domain/ash/Alert.ts"
import type { AshPolicy } from "#domain/ash/AshPolicy.ts"
import { alertMachine } from "./machine.ts"
import { migrations } from "./migrations.ts"
import { keysOf } from "./records.ts"
import { type AlertContext, type AlertInput, VERSION } from "./schema.ts"

/** An actor that was asked about an alert nobody knows is gone again after a minute. */
const UNOPENED_TTL_MS = 60_000

const LANES: Readonly<Record<Audience, string>> = { nobody: "notify", crt: "call", wider: "call", leads: "leads" }

const contextOf = (view: ActorView): AlertContext => view.context

/** The row, for one policy: a new setting applies from each alert's next turn, but for the steps of a chain begun (B5). */
export const alertDefinition = (policy: AshPolicy): ActorDefinition => ({
  type: "alert",
  machine: alertMachine(policy),
  version: VERSION,
  migrations,
  ttlMs: (view) => (view.value === "unopened" ? UNOPENED_TTL_MS : policy.alerts.keepMs),
  input: (alertId, at): AlertInput => ({ alertId, at }),
  whenStoreAway: { spool: (event) => event },
  lanes: {
    postAlert: "post",
    editAlert: "post",
    // A call for people never waits behind what is only to be read, and the leads not for a channel that is out of order.
    notify: ({ audience }: AlertEffects["notify"]["params"]) => LANES[audience]
  },
  results: {
    postAlert: { done: "POSTED", failed: "POST_FAILED" },
    editAlert: { done: "EDITED", failed: "EDIT_FAILED" },
    notify: { done: "NOTIFIED", failed: "NOTIFY_FAILED" }
  },
  // All fire, however late: the chart must know, to close an alert that is history instead of calling about it (B32).
  lateTimers: {
    expiry: "fire",
    lastExpiry: "fire",
    reminder: "fire",
    nextStep: "fire",
    autoInitiate: "fire",
    nobodyAvailable: "fire",
    postAgain: "fire",
    callAgain: "fire"
  },
  projectionKeys: (view) => keysOf(contextOf(view))
})
