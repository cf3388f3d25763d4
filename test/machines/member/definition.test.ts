/** The member's row: how long they are remembered, what is forgotten with them, and what was stored once and is read still. */
import { readFileSync } from "node:fs"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { alertIdOf } from "#domain/ash/Alert.ts"
import { type AshPolicy, defaultAshPolicy } from "#domain/ash/AshPolicy.ts"
import type { ActorEvent } from "#domain/Envelope.ts"
import { type ActorRecord, decodeRecord } from "#kernel/ActorRecord.ts"
import { decodeState, encodeState } from "#kernel/SnapshotCodec.ts"
import { viewOf } from "#kernel/Turn.ts"
import { memberDefinition } from "#machines/member/definition.ts"
import { conformance } from "#test/kernel/conformance/conformance.ts"
import { EPOCH } from "#test/kernel/conformance/Run.ts"
import { Bench } from "#test/kernel/harness.ts"
import { analysis, DAY, GRAVE, GUILD, HISTORY, MemberDriver, message, removed, SAFE, stored, USER } from "./Driver.ts"

const ID = `${GUILD}:${USER}`
const ttl = (member: MemberDriver): number | null => {
  const row = memberDefinition(member.policy)
  const view = viewOf(member.bench.address, member.live)
  return typeof row.ttlMs === "function" ? row.ttlMs(view) : row.ttlMs
}
const with_ = (history: Partial<AshPolicy["history"]>): AshPolicy => ({
  ...defaultAshPolicy,
  history: { ...defaultAshPolicy.history, ...history }
})

describe("the row", () => {
  it("keeps a member for as long as their history, two weeks at least, and with an open alert as long as that", () => {
    expect(ttl(new MemberDriver().writes("1", "low"))).toBe(14 * DAY)
    expect(ttl(new MemberDriver(with_({ ttlMs: 30 * DAY })).writes("1", "low"))).toBe(30 * DAY)
    expect(ttl(new MemberDriver(with_({ ttlMs: DAY })).writes("1", "low"))).toBe(14 * DAY)
    const member = new MemberDriver().writes("1", "high")
    expect(ttl(member)).toBe(90 * DAY)
    expect(ttl(member.closes())).toBe(14 * DAY)
  })

  it("forgets the history with the member, and nothing of another guild (A37)", () => {
    const member = new MemberDriver().writes("1", "low")
    expect(memberDefinition(member.policy).projectionKeys?.(viewOf(member.bench.address, member.live))).toEqual([
      HISTORY
    ])
  })

  it("keeps events as they are while the store is away, and has a policy for its timer", () => {
    const row = memberDefinition(defaultAshPolicy)
    const event = { type: "MESSAGE_SEEN", message: message("1", SAFE) }
    expect(typeof row.whenStoreAway === "object" && row.whenStoreAway.spool(event)).toBe(event)
    const { actor } = new MemberDriver().bench
    expect(new Set(Object.values(actor.delayNames))).toEqual(new Set(Object.keys(row.lateTimers ?? {})))
  })

  it("is for members only: another id is refused, without saying it", () => {
    const bench = new Bench([memberDefinition(defaultAshPolicy)], "not a member")
    expect(() => bench.event(null, "LOOK")).toThrow("a member is a guild id, a colon and a user id")
  })
})

describe("any order of events", () => {
  const at = fc.integer({ min: EPOCH, max: EPOCH + 3_000 })
  const messageId = fc.constantFrom("1", "2", "3")
  const is = <T extends string>(type: T) => fc.constant(type)
  const seen = fc.record({
    messageId,
    channelId: is("70"),
    text: fc.constantFrom(SAFE, GRAVE, "", "I hate my life"),
    at: fc.constant(EPOCH),
    editedAt: fc.option(fc.integer({ min: EPOCH + 1, max: EPOCH + 5 })),
    sensitivity: fc.constant(1),
    origin: is("channel")
  })
  const severity = fc.constantFrom("safe" as const, "low" as const, "medium" as const, "critical" as const)
  const verdict = fc.record({ message: seen, analysis: severity.map((one) => analysis(one)), unanalysed: fc.boolean() })
  const alertId = messageId.map((id) => alertIdOf(GUILD, USER, id))
  const signal = fc.record({
    ...{ guildId: is(GUILD), userId: is(USER), channelId: is("70"), messageId, at },
    severity: fc.constantFrom("low", "high"),
    ...{ sensitivity: fc.constant(1), origin: is("dm"), analysis: fc.constant(null), unanalysed: fc.boolean() },
    humanWanted: fc.constantFrom(null, "asked", "opted_out")
  })
  const events: fc.Arbitrary<ActorEvent> = fc.oneof(
    { weight: 5, arbitrary: fc.record({ type: is("MESSAGE_SEEN"), message: seen }) },
    fc.record({ type: is("MESSAGES_DELETED"), messageIds: fc.array(messageId, { maxLength: 3 }), at }),
    fc.record({ type: is("MESSAGE_PROXIED"), original: messageId, proxy: fc.constantFrom("2", "9"), at }),
    fc.record({
      type: is("HUMAN_WANTED"),
      because: fc.constantFrom("asked", "opted_out"),
      messageId,
      channelId: is("71"),
      at
    }),
    fc.record({ type: fc.constantFrom("HISTORY_CLEARED", "MEMBER_LEFT"), at }),
    fc.record({ type: is("FORGOTTEN"), messageIds: fc.array(messageId, { maxLength: 2 }), at }),
    { weight: 2, arbitrary: fc.record({ type: is("ALERT_CLOSED"), alertId, at }) },
    { weight: 2, arbitrary: fc.record({ type: is("SIGNAL_UNHEARD"), signal }) }
  )

  it("means the same in live XState, with a restart after every turn", () =>
    conformance(
      { rows: [memberDefinition(defaultAshPolicy)], id: ID },
      {
        events,
        advances: fc.constantFrom(100, 15_000, 3_600_000),
        outputs: { classify: verdict, classifyLater: verdict },
        opening: [
          { type: "MESSAGE_SEEN", message: message("1", GRAVE, { at: EPOCH }) },
          "classify",
          { type: "MESSAGES_DELETED", messageIds: ["1"], at: EPOCH }
        ]
      },
      { numRuns: 150 }
    ))
})

describe("a member of version 1", () => {
  const frozen = JSON.parse(
    readFileSync(new URL("../../fixtures/snapshots/member/v1.json", import.meta.url), "utf8")
  ) as ActorRecord
  const thawed = () => {
    const member = new MemberDriver()
    member.state = decodeState(member.bench.actor, JSON.stringify(frozen))
    return member
  }

  it("is read, and written as it was", () =>
    expect(JSON.parse(encodeState(thawed().live))).toEqual(decodeRecord(JSON.stringify(frozen))))

  it("goes on: what was under way, deletions and the open alert", () => {
    const member = thawed()
    expect(member.value).toEqual({ words: "deleting", alert: "alerted" })
    expect(member.analysedLater("2", "critical").said).toEqual(["ANALYSED"])
    expect(stored(member)).toMatchObject({ message_id: "2", severity: "critical" })
    expect(member.classified("3", "safe").projected).toEqual([])
    expect(removed(member.graceEnds())).toEqual(["1"])
    expect(member.said).toEqual(["TEXT_GONE", "TEXT_GONE"])
    expect(member.deletes("9").graceEnds().projected).toMatchObject([{ values: ["9", "4"] }])
    expect(member.closes().value.alert).toBe("calm")
  })
})
