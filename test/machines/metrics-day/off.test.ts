/** Nothing measured, nothing written (M17): an alert and a conversation from their beginning to their end, with and without. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { address } from "#domain/ActorAddress.ts"
import { alertIdOf } from "#domain/ash/Alert.ts"
import { defaultAshPolicy } from "#domain/ash/AshPolicy.ts"
import { parseDayMetrics } from "#domain/ash/DayDocument.ts"
import { dayMetricsKey } from "#domain/ash/DayMetrics.ts"
import { registryWith } from "#machines/registry.ts"
import * as ActorRuntime from "#runtime/ActorRuntime.ts"
import { ActorSystem } from "#runtime/ActorSystem.ts"
import { ActorStore } from "#runtime/ports/ActorStore.ts"
import { Housekeeping } from "#runtime/ports/Housekeeping.ts"
import * as MemoryStore from "#stores/memory/MemoryStore.ts"
import { DATE } from "#test/domain/ash/DayRecords.ts"
import { describe, expect, it } from "#test/harness/effect.ts"

const [GUILD, USER, CHANNEL, MESSAGE, BY] = ["11", "12", "13", "14", "15"]
const PREFIXES = [
  "ash:metrics:alert:",
  "ash:metrics:alerts:",
  "ash:metrics:daily:",
  "ash:metrics:",
  "ash:session:meta:"
]
const NOON = Date.parse(`${DATE}T12:00:00Z`)

const sent = { kind: "welcome", channelId: "17", messageId: "18" }

/** What an alert and a conversation leave behind: keys by prefix, and what the day counts. */
const leftBehind = (enabled: boolean) => {
  const { alerts } = defaultAshPolicy
  const ash = { ...defaultAshPolicy, alerts: { ...alerts, metrics: { ...alerts.metrics, enabled } } }
  const posted = { place: { channelId: CHANNEL, messageId: "16" }, threadId: "16", called: true }
  const runtime = ActorRuntime.layer({
    actors: registryWith({ ash }),
    handlers: {
      alert: { postAlert: { run: () => Effect.succeed(posted) } },
      "ash-session": { sendDirect: { run: () => Effect.succeed(sent) } }
    }
  }).pipe(Layer.provideMerge(MemoryStore.layer))
  const story = Effect.gen(function* () {
    const [system, store, keeping] = [yield* ActorSystem, yield* ActorStore, yield* Housekeeping]
    const alertId = alertIdOf(GUILD, USER, MESSAGE)
    const at = NOON
    const signal = {
      ...{ guildId: GUILD, userId: USER, channelId: CHANNEL, messageId: MESSAGE, at, severity: "critical" },
      ...{ sensitivity: 1, origin: "channel", analysis: null, unanalysed: false, humanWanted: null }
    }
    const alert = address("alert", alertId)
    yield* system.tell(alert, { type: "OPEN", signal, earlier: 0, previous: null }, { id: "1" })
    yield* system.tell(alert, { type: "TALK_TO_ASH", by: BY, at }, { id: "2" })
    yield* system.drained
    yield* system.tell(alert, { type: "RESOLVE", by: BY, at, note: null }, { id: "3" })
    yield* system.tell(address("ash-session", USER), { type: "OPT_OUT", by: USER, at }, { id: "4" })
    yield* system.drained
    const { prefixes } = yield* keeping.size(PREFIXES)
    const keys = Object.fromEntries(prefixes.map(({ keys, prefix }) => [prefix, keys]))
    const text = yield* store.readDocument(dayMetricsKey(DATE))
    const counted = text === null ? null : parseDayMetrics(DATE, text)
    const day = counted === null ? null : [counted.total_alerts, counted.sessions.started]
    return { keys, day, actor: (yield* store.load(address("metrics-day", DATE))) !== null }
  })
  return Effect.andThen(TestClock.setTime(NOON), Effect.provide(story, runtime))
}

describe("response metrics", () => {
  it.effect("switched on leave the alert's record, its index, its day with the conversation", () =>
    Effect.gen(function* () {
      expect(yield* leftBehind(true)).toEqual({
        keys: {
          ...{ "ash:metrics:alert:": 1, "ash:metrics:alerts:": 1, "ash:metrics:daily:": 1 },
          ...{ "ash:metrics:": 1, "ash:session:meta:": 1 }
        },
        ...{ day: [1, 1], actor: true }
      })
    })
  )

  it.effect("switched off leave nothing but the way from the post to its alert, which buttons need", () =>
    Effect.gen(function* () {
      expect(yield* leftBehind(false)).toEqual({
        keys: {
          ...{ "ash:metrics:alert:": 0, "ash:metrics:alerts:": 0, "ash:metrics:daily:": 0 },
          ...{ "ash:metrics:": 1, "ash:session:meta:": 1 }
        },
        ...{ day: null, actor: false }
      })
    })
  )
})
