/**
 * A random life of the service and the oracle that judges it. A schedule is messages of several phones, some delivered
 * twice, and kills of the service and of Redis at any moment between them. Whatever the schedule: nothing acknowledged is
 * lost, nothing is applied twice, no text leaves before the turn that asked for it is stored, texts keep their order.
 */
import * as fc from "fast-check"
import { eventually } from "#test/harness/Eventually.ts"
import type { RedisServer } from "#test/harness/RedisServer.ts"
import { said, type World } from "#test/harness/World.ts"
import type { ConversationContext } from "#machines/conversation/schema.ts"

export const PHONES = ["+12025550131", "+12025550132"] as const

const BODIES = ["plan", "help", "swap salmon for tofu", "skip friday", "swap eggs for lentils", "start over"] as const

/** One step of a schedule. A message goes out without waiting for the one before, except of the same phone. */
export type Step =
  | {
      readonly kind: "message"
      readonly phone: number
      readonly body: (typeof BODIES)[number]
      readonly twice: boolean
    }
  | { readonly kind: "kill" }
  | { readonly kind: "killRedis" }

const message = fc.record({
  kind: fc.constant("message" as const),
  phone: fc.integer({ min: 0, max: PHONES.length - 1 }),
  body: fc.constantFrom(...BODIES),
  twice: fc.boolean()
})

/** Few kills among many messages; at most nine messages a phone, so that its log of twenty holds them all. */
export const schedules: fc.Arbitrary<ReadonlyArray<Step>> = fc
  .array(
    fc.oneof(
      { weight: 7, arbitrary: message },
      { weight: 2, arbitrary: fc.constant({ kind: "kill" } as const) },
      { weight: 1, arbitrary: fc.constant({ kind: "killRedis" } as const) }
    ),
    { minLength: 8, maxLength: 12 }
  )
  .filter((steps) =>
    PHONES.every((_, at) => steps.filter((step) => step.kind === "message" && step.phone === at).length < 7)
  )

const XML: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&apos;": "'"
}
const plain = (text: string): string => text.replaceAll(/&\w+;/g, (entity) => XML[entity] ?? entity).slice(0, 160)

/** Runs a schedule on a supervised world and answers what was wrong with its outcome; nothing when all promises held. */
export const violationsOf = async (
  world: World,
  redis: RedisServer,
  steps: ReadonlyArray<Step>
): Promise<ReadonlyArray<string>> => {
  const answers = new Map<string, Array<Promise<ReadonlyArray<string>>>>()
  const lanes = new Map<string, Promise<unknown>>()
  const sent = new Map<string, number>()

  const deliver = (phone: string, body: string, twice: boolean): void => {
    const nth = (sent.get(phone) ?? 0) + 1
    sent.set(phone, nth)
    const id = `SM${phone.slice(1)}x${nth}`
    const before = lanes.get(phone) ?? Promise.resolve()
    const text = async () => said(await world.text(phone, body, id)).map(plain)
    const done = before.then(async () => {
      const first = await text()
      return twice ? [first, await text()] : [first]
    })
    lanes.set(phone, done)
    const all = answers.get(phone) ?? []
    answers.set(phone, [...all, done.then((both) => both[0] ?? []), done.then((both) => both[1] ?? both[0] ?? [])])
  }

  for (const step of steps) {
    if (step.kind === "message") deliver(PHONES[step.phone] ?? PHONES[0], step.body, step.twice)
    else if (step.kind === "kill") await world.killCurrent()
    else {
      await redis.kill9()
      await redis.start()
    }
  }

  const wrong: Array<string> = []
  for (const phone of PHONES) {
    const pairs = await Promise.all(answers.get(phone) ?? [])
    if (pairs.length === 0) continue
    const record = await world.settled(phone, 40_000)
    const { metrics } = await world.document(phone)
    const count = sent.get(phone) ?? 0
    if (metrics.message_count < count) wrong.push(`lost: ${metrics.message_count} of ${count}`)
    if (metrics.message_count > count) wrong.push(`doubled: ${metrics.message_count} of ${count}`)
    for (let at = 0; at < pairs.length; at += 2) {
      if (String(pairs[at]) !== String(pairs[at + 1])) wrong.push(`message ${at / 2} was answered in two ways`)
    }
    const { log } = record.snapshot.context as ConversationContext
    const heard = log.filter(({ from }) => from === "texter").map(({ text }) => text)
    const told = steps.flatMap((step) => (step.kind === "message" && PHONES[step.phone] === phone ? [step.body] : []))
    if (String(heard) !== String(told)) wrong.push("messages are not in the order in which they were sent")
    const replies = new Set(pairs.flat())
    const stored = log.filter(({ from, text }) => from === "service" && !replies.has(text)).map(({ text }) => text)
    const texted = await eventually(
      "every stored text to be sent",
      async () => (await world.sms(phone, 0)).map(plain),
      (seen) => stored.every((text) => seen.includes(text)),
      5_000
    ).catch(async () => (await world.sms(phone, 0)).map(plain))
    const early = texted.filter((text) => !stored.includes(text))
    if (early.length > 0) wrong.push(`${early.length} texts were sent that no stored turn asked for`)
    if (stored.some((text) => !texted.includes(text))) wrong.push("a stored text was never sent")
    if (texted.length > stored.length) wrong.push(`${texted.length} texts sent, ${stored.length} asked for`)
    if (String([...new Set(texted)]) !== String([...new Set(stored)])) wrong.push("texts were sent out of order")
  }
  return wrong
}
