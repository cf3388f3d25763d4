/** The chart means the same in the kernel as in live XState: sessions, persons called, no contact and follow-ups. */
import * as fc from "fast-check"
import { it } from "vitest"
import { defaultAshPolicy } from "#domain/ash/AshPolicy.ts"
import type { ActorEvent } from "#domain/Envelope.ts"
import { ashSessionDefinition } from "#machines/ash-session/definition.ts"
import { conformance } from "#test/kernel/conformance/conformance.ts"
import { EPOCH } from "#test/kernel/conformance/Run.ts"
import { ALERT, CHANNEL, GUILD, policyWith, RESPONDER, USER } from "./Person.ts"

const dm = (text: string, at: number = EPOCH, messageId = "1"): ActorEvent => ({
  type: "DM_RECEIVED",
  messageId,
  channelId: CHANNEL,
  text,
  guildId: GUILD,
  attachments: 0,
  at
})
const start: ActorEvent = { type: "START", by: "button", guildId: GUILD, alertId: ALERT, severity: "high", at: EPOCH }
const takeOver: ActorEvent = { type: "TAKE_OVER", by: RESPONDER, guildId: GUILD, alertId: ALERT, at: EPOCH }

const text = fc.constantFrom("hello", "I want a person", "bye", "stop", "leave me alone", "opt in", "I'm fine", "")
const events = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .tuple(text, fc.integer({ min: EPOCH, max: EPOCH + 3000 }), fc.nat(999))
      .map(([words, at, id]) => dm(words, at, String(id + 1)))
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom<ActorEvent>(
      start,
      takeOver,
      { type: "RELAY", messageId: "7", text: "from the team", at: EPOCH },
      { type: "HAND_BACK", by: RESPONDER, at: EPOCH },
      { type: "HUMAN_TOLD", alertId: ALERT, at: EPOCH },
      { type: "ALERT_RESOLVED", alertId: ALERT, at: EPOCH },
      { type: "DECLINED", messageId: "9", at: EPOCH },
      { type: "OPT_OUT", by: USER, at: EPOCH },
      { type: "OPT_IN", by: USER, at: EPOCH },
      { type: "MEMBER_LEFT", guildId: GUILD, at: EPOCH },
      { type: "LOOK" }
    )
  }
)

const sent = fc.constantFrom("welcome", "reply", "notice", "follow_up").map((kind) => ({
  kind,
  channelId: CHANNEL,
  messageId: "600000000000000001"
}))
const companionship = fc.record({
  parts: fc.constantFrom(["I hear you."], ["One.", "Two."]),
  concern: fc.boolean(),
  source: fc.constant("template")
})

const generators = {
  events,
  outputs: { sendDirect: sent, converse: companionship, postSessionNotes: fc.constant({ posted: 1 }) },
  codes: fc.constantFrom("dm_closed", "server_error")
}

const quick = {
  idleMs: 700,
  maximumMs: 2500,
  followUp: { delayMs: 900, maximumMs: 1800, minSessionMs: 0 }
}

it("the Ash session chart, with a restart after every turn", () =>
  conformance(
    { rows: [ashSessionDefinition(policyWith({ ash: quick, optOut: { ttlMs: 1500 } }))], id: USER },
    {
      ...generators,
      advances: fc.oneof(
        { weight: 9, arbitrary: fc.integer({ min: 1, max: 1000 }) },
        { weight: 1, arbitrary: fc.constantFrom(60_000, 90_000, 600_000, 7_200_000) }
      ),
      opening: [
        start,
        "sendDirect",
        dm("hello"),
        dm("hello again", EPOCH, "2"),
        "converse",
        takeOver,
        dm("hi", EPOCH, "3")
      ]
    },
    { numRuns: 150, maxSteps: 30, unreached: ["ash-session: ash.consent.opted_out.for_good"] }
  ))

it("and where no contact is for good", () =>
  conformance(
    { rows: [ashSessionDefinition({ ...defaultAshPolicy, optOut: { enabled: true, ttlMs: null } })], id: USER },
    { ...generators, opening: [dm("leave me alone"), dm("hello", EPOCH, "2")] },
    { numRuns: 30, maxSteps: 20, unreached: null }
  ))
