/**
 * Ash and one person in direct messages: asked for by a responder, talking, calling people when the person wants one, taken
 * over by a responder, and silent for whoever wants no contact. No message comes twice, and none says what is not so.
 */
import { address } from "#domain/ActorAddress.ts"
import { describe, expect } from "#test/harness/effect.ts"
import { ASH, RICO, RITA } from "#test/harness/AshGuild.ts"
import { type AshWorld, CRISIS, MEDIUM } from "#test/harness/AshWorld.ts"
import { buttonsOf, textOf } from "#test/harness/discord/Objects.ts"
import { eventually } from "#test/harness/Eventually.ts"
import { MARKED } from "#test/harness/ProcessWorld.ts"
import { it, listening } from "./worlds.ts"

const NO_CONTACT = "❌"

const dms = (world: AshWorld): ReadonlyArray<string> => world.discord.dms(ASH.mia).map(({ content }) => content)

/** A direct message from Ash that says this. */
const hears = (world: AshWorld, said: string) =>
  world.discord.until(`Ash to say: ${said}`, () =>
    world.discord.dms(ASH.mia).find(({ content }) => content.includes(said))
  )

/** A post in the alert's thread that says this. */
const teamHears = (world: AshWorld, threadId: string, said: string) =>
  world.discord.until(`the thread to say: ${said}`, () =>
    world.discord.posts(threadId).find(({ content }) => content.includes(said))
  )

const writes = (world: AshWorld, content: string) => world.discord.people.directMessage(ASH.mia, { content })

/** A crisis, and a responder who sends Ash to the member. */
const talking = async (world: AshWorld) => {
  const message = world.say(CRISIS)
  const post = await world.alertPost(message)
  expect(await world.told(world.click(post, "ash_talk", RITA))).toContain("Ash is asked to write to the member")
  const welcome = await hears(world, "I am an automated companion")
  await world.discord.until("the no-contact reaction", () =>
    world.discord.reactors(welcome.id, NO_CONTACT).length > 0 ? true : undefined
  )
  await teamHears(world, post.id, `Ash writes to the member now, as <@${RITA}> asked`)
  return { message, post, welcome }
}

const settled = (world: AshWorld) => world.settledRecord(address("ash-session", ASH.mia))

describe("a conversation with Ash", () => {
  it.twice("is started by a click, answers, and says that people were called only when they were", async (world) => {
    await listening(world)
    const { message, post } = await talking(world)
    writes(world, `it is the ${MARKED[1]} again`)
    await eventually(
      "an answer",
      () => dms(world),
      ({ length }) => length === 2
    )
    await world.quiet(ASH.mia, message)
    const before = world.discord.pings.length

    const call = world.discord.faults.arm(`POST /channels/${post.id}/messages`, { kind: "hold" })
    writes(world, "I want a person")
    await hears(world, "I am asking the crisis team for one now")
    await call.met()
    expect(dms(world).join()).not.toContain("has been called")
    call.release()
    await hears(world, "The crisis team has been called.")
    const ping = world.discord.pings[before]
    expect(ping).toMatchObject({ channelId: post.id, roles: [ASH.crt] })
    await teamHears(world, post.id, "The member asked for a person")
    writes(world, "thank you, bye")
    await hears(world, "Take care of yourself")
    await settled(world)
    await teamHears(world, post.id, "The conversation with Ash has ended")
    const notes = await world.discord.posted("the team's note", ({ channel_id }) => channel_id === ASH.notes)
    expect(textOf(notes)).not.toContain(MARKED[1])
    expect(world.alertPosts(message.id)).toHaveLength(1)
    return dms(world).length
  })

  it.twice("is taken over by a responder who speaks through the thread, and handed back", async (world) => {
    await listening(world)
    const { message, post } = await talking(world)
    expect(await world.told(world.click(post, "ash_take", RITA))).toContain("You have taken over")
    await hears(world, "A person from the crisis team is here now")
    await world.alertPost(message, (shown) => buttonsOf(shown).some(({ label }) => label === "Hand back"))
    writes(world, "who is there?")
    await teamHears(world, post.id, "> who is there?")
    world.discord.people.message(post.id, { by: RITA, content: "Rita is. How are you?" })
    await hears(world, "**Crisis team:** Rita is. How are you?")
    world.discord.people.message(post.id, { by: RICO, content: "among ourselves" })
    expect(await world.told(world.click(post, "ash_back", RITA))).toContain("Handed back")
    await hears(world, "The person from the crisis team has left this chat")
    await world.quiet(ASH.mia, message)
    await settled(world)
    expect(dms(world).join()).not.toContain("among ourselves")
    world.discord.people.message(post.id, { by: RITA, content: "no longer for the member" })
    writes(world, "still here")
    await eventually(
      "Ash to answer again",
      () => dms(world),
      ({ length }) => length >= 5
    )
    expect(dms(world).join()).not.toContain("no longer for the member")
    expect(new Set(dms(world)).size).toBe(dms(world).length)
    return world.discord.posts(post.id).filter(({ content }) => content.includes("still here")).length
  })

  it.twice("ends with the no-contact reaction; people are alerted all the same", async (world) => {
    await listening(world)
    const { message, welcome } = await talking(world)
    world.discord.people.react(welcome.id, ASH.mia, NO_CONTACT)
    await hears(world, "I, Ash, will not write to you")
    await world.alertPost(message, (shown) => textOf(shown).includes("They opted out of Ash"))
    expect(await world.read(`ash:optout:${ASH.mia}`)).not.toBeNull()
    await settled(world)
    await world.quiet(ASH.mia, message)
    const [shown] = world.alertPosts(message.id)
    expect(buttonsOf(shown ?? message).map(({ label }) => label)).not.toContain("Talk to Ash")
    expect((await world.metrics(message))?.user_opted_out).toBe(true)
  })

  it.twice("is not begun with a person who wanted no contact; the team is told, and comes itself", async (world) => {
    await listening(world)
    writes(world, "leave me alone")
    await hears(world, "I, Ash, will not write to you")
    await settled(world)
    const message = world.say(CRISIS)
    const post = await world.alertPost(message)
    expect(world.discord.pings.at(-1)).toMatchObject({ messageId: post.id, roles: [ASH.crt] })
    await world.told(world.click(post, "ash_talk", RITA))
    await teamHears(world, post.id, "Ash did not write: the member opted out of Ash")
    await world.quiet(ASH.mia, message)
    await settled(world)
    return dms(world).length
  })
})

describe("kill -9 in the middle of a conversation", () => {
  it.twice("repeats no message, and the conversation goes on", async (world) => {
    const first = await listening(world)
    const { message } = await talking(world)
    await world.quiet(ASH.mia, message)
    await settled(world)
    const { id: direct } = world.discord.people.directMessage(ASH.mia, { content: "are you there?" })
    const channel = world.discord.post(direct)?.channel_id ?? ""
    await eventually(
      "an answer",
      () => dms(world),
      ({ length }) => length === 2
    )
    await settled(world)

    const armed = world.discord.faults.arm(`POST /channels/${channel}/messages`, { kind: "hold", when: "after" })
    writes(world, "and now?")
    await armed.met()
    await first.kill9()
    writes(world, "I said something while you were gone")
    await world.start()
    await world.listening()
    armed.release()
    await eventually(
      "both answers",
      () => dms(world),
      ({ length }) => length >= 4
    )
    await settled(world)
    writes(world, "good")
    await eventually(
      "one more answer",
      () => dms(world),
      ({ length }) => length >= 5
    )
    await settled(world)
    expect(dms(world)).toHaveLength(5)
    expect(new Set(dms(world)).size).toBe(5)
  })

  it.twice(
    "between the wish for a person and the call: the call is made, and then the person is told",
    async (world) => {
      const first = await listening(world)
      const message = world.say(MEDIUM)
      const post = await world.alertPost(message)
      await world.quiet(ASH.mia, message)
      const call = world.discord.faults.arm(`POST /channels/${post.id}/messages`, { kind: "hold", when: "after" })
      writes(world, "I want a person")
      await hears(world, "I am asking the crisis team for one now")
      await call.met()
      await first.kill9()
      await world.start()
      await hears(world, "The crisis team has been called.")
      call.release()
      await settled(world)
      await world.quiet(ASH.mia, message)
      const calls = world.discord.pings.filter(({ roles }) => roles.includes(ASH.crt))
      expect(dms(world).filter((text) => text.includes("has been called"))).toHaveLength(1)
      return calls.length
    }
  )
})
