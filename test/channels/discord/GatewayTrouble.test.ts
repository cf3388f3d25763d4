import { type AddressInfo, createServer, type Socket } from "node:net"
import * as Effect from "effect/Effect"
import { describe, expect, it } from "#test/harness/effect.ts"
import { DiscordStandIn } from "#test/harness/discord/DiscordStandIn.ts"
import type { StandInOptions } from "#test/harness/discord/Options.ts"
import { Durable, process, type ProcessOptions, until } from "./GatewayWorld.ts"

const world = Effect.fnUntraced(function* (options: StandInOptions = {}) {
  const discord = yield* Effect.acquireRelease(
    Effect.promise(() =>
      DiscordStandIn.start({
        guilds: [
          {
            name: "Haven",
            channels: [{ name: "talk" }, { name: "crisis" }],
            members: [{ name: "robin" }, { name: "sam" }]
          }
        ],
        ...options
      })
    ),
    (discord) => Effect.promise(() => discord.stop())
  )
  const durable = new Durable()
  const [talk, robin] = [discord.id("talk"), discord.id("robin")]
  const run = (more: Partial<ProcessOptions> = {}) =>
    Effect.tap(
      process({ discord, durable, ...more, settings: { monitoredChannels: [talk], ...more.settings } }),
      ({ health }) =>
        until(
          "connected",
          () => Effect.runSync(health).state,
          (state) => state === "connected"
        )
    )
  const say = (content: string, channelId = talk) => discord.people.message(channelId, { by: robin, content })
  const count = (expected: number) =>
    until(
      `${expected} texts`,
      () => durable.texts.length,
      (seen) => seen >= expected
    )
  const marked = (channelId: string, id: string) =>
    until(
      "the mark",
      () => durable.checkpoint().channels[channelId],
      (mark) => mark === id
    )
  return { discord, durable, talk, robin, run, say, count, marked }
})

describe("connections in trouble", () => {
  it.live("a connection whose heartbeats go unanswered is replaced, and the session resumed", () =>
    Effect.gen(function* () {
      const { count, discord, durable, run, say } = yield* world({ gateway: { heartbeatIntervalMs: 200 } })
      yield* run()
      discord.gateway.dropAcks()
      yield* until(
        "a resume",
        () => discord.gateway.resumes,
        (resumes) => resumes > 0
      )
      discord.gateway.dropAcks(0)
      say("one")
      yield* count(1)
      expect(durable.texts).toEqual(["one"])
      expect(discord.gateway.identifies).toBe(1)
    })
  )

  it.live("a heartbeat acknowledges only what is durable", () =>
    Effect.gen(function* () {
      const { count, discord, run, say } = yield* world({ gateway: { heartbeatIntervalMs: 100 } })
      const one = yield* run()
      const { let: come } = one.refuse(({ to }) => to.startsWith("member/"))
      const before = discord.gateway.connected[0]?.seq ?? 0
      say("one")
      say("two")
      const beats = discord.gateway.heartbeats
      yield* until(
        "heartbeats",
        () => discord.gateway.heartbeats,
        (seen) => seen >= beats + 3
      )
      expect(discord.gateway.frames.findLast(({ op }) => op === 1)?.d).toBe(before)
      come()
      yield* count(2)
      yield* until(
        "all",
        () => discord.gateway.frames.findLast(({ op }) => op === 1)?.d,
        (d) => d === before + 2
      )
    })
  )

  it.live("an invalid session that may be resumed is resumed on the spot", () =>
    Effect.gen(function* () {
      const { count, discord, run, say } = yield* world()
      yield* run()
      discord.gateway.invalidate(true)
      yield* until(
        "a resume",
        () => discord.gateway.resumes,
        (resumes) => resumes === 1
      )
      say("one")
      yield* count(1)
      expect(discord.gateway.identifies).toBe(1)
    })
  )

  it.live("a sequence that Discord refuses (4007) ends the session and not the service", () =>
    Effect.gen(function* () {
      const { count, discord, durable, run, say, talk, marked } = yield* world()
      const first = yield* run()
      const { id } = say("one")
      yield* count(1)
      yield* marked(talk, id)
      yield* first.stop
      const { session } = durable.checkpoint()
      if (session === null) throw new Error("no session was written down")
      const ahead = { session: { ...session, sequence: session.sequence + 1000 }, channels: {}, at: 1 }
      durable.tell("gateway/0", { type: "CHECKPOINT", holder: "first", ...ahead }, "ahead")
      say("two")
      yield* run()
      yield* count(2)
      expect(durable.texts).toEqual(["one", "two"])
      expect(discord.gateway.identifies).toBe(2)
    })
  )

  it.live("intents taken away while it runs switch the channel off, with the fix in the log, until they are back", () =>
    Effect.gen(function* () {
      const { count, discord, run, say } = yield* world()
      const one = yield* run({ tuning: { refusedAgain: "300 millis" } })
      discord.gateway.close(4014)
      yield* until(
        "failed",
        () => Effect.runSync(one.health).state,
        (state) => state === "failed"
      )
      expect(Effect.runSync(one.health).reason).toBe("intents_not_allowed")
      expect(one.log.join("\n")).toContain("switch on Server Members and Message Content")
      say("one")
      yield* until(
        "connected",
        () => Effect.runSync(one.health).state,
        (state) => state === "connected"
      )
      yield* count(1)
      expect(discord.gateway.identifies).toBe(1)
    })
  )

  it.live("begins without its memory when the store is away at the start, and catches up when it is back", () =>
    Effect.gen(function* () {
      const { count, durable, marked, run, say, talk } = yield* world()
      const first = yield* run()
      const { id } = say("one")
      yield* count(1)
      yield* marked(talk, id)
      yield* first.stop
      say("two")
      const second = yield* run({ tuning: { memoryWithin: "100 millis" }, forgetful: true })
      say("three")
      yield* count(2)
      expect(durable.texts).toEqual(["one", "three"])
      second.rememberAgain()
      yield* count(3)
      expect(durable.texts).toEqual(["one", "three", "two"])
    })
  )

  it.live("stops at once while Discord's socket neither opens nor fails", () =>
    Effect.gen(function* () {
      const { discord } = yield* world()
      const sockets = new Set<Socket>()
      const silent = createServer((socket) => {
        sockets.add(socket)
        socket
          .on("error", () => {})
          .on("close", () => sockets.delete(socket))
          .resume()
      })
      yield* Effect.addFinalizer(() => Effect.sync(() => silent.close()))
      yield* Effect.promise(() => new Promise<void>((listening) => silent.listen(0, "127.0.0.1", listening)))
      discord.gateway.url = `ws://127.0.0.1:${(silent.address() as AddressInfo).port}`
      const one = yield* process({ discord, durable: new Durable() })
      yield* until(
        "a socket",
        () => sockets.size,
        (size) => size === 1
      )
      expect(Effect.runSync(one.health).state).toBe("connecting")
      yield* Effect.timeout(one.stop, "1 second")
      yield* until(
        "it gone",
        () => sockets.size,
        (size) => size === 0
      )
    })
  )

  it.live("runs the shards it is told to, each with its own guilds", () =>
    Effect.gen(function* () {
      const shards = { total: 2, ids: [0, 1] }
      const other = { name: "Harbour", id: String(1n << 22n), channels: [{ name: "pier" }], members: [{ name: "kim" }] }
      const home = { name: "Haven", id: String(2n << 22n), channels: [{ name: "talk" }], members: [{ name: "robin" }] }
      const { count, discord, durable, run, say, talk } = yield* world({
        guilds: [home, other],
        gateway: { shards: 2 }
      })
      const pier = discord.id("pier")
      const { health } = yield* run({ settings: { monitoredChannels: [talk, pier], shards } })
      say("one")
      discord.people.message(pier, { by: discord.id("kim"), content: "two" })
      yield* count(2)
      expect([...durable.texts].sort()).toEqual(["one", "two"])
      yield* until(
        "both checkpoints",
        () => [durable.checkpoint(0), durable.checkpoint(1)].map(({ channels }) => Object.keys(channels)),
        ([first, second]) => first?.[0] === talk && second?.[0] === pier
      )
      expect(Effect.runSync(health).shards.map(({ shard, state }) => [shard, state])).toEqual([
        [0, "connected"],
        [1, "connected"]
      ])
    })
  )
})

describe("what was missed", () => {
  it.live("includes direct messages and archived threads, and a channel that is refused holds up no other", () =>
    Effect.gen(function* () {
      const { count, discord, durable, marked, robin, run, say, talk } = yield* world()
      const crisis = discord.id("crisis")
      const settings = { monitoredChannels: [talk, crisis] }
      const first = yield* run({ settings })
      const { channel_id: direct } = discord.people.directMessage(robin, { content: "in private" })
      const thread = discord.people.thread(talk, { by: robin, name: "aside" })
      say("in a thread", thread)
      const last = say("one", crisis)
      yield* count(2)
      yield* marked(crisis, last.id)
      yield* until(
        "all marks",
        () => Object.keys(durable.checkpoint().channels).length,
        (marks) => marks === 4
      )
      yield* first.stop
      discord.gateway.expireSessions(true)
      discord.people.directMessage(robin, { content: "still there?" })
      say("in a thread again", thread)
      discord.people.archive(thread)
      say("two", crisis)
      discord.faults.arm(`GET /channels/${crisis}/messages`, { kind: "status", status: 403, code: 50_001 })
      const second = yield* run({ settings })
      yield* count(3)
      yield* until(
        "the session",
        () => durable.heard("ash-session").length,
        (heard) => heard === 2
      )
      expect(durable.texts).toEqual(["in a thread", "one", "in a thread again"])
      expect(
        durable.told.filter(({ to }) => to.startsWith("ash-session/")).map(({ event }) => event["channelId"])
      ).toEqual([direct, direct])
      yield* until(
        "the log",
        () => second.log.join("\n"),
        (log) => log.includes("cannot be read")
      )
      expect(second.log.join("\n")).toContain("50001")
    })
  )

  it.live("is bounded per channel: the newest count, and the log says that there was more", () =>
    Effect.gen(function* () {
      const { count, discord, durable, marked, run, say, talk } = yield* world()
      const first = yield* run()
      const { id } = say("one")
      yield* count(1)
      yield* marked(talk, id)
      yield* first.stop
      discord.gateway.expireSessions(true)
      for (let number = 2; number <= 151; number++) say(`message ${number}`)
      const second = yield* run({ env: { DISCORD_CATCH_UP_MAX: "120" } })
      yield* count(121)
      yield* until(
        "the log",
        () => second.log.join("\n"),
        (log) => log.includes("more was missed")
      )
      expect(durable.texts.slice(1)).toEqual(Array.from({ length: 120 }, (_, index) => `message ${index + 32}`))
    })
  )

  it.live("is not what was heard long ago: the last message of a quiet channel does not come again", () =>
    Effect.gen(function* () {
      const { count, discord, durable, marked, robin, run, say, talk } = yield* world()
      const first = yield* run()
      const { id } = discord.people.message(talk, { by: robin, content: "one", at: discord.now() - 2 * 86_400_000 })
      yield* count(1)
      yield* marked(talk, id)
      yield* first.stop
      discord.gateway.expireSessions(true)
      durable.forgetEnvelopes()
      say("two")
      const second = yield* run()
      yield* until(
        "the log",
        () => second.log.join("\n"),
        (log) => log.includes("caught up")
      )
      expect(durable.texts).toEqual(["one", "two"])
    })
  )

  it.live("does not hide that a channel of the settings cannot be seen", () =>
    Effect.gen(function* () {
      const { count, run, say, talk } = yield* world()
      const one = yield* run({ settings: { monitoredChannels: ["1234567890123456789", talk] } })
      yield* until(
        "the log",
        () => one.log.join("\n"),
        (log) => log.includes("cannot be seen by the bot")
      )
      expect(one.log.join("\n")).toContain("channel=1234567890123456789")
      say("one")
      yield* count(1)
    })
  )
})
