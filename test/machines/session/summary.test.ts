/** What becomes of a dialogue that is longer than its list: everything that leaves it is in the summary, and nothing twice. */
import { readFileSync } from "node:fs"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { MAX_SUMMARY } from "#domain/analyst/AnalystSession.ts"
import { type ActorRecord, decodeRecord } from "#kernel/ActorRecord.ts"
import { decodeState, encodeState } from "#kernel/SnapshotCodec.ts"
import { message, POLICY, SessionDriver } from "./Driver.ts"

/** What a perfect summary would say: the messages it covers, by their content. */
const words = (summary: string | null): ReadonlyArray<string> => (summary === null ? [] : summary.split("|"))

/** Plays the handler on the list as it is. */
const summarised = (session: SessionDriver): SessionDriver => {
  const [, input] = session.runs ?? []
  const { count, summary } = input as { readonly count: number; readonly summary: string | null }
  const folded = session.contents.slice(-count)
  return session.done("summarise", { summary: [...words(summary), ...folded].join("|"), count: folded.length })
}

const talk = (session: SessionDriver, from: number, to: number): SessionDriver => {
  for (let n = from; n <= to; n++) session.ask(`${n}`).answered(`A${n}`)
  return session
}

describe("a long session", () => {
  it("is summarised between two questions, before anything leaves the list", () => {
    const session = talk(new SessionDriver().opened("0").answered("A0"), 1, 9)
    expect([session.context.unsummarised, session.runs]).toEqual([20, null])
    talk(session, 10, 10)
    expect(session.runs).toEqual(["summarise", { sessionId: "s-1", summary: null, count: 22 }])
    expect(session.list).toHaveLength(22)
    session.done("summarise", { summary: "They talked.", count: 22 })
    expect(session.look().summary).toBe("They talked.")
    expect(session.ask("11").runs?.[1]).toEqual({ sessionId: "s-1", requestId: "11", summary: "They talked." })
    talk(session.answered("A11"), 12, 21)
    expect(session.runs).toEqual(["summarise", { sessionId: "s-1", summary: "They talked.", count: 22 }])
  })

  it("is summarised after the next answer when it could not be", () => {
    const session = talk(new SessionDriver().opened("0").answered("A0"), 1, 10)
    session.done("summarise", { summary: null, count: 0 })
    expect([session.runs, session.context.summary]).toEqual([null, null])
    expect(talk(session, 11, 11).runs).toEqual(["summarise", { sessionId: "s-1", summary: null, count: 24 }])
    session.failed("timeout")
    expect(talk(session, 12, 12).runs?.[1]).toMatchObject({ count: 26 })
  })

  it("is not summarised while somebody waits and there is room", () => {
    const session = talk(new SessionDriver().opened("0").answered("A0"), 1, 9)
    session.ask("10")
    for (let n = 11; n <= 15; n++) session.ask(`${n}`)
    for (let n = 10; n <= 13; n++) expect(session.answered(`A${n}`).runs?.[0]).toBe("answer")
    // One more pair would push out a message that is in no summary.
    expect(session.answered("A14").runs).toEqual(["summarise", { sessionId: "s-1", summary: null, count: 30 }])
    expect(session.list).toHaveLength(30)
    expect(session.done("summarise", { summary: "s", count: 30 }).runs?.[1]).toMatchObject({ requestId: "15" })
  })

  it("takes questions while it is summarised", () => {
    const session = talk(new SessionDriver().opened("0").answered("A0"), 1, 10).ask("11")
    expect([session.taken.taken, session.runs?.[0]]).toEqual([true, "summarise"])
    expect(session.failed("timeout").runs?.[1]).toMatchObject({ requestId: "11" })
  })

  it("keeps a summary within its bound", () => {
    const session = talk(new SessionDriver().opened("0").answered("A0"), 1, 10)
    session.done("summarise", { summary: "\u{1f600}".repeat(MAX_SUMMARY), count: 22 })
    expect(session.look().summary).toBe("\u{1f600}".repeat(MAX_SUMMARY / 2))
  })

  it("counts what was there before it, and no more than the list holds", () => {
    const session = new SessionDriver({ ...POLICY, messageLimit: 8 }).ask("a")
    session.done("importFormer", { messages: [], listed: 200 })
    expect(session.answered("A").runs).toEqual(["summarise", { sessionId: "s-1", summary: null, count: 8 }])
    const imported = new SessionDriver({ ...POLICY, messageLimit: 8 }).ask("a")
    const messages = Array.from({ length: 20 }, (_, n) => message("user", `old ${n}`))
    imported.done("importFormer", { messages, listed: 0 })
    expect([imported.contents.length, imported.context.unsummarised]).toEqual([8, 9])
  })
})

describe("any length, any limit, whatever fails now and then", () => {
  it("leaves every message in the summary or in the list, in order and once", () => {
    const rounds = fc.array(fc.record({ asks: fc.nat({ max: 3 }), fails: fc.boolean() }), {
      minLength: 40,
      maxLength: 40
    })
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 24 }), rounds, (messageLimit, sequence) => {
        const session = new SessionDriver({ ...POLICY, messageLimit }).opened("0")
        const asked = ["0"]
        let answers = 0
        for (const { asks, fails } of sequence) {
          for (let n = 0; n < asks; n++) {
            const id = `${asked.length}`
            if (session.ask(id).taken.taken) asked.push(id)
          }
          if (session.runs?.[0] === "summarise") {
            // Failing when the next question and answer would push something out is what it cannot make good.
            if (fails && session.context.unsummarised + 2 <= messageLimit) session.failed("timeout")
            else summarised(session)
          }
          if (session.runs?.[0] === "answer") session.answered(`A${answers++}`)
        }
        const said = asked.flatMap((id) => [`ask ${id}`, `A${id}`])
        const { answering, summary, unsummarised } = session.context
        expect(unsummarised).toBeLessThanOrEqual(messageLimit)
        expect([...words(summary), ...session.contents.slice(session.list.length - unsummarised)]).toEqual(
          said.slice(0, 2 * answers + (answering === null ? 0 : 1))
        )
      }),
      { numRuns: 60 }
    )
  })
})

describe("a session of version 1", () => {
  const frozen = JSON.parse(
    readFileSync(new URL("../../fixtures/snapshots/session/v1.json", import.meta.url), "utf8")
  ) as ActorRecord

  it("is read, written as it was, and goes on", () => {
    const session = new SessionDriver()
    session.state = decodeState(session.bench.actor, JSON.stringify(frozen))
    expect(JSON.parse(encodeState(session.live))).toEqual(decodeRecord(JSON.stringify(frozen)))
    expect(session.runs?.[1]).toEqual({ sessionId: "s-1", requestId: "11", summary: "They talked." })
    expect(session.ask("11").contents).toEqual([])
    session.answered("A11")
    expect(session.contents).toEqual(["A11", "ask 12"])
    expect(session.look()).toMatchObject({ waiting: 1, summary: "They talked." })
    expect(session.look().answered.slice(-2)).toEqual([
      { requestId: "10", answer: null, code: "rate_limited" },
      { requestId: "11", answer: "A11", code: null }
    ])
  })
})
