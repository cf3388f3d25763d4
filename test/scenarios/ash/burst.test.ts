/**
 * A guild that talks faster than the classifier may be asked: two thousand messages at once, three of them crises, sixty
 * requests a minute. The crises do not wait behind the rest, the limit is kept, and no message is forgotten. With
 * `BURST=drained` it also waits until every message is analysed, half a minute for each residency.
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

  // The rest: each was asked about, or its analysis stands in its member's outbox. What is read last knows of all before.
  const crowd = members.map((id) => address("member", memberId(ASH.guild, id)))
  const pending = async () => {
    const records = await Promise.all(crowd.map((one) => world.recordOf(one)))
    const works = records.flatMap((record) => (record?.outbox ?? []).map(({ work }) => work))
    return works.flatMap((work) => (work.kind === "action" ? [(work.params as Classify).message.text] : []))
  }
  const forgotten = async () => {
    const known = new Set([...(await pending()), ...world.asked()])
    return said.filter(({ content }) => !known.has(content)).map(({ content }) => content)
  }
  await eventually("every message to be asked about or pending", forgotten, ({ length }) => length === 0, 60_000)
  if (process.env["BURST"] === "drained") {
    await eventually("nothing to be pending", pending, ({ length }) => length === 0, 180_000)
    process.stdout.write(`drained after ${((performance.now() - began) / 1000).toFixed(1)} s\n`)
    expect(new Set(world.asked()).size).toBe(MESSAGES)
  }
  process.stdout.write(`${new Set(world.asked()).size} analysed so far, in ${world.nlp.requests.length} requests\n`)
  expect(busiestMinute(world.nlp.requests.map(({ at }) => at))).toBeLessThanOrEqual(PER_MINUTE)
}

// One after the other: both at once would measure each other.
for (const residency of RESIDENCIES) {
  test(`two thousand messages at once do not hide three crises (${residency})`, { timeout: 240_000 }, () =>
    inAsh(residency, { nlp: { perMinute: PER_MINUTE }, env: { BOT_NLP_PER_MINUTE: String(PER_MINUTE) } }, throughABurst)
  )
}
