import * as fc from "fast-check"
import { alertButtons, customId, parseCustomId } from "#channels/discord/AlertButtons.ts"
import {
  adoptedEmbed,
  alertEmbed,
  alertIdOfPost,
  COLOURS,
  guildOfPost,
  severityOfPost
} from "#channels/discord/Embeds.ts"
import { defaultAshPolicy } from "#domain/ash/AshPolicy.ts"
import type { AlertView } from "#domain/ash/Alert.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { alertView, analysis, CHANNEL, GUILD, MEMBER, MESSAGE, OPENED_AT, OTHER, RESPONDER, signal } from "./Alerts.ts"

const said = { kind: "text", text: "I can not go on" } as const
const shown = (more: Partial<AlertView> = {}, words: Parameters<typeof alertEmbed>[1] = said) =>
  alertEmbed(alertView(more), words)
const fieldOf = (embed: ReturnType<typeof alertEmbed>, name: string) =>
  embed.fields?.find((field) => field.name === name)?.value

const step = (by: string | null, note: string | null = null) => ({ by, at: OPENED_AT + 60_000, note })

describe("the embed of an alert", () => {
  it("tells what a responder needs", () => {
    const embed = shown()
    expect(embed).toMatchObject({
      title: "High alert",
      color: COLOURS.high,
      url: `https://discord.com/channels/${GUILD}/${CHANNEL}/${MESSAGE}`,
      description: "```\nI can not go on\n```",
      footer: { text: "alert_0123456789ab · request req-1 · 123 ms" },
      timestamp: new Date(OPENED_AT).toISOString()
    })
    expect(fieldOf(embed, "Severity")).toBe("high")
    expect(fieldOf(embed, "Score")).toBe("0.72")
    expect(fieldOf(embed, "Confidence")).toBe("81 %")
    expect(fieldOf(embed, "Recommended")).toBe("Respond with priority")
    expect(fieldOf(embed, "Key factors")).toBe("• hopelessness\n• isolation")
    expect(fieldOf(embed, "Member")).toBe(`<@${MEMBER}> \`${MEMBER}\``)
    expect(fieldOf(embed, "Where")).toContain(`<#${CHANNEL}>`)
    expect(fieldOf(embed, "Please note")).toBeUndefined()
  })

  it.each([
    ["medium", {}, "Medium alert", COLOURS.medium],
    ["critical", {}, "Critical alert", COLOURS.critical],
    ["low", {}, "Low alert", COLOURS.low],
    [
      "high",
      { state: "acknowledged", acknowledged: step(RESPONDER) },
      "High alert · acknowledged",
      COLOURS.acknowledged
    ],
    ["high", { state: "resolved", resolved: step(RESPONDER) }, "High alert · resolved", COLOURS.closed],
    ["high", { state: "expired" }, "High alert · expired", COLOURS.closed],
    [
      "high",
      { ash: { state: "talking", by: null, auto: true, at: OPENED_AT } },
      "High alert · Ash is with them",
      COLOURS.ashByItself
    ],
    ["high", { ash: { state: "talking", by: RESPONDER, auto: false, at: OPENED_AT } }, "High alert", COLOURS.high],
    [
      "high",
      { state: "acknowledged", acknowledged: step(RESPONDER), ash: { state: "talking", by: null, auto: true, at: 1 } },
      "High alert · acknowledged",
      COLOURS.acknowledged
    ]
  ] as const)("%s %j", (severity, more, title, color) => {
    expect(shown({ severity, ...more })).toMatchObject({ title, color })
  })

  it("names who did what, with their note", () => {
    const embed = shown({
      state: "resolved",
      acknowledged: step(RESPONDER, "I am on it"),
      resolved: step(OTHER),
      assignedTo: [OTHER],
      signals: 3,
      attention: 1
    })
    const progress = fieldOf(embed, "Progress")
    expect(progress).toContain(`Acknowledged by <@${RESPONDER}> <t:1800000060:R>: I am on it`)
    expect(progress).toContain(`Resolved by <@${OTHER}>`)
    expect(progress).toContain("3 messages belong to this alert.")
  })

  it("says that words decided, not the classifier", () => {
    const keywords = signal({ analysis: analysis({ source: "keywords", confidence: null, score: null }) })
    expect(fieldOf(shown({ raisedBy: signal({ at: OPENED_AT - 7_200_000 }) }), "Where")).toContain(
      `written <t:${(OPENED_AT - 7_200_000) / 1000}:R>`
    )
    const disputed = signal({ analysis: analysis({ severity: "medium", score: 0.02, disputed: true }) })
    expect(fieldOf(shown({ signal: disputed }), "Please note")).toContain(
      "The classifier sees no crisis in these words"
    )
    expect(fieldOf(shown({ signal: keywords }), "Please note")).toContain("A list of words decided, no classifier.")
    expect(fieldOf(shown({ signal: keywords }), "Confidence")).toBe("unknown")
    expect(fieldOf(shown({ signal: { ...keywords, unanalysed: true } }), "Please note")).toContain("did not answer yet")
  })

  it("says when nobody analysed anything, when it repeats, and what it follows", () => {
    const asked = signal({ analysis: null, humanWanted: "asked", origin: "dm" })
    const embed = shown({ signal: asked, humanWanted: "asked", earlier: 2, previous: "alert_ffffffffffff" })
    expect(fieldOf(embed, "Please note")).toBe(
      [
        "The member asked for a person.",
        "**3 alerts about this member in 7 days.** Please look at the whole week.",
        "Follows alert `alert_ffffffffffff`, which closed a short while ago.",
        "Nobody analysed a message: this alert was asked for."
      ].join("\n")
    )
    expect(fieldOf(embed, "Score")).toBeUndefined()
    expect(fieldOf(embed, "Where")).toContain("Direct message to Ash")
    expect(embed.url).toBeUndefined()
  })

  it("shows no text once it is gone, whatever was read", () => {
    expect(shown({ textGone: true }).description).toContain("no longer available")
    expect(shown({}, { kind: "unread" }).description).toContain("could not be read")
    expect(JSON.stringify(shown({ textGone: true }))).not.toContain(said.text)
  })

  it("shows at most 500 characters and breaks what could break out", () => {
    const { description = "" } = shown({}, { kind: "text", text: `\`\`\`@everyone ${"x".repeat(600)}` })
    const [block = "", note] = description.split("\n*")
    expect(block.slice(4, -4)).not.toContain("```")
    expect(Array.from(block.slice(4, -4).replaceAll("\u200b", ""))).toHaveLength(500)
    expect(note).toContain("Shortened")
    expect(shown({}, { kind: "text", text: "x".repeat(499) }).description).not.toContain("Shortened")
  })

  it("fits Discord's limits whatever people wrote", () => {
    const words = fc.string({ unit: "binary", maxLength: 600 })
    fc.assert(
      fc.property(words, words, fc.array(words, { maxLength: 8 }), words, (text, note, factors, requestId) => {
        const opening = signal({ analysis: analysis({ factors, requestId }) })
        const embed = shown(
          {
            signal: opening,
            state: "resolved",
            acknowledged: step(RESPONDER, note),
            resolved: step(OTHER, note),
            overridden: { from: "low", by: OTHER, reason: note },
            assignedTo: Array.from({ length: 10 }, () => OTHER),
            earlier: 5
          },
          { kind: "text", text }
        )
        const fields = embed.fields ?? []
        expect(fields.length).toBeLessThanOrEqual(25)
        for (const { name, value } of fields) {
          expect(name.length).toBeLessThanOrEqual(256)
          expect(Array.from(value).length).toBeLessThanOrEqual(1024)
          expect(value.trim()).not.toBe("")
        }
        expect((embed.description ?? "").length).toBeLessThanOrEqual(4096)
        expect((embed.footer?.text ?? "").length).toBeLessThanOrEqual(2048)
        const all = [
          embed.title,
          embed.description,
          embed.footer?.text,
          ...fields.flatMap((field) => [field.name, field.value])
        ]
        expect(all.reduce((sum, part) => sum + (part?.length ?? 0), 0)).toBeLessThanOrEqual(6000)
      })
    )
  })
})

describe("a post read again", () => {
  it("gives its alert, its severity and the member's guild", () => {
    const embeds = [shown({ state: "acknowledged", acknowledged: step(RESPONDER) })]
    expect(alertIdOfPost(embeds)).toBe("alert_0123456789ab")
    expect(severityOfPost(embeds)).toBe("high")
    expect(guildOfPost(embeds, MESSAGE)).toBe(GUILD)
  })

  it.each([
    [{ title: "🔴 CRITICAL Crisis Alert" }, "critical"],
    [{ title: "Medium Severity Alert", color: COLOURS.acknowledged }, "medium"],
    [{ title: "Crisis", color: COLOURS.critical }, "critical"],
    [{ title: "Crisis", color: COLOURS.medium }, "medium"],
    [{ title: "Crisis", color: COLOURS.acknowledged }, "high"],
    [{}, "high"]
  ] as const)("an earlier service's %j", (embed, severity) => {
    expect(severityOfPost([embed])).toBe(severity)
    expect(alertIdOfPost([embed])).toBeNull()
  })

  it("takes the guild from no other message's link", () => {
    const fields = [{ value: `[Jump](https://discord.com/channels/7/8/9)` }]
    expect(guildOfPost([{ fields }], MESSAGE)).toBeNull()
    expect(guildOfPost([{ fields }], "9")).toBe("7")
  })

  it("keeps an earlier service's own words when it is changed", () => {
    const old = {
      title: "🟠 High Severity Crisis",
      description: "their words",
      color: 1,
      fields: [
        { name: "Score", value: "0.8" },
        { name: "Progress", value: "old" }
      ],
      footer: { text: "Request abc" }
    }
    const adopted = alertView({
      signal: signal({ analysis: null }),
      state: "acknowledged",
      acknowledged: step(RESPONDER)
    })
    const once = adoptedEmbed(adopted, old)
    expect(once).toMatchObject({
      title: "High alert · acknowledged",
      description: "their words",
      color: COLOURS.acknowledged,
      fields: [{ name: "Score" }, { name: "Progress", value: expect.stringContaining(`<@${RESPONDER}>`) as string }],
      footer: { text: "alert_0123456789ab · Request abc" }
    })
    expect(adoptedEmbed(adopted, once)).toEqual(once)
    expect(adoptedEmbed({ ...adopted, textGone: true }, old).description).toContain("no longer available")
  })
})

const buttonsOf = (more: Partial<AlertView> = {}, policy = defaultAshPolicy) =>
  alertButtons(alertView(more), policy).flatMap(({ components }) =>
    components.map(
      ({ custom_id, disabled }) => `${parseCustomId(custom_id)?.button}${disabled === true ? " (off)" : ""}`
    )
  )

describe("the buttons of an alert", () => {
  it.each([
    [{}, ["ash_ack", "ash_talk", "ash_take", "ash_resolve", "ash_history"]],
    [{ severity: "medium" }, ["ash_ack", "ash_take", "ash_resolve", "ash_history"]],
    [{ state: "acknowledged" }, ["ash_talk", "ash_take", "ash_resolve", "ash_history"]],
    [
      { ash: { state: "asked", by: RESPONDER, auto: false, at: 1 } },
      ["ash_ack", "ash_talk (off)", "ash_take", "ash_resolve", "ash_history"]
    ],
    [{ takenOverBy: RESPONDER }, ["ash_ack", "ash_back", "ash_resolve", "ash_history"]],
    [{ optedOut: true }, ["ash_ack", "ash_take", "ash_resolve", "ash_history"]],
    [{ ash: { state: "unreachable", by: null, auto: true, at: 1 } }, ["ash_ack", "ash_resolve", "ash_history"]],
    [{ state: "resolved" }, ["ash_history"]],
    [{ state: "expired" }, ["ash_history"]]
  ] as const)("%j", (more, buttons) => {
    expect(buttonsOf(more)).toEqual(buttons)
  })

  it("offers no Ash where Ash is off", () => {
    const ash = { ...defaultAshPolicy.ash, enabled: false, handoff: false }
    expect(buttonsOf({}, { ...defaultAshPolicy, ash })).toEqual(["ash_ack", "ash_resolve", "ash_history"])
  })

  it("carries member and message, and is read by nothing else", () => {
    expect(customId("ash_ack", MEMBER, MESSAGE)).toBe(`ash_ack:${MEMBER}:${MESSAGE}`)
    expect(parseCustomId(`ash_ack:${MEMBER}:${MESSAGE}`)).toEqual({
      button: "ash_ack",
      userId: MEMBER,
      messageId: MESSAGE
    })
    for (const id of ["ash_ack", "ash_ack:1", "ash_ack:a:b", "ash_ack:1:2:3", "poke:1:2", "", ":1:2"]) {
      expect(parseCustomId(id)).toBeNull()
    }
  })
})
