/**
 * A process frozen in the middle of a turn, right before its commit, while another one on the same Redis goes on. Thawed, it
 * writes what it had decided - and is refused: the event counts once, whoever handled it.
 */
import { describe, expect } from "#test/harness/effect.ts"
import { REACHED } from "#test/harness/CrashingStore.ts"
import { eventually } from "#test/harness/Eventually.ts"
import { freePort } from "#test/harness/ServiceProcess.ts"
import { CRASHABLE } from "#test/harness/ProcessWorld.ts"
import { PHONE, said, type World } from "#test/harness/World.ts"
import { timeless, it } from "./twice.ts"

/** One process that freezes before its n-th commit of a conversation, and one that never does. */
const frozenAndAwake = async (world: World, nthCommit: number) => {
  const frozen = await world.start(
    { CRASH_AT: `commit/conversation:before:${nthCommit}`, CRASH_BY: "SIGSTOP" },
    CRASHABLE
  )
  const reached = () => eventually("the freeze", () => frozen.output().includes(REACHED), Boolean)
  const awake = async () => world.start({ PORT: String(await freePort()) })
  return { frozen, reached, awake }
}

describe("a process frozen before its commit", () => {
  it.twice("finds the redelivered message handled, and answers the same", async (world) => {
    const { frozen, reached, awake } = await frozenAndAwake(world, 1)
    const late = world.deliver(PHONE, "plan", "SMfrozen")
    await reached()
    const other = await awake()
    const answer = said(await world.text(PHONE, "plan", "SMfrozen", other.url))
    const texts = await world.sms(PHONE, 1)
    await world.settled(PHONE)
    frozen.thaw()
    expect(said(await late)).toEqual(answer)
    expect(await world.counter(frozen, "tardigrade_turns_total", 'outcome="duplicate"')).toBe(1)
    expect(await world.sms(PHONE, 1)).toEqual(texts)
    const document = await world.document(PHONE)
    expect(document.metrics.message_count).toBe(1)
    return { answer, texts, document: timeless(document) }
  })

  it.twice("is refused its write and decides anew on what is there now", async (world) => {
    const { frozen, reached, awake } = await frozenAndAwake(world, 1)
    const late = world.deliver(PHONE, "help", "SMlate")
    await reached()
    const other = await awake()
    await world.text(PHONE, "plan", "SMearly", other.url)
    const texts = await world.sms(PHONE, 1)
    await world.settled(PHONE)
    frozen.thaw()
    const answer = await late
    expect(answer.status).toBe(200)
    // Help is worded for the status: the turn was run again on the plan the other process made.
    expect(said(answer).join(" ")).toContain("confirm")
    expect(await world.counter(frozen, "tardigrade_commit_conflicts_total")).toBe(1)
    const document = await world.document(PHONE)
    expect(document.metrics.message_count).toBe(2)
    return { answer: said(answer), texts, document: timeless(document) }
  })

  it.twice("loses its effect to whoever took it over, and its outcome is stale", async (world) => {
    // The first commit takes the message, the second the outcome of the account's look-up.
    const { frozen, reached, awake } = await frozenAndAwake(world, 2)
    const answer = said(await world.text(PHONE, "plan", "SMeffect"))
    await reached()
    await awake()
    const texts = await world.sms(PHONE, 1)
    const { revision } = await world.settled(PHONE)
    frozen.thaw()
    await eventually(
      "the refusal",
      () => world.counter(frozen, "tardigrade_commit_conflicts_total"),
      (conflicts) => conflicts > 0
    )
    expect((await world.settled(PHONE)).revision).toBe(revision)
    expect(await world.sms(PHONE, 1)).toEqual(texts)
    return { answer, texts, document: timeless(await world.document(PHONE)) }
  })
})
