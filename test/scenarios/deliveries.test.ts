/**
 * Webhooks as networks deliver them: a hundred times at once, twice and out of order, and to two processes in turn. Each
 * message is one turn with one answer, and what one sender sent in order is applied in order.
 */
import { describe, expect } from "#test/harness/effect.ts"
import { freePort } from "#test/harness/ServiceProcess.ts"
import { MARKED } from "#test/harness/ProcessWorld.ts"
import { PHONE, said, type World } from "#test/harness/World.ts"
import { timeless, it } from "./twice.ts"

/** A conversation whose plan has been sent. */
const planned = async (world: World): Promise<void> => {
  await world.text(PHONE, "plan", "SMplan")
  await world.sms(PHONE, 1)
  await world.settled(PHONE)
}

/** The same shuffle every time: a step that shares no factor with the length visits every index. */
const shuffled = <A>(items: ReadonlyArray<A>): ReadonlyArray<A> =>
  items.map((_, index) => items[(index * 37 + 11) % items.length] as A)

describe("redelivered webhooks", () => {
  it.twice("a hundred deliveries of one message at once are one turn with one answer", async (world) => {
    const process = await world.start()
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => world.text(PHONE, `swap salmon for ${MARKED[0]}`, "SMsame"))
    )
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
    expect(await world.counter(process, "tardigrade_turns_total", 'outcome="duplicate"')).toBe(99)
    return { answer: said(answers[0] as (typeof answers)[0]), document: timeless(await world.document(PHONE)) }
  })

  it.twice("pairs in any order are one turn each, and both get the same answer", async (world) => {
    await world.start()
    await planned(world)
    const names = Array.from({ length: 50 }, (_, index) => `SMpair${index}`)
    const heard = new Map<string, Set<string>>()
    await Promise.all(
      shuffled([...names, ...names]).map(async (id) => {
        const { text } = await world.text(PHONE, `help me with ${id}`, id)
        heard.set(id, (heard.get(id) ?? new Set()).add(text))
      })
    )
    expect([...heard.values()].map(({ size }) => size)).toEqual(names.map(() => 1))
    const { metrics } = await world.document(PHONE)
    expect(metrics.message_count).toBe(51)
    return metrics
  })
})

describe("two processes, one phone", () => {
  const COUNT = 200
  /** A conversation keeps this many changes (its `MAX_MODIFICATIONS`). */
  const KEPT = 50

  it.twice("every message is applied once, and each sender's in order", async (world) => {
    const first = await world.start()
    const second = await world.start({ PORT: String(await freePort()) })
    await planned(world)
    const answers: Array<ReadonlyArray<string>> = []
    const send = async (sender: string, url: string) => {
      for (let nth = 0; nth < COUNT / 2; nth++) {
        const answer = await world.text(PHONE, `swap salmon for ${sender}${nth} fish`, `SM${sender}${nth}`, url)
        expect(answer.status).toBe(200)
        answers.push(said(answer))
      }
    }
    await Promise.all([send("anna", first.url), send("bert", second.url)])
    await world.settled(PHONE)
    const { context, metrics } = await world.document(PHONE)
    expect(metrics).toEqual({ message_count: COUNT + 1, error_count: 0, analysis_count: 1 })
    expect(context.modifications).toHaveLength(KEPT)
    const wanted = context.modifications.map((change) => (change.type === "swap" ? change.details.new : ""))
    for (const sender of ["anna", "bert"]) {
      const own = wanted.filter((name) => name.startsWith(sender))
      expect(own).toEqual(own.map((_, nth) => `${sender}${nth} fish`))
    }
    const recorded = answers.filter(([text]) => text?.startsWith("Swapping") === true)
    expect(recorded).toHaveLength(KEPT)
    expect(answers).toHaveLength(COUNT)
    return metrics
  })
})
