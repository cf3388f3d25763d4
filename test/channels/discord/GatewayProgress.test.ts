import * as fc from "fast-check"
import { GatewayProgress, Watermark } from "#channels/discord/GatewayProgress.ts"
import { describe, expect, it } from "#test/harness/effect.ts"

const SESSION = { sessionId: "s1", resumeUrl: "ws://127.0.0.1:1", sequence: 0 }

describe("Watermark", () => {
  it("stands below the oldest open number, whatever the order of beginning and settling", () => {
    const step = fc.record({ number: fc.integer({ min: 1, max: 30 }), settles: fc.boolean() })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const watermark = new Watermark(0n)
        const open = new Set<number>()
        let highest = 0
        for (const { number, settles } of steps) {
          if (settles) {
            watermark.settle(BigInt(number))
            open.delete(number)
          } else {
            expect(watermark.begin(BigInt(number))).toBe(!open.has(number))
            open.add(number)
            highest = Math.max(highest, number)
          }
          const expected = open.size === 0 ? highest : Math.min(...open) - 1
          expect(watermark.mark).toBe(BigInt(expected))
          expect(watermark.idle).toBe(open.size === 0)
        }
      })
    )
  })

  it("never passes an open number and reaches the last one when all are settled", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([1, 2, 3, 4, 5, 6, 7, 8], { minLength: 8, maxLength: 8 }), (order) => {
        const watermark = new Watermark(0n)
        const open = new Set([1, 2, 3, 4, 5, 6, 7, 8])
        for (const number of open) watermark.begin(BigInt(number))
        let before = 0n
        for (const number of order) {
          watermark.settle(BigInt(number))
          open.delete(number)
          for (const left of open) expect(watermark.mark).toBeLessThan(BigInt(left))
          expect(watermark.mark).toBeGreaterThanOrEqual(before)
          before = watermark.mark
        }
        expect(watermark.mark).toBe(8n)
      })
    )
  })
})

describe("GatewayProgress", () => {
  it("acknowledges only what is settled, and a dispatch that comes again before it is settled is not opened twice", () => {
    const progress = new GatewayProgress()
    progress.adopt(SESSION)
    const [first, second] = [progress.begin(1), progress.begin(2)]
    second?.()
    expect(progress.session).toEqual(SESSION)
    expect(progress.begin(1)).toBeNull()
    expect(progress.inFlight).toBe(1)
    first?.()
    first?.()
    expect(progress.inFlight).toBe(0)
    expect(progress.session?.sequence).toBe(2)
  })

  it("lets work of a lost session end without moving the marks of the next", () => {
    const progress = new GatewayProgress()
    progress.adopt(SESSION)
    const late = progress.begin(40)
    progress.lose()
    expect(progress.session).toBeNull()
    progress.adopt({ ...SESSION, sessionId: "s2" })
    late?.()
    expect(progress.session).toEqual({ ...SESSION, sessionId: "s2" })
    expect(progress.inFlight).toBe(0)
  })

  it("marks a channel below its oldest open message", () => {
    const progress = new GatewayProgress()
    progress.adopt(SESSION)
    const older = progress.message("7", "100")
    progress.message("7", "200")()
    expect(progress.marks().channels).toEqual({ "7": "99" })
    older()
    expect(progress.marks().channels).toEqual({ "7": "200" })
  })

  it("gives out what changed and nothing twice, and forgets channels that are written down and quiet", () => {
    const progress = new GatewayProgress()
    expect(progress.changes()).toBeNull()
    progress.adopt(SESSION)
    progress.heard(5000)
    const open = progress.message("8", "300")
    progress.message("7", "100")()
    const changes = progress.changes()
    expect(changes).toEqual({ session: SESSION, channels: { "7": "100", "8": "299" }, at: 5000 })
    if (changes !== null) progress.written(changes)
    expect(progress.changes()).toBeNull()
    expect(progress.marks().channels).toEqual({ "8": "299" })
    open()
    expect(progress.changes()?.channels).toEqual({ "8": "300" })
  })

  it("gives out nothing while older messages are being caught up", () => {
    const progress = new GatewayProgress()
    progress.adopt(SESSION)
    progress.hold()
    progress.message("7", "100")()
    expect(progress.changes()).toBeNull()
    expect(progress.marks().channels).toEqual({ "7": "100" })
    progress.release()
    expect(progress.changes()?.channels).toEqual({ "7": "100" })
  })

  it("does not write a channel that turned out to be none of ours", () => {
    const progress = new GatewayProgress()
    progress.adopt(SESSION)
    progress.message("7", "100")
    progress.forget("7")
    expect(progress.changes()?.channels).toEqual({})
  })
})
