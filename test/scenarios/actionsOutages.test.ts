/**
 * Redis dies around proposals and confirmations. What cannot be looked up is `store_unavailable`, never `expired`; what was
 * proposed can be confirmed when Redis is back; and whatever was asked again meanwhile is done once.
 */
import { type Answer } from "#test/harness/DeveloperWorld.ts"
import { describe, expect } from "#test/harness/effect.ts"
import { eventually } from "#test/harness/Eventually.ts"
import type { ServiceProcess } from "#test/harness/ServiceProcess.ts"
import { it, onOwnRedis } from "./developerWorlds.ts"

/** Longer than the outage takes on the slowest machine. */
const LASTING = { expires_in_seconds: 600 }

const isAway = ({ body, headers, status }: Answer): boolean =>
  status === 503 && body["error"] === "store_unavailable" && Number(headers.get("retry-after")) > 0

describe("while Redis is dead", () => {
  it.twice(
    "everything says so and nothing expires; afterwards it goes on",
    onOwnRedis(async (world, redis) => {
      const [one, other] = await world.two()
      const token = await world.propose(one, LASTING)
      await redis.kill9()
      const asked = [
        () => world.confirm(one, token, "once"),
        () => world.confirm(other, token, "once"),
        () => world.confirm(other, token),
        () => world.action(one, token),
        () => world.call(other, `/v1/actions/${token}`, { method: "DELETE" }),
        () => world.call(one, "/v1/actions"),
        () =>
          world.call(other, "/v1/actions/merge", {
            body: { repo: "octo/hello", pr_number: 12, idempotency_key: "merge-once" }
          })
      ]
      const began = performance.now()
      const answers = await Promise.all(asked.map((ask) => ask()))
      expect(answers.map(({ body, status }) => [status, body["error"]])).toEqual(
        asked.map(() => [503, "store_unavailable"])
      )
      expect(answers.every(isAway)).toBe(true)
      expect(performance.now() - began).toBeLessThan(15_000)
      const status = await world.call(one, "/v1/status", { as: null })
      expect([status.status, status.body["status"]]).toEqual([200, "unavailable"])

      await redis.start()
      const confirmed = await eventually(
        "the confirmation",
        () => world.confirm(other, token, "once"),
        (answer) => !isAway(answer)
      )
      expect([confirmed.status, confirmed.body["status"], world.comments]).toEqual([200, "ok", 1])
      // Each process finds its way back by itself.
      const repeated = await eventually(
        "the other process",
        () => world.confirm(one, token, "once"),
        (answer) => !isAway(answer)
      )
      expect(repeated.text).toBe(confirmed.text)
      expect((await world.confirm(one, token)).body["error"]).toBe("expired")
      expect(world.comments).toBe(1)
      return confirmed.body["spoken_text"]
    })
  )

  it.twice(
    "work that is under way ends and is told when Redis is back",
    onOwnRedis(async (world, redis) => {
      const service = await world.start()
      const token = await world.propose(service, LASTING)
      const held = world.github.spoil("comment", { kind: "hold", when: "after" })
      const waiting = world.confirm(service, token, "once")
      await held.met()
      await redis.kill9()
      held.release()
      await eventually(
        "the process to notice",
        () => world.call(service, "/v1/status", { as: null }),
        ({ body }) => body["status"] === "unavailable"
      )
      await redis.start()
      // It was taken: whatever is known by now, it is not that it expired.
      const told = await waiting
      expect([told.status, told.body["status"]]).toEqual([200, "ok"])
      const { body } = await world.reaches(service, token, "done")
      const again = await eventually(
        "the result",
        () => world.confirm(service, token, "once"),
        (answer) => !isAway(answer)
      )
      expect([again.status, again.body["status"], world.comments]).toEqual([200, "ok", 1])
      return (body["result"] as { readonly ok: boolean }).ok
    })
  )
})

describe("Redis dies in the middle of many confirmations", () => {
  it.twice(
    "each is taken in the end, and each is done once",
    onOwnRedis(async (world, redis) => {
      const both = await world.two()
      const waiting = await Promise.all(
        Array.from({ length: 32 }, (_, nth) => world.propose(both[nth % 2 === 0 ? 0 : 1], LASTING))
      )
      const tokens = [...waiting]
      const confirmOneByOne = async (at: ServiceProcess): Promise<void> => {
        for (let token = waiting.pop(); token !== undefined; token = waiting.pop()) {
          const [mine, key] = [token, `once-${waiting.length}`]
          const { body, status } = await eventually(
            "a confirmation to be taken",
            () => world.confirm(at, mine, key),
            (answer) => !isAway(answer),
            60_000
          )
          expect([status, body["status"]]).toEqual([200, "ok"])
        }
      }
      const taken = Promise.all([...both, ...both, ...both].map(confirmOneByOne))
      await eventually(
        "some of them",
        () => world.comments,
        (count) => count >= 4
      )
      await redis.kill9()
      // Who had just confirmed waits for what comes of it; who comes now is refused.
      const late = await world.confirm(both[0], tokens[0] ?? "", "late")
      expect(isAway(late)).toBe(true)
      await redis.start()
      await taken
      for (const token of tokens) await world.reaches(both[0], token, "done", 60_000)
      expect(world.comments).toBe(tokens.length)
    })
  )
})
