/**
 * `kill -9` before and after every commit of an action's life, in a process that is started again. Whoever proposed and
 * confirmed asks again with the same idempotency keys, as a client does that heard nothing: they get the one action and its
 * one result.
 */
import { test } from "vitest"
import { type DeveloperWorld } from "#test/harness/DeveloperWorld.ts"
import { REACHED } from "#test/harness/CrashingStore.ts"
import { describe, expect } from "#test/harness/effect.ts"
import { eventually } from "#test/harness/Eventually.ts"
import { CRASHABLE } from "#test/harness/ProcessWorld.ts"
import { inDevelopment, livesOf } from "./developerWorlds.ts"
import { fewAtATime } from "./twice.ts"

/** Worlds at work at the same time. */
const LANES = 3

/** Proposal, confirmation, word to the owner's list, preparation, work. */
const COMMITS = 5

/** Proposes, confirms and looks, each until answered, and answers what everybody sees. */
const story = async (world: DeveloperWorld): Promise<unknown> => {
  const token = await eventually(
    "a proposal",
    () => world.propose(world.current, { idempotency_key: "propose-once" }),
    Boolean
  )
  const confirmed = await eventually(
    "an answer to the confirmation",
    () => world.confirm(world.current, token, "confirm-once"),
    ({ status }) => status < 500
  )
  const { body } = await eventually(
    "the end",
    () => world.action(world.current, token),
    (answer) => answer.body["state"] === "done"
  )
  const repeated = await world.confirm(world.current, token, "confirm-once")
  const other = await world.confirm(world.current, token, "another-one")
  const { intent_name, result } = body
  return {
    confirmed: [confirmed.status, confirmed.body["status"]],
    repeated: [repeated.status, repeated.body["status"]],
    other: [other.status, other.body["error"]],
    comments: world.github.comments("octo/hello", 12).length,
    action: { intent_name, ok: (result as { readonly ok: boolean }).ok }
  }
}

const AS_EVER = {
  confirmed: [200, "ok"],
  repeated: [200, "ok"],
  other: [404, "expired"],
  comments: 1,
  action: { intent_name: "pr.comment", ok: true }
}

describe("a process that dies in the middle of an action", () => {
  test("at any of its commits: done once, and told whoever asks again", { timeout: 300_000 }, () =>
    fewAtATime(livesOf("pending-action", COMMITS), LANES, ({ crashAt, residency }, lane) =>
      inDevelopment(residency, { redisUrl: null }, async (world) => {
        world.supervise({ CRASH_AT: crashAt }, CRASHABLE)
        await world.supervised()
        const told = await world.supervising(story(world))
        await world.supervising(eventually("the death", () => world.restarts === 1, Boolean))
        expect(world.output(), crashAt).toContain(REACHED)
        expect(told, `${crashAt} (${residency}, lane ${lane})`).toEqual(AS_EVER)
      })
    )
  )
})
