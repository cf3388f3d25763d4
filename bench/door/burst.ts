/**
 * A guild that says 5,000 things as fast as a gateway can tell them, to the real service on Redis. Two moments of each message
 * are looked for in the store: its turn of the member is durable (from here on it cannot be lost), and it stands analysed in
 * the member's history. The classifier is a stand-in without a limit, so the second moment is the service's own time; a real
 * Ash-NLP takes 60 requests a minute. Discord, classifier and the looking share one process and the machine.
 */
import { setImmediate as turnOfTheLoop } from "node:timers/promises"
import { Redis } from "ioredis"
import { address } from "#domain/ActorAddress.ts"
import { messageAuthorKey } from "#domain/ash/History.ts"
import { memberId } from "#domain/ash/Member.ts"
import * as Keys from "#stores/redis/Keys.ts"
import { ASH, ashGuild } from "#test/harness/AshGuild.ts"
import { AshWorld, LOW } from "#test/harness/AshWorld.ts"
import type { MessageObject } from "#test/harness/discord/Objects.ts"
import { startRedis } from "#test/harness/RedisServer.ts"
import type { ServiceProcess } from "#test/harness/ServiceProcess.ts"
import { percentile } from "../rig.ts"
import type { Row } from "../suite.ts"
import { cpuColumn, cpuMicrosOf } from "./Cpu.ts"
import { sightings } from "./Sightings.ts"

const MESSAGES = 5000
/** Their shares fit into a history, which keeps 100 messages. */
const MEMBERS = 100
/** All watched. Many, because the stand-in sorts a channel anew with each message: one of thousands would be what is measured. */
const CHANNELS: ReadonlyArray<string> = Array.from({ length: 20 }, (_, nth) => `20${String(nth).padStart(17, "0")}`)
/** Said between two turns of this process's loop, so that the stand-in's socket and the looking get theirs. */
const AT_A_TIME = 100
/** Said before, so that neither process meets its code for the first time. */
const WARM_UP = 500
const WITHIN_MS = 60_000
const DATABASE = 9

const crowdedGuild = {
  ...ashGuild,
  channels: [...(ashGuild.channels ?? []), ...CHANNELS.map((id, nth) => ({ id, name: `crowd-${nth}` }))]
}

const memberOf = (message: MessageObject): string => memberId(ASH.guild, message.author.id)

/** Which of these messages were a turn of their member's, by the marks of events. */
const areDurable = (redis: Redis) => async (messages: ReadonlyArray<MessageObject>) => {
  const marked = new Set<string>()
  const look = async ([member, theirs]: [string, ReadonlyArray<MessageObject>]): Promise<void> => {
    const marks = await redis.hmget(Keys.marks(address("member", member)), ...theirs.map(({ id }) => `message:${id}`))
    for (const [nth, { id }] of theirs.entries()) if (marks[nth] !== null) marked.add(id)
  }
  await Promise.all([...Map.groupBy(messages, memberOf)].map(look))
  return messages.map(({ id }) => marked.has(id))
}

/** Which of these messages stand in a history, by the note whose they are, which is written in the same commit. */
const areStored = (redis: Redis) => async (messages: ReadonlyArray<MessageObject>) => {
  if (messages.length === 0) return []
  const owners = await redis.mget(messages.map(({ id }) => messageAuthorKey(id)))
  return owners.map((owner) => owner !== null)
}

/** Throws unless each member's history holds what they said, each message once and nothing else. */
const expectHistories = async (world: AshWorld, said: ReadonlyArray<MessageObject>): Promise<void> => {
  for (const [by, theirs] of Map.groupBy(said, ({ author }) => author.id)) {
    const kept = (await world.history(by)).map((entry) => String(entry["message_id"])).toSorted()
    const wanted = theirs.map(({ id }) => id).toSorted()
    if (kept.join() !== wanted.join()) throw new Error(`a history holds ${kept.length} messages for ${wanted.length}`)
  }
  const alerts = world.discord.allPosts.length
  if (alerts > 0) throw new Error(`${alerts} posts about harmless messages`)
}

interface Burst {
  readonly durable: ReadonlyArray<number>
  readonly stored: ReadonlyArray<number>
  /** From the first message until the last one was durable, and until the last one stood in a history; milliseconds. */
  readonly durableAfter: number
  readonly storedAfter: number
}

/** Says so many messages and waits until all are where they belong. */
const burst = async (
  world: AshWorld,
  redis: Redis,
  members: ReadonlyArray<string>,
  said: Array<MessageObject>,
  count: number
): Promise<Burst> => {
  const saidAt = new Map<MessageObject, number>()
  const from = performance.now()
  const until = async (what: string, look: ReturnType<typeof areStored>) => {
    const took = await sightings(what, saidAt, look, count, WITHIN_MS)
    return { took, after: performance.now() - from }
  }
  const saying = async (): Promise<void> => {
    for (let nth = 0; nth < count; nth++) {
      if (nth % AT_A_TIME === 0) await turnOfTheLoop()
      const message = world.say(`${nth} ${LOW}`, members[nth % members.length], CHANNELS[nth % CHANNELS.length])
      saidAt.set(message, performance.now())
      said.push(message)
    }
  }
  const [durable, stored] = await Promise.all([
    until("durable", areDurable(redis)),
    until("stored", areStored(redis)),
    saying()
  ])
  return { durable: durable.took, durableAfter: durable.after, stored: stored.took, storedAfter: stored.after }
}

const rowOf = (what: string, took: ReadonlyArray<number>, afterMs: number): Row => ({
  what,
  figures: {
    "messages/s": (took.length / afterMs) * 1000,
    "p50 ms": percentile(took, 0.5),
    "p99 ms": percentile(took, 0.99)
  }
})

const measure = async (
  world: AshWorld,
  service: ServiceProcess,
  redis: Redis,
  members: ReadonlyArray<string>
): Promise<ReadonlyArray<Row>> => {
  const said: Array<MessageObject> = []
  await burst(world, redis, members, said, WARM_UP)
  const before = cpuMicrosOf(service.pid)
  const { durable, durableAfter, stored, storedAfter } = await burst(world, redis, members, said, MESSAGES)
  const cpu = cpuColumn(service.pid, before, "µs CPU/message", MESSAGES)
  await expectHistories(world, said)
  const all = `${MESSAGES} Discord messages at once, ${MEMBERS} members, ${CHANNELS.length} channels`
  const analysed = rowOf(`${all}: analysed and in the history`, stored, storedAfter)
  return [rowOf(`${all}: durable`, durable, durableAfter), { ...analysed, figures: { ...analysed.figures, ...cpu } }]
}

export const discordBurst = async (): Promise<ReadonlyArray<Row>> => {
  const server = await startRedis()
  try {
    const world = await AshWorld.open({
      residency: "resident",
      redisUrl: server.url,
      database: DATABASE,
      discord: { guilds: [crowdedGuild] },
      env: {
        BOT_MONITORED_CHANNELS: JSON.stringify(CHANNELS),
        // The service's own defaults instead of the scenarios' haste.
        ACTOR_CLAIM: "10 seconds",
        ACTOR_POLL_INTERVAL: "1 second"
      }
    })
    const redis = new Redis(`${server.url}/${DATABASE}`)
    try {
      const members = Array.from({ length: MEMBERS }, (_, nth) =>
        world.discord.guilds.join(ASH.guild, { name: `m${nth}` })
      )
      world.keepSecret(...members)
      const service = await world.start()
      await world.listening()
      return await measure(world, service, redis, members)
    } finally {
      redis.disconnect()
      await world.close()
    }
  } finally {
    await server.stop()
  }
}
