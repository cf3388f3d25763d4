import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type { AlertAnswer, AlertView } from "#domain/ash/Alert.ts"
import { alertIdOf } from "#domain/ash/Alert.ts"
import { customId } from "#channels/discord/AlertButtons.ts"
import { EventQuarantined, StoreUnavailable } from "#runtime/RuntimeError.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { CALLBACK } from "#test/harness/discord/Interaction.ts"
import { clicking, scripted, type Script } from "./Clicking.ts"
import { makeTeam, type Team } from "./Team.ts"

const done = (alert: AlertView): AlertAnswer => ({ outcome: "done", because: null, alert })

/** A posted alert, and people who can click on it. */
const desk = Effect.fnUntraced(function* (
  script: (alert: AlertView) => Script = (alert) => () => Effect.succeed(done(alert)),
  options: Parameters<typeof makeTeam>[0] = {}
) {
  const team = yield* makeTeam(options)
  const alert = team.write("words")
  const { place, threadId } = yield* team.handlers.postAlert({ alert })
  const posted: AlertView = { ...alert, place, threadId }
  const system = scripted(script(posted))
  const hands = yield* clicking(team, system.layer)
  const button = (name: Parameters<typeof customId>[0]) => customId(name, alert.signal.userId, alert.signal.messageId)
  return { team, alert: posted, place, system, hands, button }
})

const ofAlert = <A extends { readonly to: { readonly type: string } }>(asked: ReadonlyArray<A>) =>
  asked.filter(({ to }) => to.type === "alert")

const nobodyElseSees = ({ discord, id }: Team) => {
  expect(discord.posts(id("high"))).toHaveLength(1)
}

describe("a click", () => {
  it.live.each([
    ["ash_ack", { type: "ACKNOWLEDGE", note: null }, "Acknowledged."],
    ["ash_resolve", { type: "RESOLVE", note: null }, "Resolved."],
    ["ash_talk", { type: "TALK_TO_ASH" }, "Ash is asked"],
    ["ash_take", { type: "TAKE_OVER" }, "You have taken over."],
    ["ash_back", { type: "HAND_BACK" }, "Handed back."]
  ] as const)("on %s asks the alert of the member's message", ([name, event, words]) =>
    Effect.gen(function* () {
      const { alert, button, hands, place, system, team } = yield* desk()
      const click = yield* hands.click(place.messageId, button(name), "robin")
      const [asked] = ofAlert(system.asked)
      expect(asked).toMatchObject({
        to: { type: "alert", id: alert.alertId },
        id: `interaction:${click.id}`,
        event: {
          ...event,
          by: team.id("robin"),
          post: {
            ...place,
            guildId: team.guildId,
            userId: team.id("sam"),
            sourceMessageId: alert.signal.messageId,
            severity: "high"
          }
        }
      })
      expect(click.acknowledgement).toMatchObject({ type: CALLBACK.deferReply, ephemeral: true })
      expect(click.answers.at(-1)).toMatchObject({ ephemeral: true })
      expect(hands.text(click)).toContain(words)
      nobodyElseSees(team)
    })
  )

  it.live("on the history shows the newest words to the team, and asks no actor", () =>
    Effect.gen(function* () {
      const { alert, button, hands, place, system, team } = yield* desk()
      yield* team.remember(alert, `@everyone ${"long ".repeat(50)}`)
      const click = yield* hands.click(place.messageId, button("ash_history"), "robin")
      expect(hands.text(click)).toMatch(
        /^1 message of <@\d+> is stored:\n<t:\d+:f> · high · 0\.70 · @\u200beveryone long/
      )
      expect(hands.text(click).length).toBeLessThan(250)
      expect(ofAlert(system.asked)).toHaveLength(0)
    })
  )

  it.live("is refused to who is not of the team, and nothing is asked", () =>
    Effect.gen(function* () {
      const { button, hands, place, system } = yield* desk()
      for (const by of ["sam", "stef", "ada"]) {
        const click = yield* hands.click(place.messageId, button("ash_ack"), by)
        expect(hands.text(click)).toBe("Sorry, this is for members of the crisis team.")
        expect(click.acknowledgement).toMatchObject({ ephemeral: true })
      }
      expect(system.asked).toHaveLength(0)
    })
  )

  it.live("is refused to everybody where no role is configured", () =>
    Effect.gen(function* () {
      const { button, hands, place, system } = yield* desk(undefined, { settings: () => ({ crtRoles: [] }) })
      const click = yield* hands.click(place.messageId, button("ash_ack"), "robin")
      expect(hands.text(click)).toContain("BOT_CRT_ROLE_IDS")
      expect(system.asked).toHaveLength(0)
    })
  )

  it.live.each(["ash_snooze:1:2", "ash_ack", "ash_ack:1:2:3", "something", "ash_ack:x:y"])(
    "on an unknown button (%s) says so",
    (id) =>
      Effect.gen(function* () {
        const { hands, place, system } = yield* desk()
        const click = yield* hands.click(place.messageId, id, "robin")
        expect(hands.text(click)).toContain("not known here any more")
        expect(system.asked).toHaveLength(0)
      })
  )

  it.live("that comes second hears who was first, and when", () =>
    Effect.gen(function* () {
      const at = 1_800_000_000_000
      const { button, hands, place, team } = yield* desk((alert) => () => {
        const acknowledged = { by: "555", at, note: null }
        return Effect.succeed({
          ...done({ ...alert, acknowledged }),
          outcome: "refused",
          because: "already_acknowledged"
        })
      })
      const click = yield* hands.click(place.messageId, button("ash_ack"), "robin")
      expect(hands.text(click)).toBe("Already acknowledged by <@555> <t:1800000000:R>.")
      expect(team.discord.pings).toHaveLength(1)
    })
  )

  it.live.each([
    ["already_resolved", "Already resolved by you"],
    ["expired", "has expired"],
    ["not_taken_over", "Nobody has taken over"],
    ["taken_over", "Somebody speaks with the member"],
    ["ash_off", "Ash is switched off."],
    ["a reason of a later version", "refused"]
  ] as const)("refused with %s hears why", ([because, words]) =>
    Effect.gen(function* () {
      const { button, hands, place } = yield* desk((alert) => ({ event }) => {
        const resolved = { by: String(event["by"]), at: 1, note: null }
        return Effect.succeed({ outcome: "refused", because, alert: { ...alert, resolved } })
      })
      const click = yield* hands.click(place.messageId, button("ash_resolve"), "robin")
      expect(hands.text(click)).toContain(words)
    })
  )

  it.live("on an alert nobody knows hears so", () =>
    Effect.gen(function* () {
      const { button, hands, place } = yield* desk(
        () => () => Effect.succeed({ outcome: "refused", because: "unknown_alert", alert: null })
      )
      const click = yield* hands.click(place.messageId, button("ash_ack"), "robin")
      expect(hands.text(click)).toContain("not known here any more")
    })
  )
})

describe("the first answer", () => {
  it.live("comes before anything is asked, so a slow store costs nobody the answer", () =>
    Effect.gen(function* () {
      const gate = yield* Deferred.make<void>()
      const { button, hands, place, team } = yield* desk((alert) => () => Effect.as(Deferred.await(gate), done(alert)))
      const click = team.discord.people.click(place.messageId, button("ash_ack"), team.id("robin"))
      const handling = yield* Effect.forkChild(hands.take(click))
      const acknowledgement = yield* Effect.promise(() => click.acknowledged())
      expect(acknowledgement).toMatchObject({ type: CALLBACK.deferReply, ephemeral: true })
      expect(click.answers).toHaveLength(0)
      // Minutes later, well within the life of the token.
      team.discord.advance(10 * 60_000)
      yield* Deferred.succeed(gate, undefined)
      yield* Fiber.join(handling)
      expect(hands.text(click)).toContain("Acknowledged.")
    })
  )

  it.live("that comes too late does not stop what was asked", () =>
    Effect.gen(function* () {
      const { button, hands, place, system, team } = yield* desk()
      const click = team.discord.people.click(place.messageId, button("ash_ack"), team.id("robin"))
      const payload = yield* hands.raw(click)
      team.discord.advance(4000)
      yield* hands.deliver(payload)
      expect(click.refusals).toEqual([10_062])
      expect(click.answers).toHaveLength(0)
      expect(ofAlert(system.asked)).toHaveLength(1)
    })
  )

  it.live("is given once when an interaction is delivered twice, and the alert is asked once", () =>
    Effect.gen(function* () {
      const { button, hands, place, system, team } = yield* desk()
      const click = team.discord.people.click(place.messageId, button("ash_ack"), team.id("robin"))
      const payload = yield* hands.raw(click)
      yield* Effect.all([hands.deliver(payload), hands.deliver(payload)], { concurrency: 2 })
      yield* hands.deliver(payload)
      expect(ofAlert(system.asked)).toHaveLength(1)
      const words = new Set(click.answers.map((shown) => (shown.kind === "modal" ? "" : shown.message.content)))
      expect([...words]).toEqual(["Acknowledged. Thank you for taking this."])
    })
  )

  it.live("is filled in although Discord stumbled", () =>
    Effect.gen(function* () {
      const { button, hands, place, team } = yield* desk()
      team.discord.faults.arm("PATCH /webhooks/**", { kind: "status", status: 502 })
      const click = yield* hands.click(place.messageId, button("ash_ack"), "robin")
      expect(hands.text(click)).toContain("Acknowledged.")
    })
  )
})

describe("a failure", () => {
  it.live("of the store is said, and no success is claimed", () =>
    Effect.gen(function* () {
      const away = new StoreUnavailable({ store: "test", operation: "commit", reason: "connection" })
      const { button, hands, place } = yield* desk(() => () => Effect.fail(away))
      const click = yield* hands.click(place.messageId, button("ash_ack"), "robin")
      expect(hands.text(click)).toContain("could not be done for certain")
      expect(hands.text(click)).not.toContain("Acknowledged")
      expect(hands.lines.join()).toContain('"code":"connection"')
    })
  )

  it.live("that will pass is tried again by itself", () =>
    Effect.gen(function* () {
      let calls = 0
      const away = new StoreUnavailable({ store: "test", operation: "commit", reason: "connection" })
      const { button, hands, place } = yield* desk((alert) => ({ to }) => {
        calls += to.type === "alert" ? 1 : 0
        return calls === 1 ? Effect.fail(away) : Effect.succeed(done(alert))
      })
      const click = yield* hands.click(place.messageId, button("ash_ack"), "robin")
      expect(hands.text(click)).toContain("Acknowledged.")
    })
  )

  it.live.each([
    [
      "a poisonous event",
      Effect.fail(new EventQuarantined({ actor: "alert#1", event: "ACKNOWLEDGE", reason: "threw" }))
    ],
    ["an answer nobody can read", Effect.succeed({ surprise: true })],
    ["a defect", Effect.die(new Error("words of a person"))]
  ] as const)("for good (%s) is said, and logged without a person's words", ([, outcome]) =>
    Effect.gen(function* () {
      const { button, hands, place, team } = yield* desk(() => () => outcome)
      const click = yield* hands.click(place.messageId, button("ash_ack"), "robin")
      expect(hands.text(click)).toContain("trying again will not help")
      const log = hands.lines.join()
      expect(log).not.toContain("words of a person")
      for (const secret of [team.id("sam"), team.id("robin"), click.origin.token]) expect(log).not.toContain(secret)
    })
  )

  it.live("that is none: what is written down for later is called that", () =>
    Effect.gen(function* () {
      const { button, hands, place, system } = yield* desk(() => () => Effect.succeed(null))
      const unknown = yield* hands.click(place.messageId, button("ash_ack"), "robin")
      expect(hands.text(unknown)).toContain("could not be done")
      // None: the journal may have been worked off between the two questions.
      for (const spooled of [1, 0]) {
        system.state.spooled = spooled
        const click = yield* hands.click(place.messageId, button("ash_ack"), "alex")
        expect(hands.text(click)).toContain("is written down")
      }
    })
  )
})

describe("posts of an earlier service", () => {
  it.live("lead to the alert of the member's message, in the member's guild", () =>
    Effect.gen(function* () {
      const { hands, system, team } = yield* desk()
      const link = "https://discord.com/channels/777/888/999999999999"
      const old = yield* Effect.promise(() =>
        fetch(`${team.discord.apiBaseUrl}/v10/channels/${team.id("critical")}/messages`, {
          method: "POST",
          headers: { authorization: `Bot ${team.discord.identity.token}`, "content-type": "application/json" },
          body: JSON.stringify({
            embeds: [{ title: "🔴 CRITICAL Alert", fields: [{ name: "Jump", value: `[Go](${link})` }] }],
            components: [
              {
                type: 1,
                components: [{ type: 2, style: 3, label: "Ack", custom_id: "ash_ack:123456:999999999999" }]
              }
            ]
          })
        })
      )
      const { id } = (yield* Effect.promise(() => old.json())) as { readonly id: string }
      yield* hands.click(id, "ash_ack:123456:999999999999", "robin")
      expect(ofAlert(system.asked)[0]).toMatchObject({
        to: { id: alertIdOf("777", "123456", "999999999999") },
        event: {
          post: {
            guildId: "777",
            userId: "123456",
            sourceMessageId: "999999999999",
            severity: "critical",
            channelId: team.id("critical"),
            messageId: id
          }
        }
      })
    })
  )
})

describe("the desk", () => {
  it.live("learns that a responder is there, and nothing from others", () =>
    Effect.gen(function* () {
      const { button, hands, place, system, team } = yield* desk()
      yield* hands.click(place.messageId, button("ash_ack"), "robin")
      yield* hands.click(place.messageId, button("ash_ack"), "sam")
      const seen = system.asked.filter(({ event }) => event.type === "RESPONDER_SEEN")
      expect(seen).toHaveLength(1)
      expect(seen[0]).toMatchObject({ to: { type: "desk", id: team.guildId }, event: { by: team.id("robin") } })
    })
  )
})
