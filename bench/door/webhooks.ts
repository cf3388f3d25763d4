/**
 * Signed Twilio webhooks at the door of the real service on Redis, beside the same server's `GET /healthz`, which answers 200
 * without a signature, a turn or a store. Each webhook is a new message of one of 1,000 phones: verified, decoded, one
 * durable turn of the conversation, answered in TwiML. Client, Redis and service share the machine.
 */
import { Redis } from "ioredis"
import { ProviderStandIn } from "#test/harness/ProviderStandIn.ts"
import { startRedis } from "#test/harness/RedisServer.ts"
import { freePort, type ServiceProcess, startService } from "#test/harness/ServiceProcess.ts"
import { interleaved, median, type Measured, type Variant } from "../rig.ts"
import type { Row } from "../suite.ts"
import { type Answer, Connection, requestBytes, sendAll } from "./Connection.ts"
import { cpuColumn, cpuMicrosOf } from "./Cpu.ts"
import { percentile } from "./Percentile.ts"
import { PHONES, textRequest } from "./Texts.ts"

const ROUNDS = 5
const CONNECTIONS = 64
const WEBHOOKS = 2500
const BARE = 5000
/** Before anything counts: the service's code is compiled in the course of some thousand requests. */
const WARM_UP = 5000
/** One after the other on one connection, for the time of a webhook that waits for no other. */
const ALONE = 500

interface Told {
  readonly took: ReadonlyArray<number>
  readonly cpu: Readonly<Record<string, number>>
}

const expectText = ({ body, status }: Answer): void => {
  const answered = status === 200 && /<Response><Message>[^<]+<\/Message><\/Response>$/.test(body)
  if (!answered) throw new Error(`a webhook was answered with ${status}: ${body}`)
}

const expectAlive = ({ body, status }: Answer): void => {
  if (status !== 200 || body !== `{"status":"alive"}`) throw new Error(`/healthz answered with ${status}: ${body}`)
}

/** Requests of a kind, sent over as many connections; what each round took and cost is kept in `told`. */
const sending = (
  service: ServiceProcess,
  name: string,
  work: number,
  connections: number,
  requests: () => ReadonlyArray<Buffer>,
  check: (answer: Answer) => void,
  told: Array<Told>
): Variant => ({
  name,
  work,
  prepare: async () => {
    const ready = requests()
    const open = await Promise.all(Array.from({ length: connections }, () => Connection.open(service.port)))
    const before = cpuMicrosOf(service.pid)
    return {
      run: async () => {
        const took = await sendAll(open, ready, check)
        told.push({ took, cpu: cpuColumn(service.pid, before, "µs CPU/request", work) })
      },
      end: async () => {
        for (const connection of open) connection.close()
      }
    }
  }
})

/** A variant's findings over all rounds but the one that does not count. */
const rowOf = (what: string, measured: ReadonlyArray<Measured>, told: ReadonlyArray<Told>): Row => {
  const counted = told.slice(-measured.length)
  const took = counted.flatMap(({ took }) => took)
  const cpu = counted.flatMap(({ cpu }) => Object.values(cpu))
  return {
    what,
    figures: {
      "requests/s": median(measured.map(({ perSecond }) => perSecond)),
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
  const texts = (count: number) => () => Array.from({ length: count }, () => textRequest(url, sent++))
  const alive = requestBytes("GET", new URL(`${service.url}/healthz`))
  const told = { webhooks: new Array<Told>(), bare: new Array<Told>(), alone: new Array<Told>() }
  const webhooks = sending(service, "webhooks", WEBHOOKS, CONNECTIONS, texts(WEBHOOKS), expectText, told.webhooks)
  const bare = sending(
    service,
    "bare",
    BARE,
    CONNECTIONS,
    () => Array.from({ length: BARE }, () => alive),
    expectAlive,
    told.bare
  )
  await interleaved([sending(service, "warm-up", WARM_UP, CONNECTIONS, texts(WARM_UP), expectText, [])], 0)
  const found = await interleaved([webhooks, bare], ROUNDS)
  const alone = sending(service, "alone", ALONE, 1, texts(ALONE), expectText, told.alone)
  const foundAlone = (await interleaved([alone], 1)).get("alone") ?? []
  await expectTurns(service, redisUrl, sent)

  const [ofWebhooks = [], ofBare = []] = [found.get("webhooks"), found.get("bare")]
  const ratio = median(ofWebhooks.map(({ perSecond }, round) => perSecond / (ofBare[round]?.perSecond ?? Number.NaN)))
  return [
    {
      ...rowOf(
        `signed webhook, one durable turn each, ${PHONES.length} phones, ${CONNECTIONS} connections`,
        ofWebhooks,
        told.webhooks
      ),
      ratios: [{ to: "GET /healthz", value: ratio }]
    },
    rowOf(`GET /healthz, no turn, ${CONNECTIONS} connections`, ofBare, told.bare),
    rowOf("signed webhook, one after the other", foundAlone, told.alone)
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
