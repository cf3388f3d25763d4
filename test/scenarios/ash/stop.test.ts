/**
 * Processes that stop and processes that freeze. SIGTERM: what is under way is finished, the exit code is 0, Discord keeps
 * the session for the next process. SIGSTOP: another process on the same Redis takes over, and what the frozen one had in
 * hand does no harm when it thaws. And afterwards Redis holds no key of Ash that is not documented or never expires.
 */
import { describe, expect } from "#test/harness/effect.ts"
import { ASH, RITA } from "#test/harness/AshGuild.ts"
import { CRISIS, LOW } from "#test/harness/AshWorld.ts"
import { REACHED } from "#test/harness/CrashingStore.ts"
import { eventually } from "#test/harness/Eventually.ts"
import { CRASHABLE } from "#test/harness/ProcessWorld.ts"
import { wholeAlert } from "./wholeAlert.ts"
import { it, listening } from "./worlds.ts"

const POSTS = `POST /channels/${ASH.critical}/messages`

describe("SIGTERM", () => {
  it.twice("finishes the post under way, exits with 0, and leaves the session to the next process", async (world) => {
    const armed = world.discord.faults.arm(POSTS, { kind: "hold" })
    const first = await listening(world)
    const message = world.say(CRISIS)
    await armed.met()
    const exit = first.stop()
    await eventually(
      "the gateway to be left",
      () => world.discord.gateway.connected.length,
      (count) => count === 0
    )
    const missed = world.say(LOW, ASH.noa)
    armed.release()
    expect(await exit).toBe(0)
    const post = await world.alertPost(message)

    await world.start()
    await eventually(
      "what was missed",
      () => world.history(ASH.noa),
      ({ length }) => length === 1
    )
    expect(world.discord.gateway).toMatchObject({ identifies: 1, resumes: 1 })
    expect(await world.told(world.click(post, "ash_ack", RITA))).toContain("Acknowledged")
    await world.quiet(ASH.mia, message)
    expect(world.alertPosts(message.id)).toHaveLength(1)
    expect((await world.history(ASH.noa))[0]).toMatchObject({ message_id: missed.id })
    expect(world.asked().toSorted()).toEqual([CRISIS, LOW].toSorted())
  })
})

describe("SIGSTOP of one of two processes on one Redis", () => {
  const moments = [
    ["with the analysis in hand", "commit/member:before:2", 0],
    ["with the post made and not written down", "commit/alert:before:2", 1]
  ] as const
  for (const [name, crashAt, posts] of moments) {
    it.twice(`${name}: nothing is doubled, and nothing breaks when it thaws`, async (world) => {
      const frozen = await world.start({ CRASH_AT: crashAt, CRASH_BY: "SIGSTOP" }, CRASHABLE)
      await world.listening()
      const message = world.say(CRISIS)
      await eventually("the freeze", () => frozen.output().includes(REACHED), Boolean)
      expect({ asked: world.asked(), posts: world.alertPosts(message.id).length }).toEqual({ asked: [CRISIS], posts })
      await world.start()
      const post = await world.alertPost(message, ({ thread }) => thread !== undefined)
      await world.quiet(ASH.mia, message)
      frozen.thaw()
      expect(await world.told(world.click(post, "ash_ack", RITA))).toContain("Acknowledged")
      await world.quiet(ASH.mia, message)
      expect(world.alertPosts(message.id)).toHaveLength(1)
      expect((await world.history(ASH.mia)).map(({ message: text }) => text)).toEqual([CRISIS])
      expect(world.discord.posts(post.id).filter(({ content }) => content.startsWith("**Acknowledged**"))).toHaveLength(
        1
      )
    })
  }
})

/** README, "What is in Redis": the keys of Ash and of the runtime. */
const DOCUMENTED: ReadonlyArray<RegExp> = [
  /^ash:history:\d+:\d+$/,
  /^ash:message:\d+$/,
  /^ash:metrics:(alert:alert_[0-9a-f]{12}|alerts:[\d-]{10}|daily:[\d-]{10}|alert_lookup:\d+)$/,
  /^ash:(pending_alert|optout):\d+$/,
  /^ash:session:(meta|notes):\d+-[0-9a-z]+$/,
  /^ash:followup:(scheduled|pending|last):\d+$/,
  /^ash:retention:last$/,
  /^tardigrade:(actor|seen|letters|documents):[a-z-]+\/.+$/,
  /^tardigrade:owner:ash:/,
  /^tardigrade:(due|dead)$/,
  /^tardigrade:dead:[\w-]+$/
]
const WITHOUT_EXPIRY = /^tardigrade:(due|dead)$/

describe("after a whole story", () => {
  it.twice("Redis holds only documented keys, and none without expiry but those that need none", async (world) => {
    const service = await listening(world)
    await wholeAlert(world)
    world.discord.people.directMessage(ASH.noa, { content: "leave me alone" })
    await eventually(
      "an opt-out",
      () => world.read(`ash:optout:${ASH.noa}`),
      (text) => text !== null
    )
    expect(await service.stop()).toBe(0)
    const keys = await world.keys()
    expect(keys.filter(({ key }) => !DOCUMENTED.some((known) => known.test(key)))).toEqual([])
    expect(keys.filter(({ key, ttl }) => ttl < 0 && !WITHOUT_EXPIRY.test(key))).toEqual([])
    const kinds = [...new Set(keys.map(({ key }) => key.replace(/[:/]\d.*$|alert_\w+$/, "")))]
    expect(kinds.length).toBeGreaterThan(8)
    return kinds.filter((kind) => kind.startsWith("ash:"))
  })
})
