/**
 * Sessions when things die: Redis, before and in the middle of an answer, and the process itself at each of a session's
 * commits. There is always an answer; what a session took is answered in it once; and it goes on where it was.
 */
import { test } from "vitest"
import { saidTo } from "#test/harness/ChatModel.ts"
import { REACHED } from "#test/harness/CrashingStore.ts"
import { type Answer, type DeveloperWorld } from "#test/harness/DeveloperWorld.ts"
import { describe, expect } from "#test/harness/effect.ts"
import { eventually } from "#test/harness/Eventually.ts"
import { CRASHABLE } from "#test/harness/ProcessWorld.ts"
import { inDevelopment, it, livesOf, onOwnRedis } from "./developerWorlds.ts"
import { fewAtATime } from "./twice.ts"

const turn = (question: string): ReadonlyArray<string> => [`user: ${question}`, `assistant: ${saidTo(question)}`]
const isKept = ({ headers }: Answer): boolean => headers.get("session-kept") === "true"

/** What an operator sees and may do. */
const operator = (world: DeveloperWorld, session: string) => {
  const as = world.environment()["ADMIN_TOKEN"] ?? ""
  return {
    debug: (at: { readonly url: string }) => world.call(at, `/api/session/${session}/debug`, { as }),
    clear: (at: { readonly url: string }) => world.call(at, `/api/session/${session}`, { as, method: "DELETE" })
  }
}

describe("while Redis is dead", () => {
  it.twice(
    "every endpoint answers within a few seconds and says so; afterwards the session goes on",
    onOwnRedis(async (world, redis) => {
      const service = await world.start(world.model.environment())
      const session = world.session()
      const { clear, debug } = operator(world, session)
      await world.ask(service, "Who was it?", session)
      await redis.kill9()
      const began = performance.now()
      const [answer, shown, cleared] = await Promise.all([
        world.ask(service, "And now?", session),
        debug(service),
        clear(service)
      ])
      expect(performance.now() - began).toBeLessThan(10_000)
      expect(answer.status).toBe(200)
      expect(answer.body).toEqual({
        message: saidTo("And now?"),
        status: "success",
        response: { query: "And now?" },
        session_id: session,
        status_code: 200
      })
      expect(isKept(answer)).toBe(false)
      expect(shown.body).toEqual({
        ...{ session_id: session, exists: false, message_count: 0 },
        ...{ messages: [], redis_available: false }
      })
      expect([cleared.status, cleared.body["status"], cleared.body["redis_available"]]).toEqual([200, "warning", false])

      await redis.start()
      await eventually(
        "Redis to be there",
        () => debug(service),
        ({ body }) => body["redis_available"] === true
      )
      await eventually("an answer that is kept", () => world.ask(service, "Are you back?", session, "once"), isKept)
      const dialogue = await world.dialogue(session)
      expect(dialogue).toEqual([...turn("Who was it?"), ...turn("Are you back?")])
      return dialogue
    })
  )

  it.twice(
    "an answer that is being written is in the session, once, when Redis is back",
    onOwnRedis(async (world, redis) => {
      const service = await world.start(world.model.environment())
      const session = world.session()
      world.model.hold()
      const waiting = world.ask(service, "Who was it?", session)
      await world.model.asked(1)
      await redis.kill9()
      world.model.release()
      await eventually(
        "the process to notice",
        () => operator(world, session).debug(service),
        ({ body }) => body["redis_available"] === false
      )
      await redis.start()
      const answer = await waiting
      expect([answer.body["message"], isKept(answer)]).toEqual([saidTo("Who was it?"), true])
      await eventually("an answer that is kept", () => world.ask(service, "And now?", session, "once"), isKept)
      const dialogue = await world.dialogue(session)
      expect(dialogue).toEqual([...turn("Who was it?"), ...turn("And now?")])
      return dialogue
    })
  )
})

/** Taken, what an earlier version left looked for, answered. */
const COMMITS = 3

describe("a process that dies between a question and its answer", () => {
  test("at any commit: who asks again has the answer, and the session has it once", { timeout: 300_000 }, () =>
    fewAtATime(livesOf("session", COMMITS), 3, ({ crashAt, residency }) =>
      inDevelopment(residency, { redisUrl: null }, async (world) => {
        world.options.env = world.model.environment()
        world.supervise({ CRASH_AT: crashAt }, CRASHABLE)
        await world.supervised()
        const session = world.session()
        const ask = eventually(
          "the answer",
          () => world.ask(world.current, "Who was it?", session, "once"),
          ({ body }) => body["status"] === "success"
        )
        expect((await world.supervising(ask)).body["message"], crashAt).toBe(saidTo("Who was it?"))
        await world.supervising(eventually("the death", () => world.restarts === 1, Boolean))
        expect(world.output()).toContain(REACHED)
        const { body } = await eventually("the session", () => operator(world, session).debug(world.current), Boolean)
        const messages = body["messages"] as ReadonlyArray<{ readonly role: string; readonly content: string }>
        expect(
          messages.map(({ content, role }) => `${role}: ${content}`),
          crashAt
        ).toEqual(turn("Who was it?"))
      })
    )
  )
})
