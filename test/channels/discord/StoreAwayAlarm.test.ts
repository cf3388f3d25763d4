/** While the store is away: what is grave reaches people, once, without its words; nothing else does. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as TestClock from "effect/testing/TestClock"
import { IngressDelivery } from "#channels/discord/IngressDelivery.ts"
import { type Tell, toMember, toSession } from "#channels/discord/IngressTells.ts"
import * as StoreAwayAlarm from "#channels/discord/StoreAwayAlarm.ts"
import { memberId } from "#domain/ash/Member.ts"
import { ActorSystem, type ActorSystemService } from "#runtime/ActorSystem.ts"
import { EventQuarantined } from "#runtime/RuntimeError.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { makeTeam, type Team, type TeamOptions } from "./Team.ts"

const GRAVE = "I will kill myself tonight"

/** Two processes that hear Discord, on a store that a test takes away; events are kept as the journal keeps them. */
const world = Effect.fnUntraced(function* (options: TeamOptions = {}, processes = 1) {
  const team = yield* makeTeam(options)
  let reachable = true
  let refuses = false
  const unused = () => Effect.die("not used here")
  const system: ActorSystemService = {
    ...({ ask: unused, inspect: unused, forget: unused, replay: unused } as unknown as ActorSystemService),
    tell: (_, { type }) =>
      refuses ? Effect.fail(new EventQuarantined({ actor: "a", event: type, reason: "threw" })) : Effect.void,
    health: Effect.sync(() => ({
      store: { kind: "redis", reachable },
      residents: 0,
      effectsInFlight: 0,
      spooled: 0,
      stopping: false
    }))
  }
  const lines: Array<string> = []
  const logger = Logger.layer([Logger.map(Logger.formatJson, (line) => void lines.push(line))])
  const one = IngressDelivery.layer.pipe(
    Layer.provide(StoreAwayAlarm.layer),
    Layer.provide([team.environment, Layer.succeed(ActorSystem, system), logger])
  )
  const deliveries = yield* Effect.forEach(Array.from({ length: processes }), () =>
    Effect.map(Layer.build(Layer.fresh(one)), (context) => Context.get(context, IngressDelivery))
  )
  const hear = (...tells: ReadonlyArray<Tell>) =>
    Effect.forEach(deliveries, ({ submit }) => Effect.flatten(submit(tells)), { discard: true })
  return {
    ...{ team, lines, hear },
    goes: (away: boolean) => void (reachable = !away),
    refuses: () => void (refuses = true),
    /** What the team's channels hold after this much time. */
    after: Effect.fnUntraced(function* (seconds: number, posts: number) {
      yield* TestClock.adjust(`${seconds} seconds`)
      const { discord } = team
      if (posts > 0) {
        yield* Effect.promise(() =>
          discord.until("the calls", () => (discord.allPosts.length >= posts ? true : undefined))
        )
      }
      return discord.allPosts
    })
  }
})

const written = (team: Team, text: string) => {
  const message = team.discord.people.message(team.id("general"), { by: team.id("sam"), content: text })
  const seen = { ...{ messageId: message.id, channelId: message.channel_id, text, at: 0 }, sensitivity: 1 }
  return toMember(
    memberId(team.guildId, team.id("sam")),
    { type: "MESSAGE_SEEN", message: { ...seen, editedAt: null, origin: "channel" } },
    `message:${message.id}`
  )
}

describe("while the store is away", () => {
  it.effect("what is grave calls people after ten seconds, once for all processes, without its words", () =>
    Effect.gen(function* () {
      const { after, goes, hear, team } = yield* world({}, 2)
      goes(true)
      yield* hear(written(team, GRAVE), written(team, "I feel lonely"))
      expect(yield* after(9, 0)).toEqual([])
      const posts = yield* after(3, 1)
      expect(posts.map(({ channel_id }) => channel_id)).toEqual([team.id("critical")])
      expect(posts[0]?.content).toContain(`<@${team.id("sam")}>: https://discord.com/channels/${team.guildId}/`)
      expect(posts[0]?.content).toContain("it follows when the database is back")
      expect(posts[0]?.content).not.toContain("kill myself")
      expect(team.discord.pings.map(({ roles }) => roles)).toEqual([[team.id("crt")]])
      expect(yield* after(60, 1)).toHaveLength(1)
    })
  )

  it.effect("what came in the seconds before, or comes later, does too; a short absence calls nobody", () =>
    Effect.gen(function* () {
      const { after, goes, hear, team } = yield* world()
      goes(true)
      yield* hear(written(team, GRAVE))
      yield* after(5, 0)
      goes(false)
      expect(yield* after(20, 0)).toEqual([])
      yield* hear(written(team, "I want to die"))
      goes(true)
      const first = yield* after(12, 1)
      expect(first.map(({ channel_id }) => channel_id)).toEqual([team.id("high")])
      yield* hear(toSession(team.id("sam"), dm(GRAVE), "message:1"))
      const second = yield* after(2, 2)
      expect(second[1]?.content).toContain(`<@${team.id("sam")}>: who wrote to Ash directly`)
    })
  )

  it.effect("leads are written to when the team cannot be called", () =>
    Effect.gen(function* () {
      const { after, goes, hear, team } = yield* world({ closed: ["critical", "high", "medium"] })
      goes(true)
      yield* hear(written(team, GRAVE))
      yield* after(12, 1)
      expect(team.discord.dms(team.id("lee"))[0]?.content).toContain("Critical alert, by a list of words.")
    })
  )

  it.effect("a call that could not be made is made when Discord answers again", () =>
    Effect.gen(function* () {
      const { after, goes, hear, lines, team } = yield* world({ settings: () => ({ leads: [] }) })
      const down = team.discord.faults.arm("POST /channels/*/messages", { kind: "status", status: 503 }, Infinity)
      goes(true)
      yield* hear(written(team, GRAVE))
      yield* after(12, 0)
      yield* Effect.promise(() => down.met(1))
      down.disarm()
      yield* Effect.promise(() => team.discord.called("POST /channels/*/messages"))
      yield* TestClock.adjust("1 seconds")
      expect(yield* after(12, 1)).toHaveLength(1)
      expect(lines.join()).not.toContain(team.id("sam"))
    })
  )
})

it.effect("a grave message its actor refuses for good calls people at once, and is said not to follow", () =>
  Effect.gen(function* () {
    const { hear, refuses, team } = yield* world()
    refuses()
    yield* hear(written(team, GRAVE), written(team, "all is well"))
    const posts = team.discord.allPosts
    expect(posts.map(({ content }) => content)).toEqual([expect.stringContaining("I could not open an alert about it")])
  })
)

const dm = (text: string) => ({
  type: "DM_RECEIVED" as const,
  messageId: "1234567890123456789",
  channelId: "1",
  text,
  guildId: null,
  attachments: 0,
  at: 0
})
