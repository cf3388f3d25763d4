/**
 * A guild that talks faster than the classifier may be asked: two thousand messages at once, three of them crises, sixty
 * requests a minute. The crises do not wait behind the rest, the limit is kept, and no message is forgotten.
 */
import { expect, test } from "vitest"
import { address } from "#domain/ActorAddress.ts"
import type { Classify } from "#domain/ash/Analysis.ts"
import { memberId } from "#domain/ash/Member.ts"
import { ASH } from "#test/harness/AshGuild.ts"
import { type AshWorld, CRISIS, LOW, SAFE } from "#test/harness/AshWorld.ts"
import { eventually } from "#test/harness/Eventually.ts"
import { RESIDENCIES } from "../twice.ts"
import { inAsh, listening } from "./worlds.ts"

const MESSAGES = 2000
const MEMBERS = 100
const PER_MINUTE = 60
const CRISES = [700, 1300, 1900]

/** The most requests that came within any minute. */
const busiestMinute = (times: ReadonlyArray<number>): number =>
  Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 60_000).length))

const throughABurst = async (world: AshWorld): Promise<void> => {
  await listening(world)
  const { discord } = world
  const members = Array.from({ length: MEMBERS }, (_, nth) => discord.guilds.join(ASH.guild, { name: `crowd-${nth}` }))
  world.keepSecret(...members)

  const began = performance.now()
  const said = Array.from({ length: MESSAGES }, (_, nth) => {
    const by = members[nth % MEMBERS] ?? ""
    const crisis = CRISES.indexOf(nth)
    if (crisis !== -1) return world.say(`${nth} ${CRISIS}`, [ASH.mia, ASH.noa, ASH.tom][crisis])
    return world.say(`${nth} ${nth % 50 === 0 ? LOW : SAFE}`, by)
  })
  const crises = CRISES.map((nth) => said[nth]).filter((message) => message !== undefined)
  const alerted = await Promise.all(
    crises.map(async (message) => {
      await world.alertPost(message, undefined, 60_000)
      return performance.now() - began
    })
  )
  process.stdout.write(
    `${MESSAGES} messages at once (${world.options.residency}): alerts after ${alerted.map((ms) => (ms / 1000).toFixed(1)).join(", ")} s\n`
  )
  expect(Math.max(...alerted)).toBeLessThan(15_000)

  for (const message of crises) expect(world.alertPosts(message.id)).toHaveLength(1)
  if (world.options.residency === "alwaysRehydrate") return

  // The rest: each is analysed, or judged by the net and known to be owed an analysis.
  const crowd = members.map((id) => address("member", memberId(ASH.guild, id)))
  const jobs = async (name: string) => {
    const records = await Promise.all(crowd.map((one) => world.recordOf(one)))
    return records
      .flatMap((record) => record?.outbox ?? [])
      .flatMap(({ work }) => (work.kind === "action" && work.name === name ? [work.params as Classify] : []))
  }
  await eventually(
    "every message to be judged",
    () => jobs("classify"),
    ({ length }) => length === 0,
    180_000
  )
  const owed = new Set((await jobs("classifyLater")).map(({ message }) => message.text))
  const asked = new Set(world.asked())
  process.stdout.write(
    `all judged after ${((performance.now() - began) / 1000).toFixed(1)} s: ${asked.size} analysed in ${world.nlp.requests.length} requests, ${owed.size} owed\n`
  )
  const forgotten = said.filter(({ content }) => !asked.has(content) && !owed.has(content))
  expect(forgotten.map(({ content }) => content)).toEqual([])
  expect(busiestMinute(world.nlp.requests.map(({ at }) => at))).toBeLessThanOrEqual(PER_MINUTE)
}

// One after the other: both at once would measure each other.
for (const residency of RESIDENCIES) {
  test(`two thousand messages at once do not hide three crises (${residency})`, { timeout: 240_000 }, () =>
    inAsh(residency, { nlp: { perMinute: PER_MINUTE }, env: { BOT_NLP_PER_MINUTE: String(PER_MINUTE) } }, throughABurst)
  )
}
