/** The registry row: document, block list, TTL, keys to forget; what is stored today wakes up tomorrow; and no sequence breaks it. */
import { readFileSync } from "node:fs"
import * as fc from "fast-check"
import type { Snapshot } from "xstate"
import { describe, expect, it } from "vitest"
import type { Projection } from "#domain/Projection.ts"
import { registerActors } from "#kernel/RegisteredActor.ts"
import { conversationDefinition } from "#machines/conversation/definition.ts"
import { defaultSettings } from "#machines/conversation/schema.ts"
import { registry, registryWith } from "#machines/registry.ts"
import { ANALYSIS, CART, Driver, PHONE, restore, T0 } from "./Driver.ts"

const row = conversationDefinition()
const projected = (chat: Driver): ReadonlyArray<Projection> => row.project?.(chat.view) ?? []
const ttl = (chat: Driver) => (typeof row.ttlMs === "function" ? row.ttlMs(chat.view) : row.ttlMs)

describe("the row", () => {
  it("is accepted by the kernel, with its jobs, and names every timer's policy", () => {
    const actor = registerActors(registry).get("conversation")
    expect(Object.keys(actor?.childKinds ?? {})).toEqual(["readUser", "readCart", "planMeals", "makeRecipes"])
    expect(new Set(Object.values(actor?.delayNames ?? {}))).toEqual(new Set(Object.keys(row.lateTimers ?? {})))
    expect(row.migrations).toHaveLength(row.version - 1)
  })

  it("gives new conversations the settings of the service", () => {
    const [first] = registryWith({ conversation: { support: "555-0100", style: "emoji" } })
    expect(first?.input?.(PHONE, T0)).toEqual({
      ...defaultSettings,
      support: "555-0100",
      style: "emoji",
      phone: PHONE,
      at: T0
    })
  })

  it("S2-S8: writes the document of the seed, with its two hours", () => {
    const chat = new Driver().plan().say("swap salmon for tofu")
    const [put, ...others] = projected(chat)
    expect(others).toEqual([])
    expect(put).toMatchObject({ op: "put", key: `conversation:${PHONE}`, ttlMs: 7_200_000 })
    const document: unknown = JSON.parse(put?.op === "put" ? put.value : "null")
    expect(document).toEqual({
      phone: PHONE,
      status: "modifying",
      created_at: "2026-03-01T12:00:00.000Z",
      last_activity: "2026-03-01T12:00:05.000Z",
      context: {
        last_analysis: ANALYSIS,
        cart_snapshot: CART,
        user_preferences: { diet: "any" },
        modifications: [
          { type: "swap", details: { old: "salmon", new: "tofu" }, timestamp: "2026-03-01T12:00:05.000Z" }
        ],
        confirmation_status: null,
        recipes_sent: false
      },
      metrics: { message_count: 2, error_count: 0, analysis_count: 1 }
    })
    expect(ttl(chat)).toBe(7_200_000)
  })

  it("S7, S8: a new conversation has the seed's defaults", () => {
    const { context, metrics, status } = new Driver().document
    expect([status, metrics]).toEqual(["idle", { message_count: 0, error_count: 0, analysis_count: 0 }])
    expect(context).toEqual({
      last_analysis: null,
      cart_snapshot: null,
      user_preferences: null,
      modifications: [],
      confirmation_status: null,
      recipes_sent: false
    })
  })

  it("B10: the block list has no expiry, and goes with the turn that subscribes again", () => {
    const key = `sms:blocked:${PHONE}`
    const chat = new Driver().say("STOP")
    expect(projected(chat)).toContainEqual({ op: "put", key, value: `{"reason":"stop"}`, ttlMs: null })
    expect(ttl(chat)).toBeNull()
    chat.say("YES")
    expect(projected(chat)).toContainEqual({ op: "delete", key })
    expect(ttl(chat)).toBe(7_200_000)
    expect(projected(chat.say("plan"))).toHaveLength(1)
  })

  it("START from a number we no longer know takes the block away too", () => {
    expect(projected(new Driver().say("START"))).toContainEqual({ op: "delete", key: `sms:blocked:${PHONE}` })
  })

  it("forgetting takes every document, but never lifts a STOP", () => {
    const keys = (chat: Driver) => row.projectionKeys?.(chat.view)
    expect(keys(new Driver().plan())).toEqual([`conversation:${PHONE}`, `sms:blocked:${PHONE}`])
    expect(keys(new Driver().say("STOP"))).toEqual([`conversation:${PHONE}`])
  })
})

describe("stored snapshots", () => {
  const frozen = (version: number) =>
    JSON.parse(
      readFileSync(new URL(`../../fixtures/snapshots/conversation/v${version}.json`, import.meta.url), "utf8")
    ) as { readonly snapshot: Snapshot<unknown> }

  it("v1: a confirmed conversation wakes up, and its recipes still go out", () => {
    const chat = new Driver()
    chat.snapshot = restore(frozen(1).snapshot)
    expect(chat.status).toBe("confirmed")
    expect(chat.document.context.modifications).toHaveLength(1)
    expect(chat.say("ok").reply.text).toContain("Your recipes come")
    chat.feed({ type: "xstate.after.recipesDue.conversation.plan.confirmed", firedAt: ANALYSIS.recipes_due_at })
    expect(chat.status).toBe("recipes_sent")
    expect(chat.done("makeRecipes", { url: "https://r.example/1" }).sent).toMatchObject([{ initiatedBy: "us" }])
  })
})

describe("any sequence of messages, outcomes and timers", () => {
  const words = fc.constantFrom(
    ..."plan|yes|no|swap salmon for tofu|swap|skip monday|skip monday and swap kale for tofu|skip tuesday and swap|perfect, recipes now|thanks|recipes now|start over|STOP|START|YES|HELP|help|new|human|asdf||?|great plan|yes add eggs|the meals were great|I am allergic|Liked \u201cyes\u201d|Questioned \u201cyes\u201d".split(
      "|"
    )
  )
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.record({ say: words, via: fc.constantFrom("answer" as const, "send" as const) }) },
    { weight: 1, arbitrary: fc.record({ piece: fc.integer({ min: 1, max: 2 }), text: words }) },
    { weight: 4, arbitrary: fc.record({ settle: fc.nat(3), ok: fc.boolean() }) },
    { weight: 2, arbitrary: fc.record({ fire: fc.nat(5) }) },
    { weight: 1, arbitrary: fc.record({ code: fc.constantFrom("recipient_blocked", "rejected"), ago: fc.nat(5000) }) }
  )
  const outputs: Readonly<Record<string, ReadonlyArray<unknown>>> = {
    readUser: [
      { account: "ready", preferences: { diet: "any" } },
      { account: "unknown", url: "https://join.example" }
    ],
    readCart: [CART],
    planMeals: [
      ANALYSIS,
      { ...ANALYSIS, meals: [] },
      { ...ANALYSIS, notes: Array(8).fill("Not as asked for. ".repeat(8)) }
    ],
    makeRecipes: [{ url: "https://r.example/1" }]
  }

  const run = (chat: Driver, now: typeof step extends fc.Arbitrary<infer S> ? S : never): void => {
    if ("say" in now) chat.say(now.say, { replyVia: now.via })
    else if ("piece" in now) chat.say(now.text, { part: { ref: "9", index: now.piece, total: 2 } })
    else if ("code" in now)
      chat.feed({ type: "SMS_FAILED", code: now.code, at: chat.now, requestedAt: chat.now - now.ago })
    else if ("fire" in now) {
      const id = [...chat.timers.keys()][now.fire]
      if (id !== undefined) chat.fire(id)
    } else {
      const job = [...chat.jobs][now.settle]
      if (job === undefined) return
      const choices = outputs[job[1].src] ?? []
      const output = choices[chat.context.metrics.message_count % choices.length]
      chat.jobs.delete(job[0])
      chat.now += 1
      chat.feed({
        type: `xstate.${now.ok ? "done" : "error"}.actor.${job[0]}`,
        actorId: job[0],
        at: chat.now,
        ...(now.ok ? { output } : { error: { name: "Error", message: "no" } })
      })
    }
  }

  it("replies once to every message, stays silent while stopped, stays small, and leaves nobody waiting", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const chat = new Driver()
        for (const now of steps) {
          const before = chat.stopped
          run(chat, now)
          if (before && chat.stopped) expect(chat.sent.every((sms) => sms.compliance === true)).toBe(true)
          if (chat.stopped) expect([chat.jobs.size, chat.status]).toEqual([0, "idle"])
          // Whoever is told to wait is waited for by a job and a deadline.
          const working = ["analyzing", "modifying"].includes(chat.status)
          if (working) expect(chat.jobs.size).toBeGreaterThan(0)
          const deadlines = [...chat.timers.keys()].filter((id) => id.includes("jobDeadline"))
          expect(deadlines).toHaveLength(chat.jobs.size)
          if (chat.status === "confirmed") expect(chat.timer("recipesDue")).toBeDefined()
          expect(chat.context.answer).toBeNull()
          expect(JSON.stringify(chat.context).length).toBeLessThan(20_000)
        }
      }),
      { numRuns: 300 }
    )
  })
})
