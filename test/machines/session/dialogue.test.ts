/** What becomes of questions: the list's entries as documented, their order, what waits, what is asked twice, what fails. */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { MAX_ANSWER, MAX_WAITING } from "#domain/analyst/AnalystSession.ts"
import { encodeState } from "#kernel/SnapshotCodec.ts"
import { sessionDefinition } from "#machines/session/definition.ts"
import { conformance } from "#test/kernel/conformance/conformance.ts"
import { EPOCH } from "#test/kernel/conformance/Run.ts"
import { message, POLICY, SessionDriver } from "./Driver.ts"

const KEY = "session:s-1:messages"
const yes = { taken: true, because: null }

describe("the row", () => {
  it("keeps a session as long as its list, however often it is looked at", () => {
    const row = sessionDefinition(POLICY)
    expect(row).toMatchObject({ type: "session", version: 1 })
    const session = new SessionDriver().opened("a").answered("A")
    expect(session.ttlMs).toBe(POLICY.ttlMs)
    session.now += 86_400_000
    session.look()
    expect(session.ttlMs).toBe(6 * 86_400_000)
  })

  it("keeps nothing of a look at a session that never was", () => {
    const session = new SessionDriver()
    expect(session.look()).toEqual({ waiting: 0, answered: [], summary: null })
    expect(session.ttlMs).toBe(60_000)
  })

  it("forgets all keys of a session (U14)", () => {
    const view = { id: "s-1" } as Parameters<NonNullable<ReturnType<typeof sessionDefinition>["projectionKeys"]>>[0]
    expect(sessionDefinition(POLICY).projectionKeys?.(view)).toEqual([KEY, "chat_history:s-1"])
  })
})

describe("a question", () => {
  it("is in the list with its turn's commit, and its answer after it (U16)", () => {
    const session = new SessionDriver().opened("a").answered("A")
    session.ask("b")
    expect(session.taken).toEqual(yes)
    expect(session.projections).toEqual([
      {
        op: "appendToList",
        key: KEY,
        values: [`{"role":"user","content":"ask b","timestamp":"2024-01-15T10:30:04Z"}`],
        keep: 30,
        ttlMs: POLICY.ttlMs
      }
    ])
    expect(session.runs).toEqual(["answer", { sessionId: "s-1", requestId: "b", summary: null }])
    session.answered("B")
    expect(session.contents).toEqual(["ask a", "A", "ask b", "B"])
    expect(session.emitted).toEqual([{ type: "ANSWERED", requestId: "b" }])
    expect(session.look().answered.at(-1)).toEqual({ requestId: "b", answer: "B", code: null })
    expect(session.list.at(-1)).toBe(`{"role":"assistant","content":"B","timestamp":"2024-01-15T10:30:05Z"}`)
  })

  it.each([
    [{ emailId: "i@example.com" }, { timestamp: "2024-01-15T10:30:01Z", metadata: { email_id: "i@example.com" } }],
    [
      { clientTimestamp: "2024-01-15T10:30:00Z" },
      { timestamp: "2024-01-15T10:30:00Z", metadata: { server_time: "2024-01-15T10:30:01Z" } }
    ],
    [
      { emailId: "i@example.com", clientTimestamp: "2024-01-15T10:30:00Z" },
      {
        timestamp: "2024-01-15T10:30:00Z",
        metadata: { email_id: "i@example.com", server_time: "2024-01-15T10:30:01Z" }
      }
    ]
  ])("carries %j as documented (U2-U5, C31)", (given, expected) => {
    const session = new SessionDriver().ask("a", given).done("importFormer", { messages: [], listed: 0 })
    expect(session.list).toEqual([JSON.stringify({ role: "user", content: "ask a", ...expected })])
  })

  it("waits its turn, and only so many do", () => {
    const session = new SessionDriver().opened("0")
    for (let n = 1; n <= MAX_WAITING; n++) expect(session.ask(`${n}`).taken).toEqual(yes)
    expect(session.contents).toEqual(["ask 0"])
    expect(session.ask("more").taken).toEqual({ taken: false, because: "busy" })
    expect(session.look().waiting).toBe(MAX_WAITING + 1)
    session.answered("A0")
    expect(session.contents).toEqual(["ask 0", "A0", "ask 1"])
    expect(session.ask("more").taken).toEqual(yes)
  })

  it("asked again is asked once, whether it waits, is being answered or was", () => {
    const session = new SessionDriver().opened("a").ask("b")
    for (const id of ["a", "b"]) expect(session.ask(id, { query: "other words" }).taken).toEqual(yes)
    session.answered("A").answered("B")
    for (const id of ["a", "b"]) expect(session.ask(id).taken).toEqual(yes)
    expect(session.contents).toEqual(["ask a", "A", "ask b", "B"])
    expect(session.runs).toBeNull()
  })

  it("that cannot be answered says why, leaves no answer and holds nobody up", () => {
    const session = new SessionDriver().opened("a").ask("b").unanswered("rate_limited")
    expect(session.emitted).toEqual([{ type: "ANSWERED", requestId: "a" }])
    expect(session.contents).toEqual(["ask a", "ask b"])
    session.settle({ ok: false, code: "x", error: "no code in it" })
    expect(session.look().answered).toEqual([
      { requestId: "a", answer: null, code: "rate_limited" },
      { requestId: "b", answer: null, code: "unknown" }
    ])
  })

  it("whose answer comes twice is answered once", () => {
    const session = new SessionDriver().opened("a")
    const { running } = session
    if (running === undefined) throw new Error("nothing is running")
    session.answered("A").ask("b")
    session.took(session.bench.settle(session.live, running, { ok: true, output: { text: "again" } }, session.now))
    expect(session.contents).toEqual(["ask a", "A", "ask b"])
  })
})

describe("what the record keeps", () => {
  it("is no dialogue but what waits, the last answers and a summary (U23)", () => {
    const session = new SessionDriver().opened("a")
    expect(encodeState(session.live)).not.toContain("ask a")
    expect(encodeState(session.ask("b").live)).toContain("ask b")
  })

  it("is bounded, however long the answers are", () => {
    const session = new SessionDriver({ ...POLICY, messageLimit: 1000 }).opened("0")
    const long = "\u{1f600}".repeat(MAX_ANSWER)
    for (let n = 1; n <= 20; n++)
      session.answered(n % 2 === 0 ? "short" : `${n % 4 === 3 ? "x" : ""}${long}`).ask(`${n}`)
    const { answered } = session.context
    expect(answered.reduce((sum, { answer }) => sum + (answer?.length ?? 0), 0)).toBeLessThanOrEqual(2 * MAX_ANSWER)
    expect(answered.at(-1)).toMatchObject({ requestId: "19", answer: "short" })
    expect(answered.every(({ answer }) => answer?.isWellFormed())).toBe(true)
    expect(answered.some(({ answer }) => answer?.length === MAX_ANSWER - 1)).toBe(true)
  })

  it("is at most the last sixteen answers", () => {
    const session = new SessionDriver().opened("0")
    for (let n = 1; n <= 40; n++) {
      session.answered(`A${n}`)
      if (session.runs !== null) session.failed("x")
      session.ask(`${n}`)
    }
    expect(session.context.answered.map(({ answer }) => answer)).toEqual(
      Array.from({ length: 16 }, (_, n) => `A${n + 25}`)
    )
  })
})

describe("what an earlier version kept", () => {
  it("comes first, once (C18)", () => {
    const session = new SessionDriver().ask("a")
    expect([session.runs, session.list]).toEqual([["importFormer", { sessionId: "s-1" }], []])
    session.ask("b")
    session.done("importFormer", { messages: [message("user", "old"), message("assistant", "reply")], listed: 0 })
    expect(session.contents).toEqual(["old", "reply", "ask a"])
    session.answered("A").answered("B").ask("c")
    expect(session.contents).toEqual(["old", "reply", "ask a", "A", "ask b", "B", "ask c"])
  })

  it("is left when it cannot be read", () => {
    const session = new SessionDriver().ask("a").failed("store_unavailable")
    expect(session.contents).toEqual(["ask a"])
    expect(session.answered("A").ask("b").runs?.[0]).toBe("answer")
  })
})

describe("any order of questions and outcomes", () => {
  const steps = fc.array(fc.constantFrom("ask", "again", "answer", "fail", "look"), { minLength: 100, maxLength: 300 })
  it("gives questions and answers in the order they were asked", () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 2, max: 40 }), (sequence, messageLimit) => {
        const session = new SessionDriver({ ...POLICY, messageLimit }).opened("0")
        const expected = ["ask 0"]
        const waiting: Array<string> = []
        let asked = 0
        let current: string | undefined = "0"
        for (const step of sequence) {
          const running = session.runs?.[0]
          if (step === "look") session.look()
          else if (step === "again") session.ask(current ?? waiting.at(-1) ?? `${asked}`)
          else if (step === "ask") {
            asked += 1
            session.ask(`${asked}`)
            if (session.taken.taken) waiting.push(`${asked}`)
          } else if (running === "answer" && step === "answer") {
            session.answered(`answer ${current}`)
            expected.push(`answer ${current}`)
            current = undefined
          } else if (running === "summarise" && step === "answer") session.done("summarise", { summary: "s", count: 1 })
          else if (running !== undefined) {
            session.failed("x")
            if (running === "answer") current = undefined
          }
          // A question's turn comes as soon as nothing else goes on.
          if (current === undefined && session.runs?.[0] !== "summarise") {
            current = waiting.shift()
            if (current !== undefined) expected.push(`ask ${current}`)
          }
          expect(session.contents).toEqual(expected.slice(-messageLimit))
        }
      })
    )
  })

  const query = fc.record({
    type: fc.constant("QUERY_RECEIVED"),
    requestId: fc.constantFrom("a", "b", "c", "d", "e"),
    query: fc.constant("what?"),
    emailId: fc.constantFrom(null, "i@example.com"),
    clientTimestamp: fc.constantFrom(null, "2024-01-15T10:30:00Z"),
    at: fc.integer({ min: EPOCH, max: EPOCH + 1000 })
  })
  it("means the same in live XState, with a restart after every turn", () =>
    conformance(
      { rows: [sessionDefinition({ ...POLICY, messageLimit: 4 })], id: "s-1" },
      {
        events: fc.oneof({ weight: 4, arbitrary: query }, fc.constant({ type: "LOOK" })),
        outputs: {
          answer: fc.constantFrom({ text: "Yes.", code: null }, { text: null, code: "rate_limited" }),
          summarise: fc.constantFrom({ summary: "They asked.", count: 2 }, { summary: null, count: 0 }),
          importFormer: fc.constantFrom(
            { messages: [], listed: 0 },
            { messages: [message("user", "old"), message("assistant", "reply")], listed: 0 }
          )
        }
      },
      // Passed through within a turn.
      { unreached: ["session: session.answered"] }
    ))
})
