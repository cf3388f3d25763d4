import * as Effect from "effect/Effect"
import { describe, expect, it } from "#test/harness/effect.ts"
import { clicking, scripted } from "./Clicking.ts"
import { makeTeam } from "./Team.ts"

const answered = (answer: { readonly accepted: boolean; readonly because: string | null }) =>
  Effect.gen(function* () {
    const team = yield* makeTeam()
    const system = scripted(({ to }) => Effect.succeed(to.type === "weekly-report" ? answer : null))
    const hands = yield* clicking(team, system.layer)
    return { hands, asked: system.asked }
  })

describe("/ash report", () => {
  it.live("asks the report's actor for the week named, once per command", () =>
    Effect.gen(function* () {
      const { asked, hands } = yield* answered({ accepted: true, because: null })
      const entered = yield* hands.command("ash report", { by: "robin", options: { week: "2026-W47" } })
      expect(hands.text(entered)).toContain("is being made")
      const [wish] = asked.filter(({ to }) => to.type === "weekly-report")
      expect(wish?.to.id).toBe("main")
      expect(wish?.event).toMatchObject({ type: "REPORT_NOW", id: entered.id, week: "2026-W47" })
    })
  )

  it.live.each([
    ["no_channel", "BOT_WEEKLY_REPORT_CHANNEL_ID"],
    ["unknown_week", "2026-W47"],
    ["week_not_over", "not over"],
    ["busy", "already"]
  ])("says what is the matter: %s", ([because = "", words = ""]) =>
    Effect.gen(function* () {
      const { hands } = yield* answered({ accepted: false, because })
      const entered = yield* hands.command("ash report", { by: "robin", options: {} })
      expect(hands.text(entered)).toContain(words)
    })
  )
})
