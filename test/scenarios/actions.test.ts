/**
 * One confirmation counts. A hundred of them at once over two processes on one Redis, with the winner killed wherever it
 * hurts: the comment stands on GitHub once, the action is done, and only whoever confirmed it hears so again.
 */
import { type Answer, BOB, type DeveloperWorld } from "#test/harness/DeveloperWorld.ts"
import { describe, expect } from "#test/harness/effect.ts"
import { REACHED } from "#test/harness/CrashingStore.ts"
import { eventually } from "#test/harness/Eventually.ts"
import { CRASHABLE } from "#test/harness/ProcessWorld.ts"
import type { ServiceProcess } from "#test/harness/ServiceProcess.ts"
import { it } from "./developerWorlds.ts"

const HUNDRED = Array.from({ length: 100 }, (_, nth) => nth)
const keyOf = (nth: number): string => `try-${nth}`

/** A hundred confirmations at once, in turns at these processes, each with its own key. `null` = the process died on it. */
const hundred = (world: DeveloperWorld, token: string, at: ReadonlyArray<ServiceProcess>) =>
  HUNDRED.map((nth) => ({
    nth,
    at: at[nth % at.length] as ServiceProcess,
    answer: world.confirm(at[nth % at.length] as ServiceProcess, token, keyOf(nth)).catch(() => null)
  }))

const isDone = (answer: Answer | null): boolean => answer?.status === 200
const isExpired = (answer: Answer | null): boolean => answer?.status === 404 && answer.body["error"] === "expired"

/** Every confirmation again: one of them is the one that counted, and gets its result. */
const onlyOneOf = async (world: DeveloperWorld, token: string, at: ServiceProcess): Promise<number> => {
  const again = await Promise.all(HUNDRED.map((nth) => world.confirm(at, token, keyOf(nth))))
  expect(again.filter(isExpired)).toHaveLength(99)
  const winner = again.findIndex(isDone)
  expect(again[winner]?.body).toMatchObject({ status: "ok", intent: { name: "pr.comment" } })
  return winner
}

/** What everybody can see of an action that was done once, whoever was killed. */
const doneOnce = async (world: DeveloperWorld, token: string, at: ServiceProcess): Promise<unknown> => {
  const { body } = await world.reaches(at, token, "done")
  expect(world.comments).toBe(1)
  expect(await world.document(token)).toBeNull()
  expect((await world.confirm(at, token)).body["error"]).toBe("expired")
  expect((await world.confirm(at, token, "another")).body["error"]).toBe("expired")
  expect((await world.confirm(at, token, keyOf(0), BOB)).body["error"]).toBe("not_yours")
  expect((await world.call(at, "/v1/actions")).body).toEqual({ actions: [] })
  return (body["result"] as { readonly ok: boolean }).ok
}

describe("a hundred confirmations at once over two processes", () => {
  it.twice("are one", async (world) => {
    const both = await world.two()
    const token = await world.propose(both[0])
    const answers = await Promise.all(hundred(world, token, both).map(({ answer }) => answer))
    expect([answers.filter(isDone).length, answers.filter(isExpired).length]).toEqual([1, 99])
    const winner = answers.findIndex(isDone)
    for (const process of both) expect(await onlyOneOf(world, token, process)).toBe(winner)
    return doneOnce(world, token, both[1])
  })

  it.twice("are one when the process that took it dies right after its commit", async (world) => {
    // Its first commit of a pending action is the confirmation; the proposal was the other's.
    const other = await world.start()
    const dying = await world.start({ CRASH_AT: "commit/pending-action:after:1" }, CRASHABLE)
    const token = await world.propose(other)
    const lost = hundred(world, token, [dying]).slice(0, 50)
    await eventually("the death", () => dying.output().includes(REACHED), Boolean)
    const refused = await Promise.all(hundred(world, token, [other]).map(({ answer }) => answer))
    expect(await Promise.all(lost.map(({ answer }) => answer))).toEqual(lost.map(() => null))
    const seen = await doneOnce(world, token, other)
    const winner = await onlyOneOf(world, token, other)
    // Fifty of the second hundred came with the keys of the first fifty: the winner's is answered, no other one.
    expect(winner).toBeLessThan(50)
    expect(refused.filter(isExpired)).toHaveLength(99)
    expect(isDone(refused[winner] ?? null)).toBe(true)
    return seen
  })

  for (const when of ["before", "after"] as const) {
    it.twice(`are one when the winner dies while GitHub holds its call, held ${when} it took effect`, async (world) => {
      const both = await world.two()
      const token = await world.propose(both[1])
      const held = world.github.spoil("comment", { kind: "hold", when })
      const asked = hundred(world, token, both)
      const settled = new Map<number, Answer | null>()
      for (const { answer, nth } of asked) void answer.then((answer) => settled.set(nth, answer))
      await held.met()
      await eventually(
        "99 refusals",
        () => settled.size,
        (size) => size === 99
      )
      expect([...settled.values()].filter(isExpired)).toHaveLength(99)
      const winner = asked.find(({ nth }) => !settled.has(nth))
      const [survivor] = both.filter(({ pid }) => pid !== winner?.at.pid)
      if (winner === undefined || survivor === undefined) throw new Error("nobody won")
      await winner.at.kill9()
      expect(await winner.answer).toBeNull()
      expect(world.comments).toBe(when === "after" ? 1 : 0)
      const seen = await doneOnce(world, token, survivor)
      held.release()
      expect(await onlyOneOf(world, token, survivor)).toBe(winner.nth)
      const restarted = await world.start()
      expect(await onlyOneOf(world, token, restarted)).toBe(winner.nth)
      expect(world.comments).toBe(1)
      return seen
    })
  }
})

describe("one confirmation, sent again and again", () => {
  it.twice("with its key is answered with the one result, whichever process is asked", async (world) => {
    const both = await world.two()
    const token = await world.propose(both[0])
    const answers = await Promise.all(
      HUNDRED.slice(0, 30).map((nth) => world.confirm(both[nth % 2 === 0 ? 0 : 1], token, "the-same"))
    )
    expect(answers.filter(isDone)).toHaveLength(30)
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
    return doneOnce(world, token, both[1])
  })

  it.twice("is refused in a process that was frozen before its commit, when another one confirmed", async (world) => {
    const frozen = await world.start({ CRASH_AT: "commit/pending-action:before:1", CRASH_BY: "SIGSTOP" }, CRASHABLE)
    const awake = await world.start()
    const token = await world.propose(awake)
    const late = world.confirm(frozen, token, "late")
    await eventually("the freeze", () => frozen.output().includes(REACHED), Boolean)
    const confirmed = await world.confirm(awake, token, "early")
    expect(isDone(confirmed)).toBe(true)
    frozen.thaw()
    expect(isExpired(await late)).toBe(true)
    expect(isExpired(await world.confirm(frozen, token, "late"))).toBe(true)
    expect((await world.confirm(frozen, token, "early")).text).toBe(confirmed.text)
    return doneOnce(world, token, frozen)
  })
})
