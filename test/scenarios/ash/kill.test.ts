/**
 * `kill -9` in the middle of an alert: at any call to the store, while the classifier thinks, while the post is on its way,
 * while a click is being answered. There is exactly one post, nothing a member wrote is lost, and who was first stays first.
 */
import { describe, expect } from "#test/harness/effect.ts"
import { ASH, RICO, RITA } from "#test/harness/AshGuild.ts"
import { type AshWorld, CRISIS } from "#test/harness/AshWorld.ts"
import type { Fault } from "#test/harness/discord/Faults.ts"
import { eventually } from "#test/harness/Eventually.ts"
import { CRASHABLE } from "#test/harness/ProcessWorld.ts"
import { whateverTheMoment } from "../CrashPoints.ts"
import { type Told, wholeAlert } from "./wholeAlert.ts"
import { later, MINUTE } from "./time.ts"
import { type AshSettings, inAsh, it, listening } from "./worlds.ts"

const aWholeAlert = (name: string, settings: AshSettings, step: number): void =>
  whateverTheMoment<Told>({
    name,
    step,
    live: (residency, database, env) =>
      inAsh(residency, { ...settings, database }, async (world) => {
        world.supervise(env, CRASHABLE)
        await world.listening()
        const outcome = await wholeAlert(world)
        return { outcome, output: world.output(), restarts: world.restarts }
      }),
    check: ({ posts, dms, history }) => {
      expect({ posts, dms, history: history.length }).toEqual({ posts: 1, dms: 1, history: 2 })
    }
  })

describe("a kill -9 at any call to the store", () => {
  aWholeAlert("on Redis", {}, 24)
  aWholeAlert("on the embedded store", { redisUrl: null }, 48)
})

const POSTS = `POST /channels/${ASH.critical}/messages`

describe("a kill -9 while somebody else has the word", () => {
  it.twice("the classifier: it is asked again, and there is one alert", async (world) => {
    world.nlp.next({ silent: true })
    const first = await listening(world)
    const message = world.say(CRISIS)
    await world.nlp.arrived(1)
    await first.kill9()
    await world.start()
    const post = await world.alertPost(message)
    await world.quiet(ASH.mia, message)
    expect(world.asked()).toEqual([CRISIS, CRISIS])
    expect(world.alertPosts(message.id)).toHaveLength(1)
    return post.embeds[0]?.title
  })

  const onItsWay: ReadonlyArray<readonly [string, Fault]> = [
    ["the post never arrived", { kind: "hold" }],
    ["the post arrived, its answer did not", { kind: "hold", when: "after" }]
  ]
  for (const [name, fault] of onItsWay) {
    it.twice(`Discord: ${name}; there is one post`, async (world) => {
      const armed = world.discord.faults.arm(POSTS, fault)
      const first = await listening(world)
      const message = world.say(CRISIS)
      await armed.met()
      await first.kill9()
      await world.start()
      await world.alertPost(message, ({ thread }) => thread !== undefined)
      armed.release()
      await world.quiet(ASH.mia, message)
      const [post, ...more] = world.alertPosts(message.id)
      expect(more).toEqual([])
      expect((await world.metrics(message))?.alert_message_id).toBe(post?.id)
    })
  }

  it.twice(
    "Discord: the post arrived, its answer did not, and ten minutes later no nonce is known; there is one post",
    async (world) => {
      const armed = world.discord.faults.arm(POSTS, { kind: "hold", when: "after" })
      const first = await listening(world)
      const message = world.say(CRISIS)
      await armed.met()
      await first.kill9()
      await later(world, 10 * MINUTE)
      await world.quiet(ASH.mia, message)
      const [post, ...more] = world.alertPosts(message.id)
      expect(more).toEqual([])
      expect((await world.metrics(message))?.alert_message_id).toBe(post?.id)
    },
    { redisUrl: null }
  )

  const clicked = async (world: AshWorld, target: string, fault: Fault) => {
    const first = await listening(world)
    const message = world.say(CRISIS)
    const post = await world.alertPost(message)
    await world.quiet(ASH.mia, message)
    const armed = world.discord.faults.arm(target, fault)
    const click = world.click(post, "ash_ack", RITA)
    await armed.met()
    await first.kill9()
    armed.release()
    await world.start()
    await eventually(
      "the acknowledgement",
      () => world.metrics(message),
      (record) => record?.acknowledged_by === RITA
    )
    const late = world.clickStale(post, "ash_ack", RICO, message)
    expect(await world.told(late)).toContain(`Already acknowledged by <@${RITA}>`)
    await world.alertPost(message, ({ embeds }) => embeds[0]?.color === 0x2ecc71)
    await world.quiet(ASH.mia, message)
    expect((await world.metrics(message))?.acknowledged_by).toBe(RITA)
    return click
  }

  const CALLBACK = "POST /interactions/*/*/callback"

  it.twice("a click that was deferred: it takes effect once, and is answered after all", async (world) => {
    const click = await clicked(world, CALLBACK, { kind: "hold", when: "after" })
    expect(await world.told(click)).toBe("Acknowledged. Thank you for taking this.")
    expect(click.answers).toHaveLength(1)
  })

  it.twice("a click that was done and not answered: it took effect once, and is answered after all", async (world) => {
    const click = await clicked(world, "PATCH /webhooks/*/*/messages/@original", { kind: "hold" })
    expect(await world.told(click)).toBe("Acknowledged. Thank you for taking this.")
  })
})
