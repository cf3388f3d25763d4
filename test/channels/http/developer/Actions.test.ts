import * as Effect from "effect/Effect"
import { address } from "#domain/ActorAddress.ts"
import * as Answers from "#channels/http/developer/Answers.ts"
import type { ActionLook } from "#domain/developer/PendingAction.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { BOB, start, tokenOf } from "./world.ts"

const merge = { intent_name: "pr.merge", entities: { repo: "octo/hello", pr_number: 12 } }
const UNKNOWN = "A".repeat(43)

describe("a confirmation", () => {
  it.live("of a hundred at once is one", () =>
    Effect.gen(function* () {
      const { call, switches } = yield* start()
      const token = tokenOf(yield* call("/v1/actions", { body: merge }))
      const confirm = call("/v1/commands/confirm", { body: { token } })
      const answers = yield* Effect.all(
        Array.from({ length: 100 }, () => confirm),
        { concurrency: "unbounded" }
      )
      const won = answers.filter(({ status }) => status === 200)
      const lost = answers.filter(({ body, status }) => status === 404 && body["error"] === "expired")
      expect([won.length, lost.length]).toStrictEqual([1, 99])
      expect(won[0]?.body["status"]).toBe("ok")
      expect(switches.performed).toHaveLength(1)
    })
  )

  it.live("again with its idempotency key gets the same answer, at once or later", () =>
    Effect.gen(function* () {
      const { call, switches } = yield* start()
      const token = tokenOf(yield* call("/v1/actions", { body: merge }))
      const body = { token, idempotency_key: "once" }
      const confirm = call("/v1/commands/confirm", { body })
      const first = yield* confirm
      expect(first.body["status"]).toBe("ok")
      const answers = yield* Effect.all(
        Array.from({ length: 10 }, () => confirm),
        { concurrency: "unbounded" }
      )
      for (const { text } of answers) expect(text).toBe(first.text)
      expect(yield* call("/v1/commands/confirm", { body: { token, idempotency_key: "other" } })).toMatchObject({
        status: 404
      })
      expect(switches.performed).toHaveLength(1)
    })
  )

  it.live("is refused in three ways that can be told apart", () =>
    Effect.gen(function* () {
      const { call, switches, system } = yield* start()
      const token = tokenOf(yield* call("/v1/actions", { body: merge }))
      const confirm = (token: string, key?: string) =>
        call("/v1/commands/confirm", { body: { token }, ...(key === undefined ? {} : { key }) })
      expect(yield* confirm(token, BOB)).toMatchObject({ status: 403, body: { status: 403, error: "not_yours" } })
      for (const guess of [UNKNOWN, "short", "", "../secret", `${token} `]) {
        const answer = yield* confirm(guess)
        expect(answer).toMatchObject({ status: 404, body: { error: "expired" } })
        expect(answer.headers.get("content-type")).toBe("application/problem+json")
      }
      expect(yield* system.inspect(address("pending-action", UNKNOWN))).toBeNull()
      switches.away = true
      const away = yield* confirm(token)
      expect(away).toMatchObject({ status: 503, body: { error: "store_unavailable" } })
      expect(away.headers.get("retry-after")).toBe("5")
      switches.away = false
      expect(yield* confirm(token)).toMatchObject({ status: 200, body: { status: "ok" } })
      expect(switches.performed).toHaveLength(1)
    })
  )

  it("that takes longer says how to hear of it", () => {
    const look: ActionLook = {
      token: UNKNOWN,
      state: "executing",
      action: { name: "checks.rerun", repo: "octo/hello", prNumber: 12 },
      entities: { repo: "octo/hello", pr_number: 12 },
      summary: "Rerun the checks of PR 12 in octo/hello",
      owner: "alice",
      createdAt: 0,
      expiresAt: 60_000,
      confirmedAt: 1000,
      result: null
    }
    const answer = Answers.confirmed(Answers.intentOfAction(look), look)
    expect(answer).toMatchObject({ status: "ok", pending_action: null })
    expect(answer.spoken_text).toContain("still being worked on")
    expect(JSON.stringify(answer.cards)).toContain(`/v1/actions/${UNKNOWN}`)
  })
})

describe("what came of an action", () => {
  it.each([
    ["done", true, "Done"],
    ["not_mergeable", false, "Not done"],
    ["partly_done", false, "Partly done"],
    ["unknown", false, "Unknown"]
  ])("with code %s is called what it is", (code, ok, subtitle) => {
    const look: ActionLook = {
      ...{ token: UNKNOWN, state: ok ? "done" : "failed", summary: "Rerun", owner: "alice" },
      action: { name: "checks.rerun", repo: "octo/hello", prNumber: 12 },
      ...{ entities: {}, createdAt: 0, expiresAt: 60_000, confirmedAt: 1000 },
      result: { ok, code, message: "It is so.", url: null }
    }
    expect(Answers.confirmed(Answers.intentOfAction(look), look).cards).toMatchObject([{ subtitle }])
  })
})

describe("a card's button", () => {
  it.live("confirms and cancels", () =>
    Effect.gen(function* () {
      const { call, switches } = yield* start()
      const press = (action: string, token: string, key?: string) =>
        call("/v1/commands/action", { body: { action, token }, ...(key === undefined ? {} : { key }) })
      const first = tokenOf(yield* call("/v1/actions", { body: merge }))
      const second = tokenOf(yield* call("/v1/actions", { body: merge }))
      expect((yield* press("cancel", first, BOB)).status).toBe(403)
      expect((yield* press("cancel", first)).body).toMatchObject({ status: "ok", pending_action: null })
      expect((yield* press("confirm", first)).status).toBe(404)
      expect((yield* press("confirm", second)).body).toMatchObject({ status: "ok" })
      expect((yield* press("cancel", second)).status).toBe(404)
      expect((yield* press("explode", second)).body).toMatchObject({ error: "validation_error", field: "action" })
      expect(switches.performed).toHaveLength(1)
    })
  )
})

describe("actions", () => {
  it.live("are proposed without words, each with the bodies its clients know", () =>
    Effect.gen(function* () {
      const { call, switches } = yield* start()
      const pr = { repo: "octo/hello", pr_number: 12 }
      const cases = [
        ["request-review", { ...pr, reviewers: ["carol"] }, "Request review from carol on PR 12 in octo/hello"],
        ["rerun-checks", pr, "Rerun the checks of PR 12 in octo/hello"],
        ["comment", { ...pr, body: "Looks good" }, "Comment on PR 12 in octo/hello"],
        ["merge", { ...pr, merge_method: "rebase" }, "Merge PR 12 in octo/hello by rebase"],
        ["merge", { ...pr, merge_method: null, idempotency_key: null }, "Merge PR 12 in octo/hello by squash"]
      ] as const
      for (const [path, body, summary] of cases) {
        const answer = yield* call(`/v1/actions/${path}`, { body })
        expect(answer.status, path).toBe(202)
        expect(answer.body).toStrictEqual({
          ok: false,
          message: `${summary}. Nothing was done yet: confirm it within its time.`,
          pending_action: { token: tokenOf(answer), expires_at: expect.stringContaining("Z"), summary }
        })
      }
      expect(switches.performed).toStrictEqual([])
      const { body } = yield* call("/v1/actions")
      const mine = body["actions"] as ReadonlyArray<{ readonly summary: string }>
      expect(mine.map(({ summary }) => summary)).toStrictEqual(cases.map(([, , summary]) => summary).toReversed())
    })
  )

  it.live("are shown to their owner only, until and after their end, in our own words", () =>
    Effect.gen(function* () {
      const { call, say } = yield* start()
      const created = yield* call("/v1/actions", {
        body: { ...merge, summary: "Read the docs", expires_in_seconds: 3600 }
      })
      expect(created.status).toBe(201)
      const token = tokenOf(created)
      const seen = yield* call(`/v1/actions/${token}`)
      expect(seen.body).toStrictEqual({
        token,
        state: "pending",
        intent_name: "pr.merge",
        entities: { repo: "octo/hello", pr_number: 12, merge_method: "squash" },
        summary: "Merge PR 12 in octo/hello by squash",
        created_at: expect.any(String),
        expires_at: created.body["expires_at"],
        confirmed_at: null,
        result: null
      })
      expect((yield* say("confirm")).body).toMatchObject({
        status: "needs_confirmation",
        spoken_text: "Your newest open action is: Merge PR 12 in octo/hello by squash. Say confirm to run it.",
        cards: [{ title: "Confirm: Merge PR 12 in octo/hello by squash" }],
        pending_action: { summary: "Merge PR 12 in octo/hello by squash" }
      })
      const { created_at, expires_at } = seen.body
      expect(Date.parse(String(expires_at)) - Date.parse(String(created_at))).toBe(3_600_000)
      expect((yield* call(`/v1/actions/${token}`, { key: BOB })).body["error"]).toBe("not_yours")
      expect((yield* call("/v1/actions", { key: BOB })).body).toStrictEqual({ actions: [] })
      expect((yield* call(`/v1/actions/${token}`, { key: BOB, method: "DELETE" })).status).toBe(403)

      expect((yield* call(`/v1/actions/${token}`, { method: "DELETE" })).body["state"]).toBe("cancelled")
      expect((yield* call(`/v1/actions/${token}`)).body["state"]).toBe("cancelled")
      expect((yield* call("/v1/actions")).body).toStrictEqual({ actions: [] })
      expect((yield* call("/v1/commands/confirm", { body: { token } })).status).toBe(404)
      expect((yield* call(`/v1/actions/${UNKNOWN}`)).body).toMatchObject({ status: 404, error: "expired" })
      expect((yield* call(`/v1/actions/${UNKNOWN}`, { method: "DELETE" })).status).toBe(404)
    })
  )

  it.live("with an idempotency key are one", () =>
    Effect.gen(function* () {
      const { call } = yield* start()
      const create = (more: object, key?: string) =>
        call("/v1/actions", {
          body: { ...merge, idempotency_key: "k", ...more },
          ...(key === undefined ? {} : { key })
        })
      const answers = yield* Effect.all([create({}), create({}), create({})], { concurrency: 3 })
      expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
      const other = { entities: { repo: "octo/hello", pr_number: 13 } }
      expect(yield* create(other)).toMatchObject({ status: 409, body: { error: "idempotency_key_reused" } })
      expect(tokenOf(yield* create({}, BOB))).not.toBe(answers[0] && tokenOf(answers[0]))
    })
  )

  it.live("that cannot be are refused by field and rule (C20)", () =>
    Effect.gen(function* () {
      const { call } = yield* start()
      const entities = (more: object) => ({ ...merge, entities: { ...merge.entities, ...more } })
      const cases = [
        [{ ...merge, expires_in_seconds: 0 }, "expires_in_seconds"],
        [{ ...merge, expires_in_seconds: -5 }, "expires_in_seconds"],
        [{ ...merge, expires_in_seconds: 3601 }, "expires_in_seconds"],
        [{ ...merge, expires_in_seconds: 1.5 }, "expires_in_seconds"],
        [{ ...merge, intent_name: "pr.explode" }, "body"],
        [{ ...merge, summary: "" }, "summary"],
        [{ ...merge, dry_run: true }, "dry_run"],
        [entities({ force: true }), "entities.force"],
        [entities({ repo: "no-slash" }), "entities.repo"],
        [entities({ pr_number: 0 }), "entities.pr_number"],
        [entities({ merge_method: "octopus" }), "entities.merge_method"],
        [{ intent_name: "pr.comment", entities: { ...merge.entities, body: "" } }, "entities.body"],
        [{ intent_name: "pr.request_review", entities: { ...merge.entities, reviewers: [] } }, "entities.reviewers"]
      ] as const
      for (const [body, field] of cases) {
        const answer = yield* call("/v1/actions", { body })
        expect(answer, JSON.stringify(body)).toMatchObject({ status: 400, body: { error: "validation_error", field } })
      }
      expect((yield* call("/v1/actions/merge", { body: { repo: "octo/hello" } })).body["field"]).toBe("pr_number")
      const undocumented = { ...merge.entities, commit_title: "Mine" }
      expect((yield* call("/v1/actions/merge", { body: undocumented })).body).toMatchObject({
        ...{ error: "validation_error", field: "commit_title", rule: "is no documented field" }
      })
      expect((yield* call("/v1/actions")).body).toStrictEqual({ actions: [] })
    })
  )

  it.live("are too many at fifty", () =>
    Effect.gen(function* () {
      const { call } = yield* start()
      const create = call("/v1/actions", { body: merge })
      yield* Effect.all(
        Array.from({ length: 50 }, () => create),
        { concurrency: 10 }
      )
      expect(yield* create).toMatchObject({ status: 409, body: { error: "too_many" } })
      expect((yield* call("/v1/actions", { body: merge, key: BOB })).status).toBe(201)
      expect((yield* call("/v1/actions")).body["actions"]).toHaveLength(50)
    })
  )
})
