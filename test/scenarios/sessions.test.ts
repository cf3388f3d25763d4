/**
 * Analysts' sessions over two processes on one Redis, with a model that a test holds: dialogues never mix, turns keep their
 * order, and a question whose process was killed or frozen gets its one answer from the other one.
 */
import { address } from "#domain/ActorAddress.ts"
import type { ActorView } from "#domain/ActorDefinition.ts"
import { contextOf } from "#machines/session/schema.ts"
import { saidTo } from "#test/harness/ChatModel.ts"
import { type Answer, type DeveloperWorld } from "#test/harness/DeveloperWorld.ts"
import { describe, expect } from "#test/harness/effect.ts"
import { eventually } from "#test/harness/Eventually.ts"
import { MARKED } from "#test/harness/ProcessWorld.ts"
import { it } from "./developerWorlds.ts"

const turn = (question: string): ReadonlyArray<string> => [`user: ${question}`, `assistant: ${saidTo(question)}`]

const messageOf = ({ body, status }: Answer): unknown => [status, body["status"], body["message"]]
const answered = (question: string): unknown => [200, "success", saidTo(question)]

/** Questions that the session has taken and not answered, in their order. */
const waiting = async (world: DeveloperWorld, session: string): Promise<ReadonlyArray<string>> => {
  const record = await world.recordOf(address("session", session))
  return record === null ? [] : contextOf(record.snapshot as unknown as ActorView).waiting.map(({ query }) => query)
}

describe("sessions over two processes", () => {
  it.twice("keep the order of questions asked at once, and never mix", async (world) => {
    const both = await world.two(world.model.environment())
    const [one, two] = [world.session(), world.session()]
    const questions = Array.from({ length: 10 }, (_, nth) => `Who is the ${nth}. of ${MARKED[0]}?`)
    const others = Array.from({ length: 6 }, (_, nth) => `Where is the ${nth}. of ${MARKED[1]}?`)
    world.model.hold()
    const told: Array<Promise<Answer>> = []
    // One after the other at different processes: each is taken before the next one is asked.
    for (const [nth, question] of questions.entries()) {
      told.push(world.ask(both[nth % 2 === 0 ? 0 : 1], question, one))
      await (nth === 0
        ? world.model.asked(1)
        : eventually(
            "the question to wait",
            () => waiting(world, one),
            ({ length }) => length === nth
          ))
    }
    const beside = others.map((question, nth) => world.ask(both[nth % 2 === 0 ? 0 : 1], question, two))
    await world.model.asked(2)
    world.model.release()
    expect((await Promise.all(told)).map(messageOf)).toEqual(questions.map(answered))
    expect((await Promise.all(beside)).map(messageOf)).toEqual(others.map(answered))

    expect(await world.dialogue(one)).toEqual(questions.flatMap(turn))
    // Asked at once they come in any order, each with its own answer after it.
    const second = await world.dialogue(two)
    const asked = second.filter((line) => line.startsWith("user: ")).map((line) => line.slice(6))
    expect(second).toEqual(asked.flatMap(turn))
    expect(asked.toSorted()).toEqual(others)

    expect(world.model.dialogues).toHaveLength(questions.length + others.length)
    for (const dialogue of world.model.dialogues) {
      const text = JSON.stringify(dialogue)
      expect(text.includes(MARKED[0]) && text.includes(MARKED[1])).toBe(false)
    }
    return world.dialogue(one)
  })

  it.twice("answer, from the other process, what a killed one was asked", async (world) => {
    const [first, second] = await world.two(world.model.environment())
    const session = world.session()
    await world.ask(second, "Who wrote first?", session)
    world.model.hold()
    const lost = world.ask(first, "And who answered?", session, "once").catch(() => null)
    await world.model.asked(2)
    await first.kill9()
    expect(await lost).toBeNull()
    expect(await world.dialogue(session)).toEqual([...turn("Who wrote first?"), "user: And who answered?"])
    await world.model.asked(3)
    // Whoever asked asks again, before there is an answer, and hears it.
    const again = world.ask(second, "And who answered?", session, "once")
    const next = world.ask(second, "When?", session)
    await eventually(
      "the next question to wait",
      () => waiting(world, session),
      ({ length }) => length === 1
    )
    world.model.release()
    expect(messageOf(await again)).toEqual(answered("And who answered?"))
    expect(messageOf(await next)).toEqual(answered("When?"))
    expect(messageOf(await world.ask(second, "And who answered?", session, "once"))).toEqual(
      answered("And who answered?")
    )
    const dialogue = await world.dialogue(session)
    expect(dialogue).toEqual(["Who wrote first?", "And who answered?", "When?"].flatMap(turn))
    expect(world.model.questions).toEqual(["Who wrote first?", "And who answered?", "And who answered?", "When?"])
    return dialogue
  })

  it.twice("answer once what a frozen process was answering, and it hears so when it goes on", async (world) => {
    const [first, second] = await world.two(world.model.environment())
    const session = world.session()
    world.model.hold()
    const late = world.ask(first, "Who called?", session)
    await world.model.asked(1)
    first.freeze()
    await world.model.asked(2)
    world.model.release()
    expect(messageOf(await world.ask(second, "How often?", session))).toEqual(answered("How often?"))
    first.thaw()
    expect(messageOf(await late)).toEqual(answered("Who called?"))
    expect(messageOf(await world.ask(first, "Since when?", session))).toEqual(answered("Since when?"))
    const dialogue = await world.dialogue(session)
    expect(dialogue).toEqual(["Who called?", "How often?", "Since when?"].flatMap(turn))
    return dialogue
  })
})

describe("what is in Redis", () => {
  const WEEK_S = 7 * 24 * 3600
  const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/

  it.twice("is the documented list, to be read and continued by any client", async (world) => {
    const email = "investigator@example.com"
    world.keepSecret(email)
    const service = await world.start(world.model.environment())
    const session = world.session()
    const question = {
      query: `What is a ${MARKED[0]}?`,
      session_id: session,
      email_id: email,
      current_timestamp: "2024-01-15T10:30:00Z"
    }
    expect((await world.call(service, "/api/analytics", { as: null, body: question })).status).toBe(200)
    const key = `session:${session}:messages`
    const [type, ttl] = await world.redis((redis) => Promise.all([redis.type(key), redis.ttl(key)]))
    expect(type).toBe("list")
    expect(Math.abs(ttl - WEEK_S)).toBeLessThan(60)
    const [asked = "", said = "", ...more] = await world.entries(session)
    expect(more).toEqual([])
    const server_time = (JSON.parse(asked) as { metadata: { server_time: string } }).metadata.server_time
    const timestamp = (JSON.parse(said) as { timestamp: string }).timestamp
    for (const time of [server_time, timestamp]) expect(time).toMatch(TIME)
    const metadata = { email_id: email, server_time }
    expect(asked).toBe(
      JSON.stringify({ role: "user", content: question.query, timestamp: "2024-01-15T10:30:00Z", metadata })
    )
    expect(said).toBe(JSON.stringify({ role: "assistant", content: saidTo(question.query), timestamp }))

    // Another tool says something, too, and is heard.
    const note = { role: "system", content: `A note about ${MARKED[1]}.`, timestamp: "2024-01-15T10:31:00Z" }
    await world.redis((redis) => redis.rPush(key, JSON.stringify(note)))
    await world.ask(service, "And then?", session)
    expect(JSON.stringify(world.model.dialogues.at(-1))).toContain(note.content)
    const admin = world.environment()["ADMIN_TOKEN"] ?? ""
    const shown = await world.call(service, `/api/session/${session}/debug`, { as: admin })
    expect(shown.body).toMatchObject({ exists: true, message_count: 5, redis_available: true })
    expect(shown.body["messages"]).toEqual((await world.entries(session)).map((entry) => JSON.parse(entry) as unknown))
    const cleared = await world.call(service, `/api/session/${session}`, { method: "DELETE", as: admin })
    expect(cleared.body["status"]).toBe("success")
    expect((await world.keys()).filter(({ key }) => key.includes(session))).toEqual([])
    return shown.body["message_count"]
  })
})
