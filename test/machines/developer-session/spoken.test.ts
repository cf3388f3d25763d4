/** What a session says: honest, repeatable, as short as the profile wants it, and never without what must be known. */
import { describe, expect, it } from "vitest"
import { SPOKEN_WORDS } from "#domain/developer/DecideSpeech.ts"
import { PROFILES } from "#domain/developer/Developer.ts"
import { INTENTS } from "#domain/developer/Intent.ts"
import { SessionDriver } from "./Driver.ts"

const ABOUT = { repo: "acme/web", pr_number: 123 }
const words = (text: string): number => text.split(/\s+/).length

describe("what is only said", () => {
  it("is honest about agents: none is connected", () => {
    for (const name of ["agent.delegate", "agent.status", "agent.pause", "agent.resume"] as const) {
      expect(new SessionDriver().say(name)).toMatchObject({
        kind: "say",
        ok: false,
        spoken: expect.stringMatching(/^No agent is connected/) as unknown
      })
    }
  })

  it("is repeated, and gone on with line by line", () => {
    const session = new SessionDriver()
    expect(session.spoken("system.repeat")).toBe("Nothing to repeat yet.")
    expect(session.spoken("system.next")).toBe("There is nothing to go on with yet.")
    session.answered(["One.", "Two.", "Three."])
    const heard = (["repeat", "next", "repeat", "next", "next", "repeat"] as const).map((name) =>
      session.spoken(`system.${name}`)
    )
    expect(heard).toEqual(["One.", "Two.", "Two.", "Three.", "That was all.", "Three."])
    session.say("unknown")
    expect(session.spoken("system.repeat")).toBe("Three.")
    session.say("checks.rerun", ABOUT)
    expect(session.spoken("system.repeat")).toBe(
      "Rerun the checks of PR 123 in acme/web. Say confirm if it is still open."
    )
  })

  it("keeps a bounded part of what was said", () => {
    const session = new SessionDriver()
    session.say("inbox.list")
    session.answered(Array.from({ length: 500 }, () => "x".repeat(5_000)))
    expect(JSON.stringify(session.live.snapshot.context).length).toBeLessThan(20_000)
  })

  it("tells the two that act on the newest action apart", () => {
    expect([new SessionDriver().say("system.confirm").kind, new SessionDriver().say("system.cancel").kind]).toEqual([
      "confirm_newest",
      "cancel_newest"
    ])
  })
})

describe("the profile", () => {
  it("is set for the session; a command's own goes before it", () => {
    const session = new SessionDriver()
    expect(session.say("system.set_profile", { profile: "kitchen" })).toMatchObject({
      ok: true,
      spoken: "Profile set to kitchen."
    })
    expect(session.look().profile).toBe("kitchen")
    expect(session.say("inbox.list").profile).toBe("kitchen")
    expect(session.say("inbox.list", {}, { profile: "workout" }).profile).toBe("workout")
    expect(session.look().profile).toBe("kitchen")
    const asked = { ok: false, spoken: "Which profile: workout, kitchen, commute, default?" }
    expect(session.say("system.set_profile", { profile: "jogging" })).toMatchObject(asked)
  })

  it.each(PROFILES)("%s bounds what is said, and no proposal loses what must be known", (profile) => {
    const limit = SPOKEN_WORDS[profile]
    for (const name of INTENTS) {
      const decision = new SessionDriver().say(name, ABOUT, { profile })
      if (decision.kind === "say") expect(words(decision.spoken)).toBeLessThanOrEqual(limit)
    }
    const body = Array.from({ length: 200 }, (_, n) => `word${n}`).join(" ")
    const spoken = new SessionDriver().spoken("pr.comment", { ...ABOUT, body }, { profile })
    expect(spoken).toMatch(
      /^Comment on PR 123 in acme\/web: “word0 .* …” and \d+ more words\. Say confirm within 60 seconds\.$/
    )
    expect(words(spoken)).toBeLessThanOrEqual(Math.max(limit, 24))
    const reviewers = Array.from({ length: 12 }, (_, n) => `dev${n}`)
    const asked = new SessionDriver().spoken("pr.request_review", { ...ABOUT, reviewers }, { profile })
    for (const one of [...reviewers, "PR 123", "acme/web", "Say confirm within 60 seconds."])
      expect(asked).toContain(one)
  })

  it("says more where there is time", () => {
    const help = PROFILES.map((profile) => words(new SessionDriver().spoken("unknown", {}, { profile })))
    expect(help).toEqual([14, 28, 28, 23])
  })
})
