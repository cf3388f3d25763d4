/**
 * Signed Twilio webhooks at the door of the real service on Redis, beside the same server's `GET /healthz`, which answers 200
 * without a signature, a turn or a store. Each webhook is a new message of one of 1,000 phones: verified, decoded, one
 * durable turn of the conversation, answered in TwiML. Client, Redis and service share the machine.
 */
import type { Request } from "autocannon"
import { Redis } from "ioredis"
import { ProviderStandIn } from "#test/harness/ProviderStandIn.ts"
import { startRedis } from "#test/harness/RedisServer.ts"
import { freePort, type ServiceProcess, startService } from "#test/harness/ServiceProcess.ts"
import { interleaved, median, medianRatio, percentile, type Variant } from "../rig.ts"
import type { Row } from "../suite.ts"
import { cpuColumn, cpuMicrosOf } from "./Cpu.ts"
import { load, type Load } from "./Load.ts"
import { PHONES, textRequest } from "./Texts.ts"

const ROUNDS = 5
const CONNECTIONS = 64
const WEBHOOKS = 2500
const BARE = 5000
/** Before anything counts: the service's code is compiled in the course of some thousand requests. */
const WARM_UP = 5000
/** One after the other on one connection, for the time of a webhook that waits for no other. */
const ALONE = 500

const ANSWERED = /<Response><Message>[^<]+<\/Message><\/Response>$/
const ALIVE = /^\{"status":"alive"\}$/

interface Told extends Load {
  readonly cpu: Readonly<Record<string, number>>
}

/** A kind of requests, made anew for every round and not while the clock runs; each round's findings are kept in `told`. */
const sending = (
  service: ServiceProcess,
  name: string,
  work: number,
  connections: number,
  request: () => Request,
  expected: RegExp,
  told: Array<Told>
): Variant => ({
  name,
  work,
  prepare: async () => {
    const requests = Array.from({ length: work }, request)
    const before = cpuMicrosOf(service.pid)
    return {
      run: async () => {
        const found = await load(service.url, connections, requests, expected)
        told.push({ ...found, cpu: cpuColumn(service.pid, before, "µs CPU/request", work) })
      },
      end: async () => undefined
    }
  }
})

const rowOf = (what: string, told: ReadonlyArray<Told>): Row => {
  const took = told.flatMap(({ took }) => took)
  const cpu = told.flatMap(({ cpu }) => Object.values(cpu))
  return {
    what,
    figures: {
      "requests/s": median(told.map(({ perSecond }) => perSecond)),
      "p50 ms": percentile(took, 0.5),
      "p99 ms": percentile(took, 0.99),
      ...(cpu.length === 0 ? {} : { "µs CPU/request": median(cpu) })
    }
  }
}

/** Throws unless the conversations hold every text, and each was a turn of its own. */
const expectTurns = async (service: ServiceProcess, redisUrl: string, texts: number): Promise<void> => {
  const redis = new Redis(redisUrl)
  const documents = await redis.mget(PHONES.map((phone) => `conversation:${phone}`))
  redis.disconnect()
  const heard = documents.map((text) => {
    const document = JSON.parse(text ?? "null") as { readonly metrics: { readonly message_count: number } } | null
    return document?.metrics.message_count ?? 0
  })
  const wrong = heard.findIndex((count, nth) => count !== Math.ceil((texts - nth) / PHONES.length))
  if (wrong !== -1) throw new Error(`phone ${wrong} wrote more or fewer texts than the ${heard[wrong]} that count`)
  const metrics = await (await fetch(`${service.url}/metrics`)).text()
  const turn = /^tardigrade_turns_total\{(?=[^}]*type="conversation")(?=[^}]*outcome="(\w+)")[^}]*\} (\d+)$/gm
  const outcomes = [...metrics.matchAll(turn)].map(([, outcome, count]) => `${outcome} ${count}`)
  if (outcomes.join() !== `committed ${texts}`) throw new Error(`${texts} texts were turns: ${outcomes.join()}`)
}

const measure = async (service: ServiceProcess, redisUrl: string): Promise<ReadonlyArray<Row>> => {
  const url = new URL(`${service.url}/webhook/sms`)
  let sent = 0
  const text = () => textRequest(url, sent++)
  const told = { webhooks: new Array<Told>(), bare: new Array<Told>(), alone: new Array<Told>() }
  const webhooks = sending(service, "webhooks", WEBHOOKS, CONNECTIONS, text, ANSWERED, told.webhooks)
  const healthz = (): Request => ({ method: "GET", path: "/healthz" })
  const bare = sending(service, "bare", BARE, CONNECTIONS, healthz, ALIVE, told.bare)
  await interleaved([sending(service, "warm-up", WARM_UP, CONNECTIONS, text, ANSWERED, [])], 0)
  await interleaved([webhooks, bare], ROUNDS)
  await interleaved([sending(service, "alone", ALONE, 1, text, ANSWERED, told.alone)], 1)
  await expectTurns(service, redisUrl, sent)

  // The round before the first does not count.
  const [ofWebhooks, ofBare, ofAlone] = [told.webhooks.slice(1), told.bare.slice(1), told.alone.slice(1)]
  const ratio = medianRatio(ofWebhooks, ofBare)
  const what = `signed webhook, one durable turn each, ${PHONES.length} phones, ${CONNECTIONS} connections`
  return [
    { ...rowOf(what, ofWebhooks), ratios: [{ to: "GET /healthz", value: ratio }] },
    rowOf(`GET /healthz, no turn, ${CONNECTIONS} connections`, ofBare),
    rowOf("signed webhook, one after the other", ofAlone)
  ]
}

export const webhooks = async (): Promise<ReadonlyArray<Row>> => {
  const redis = await startRedis()
  const provider = await ProviderStandIn.start()
  try {
    const port = await freePort()
    const environment = provider.environment("twilio", `http://127.0.0.1:${port}`)
    const service = await startService({ ...environment, REDIS_URL: redis.url, PORT: String(port) })
    try {
      return await measure(service, redis.url)
    } finally {
      await service.stop()
    }
  } finally {
    await provider.stop()
    await redis.stop()
  }
}
