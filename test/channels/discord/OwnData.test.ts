/** What is left of a person who asked to be forgotten, and what they are told of it (B15). */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { customId } from "#channels/discord/AlertButtons.ts"
import { address } from "#domain/ActorAddress.ts"
import { alertMetricsKey } from "#domain/ash/AlertMetrics.ts"
import { memberId } from "#domain/ash/Member.ts"
import { StoreUnavailable } from "#runtime/RuntimeError.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { clicking, scripted } from "./Clicking.ts"
import { realDesk } from "./RealDesk.ts"
import { makeTeam } from "./Team.ts"

const world = Effect.fnUntraced(function* () {
  const team = yield* makeTeam()
  const desk = yield* realDesk(team)
  const forget = Effect.suspend(() =>
    Effect.map(desk.hands.command("ash-me forget", { by: "sam", options: { sure: true } }), desk.hands.text)
  )
  const post = (id: string) => JSON.stringify(team.discord.post(id))
  return { team, desk, forget, post }
})

const button = (name: Parameters<typeof customId>[0], { userId, messageId }: { userId: string; messageId: string }) =>
  customId(name, userId, messageId)

describe("somebody who asked to be forgotten", () => {
  it.live("is named by no alert that is over: not by its post, its buttons, its numbers or its record", () =>
    Effect.gen(function* () {
      const { desk, forget, post, team } = yield* world()
      const alarm = yield* desk.alarm("words of sam")
      yield* desk.hands.click(alarm.post.id, button("ash_resolve", alarm.signal), "robin")
      yield* desk.system.drained
      const sam = team.id("sam")
      expect(post(alarm.post.id)).toContain(sam)
      const answer = yield* forget
      expect(answer).toContain("Removed: 1 stored message")
      expect(answer).toContain("1 alert about you does not name you in any number any more")
      expect(answer).toContain("Posts of the crisis team on Discord stay")
      yield* desk.system.drained
      expect(post(alarm.post.id)).not.toContain(sam)
      expect(post(alarm.post.id)).not.toContain("words of sam")
      expect(post(alarm.post.id)).not.toContain(alarm.signal.messageId)
      expect(post(alarm.post.id)).toContain("They wished to be forgotten.")
      const kept = (yield* team.store.load(address("alert", alarm.alertId)))?.record ?? ""
      expect(kept).toContain(alarm.alertId)
      expect(kept).not.toContain(sam)
      const metrics = (yield* team.store.readDocument(alertMetricsKey(alarm.alertId))) ?? ""
      expect(JSON.parse(metrics)).toMatchObject({ user_id: null, resolved_by: team.id("robin") })
      expect(yield* desk.system.inspect(address("member", memberId(team.guildId, sam)))).toBeNull()
      expect(yield* team.store.readDocument(`ash:message:${alarm.signal.messageId}`)).toBeNull()
      expect(yield* forget).not.toContain("alert about you")
    })
  )

  it.live("can be reached while an alert about them is open, and is not named any more when it is over", () =>
    Effect.gen(function* () {
      const { desk, forget, post, team } = yield* world()
      const alarm = yield* desk.alarm("words of sam")
      yield* forget
      yield* desk.system.drained
      expect(post(alarm.post.id)).toContain(`<@${team.id("sam")}>`)
      expect(post(alarm.post.id)).not.toContain("words of sam")
      const take = yield* desk.hands.click(alarm.post.id, button("ash_take", alarm.signal), "robin")
      expect(desk.hands.text(take)).toContain("You have taken over.")
      yield* desk.hands.click(alarm.post.id, button("ash_resolve", alarm.signal), "robin")
      yield* desk.system.drained
      expect(post(alarm.post.id)).not.toContain(team.id("sam"))
    })
  )

  it.live("keeps a conversation that is under way, and is told so", () =>
    Effect.gen(function* () {
      const { desk, forget, team } = yield* world()
      const alarm = yield* desk.alarm("words of sam")
      yield* desk.hands.click(alarm.post.id, button("ash_talk", alarm.signal), "robin")
      const session = address("ash-session", team.id("sam"))
      expect(yield* forget).toContain("Your conversation under way stays until it is over")
      expect(yield* desk.system.inspect(session)).not.toBeNull()
    })
  )
})

describe("who asks about themselves", () => {
  it.live("is not told to look after the member when it fails", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const away = scripted(() =>
        Effect.fail(new StoreUnavailable({ store: "test", operation: "ask", reason: "timeout" }))
      )
      const hands = yield* clicking(team, away.layer)
      const answer = hands.text(yield* hands.command("ash-me optout", { by: "sam" }))
      expect(answer).toContain("could not be done")
      expect(answer).not.toMatch(/alert|the member/)
    })
  )

  it.live("waits for one answer before the next, and holds up nobody else", () =>
    Effect.gen(function* () {
      const team = yield* makeTeam()
      const gate = yield* Deferred.make<void>()
      const view = { state: "idle", startedAt: null, optedOut: false, optedOutUntil: null, followUpAt: null }
      const asked = yield* Deferred.make<void>()
      const slow = scripted(({ event }) => {
        const waits = Effect.andThen(Deferred.succeed(asked, undefined), Deferred.await(gate))
        return Effect.as(event.type === "LOOK" ? waits : Effect.void, view)
      })
      const hands = yield* clicking(team, slow.layer)
      const first = yield* Effect.forkChild(hands.command("ash-me data", { by: "sam" }))
      yield* Deferred.await(asked)
      expect(hands.text(yield* hands.command("ash-me data", { by: "sam" }))).toContain("One moment")
      expect(hands.text(yield* hands.command("ash-me optout", { by: "lee" }))).not.toContain("One moment")
      yield* Deferred.succeed(gate, undefined)
      yield* Fiber.join(first)
      expect(hands.text(yield* hands.command("ash-me data", { by: "sam" }))).toContain("No conversation with Ash")
    })
  )
})
