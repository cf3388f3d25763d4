import * as Effect from "effect/Effect"
import { describe, expect, it } from "#test/harness/effect.ts"
import { BOB, command, start, tokenOf } from "./world.ts"

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

describe("a command", () => {
  it.live("that changes the world is proposed, and runs after one confirmation", () =>
    Effect.gen(function* () {
      const { call, say, switches } = yield* start()
      const proposal = yield* say("merge pull request 12 in octo/hello")
      expect(proposal.status).toBe(200)
      expect(proposal.body).toStrictEqual({
        status: "needs_confirmation",
        intent: {
          name: "pr.merge",
          confidence: 1,
          entities: { repo: "octo/hello", pr_number: 12, merge_method: "squash" }
        },
        spoken_text: "Merge PR 12 in octo/hello by squash. Say confirm within 60 seconds.",
        cards: [
          {
            title: "Confirm: Merge PR 12 in octo/hello by squash",
            lines: ["Runs only after you confirm.", expect.stringMatching(/^Expires at \d{4}-.*Z\.$/)]
          }
        ],
        pending_action: {
          token: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
          expires_at: expect.stringMatching(ISO),
          summary: "Merge PR 12 in octo/hello by squash"
        },
        follow_on_task: null
      })
      expect(switches.performed).toStrictEqual([])

      const done = yield* call("/v1/commands/confirm", { body: { token: tokenOf(proposal) } })
      expect(done.status).toBe(200)
      expect(done.body).toStrictEqual({
        status: "ok",
        intent: {
          name: "pr.merge",
          confidence: 1,
          entities: { repo: "octo/hello", pr_number: 12, merge_method: "squash" }
        },
        spoken_text: "Merged PR 12 in octo/hello.",
        cards: [
          {
            title: "Merge PR 12 in octo/hello by squash",
            subtitle: "Done",
            lines: ["Merged PR 12 in octo/hello."],
            deep_link: "https://host/12"
          }
        ],
        pending_action: null,
        follow_on_task: null
      })
      expect(switches.performed).toStrictEqual(["pr.merge octo/hello 12"])
    })
  )

  it.live("that fails at the code host says so", () =>
    Effect.gen(function* () {
      const { call, say, switches } = yield* start()
      switches.result = { ok: false, code: "not_mergeable", message: "PR 12 has conflicts.", url: null }
      const token = tokenOf(yield* say("merge pr 12 in octo/hello"))
      const answer = yield* call("/v1/commands/confirm", { body: { token } })
      expect(answer.body).toMatchObject({ status: "error", spoken_text: "PR 12 has conflicts." })
      expect(yield* call(`/v1/actions/${token}`)).toMatchObject({
        body: { state: "failed", result: { ok: false, code: "not_mergeable" } }
      })
    })
  )

  it.live("reads, and goes on about what was read (P17)", () =>
    Effect.gen(function* () {
      const { say, switches } = yield* start()
      const summary = yield* say("summarise PR 123 in octo/hello")
      expect(summary.body).toMatchObject({
        status: "ok",
        intent: { name: "pr.summarize", entities: { repo: "octo/hello", pr_number: 123 } },
        spoken_text:
          "PR 123 in octo/hello: Fix the tap, try 1. By carol, open. 10 lines added and 2 removed in 1 file.",
        cards: [{ subtitle: "PR 123 in octo/hello", deep_link: "https://host/octo/hello/123" }],
        pending_action: null
      })
      const follow = yield* say("request review from dave")
      expect(follow.body).toMatchObject({
        status: "needs_confirmation",
        intent: { entities: { repo: "octo/hello", pr_number: 123, reviewers: ["dave"] } }
      })
      const checks = yield* say("how are the checks")
      expect(checks.body["spoken_text"]).toBe(
        "Checks of PR 123 in octo/hello: 2 passed, 1 failed, 0 pending. Failed: lint."
      )
      expect((yield* say("repeat that")).body["spoken_text"]).toBe(checks.body["spoken_text"])
      expect(switches.read).toStrictEqual(["pr octo/hello 123", "checks octo/hello 123"])
    })
  )

  it.live("lists the inbox one by one", () =>
    Effect.gen(function* () {
      const { call, say, switches } = yield* start()
      expect((yield* say("inbox")).body["spoken_text"]).toBe("Nothing wants your attention.")
      switches.inbox = [
        { type: "pr", title: "Review the tap", priority: 1, repo: "octo/hello", url: "https://host/1", summary: null },
        { type: "mention", title: "You were named", priority: 3, repo: null, url: null, summary: "In a comment" }
      ]
      const first = yield* say("what's in my inbox?")
      expect(first.body["spoken_text"]).toBe("2 things want your attention. First: Review the tap, in octo/hello.")
      expect(first.body["cards"]).toStrictEqual([
        { title: "Review the tap", subtitle: "octo/hello", lines: [], deep_link: "https://host/1" },
        { title: "You were named", lines: ["In a comment"] }
      ])
      expect((yield* say("next")).body["spoken_text"]).toBe("You were named.")
      expect((yield* call("/v1/inbox")).body).toStrictEqual({
        items: [
          { type: "pr", title: "Review the tap", priority: 1, repo: "octo/hello", url: "https://host/1" },
          { type: "mention", title: "You were named", priority: 3, summary: "In a comment" }
        ]
      })
    })
  )

  it.live("says what could not be read", () =>
    Effect.gen(function* () {
      const { call, say, switches } = yield* start()
      for (const [code, why, refusal] of [
        ["not_connected", "No code host is connected", "not_connected"],
        ["not_found", "The code host shows no such", "refused"],
        ["not_allowed", "The code host does not let me", "refused"],
        ["unavailable", "The code host gives no answer", "refused"]
      ] as const) {
        switches.unread = code
        for (const words of ["summarize pr 1 in octo/hello", "checks of pr 1 in octo/hello", "inbox"]) {
          const answer = yield* say(words)
          expect(answer.body).toMatchObject({ status: "error", cards: [] })
          expect(answer.body["spoken_text"]).toContain(why)
        }
        expect(yield* call("/v1/inbox")).toMatchObject({ status: 409, body: { error: refusal } })
      }
    })
  )

  it.live("is not acted on when it is not understood", () =>
    Effect.gen(function* () {
      const { call, say } = yield* start()
      for (const words of ["merge 12 in octo/hello when green", "don't merge 12 in octo/hello", "yesterday", "ok"]) {
        expect((yield* say(words)).body).toMatchObject({ status: "error", pending_action: null })
      }
      expect((yield* call("/v1/actions")).body).toStrictEqual({ actions: [] })
    })
  )
})

describe("by voice", () => {
  it.live("the newest open action is confirmed, over all devices, once it was read out there", () =>
    Effect.gen(function* () {
      const { say, switches } = yield* start()
      expect((yield* say("confirm")).body).toMatchObject({
        status: "error",
        spoken_text: "There is nothing to confirm."
      })
      yield* say("merge pr 1 in octo/hello")
      const proposal = yield* say("rerun the checks of pr 2 in octo/hello")
      const elsewhere = { client_context: { ...command("").client_context, device: "watch" } }
      expect((yield* say("um, yes please", elsewhere)).body).toStrictEqual({
        status: "needs_confirmation",
        intent: { name: "system.confirm", confidence: 0.9, entities: {} },
        spoken_text: "Your newest open action is: Rerun the checks of PR 2 in octo/hello. Say confirm to run it.",
        cards: proposal.body["cards"],
        pending_action: proposal.body["pending_action"],
        follow_on_task: null
      })
      expect(switches.performed).toStrictEqual([])
      expect((yield* say("repeat", elsewhere)).body["spoken_text"]).toContain("Rerun the checks of PR 2")
      expect((yield* say("yes", elsewhere)).body).toMatchObject({ status: "ok" })
      expect(switches.performed).toStrictEqual(["checks.rerun octo/hello 2"])
      expect((yield* say("cancel")).body["spoken_text"]).toBe(
        "Cancelled: Merge PR 1 in octo/hello by squash. Nothing was done."
      )
      expect((yield* say("yes")).body["status"]).toBe("error")
      expect(switches.performed).toHaveLength(1)
    })
  )

  it.live("a repeated confirmation confirms nothing else", () =>
    Effect.gen(function* () {
      const { say, switches } = yield* start()
      yield* say("merge pr 1 in octo/hello")
      yield* say("merge pr 2 in octo/hello")
      const first = yield* say("confirm", { idempotency_key: "c1" })
      const again = yield* say("confirm", { idempotency_key: "c1" })
      expect(again.text).toBe(first.text)
      expect(switches.performed).toStrictEqual(["pr.merge octo/hello 2"])
    })
  )
})

describe("a spoken confirmation", () => {
  it.live("never runs what a question was asked back before", () =>
    Effect.gen(function* () {
      const { say, switches } = yield* start()
      yield* say("merge pr 12 in octo/hello")
      expect((yield* say("comment looks good")).body["spoken_text"]).toContain("Did you want to comment")
      expect((yield* say("yes")).body).toMatchObject({
        status: "needs_confirmation",
        spoken_text: "Your newest open action is: Merge PR 12 in octo/hello by squash. Say confirm to run it."
      })
      expect(switches.performed).toStrictEqual([])
      yield* say("yes")
      expect(switches.performed).toStrictEqual(["pr.merge octo/hello 12"])
    })
  )

  it.live("said twice runs one action, and reads the next one out with all that it does", () =>
    Effect.gen(function* () {
      const { say, switches } = yield* start()
      yield* say("comment on pr 1 in octo/hello saying ship it")
      yield* say("merge pr 2 in octo/hello")
      expect((yield* say("confirm")).body["status"]).toBe("ok")
      expect((yield* say("confirm")).body).toMatchObject({
        status: "needs_confirmation",
        spoken_text: "Your newest open action is: Comment on PR 1 in octo/hello: “ship it”. Say confirm to run it."
      })
      expect(switches.performed).toStrictEqual(["pr.merge octo/hello 2"])
    })
  )

  it.live("runs nothing newer that was proposed elsewhere meanwhile", () =>
    Effect.gen(function* () {
      const { call, say, switches } = yield* start()
      const here = tokenOf(yield* say("merge pr 1 in octo/hello"))
      const there = tokenOf(yield* call("/v1/actions/merge", { body: { repo: "octo/hello", pr_number: 2 } }))
      const read = yield* say("confirm")
      expect(tokenOf(read)).toBe(there)
      expect(there).not.toBe(here)
      expect(switches.performed).toStrictEqual([])
    })
  )

  it.live("with its key gets its first answer, whatever was done since", () =>
    Effect.gen(function* () {
      const { call, say, switches } = yield* start()
      const token = tokenOf(yield* call("/v1/actions/merge", { body: { repo: "octo/hello", pr_number: 1 } }))
      const read = yield* say("confirm", { idempotency_key: "a" })
      expect(tokenOf(read)).toBe(token)
      expect((yield* say("confirm", { idempotency_key: "a" })).text).toBe(read.text)
      expect(switches.performed).toStrictEqual([])
      const done = yield* say("confirm", { idempotency_key: "b" })
      expect(done.body["status"]).toBe("ok")
      yield* call("/v1/actions/merge", { body: { repo: "octo/hello", pr_number: 2 } })
      expect((yield* say("confirm", { idempotency_key: "a" })).text).toBe(read.text)
      expect((yield* say("confirm", { idempotency_key: "b" })).text).toBe(done.text)
      expect(switches.performed).toStrictEqual(["pr.merge octo/hello 1"])
    })
  )
})

describe("an idempotency key", () => {
  it.live("gets the same answer, for proposals and for what was read", () =>
    Effect.gen(function* () {
      const { call, say, switches } = yield* start()
      for (const words of ["merge pr 12 in octo/hello", "summarize pr 12 in octo/hello"]) {
        const first = yield* say(words, { idempotency_key: words })
        const [second, third] = yield* Effect.all(
          [say(words, { idempotency_key: words }), say(words, { idempotency_key: words })],
          { concurrency: 2 }
        )
        expect(second.text).toBe(first.text)
        expect(third.text).toBe(first.text)
      }
      expect((yield* call("/v1/actions")).body["actions"]).toHaveLength(1)
      expect(switches.read).toHaveLength(1)
    })
  )

  it.live("is refused with other words", () =>
    Effect.gen(function* () {
      const { say } = yield* start()
      yield* say("merge pr 12 in octo/hello", { idempotency_key: "k" })
      yield* say("comment on pr 12 in octo/hello saying yes", { idempotency_key: "c" })
      for (const [key, words] of [
        ["k", "merge pr 13 in octo/hello"],
        ["k", "rebase and merge pr 12 in octo/hello"],
        ["k", "inbox"],
        ["c", "comment on pr 12 in octo/hello saying no"]
      ] as const) {
        const answer = yield* say(words, { idempotency_key: key })
        expect(answer, words).toMatchObject({ status: 409, body: { error: "idempotency_key_reused" } })
      }
    })
  )

  it.live("is each session's own: what was read in one is no answer in another", () =>
    Effect.gen(function* () {
      const { say } = yield* start()
      const read = (pr: number, session: string) =>
        say(`summarize pr ${pr} in octo/hello`, { idempotency_key: "k" }, { headers: { "x-session-id": session } })
      expect((yield* read(12, "walk")).body["spoken_text"]).toContain("PR 12")
      expect((yield* read(13, "desk")).body["spoken_text"]).toContain("PR 13")
    })
  )

  it.live("is each user's own", () =>
    Effect.gen(function* () {
      const { say } = yield* start()
      const mine = tokenOf(yield* say("merge pr 12 in octo/hello", { idempotency_key: "k" }))
      const theirs = tokenOf(yield* say("merge pr 12 in octo/hello", { idempotency_key: "k" }, { key: BOB }))
      expect(theirs).not.toBe(mine)
    })
  )
})
