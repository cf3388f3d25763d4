/** A shard's checkpoint: forward only in any order of events, one session cleared without touching another, bounded. */
import { readFileSync } from "node:fs"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { ActorEvent } from "#domain/Envelope.ts"
import type { GatewayCheckpoint, GatewaySession } from "#domain/ash/Gateway.ts"
import { compareSnowflakes } from "#domain/ash/Snowflake.ts"
import { type ActorRecord, decodeRecord } from "#kernel/ActorRecord.ts"
import { decodeState, encodeState } from "#kernel/SnapshotCodec.ts"
import type { ActorState } from "#kernel/Turn.ts"
import { GATEWAY_TTL_MS, gatewayDefinition } from "#machines/gateway/definition.ts"
import { MAX_CHANNELS, VERSION } from "#machines/gateway/schema.ts"
import { conformance } from "#test/kernel/conformance/conformance.ts"
import { Bench, NOW } from "#test/kernel/harness.ts"

const session = (sessionId: string, sequence: number): GatewaySession => ({
  sessionId,
  resumeUrl: `wss://gateway.example/${sessionId}`,
  sequence
})
const at = (
  ms: number,
  heard: GatewaySession | null,
  channels: GatewayCheckpoint["channels"] = {},
  holder = "one"
): ActorEvent => ({
  type: "CHECKPOINT",
  holder,
  session: heard,
  channels,
  at: ms
})
const lost = (sessionId: string): ActorEvent => ({ type: "SESSION_LOST", sessionId, at: 9 })

const claimed = (holder: string): ActorEvent => ({ type: "CLAIM", holder, ifFree: false, forMs: 6000, at: NOW })

const bench = () => new Bench([gatewayDefinition()], "0")
/** What `LOOK` answers after these events. */
const after = (...events: ReadonlyArray<ActorEvent>): unknown => {
  const b = bench()
  const state = events.reduce<ActorState | null>((now, event) => b.event(now, event).state, null)
  return b.event(state, "LOOK").reply
}

describe("a shard", () => {
  it("that never heard anything answers an empty checkpoint", () =>
    expect(after()).toEqual({ session: null, channels: {}, at: 0 }))

  it.each<readonly [string, ReadonlyArray<ActorEvent>, GatewayCheckpoint]>([
    [
      "moves forward",
      [at(1, session("a", 5)), at(2, session("a", 7))],
      { session: session("a", 7), channels: {}, at: 2 }
    ],
    ["not back", [at(2, session("a", 7)), at(1, session("a", 5))], { session: session("a", 7), channels: {}, at: 2 }],
    [
      "takes a new session",
      [at(1, session("a", 7)), at(2, session("b", 1))],
      { session: session("b", 1), channels: {}, at: 2 }
    ],
    [
      "keeps its session when none is told",
      [at(1, session("a", 7)), at(2, null)],
      { session: session("a", 7), channels: {}, at: 2 }
    ],
    [
      "loses its session",
      [at(1, session("a", 7), { 10: "100" }), lost("a")],
      { session: null, channels: { 10: "100" }, at: 1 }
    ],
    ["not another one", [at(1, session("b", 7)), lost("a")], { session: session("b", 7), channels: {}, at: 1 }],
    [
      "does not get a lost one back",
      [at(1, session("a", 7)), lost("a"), at(2, session("a", 8), { 10: "100" })],
      { session: null, channels: { 10: "100" }, at: 2 }
    ],
    [
      "goes on with the next after a loss",
      [at(1, session("a", 7)), lost("a"), at(2, session("b", 1))],
      { session: session("b", 1), channels: {}, at: 2 }
    ],
    [
      "takes marks from whoever tells them, and another session only from its holder",
      [
        claimed("one"),
        at(1, session("a", 5), { 10: "100" }),
        claimed("two"),
        at(2, session("b", 1), { 10: "200" }, "two"),
        at(3, session("a", 9), { 10: "300" }, "one")
      ],
      { session: session("b", 1), channels: { 10: "300" }, at: 3 }
    ],
    [
      "takes a higher sequence of its session from whoever tells it",
      [claimed("one"), at(1, session("a", 5)), claimed("two"), at(2, session("a", 9), {}, "one")],
      { session: session("a", 9), channels: {}, at: 2 }
    ],
    [
      "compares messages as numbers",
      [at(1, null, { 10: "99", 11: "200" }), at(2, null, { 10: "100", 11: "199" })],
      { session: null, channels: { 10: "100", 11: "200" }, at: 2 }
    ]
  ])("%s", (_, events, expected) => expect(after(...events)).toEqual(expected))

  it("answers nobody who did not ask", () => expect(bench().event(null, at(1, null)).reply).toBeUndefined())

  it("forgets the channel that has been silent longest beyond its bound", () => {
    const many = Object.fromEntries(
      Array.from({ length: MAX_CHANNELS }, (_, n) => [String(10_000 + n), String(500 + n)])
    )
    const { channels } = after(at(1, null, many), at(2, null, { 7: "9999999", 8: "3" })) as GatewayCheckpoint
    expect(Object.keys(channels)).toHaveLength(MAX_CHANNELS)
    expect(channels).toMatchObject({ 7: "9999999", 10001: "501" })
    expect(channels).not.toHaveProperty("8")
    expect(channels).not.toHaveProperty("10000")
  })

  it("lives thirty days and is refused while the store is away", () => {
    const row = gatewayDefinition()
    expect(row.migrations).toHaveLength(row.version - 1)
    expect([row.ttlMs, row.whenStoreAway, row.project]).toEqual([GATEWAY_TTL_MS, undefined, undefined])
    expect(GATEWAY_TTL_MS).toBe(30 * 86_400_000)
  })
})

const checkpoints = fc.record({
  type: fc.constant("CHECKPOINT"),
  holder: fc.constantFrom("one", "two"),
  session: fc.option(
    fc.record({
      sessionId: fc.constantFrom("a", "b"),
      resumeUrl: fc.constant("wss://gateway.example"),
      sequence: fc.nat({ max: 9 })
    })
  ),
  channels: fc.dictionary(fc.constantFrom("10", "11", "12"), fc.bigInt({ min: 1n, max: 10_000n }).map(String)),
  at: fc.integer({ min: NOW, max: NOW + 1000 })
})

describe("any order of checkpoints", () => {
  it("ends with the newest message of each channel, and never steps back on the way", () => {
    fc.assert(
      fc.property(fc.array(checkpoints, { minLength: 1, maxLength: 12 }), (events) => {
        const b = bench()
        let state: ActorState | null = null
        let before: GatewayCheckpoint = { session: null, channels: {}, at: 0 }
        for (const event of events) {
          state = b.event(state, event).state
          const now = b.event(state, "LOOK").reply as GatewayCheckpoint
          for (const [channel, message] of Object.entries(before.channels)) {
            expect(compareSnowflakes(now.channels[channel] ?? "0", message)).toBeGreaterThanOrEqual(0)
          }
          if (now.session?.sessionId === before.session?.sessionId) {
            expect(now.session?.sequence ?? 0).toBeGreaterThanOrEqual(before.session?.sequence ?? 0)
          }
          before = now
        }
        for (const channel of ["10", "11", "12"]) {
          const heard = events.flatMap(({ channels }) => channels[channel] ?? []).toSorted(compareSnowflakes)
          expect(before.channels[channel]).toBe(heard.at(-1))
        }
        expect(before.at).toBe(Math.max(...events.map(({ at }) => at)))
      })
    )
  })

  it("means the same in live XState, with a restart after every turn", () =>
    conformance(
      { rows: [gatewayDefinition()], id: "0" },
      {
        events: fc.oneof(
          { weight: 3, arbitrary: checkpoints },
          fc.record({ type: fc.constant("SESSION_LOST"), sessionId: fc.constantFrom("a", "b"), at: fc.constant(NOW) }),
          fc.record({
            type: fc.constantFrom("CLAIM", "RENEW", "RELEASE"),
            holder: fc.constantFrom("one", "two"),
            ifFree: fc.boolean(),
            forMs: fc.constantFrom(0, 500),
            at: fc.integer({ min: NOW, max: NOW + 1000 })
          }),
          fc.constant({ type: "LOOK" })
        )
      }
    ))
})

describe.each(["v1", "v2"])("a stored checkpoint, %s", (version) => {
  const frozen = JSON.parse(
    readFileSync(new URL(`../../fixtures/snapshots/gateway/${version}.json`, import.meta.url), "utf8")
  ) as ActorRecord

  it("is read, written as this version writes it, and goes on", () => {
    const b = bench()
    const state = decodeState(b.actor, JSON.stringify(frozen))
    const { snapshot } = frozen
    expect(JSON.parse(encodeState(state))).toEqual({
      ...decodeRecord(JSON.stringify(frozen)),
      version: VERSION,
      snapshot: { ...snapshot, context: { holder: null, ...(snapshot.context as object) } }
    })
    const next = b.event(state, at(NOW + 1, session("a", 8), { 10: "101" })).state
    expect(b.event(next, "LOOK").reply).toEqual({
      session: session("a", 8),
      channels: { 10: "101", 11: "200" },
      at: NOW + 1
    })
  })
})
