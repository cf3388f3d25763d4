/**
 * Two processes on one Redis and one shard, as they are killed, frozen and stopped. The newest listens and the other stands
 * by; whoever is left takes over with the session that is there, and every crisis is heard once.
 */
import { describe, expect } from "#test/harness/effect.ts"
import { ASH } from "#test/harness/AshGuild.ts"
import { type AshWorld, CRISIS } from "#test/harness/AshWorld.ts"
import { eventually } from "#test/harness/Eventually.ts"
import type { ServiceProcess } from "#test/harness/ServiceProcess.ts"
import { it } from "./worlds.ts"

const listens = (process: ServiceProcess, state: string) =>
  eventually(
    state,
    async () => {
      const { components } = (await (await fetch(`${process.url}/health`)).json()) as {
        readonly components: ReadonlyArray<{ readonly name: string; readonly state: string }>
      }
      return components.find(({ name }) => name === "discord")?.state
    },
    (seen) => seen === state,
    30_000
  )

const pair = async (world: AshWorld) => {
  const older = await world.start()
  await world.listening()
  const newer = await world.start()
  await listens(newer, "connected")
  await listens(older, "standby")
  return { older, newer }
}

const heardOnce = async (world: AshWorld) => {
  const crisis = world.say(CRISIS)
  await world.alertPost(crisis)
  await world.quiet(ASH.mia, crisis)
  expect(world.alertPosts(crisis.id)).toHaveLength(1)
  expect(world.asked()).toEqual([CRISIS])
}

describe("of two processes on one shard", () => {
  it.twice("the older takes over when the newer is killed", async (world) => {
    const { newer, older } = await pair(world)
    await newer.kill9()
    await heardOnce(world)
    await listens(older, "connected")
    expect(world.discord.gateway).toMatchObject({ identifies: 1, resumes: 2 })
  })

  it.twice("the older takes over at once when the newer is stopped", async (world) => {
    const { newer, older } = await pair(world)
    await newer.stop()
    await listens(older, "connected")
    await heardOnce(world)
    expect(world.discord.gateway.resumes).toBe(2)
  })

  it.twice("one that was frozen stands by when it wakes up", async (world) => {
    const { newer, older } = await pair(world)
    newer.freeze()
    await listens(older, "connected")
    newer.thaw()
    await listens(newer, "standby")
    await heardOnce(world)
    expect(world.discord.gateway).toMatchObject({ identifies: 1, resumes: 2 })
    await older.kill9()
    await listens(newer, "connected")
    expect(world.discord.gateway).toMatchObject({ identifies: 1, resumes: 3 })
  })
})
