import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { describe, expect, it } from "#test/harness/effect.ts"
import { DiscordStandIn } from "#test/harness/discord/DiscordStandIn.ts"
import type { StandInOptions } from "#test/harness/discord/Options.ts"
import { Durable, process, type ProcessOptions, until } from "./GatewayWorld.ts"

const local = (options: StandInOptions = {}) =>
  Effect.acquireRelease(
    Effect.promise(() =>
      DiscordStandIn.start({
        guilds: [
          {
            name: "Haven",
            channels: [{ name: "talk" }, { name: "elsewhere" }, { name: "crisis" }],
            members: [{ name: "robin" }, { name: "sam" }]
          }
        ],
        ...options
      })
    ),
    (discord) => Effect.promise(() => discord.stop())
  )

const world = Effect.fnUntraced(function* (options: StandInOptions = {}) {
  const discord = yield* local(options)
  const durable = new Durable()
  const talk = discord.id("talk")
  const settings = {
    monitoredChannels: [talk],
    alertChannels: { medium: [], high: [discord.id("crisis")], critical: [] }
  }
  const robin = discord.id("robin")
  const run = (more: Partial<ProcessOptions> = {}) =>
    process({ discord, durable, ...more, settings: { ...settings, ...more.settings } })
  const say = (content: string, channelId = talk) => discord.people.message(channelId, { by: robin, content })
  const connected = Effect.promise(() => discord.connected(1))
  const texts = (...expected: ReadonlyArray<string>) =>
    until(
      "texts",
      () => [...durable.texts],
      (seen) => seen.length >= expected.length
    ).pipe(Effect.tap((seen) => Effect.sync(() => expect(seen).toEqual(expected))))
  return { discord, durable, guild: discord.id("Haven"), talk, robin, run, say, connected, texts }
})

describe("a gateway shard", () => {
  it.live("connects with the documented intents and tells the member what was written in a watched channel", () =>
    Effect.gen(function* () {
      const { connected, discord, durable, guild, robin, run, say, texts } = yield* world()
      const { health } = yield* run()
      yield* connected
      say("not here", discord.id("elsewhere"))
      const { id } = say("hello")
      yield* texts("hello")
      expect(durable.told.map(({ to }) => to)).toEqual([`member/${guild}:${robin}`])
      expect(durable.heard("member")).toEqual([`MESSAGE_SEEN message:${id}`])
      expect(discord.gateway.frames.find(({ op }) => op === 2)?.d).toMatchObject({ intents: 45_571, shard: [0, 1] })
      yield* until(
        "the checkpoint",
        () => durable.checkpoint().session?.sequence ?? 0,
        (sequence) => sequence > 2
      )
      expect(yield* health).toMatchObject({ state: "connected", degraded: false, held: { count: 0 } })
    })
  )

  it.live("after a stop the next process resumes: nothing lost, nothing twice, no new session", () =>
    Effect.gen(function* () {
      const { connected, discord, run, say, texts } = yield* world()
      const first = yield* run()
      yield* connected
      say("one")
      yield* texts("one")
      yield* first.stop
      say("two")
      yield* run()
      yield* connected
      say("three")
      yield* texts("one", "two", "three")
      expect([discord.gateway.identifies, discord.gateway.resumes]).toEqual([1, 1])
      expect(discord.callsTo("GET /channels/*/messages")).toEqual([])
    })
  )

  it.live("after a crash the next process hears again what was not durable, and in order", () =>
    Effect.gen(function* () {
      const { connected, discord, durable, run, say, texts } = yield* world()
      const first = yield* run()
      yield* connected
      say("one")
      yield* texts("one")
      yield* until(
        "a checkpoint",
        () => durable.checkpoint().session?.sequence ?? 0,
        (sequence) => sequence > 2
      )
      first.refuse(({ to }) => to.startsWith("member/"))
      say("two")
      say("three")
      yield* until(
        "two to be under way",
        () => discord.gateway.connected[0]?.seq ?? 0,
        (seq) => seq >= 5
      )
      yield* first.crash
      expect(durable.texts).toEqual(["one"])
      yield* run()
      yield* texts("one", "two", "three")
      expect(discord.gateway.identifies).toBe(1)
    })
  )

  it.live("holds events while the store is away, says so, and moves no mark past them", () =>
    Effect.gen(function* () {
      const { connected, durable, run, say, texts } = yield* world()
      const one = yield* run()
      yield* connected
      const { let: come } = one.refuse(({ to }) => to.startsWith("member/"))
      const { id } = say("one")
      yield* until(
        "degraded",
        () => Effect.runSync(one.health),
        ({ held }) => held.count === 1
      )
      expect(Effect.runSync(one.health)).toMatchObject({ reason: "events_held", degraded: true })
      yield* until(
        "the log",
        () => one.log.join("\n"),
        (log) => log.includes("events are held")
      )
      const [mark] = Object.values(durable.checkpoint().channels)
      expect(mark === undefined || BigInt(mark) < BigInt(id)).toBe(true)
      come()
      yield* texts("one")
      yield* until(
        "the mark",
        () => Object.values(durable.checkpoint().channels),
        (marks) => marks.includes(id)
      )
      yield* until(
        "health",
        () => Effect.runSync(one.health),
        ({ degraded }) => !degraded
      )
      expect(one.log.join("\n")).not.toContain(id)
    })
  )

  it.live("resumes by itself when the connection breaks or Discord asks for it (op 7)", () =>
    Effect.gen(function* () {
      const { connected, discord, run, say, texts } = yield* world()
      yield* run()
      yield* connected
      say("one")
      yield* texts("one")
      discord.gateway.cut()
      say("two")
      yield* texts("one", "two")
      discord.gateway.askToReconnect()
      say("three")
      yield* texts("one", "two", "three")
      yield* connected
      expect(discord.gateway.identifies).toBe(1)
      expect(discord.gateway.resumes).toBe(2)
    })
  )

  it.live("keeps trying the session while Discord turns connections away", () =>
    Effect.gen(function* () {
      const { connected, discord, run, say, texts } = yield* world()
      const { health } = yield* run()
      yield* connected
      say("one")
      yield* texts("one")
      discord.gateway.refuseConnections()
      discord.gateway.cut()
      say("two")
      yield* until(
        "resuming",
        () => Effect.runSync(health).state,
        (state) => state === "resuming"
      )
      discord.gateway.refuseConnections(false)
      yield* texts("one", "two")
      expect(discord.gateway.identifies).toBe(1)
    })
  )

  it.live("begins anew when Discord calls the session invalid (op 9), and fetches what the gap swallowed", () =>
    Effect.gen(function* () {
      const { connected, discord, durable, run, say, texts } = yield* world()
      yield* run()
      yield* connected
      say("one")
      yield* texts("one")
      discord.gateway.expireSessions(true)
      discord.gateway.cut()
      say("two")
      say("three")
      yield* until(
        "another session",
        () => discord.gateway.identifies,
        (count) => count === 2
      )
      yield* texts("one", "two", "three")
      yield* until(
        "a checkpoint of the new session",
        () => durable.checkpoint().session?.sessionId,
        (id) => id === discord.gateway.connected[0]?.id
      )
    })
  )

  it.live("a process that starts without a session catches up from the last marks, the first one ever does not", () =>
    Effect.gen(function* () {
      const { connected, discord, durable, robin, run, say, talk, texts } = yield* world()
      discord.people.message(talk, { by: robin, content: "before anybody listened", at: discord.now() - 60_000 })
      const first = yield* run()
      yield* connected
      const { id } = say("one")
      yield* texts("one")
      yield* until(
        "the mark",
        () => durable.checkpoint().channels[talk],
        (mark) => mark === id
      )
      yield* first.stop
      discord.gateway.expireSessions(true)
      for (let count = 2; count <= 130; count++) say(`message ${count}`)
      const thread = discord.people.thread(talk, { by: discord.id("sam"), name: "aside" })
      say("in a thread", thread)
      yield* run()
      const all = ["one", ...Array.from({ length: 129 }, (_, index) => `message ${index + 2}`)]
      yield* until(
        "all",
        () => durable.texts.length,
        (count) => count === 131
      )
      expect(durable.texts.filter((text) => text !== "in a thread")).toEqual(all)
      expect(durable.texts).toContain("in a thread")
    })
  )

  it.live("goes off with the fix in the log when Discord refuses the bot, and the rest runs on", () =>
    Effect.gen(function* () {
      const { discord, run } = yield* world({ privileged: { content: false } })
      const refused = yield* run()
      yield* until(
        "failed",
        () => Effect.runSync(refused.health),
        ({ state }) => state === "failed"
      )
      expect(Effect.runSync(refused.health)).toMatchObject({ reason: "intents_not_allowed", degraded: true })
      expect(refused.log.join("\n")).toContain("switch on Server Members and Message Content")
      const stranger = yield* run({ settings: { token: Redacted.make("wrong") } })
      yield* until(
        "failed",
        () => Effect.runSync(stranger.health),
        ({ state }) => state === "failed"
      )
      expect(Effect.runSync(stranger.health)).toMatchObject({ reason: "bad_token", shards: [] })
      expect(stranger.log.join("\n")).not.toContain("wrong")
      expect(discord.gateway.identifies).toBe(0)
      const off = yield* run({ settings: { token: null } })
      expect(Effect.runSync(off.health)).toMatchObject({ state: "off", degraded: false })
    })
  )

  it.live("waits for a Discord that is down at the start", () =>
    Effect.gen(function* () {
      const { connected, discord, run, say, texts } = yield* world()
      const fault = discord.faults.arm("GET /gateway/bot", { kind: "status", status: 503 }, 4)
      const { health } = yield* run()
      yield* Effect.promise(() => fault.met(4))
      expect(Effect.runSync(health)).toMatchObject({ state: "connecting", degraded: true })
      yield* connected
      say("one")
      yield* texts("one")
    })
  )

  it.live("closes the connection when too much is under way, and loses nothing", () =>
    Effect.gen(function* () {
      const { connected, discord, durable, run, say } = yield* world()
      const one = yield* run({ tuning: { mostInFlight: 10 } })
      yield* connected
      const { let: come } = one.refuse(({ to }) => to.startsWith("member/"))
      for (let count = 1; count <= 40; count++) say(`message ${count}`)
      yield* until(
        "closed",
        () => Effect.runSync(one.health),
        ({ reason }) => reason === "too_much_under_way"
      )
      expect(Effect.runSync(one.health).shards[0]?.unhandled).toBeLessThanOrEqual(10)
      come()
      yield* until(
        "all",
        () => durable.texts.length,
        (count) => count === 40
      )
      expect(durable.texts).toEqual(Array.from({ length: 40 }, (_, index) => `message ${index + 1}`))
      expect(discord.gateway.identifies).toBe(1)
    })
  )
})
