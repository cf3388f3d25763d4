/** The alert of the race tests tells its member what the real one does, for any messages in any order. */
import * as fc from "fast-check"
import { expect, it } from "vitest"
import { alertIdOf, type Signal } from "#domain/ash/Alert.ts"
import { defaultAshPolicy } from "#domain/ash/AshPolicy.ts"
import type { ActorEvent } from "#domain/Envelope.ts"
import { alertDefinition } from "#machines/alert/definition.ts"
import { Bench, NOW } from "#test/kernel/harness.ts"
import type { ActorState } from "#kernel/Turn.ts"
import { analysis, GUILD, USER } from "./Driver.ts"
import { ModelAlert } from "./ModelAlerts.ts"

const ID = alertIdOf(GUILD, USER, "1")

const signals: fc.Arbitrary<Signal> = fc.record({
  guildId: fc.constant(GUILD),
  userId: fc.constant(USER),
  channelId: fc.constant("70"),
  messageId: fc.constantFrom("1", "2", "3"),
  at: fc.constant(NOW),
  severity: fc.constantFrom("low" as const, "medium" as const, "high" as const, "critical" as const),
  sensitivity: fc.constant(1),
  origin: fc.constant("channel" as const),
  analysis: fc.constant(analysis("high")),
  unanalysed: fc.constant(false),
  humanWanted: fc.constantFrom(null, null, "asked" as const)
})
const events = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constantFrom("OPEN" as const, "SIGNAL" as const, "ANALYSED" as const),
      signal: signals
    })
  },
  { weight: 1, arbitrary: fc.constant({ type: "RESOLVE" as const }) }
)

it("the model is true", () => {
  fc.assert(
    fc.property(signals, fc.array(events, { maxLength: 12 }), (first, steps) => {
      const bench = new Bench([alertDefinition(defaultAshPolicy)], ID)
      const model = new ModelAlert(ID)
      let state: ActorState | null = null
      const told = (): ReadonlyArray<unknown> =>
        (state?.meta.outbox ?? []).flatMap(({ work }) =>
          work.kind === "message" && work.to.type === "member" ? [work.event] : []
        )
      const opening = { type: "OPEN" as const, signal: { ...first, messageId: "1" } }
      for (const step of [opening, ...steps]) {
        const request = { by: "1", at: NOW, note: null, earlier: 0, previous: null }
        const event: ActorEvent = { ...request, ...step }
        state = bench.event(state, event).state
        if (step.type === "RESOLVE") model.close(NOW)
        else model.hear(step.type, step.signal)
        expect(told()).toEqual(model.outbox)
      }
    }),
    { numRuns: 300 }
  )
})
