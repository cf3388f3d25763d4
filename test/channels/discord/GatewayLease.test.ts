/** Several processes on one store and one shard: the newest listens, the others stand by, and nothing is missed between. */
import * as Effect from "effect/Effect"
import { describe, expect, it } from "#test/harness/effect.ts"
import { DiscordStandIn } from "#test/harness/discord/DiscordStandIn.ts"
import { Durable, type Process, process, type ProcessOptions, until } from "./GatewayWorld.ts"

const BRISK = { leaseFor: "800 millis", renewEvery: "200 millis" } as const
/** Whoever takes over within the test was let in, and did not wait. */
const SLOW = { leaseFor: "10 minutes", renewEvery: "200 millis" } as const

const world = Effect.fnUntraced(function* (tuning: ProcessOptions["tuning"] = BRISK) {
  const discord = yield* Effect.acquireRelease(
    Effect.promise(() =>
      DiscordStandIn.start({
        guilds: [{ name: "Haven", channels: [{ name: "talk" }], members: [{ name: "robin" }] }]
      })
    ),
    (discord) => Effect.promise(() => discord.stop())
  )
  const durable = new Durable()
  const [talk, robin] = [discord.id("talk"), discord.id("robin")]
  const is = (one: Process, expected: string) =>
    until(
      expected,
      () => Effect.runSync(one.health).state,
      (state) => state === expected
    )
  /** A process that is connected. */
  const run = (more: Partial<ProcessOptions> = {}) =>
    Effect.tap(process({ discord, durable, tuning, settings: { monitoredChannels: [talk] }, ...more }), (one) =>
      is(one, "connected")
    )
  const say = (content: string) => discord.people.message(talk, { by: robin, content })
  const heard = (...texts: ReadonlyArray<string>) =>
    until(
      texts.join(),
      () => [...durable.texts],
      (seen) => seen.length >= texts.length
    ).pipe(Effect.tap((seen) => Effect.sync(() => expect(seen).toEqual(texts))))
  const marked = (id: string) =>
    until(
      "the mark",
      () => durable.checkpoint().channels[talk],
      (mark) => mark === id
    )
  /** Lets the processes renew and ask a number of times. */
  const time = (rounds: number) => {
    const before = durable.count("RENEW")
    return until(
      "renewals",
      () => durable.count("RENEW"),
      (count) => count >= before + rounds
    )
  }
  const connections = () => [discord.gateway.identifies, discord.gateway.resumes]
  return { discord, durable, is, run, say, heard, marked, time, connections }
})

describe("several processes on one shard", () => {
  it.live("the newest takes the session over, the older stands by and stays there", () =>
    Effect.gen(function* () {
      const { connections, discord, heard, is, run, say, time } = yield* world()
      const older = yield* run()
      say("one")
      yield* heard("one")
      const newer = yield* run()
      yield* is(older, "standby")
      say("two")
      yield* heard("one", "two")
      yield* time(15)
      expect(connections()).toEqual([1, 1])
      expect(Effect.runSync(older.health)).toMatchObject({ state: "standby", reason: null, degraded: false })
      expect(Effect.runSync(newer.health)).toMatchObject({ state: "connected", degraded: false })
      expect(discord.gateway.closes).not.toContain(1000)
      expect(older.log.join("\n")).toContain("another process listens; standing by")
    })
  )

  it.live("one that stands by takes over from a process that crashed, and nothing is missed or doubled", () =>
    Effect.gen(function* () {
      const { connections, durable, heard, is, run, say } = yield* world()
      const older = yield* run()
      const newer = yield* run()
      yield* is(older, "standby")
      say("one")
      yield* heard("one")
      yield* newer.crash
      say("two")
      yield* is(older, "connected")
      say("three")
      yield* heard("one", "two", "three")
      expect(connections()).toEqual([1, 2])
      expect(durable.checkpoint().session).not.toBeNull()
    })
  )

  it.live("a process that stops hands over at once", () =>
    Effect.gen(function* () {
      const { connections, heard, is, run, say } = yield* world(SLOW)
      const older = yield* run()
      const newer = yield* run()
      yield* is(older, "standby")
      yield* newer.stop
      say("one")
      yield* is(older, "connected")
      yield* heard("one")
      expect(connections()).toEqual([1, 2])
    })
  )

  it.live("one that stands by and stops takes nothing from the one that listens", () =>
    Effect.gen(function* () {
      const { connections, heard, is, run, say, time } = yield* world(SLOW)
      const older = yield* run()
      yield* run()
      yield* is(older, "standby")
      yield* older.stop
      yield* time(3)
      say("one")
      yield* heard("one")
      expect(connections()).toEqual([1, 1])
    })
  )

  it.live("a restart waits for no lease, after a crash too", () =>
    Effect.gen(function* () {
      const { connections, heard, run, say } = yield* world(SLOW)
      const first = yield* run()
      yield* first.crash
      say("one")
      yield* run()
      yield* heard("one")
      expect(connections()).toEqual([1, 1])
    })
  )

  it.live("of several that stand by one takes over, and goes on where the last one was, not where it was itself", () =>
    Effect.gen(function* () {
      const { discord, durable, heard, is, marked, run, say, time } = yield* world()
      const first = yield* run()
      say("one")
      yield* heard("one")
      const second = yield* run()
      const third = yield* run()
      yield* is(first, "standby")
      yield* is(second, "standby")
      const { id } = say("two")
      yield* heard("one", "two")
      yield* marked(id)
      discord.gateway.expireSessions(true)
      yield* third.crash
      say("three")
      yield* heard("one", "two", "three")
      yield* time(10)
      yield* until(
        "one to listen and the other to stand by",
        () => [first, second].map(({ health }) => Effect.runSync(health).state).toSorted(),
        (states) => states.join() === "connected,standby"
      )
      expect(discord.gateway.connected).toHaveLength(1)
      expect(durable.texts).toEqual(["one", "two", "three"])
    })
  )

  it.live("a store that answers nobody takes the shard from nobody", () =>
    Effect.gen(function* () {
      const { connections, discord, durable, heard, is, run, say, time } = yield* world()
      const older = yield* run()
      const newer = yield* run()
      yield* is(older, "standby")
      const asked = durable.count("CLAIM")
      for (const one of [older, newer]) one.forget()
      discord.gateway.cut()
      yield* is(newer, "resuming")
      yield* is(newer, "connected")
      say("one")
      yield* heard("one")
      for (const one of [older, newer]) one.rememberAgain()
      yield* time(1)
      yield* until(
        "the other to ask again",
        () => durable.count("CLAIM"),
        (count) => count >= asked + 2
      )
      expect(connections()).toEqual([1, 2])
      expect([older, newer].map(({ health }) => Effect.runSync(health).state)).toEqual(["standby", "connected"])
    })
  )

  it.live("one that began without its memory has the shard once the store is back", () =>
    Effect.gen(function* () {
      const { discord, durable, heard, is, run, say } = yield* world()
      const older = yield* run()
      const newer = yield* run({ forgetful: true, tuning: { ...BRISK, memoryWithin: "100 millis" } })
      expect(discord.gateway.connected).toHaveLength(2)
      say("one")
      yield* heard("one")
      newer.rememberAgain()
      yield* is(older, "standby")
      say("two")
      yield* heard("one", "two")
      yield* until(
        "a checkpoint of the newer one's session",
        () => durable.checkpoint().session?.sessionId,
        (id) => id === discord.gateway.connected[0]?.id
      )
      expect(discord.gateway.connected).toHaveLength(1)
    })
  )
})

describe("the first life of all", () => {
  it.live("has a time to catch up from in its very first checkpoint", () =>
    Effect.gen(function* () {
      const { discord, durable, heard, run, say } = yield* world()
      const first = yield* run()
      yield* until(
        "a checkpoint",
        () => durable.count("CHECKPOINT"),
        (count) => count > 0
      )
      yield* first.crash
      expect(durable.gateway.find(({ type }) => type === "CHECKPOINT")).not.toMatchObject({ at: 0 })
      discord.gateway.expireSessions(true)
      say("one")
      yield* run()
      yield* heard("one")
    })
  )
})
