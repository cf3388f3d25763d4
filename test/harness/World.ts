/**
 * A small world for scenarios: a store, an SMS provider, the shops the service asks, and any number of service processes
 * that share them. A texter talks to it as a provider does, and texts again until answered, however often the service
 * dies. Everything a process printed is kept, and `close` fails when a word that belongs to a person is in it.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import * as Context from "effect/Context"
import { createClient } from "redis"
import { address } from "#domain/ActorAddress.ts"
import type { ActorRecord } from "#kernel/ActorRecord.ts"
import type { ConversationDocument } from "#machines/conversation/schema.ts"
import type { RuntimeConfigService } from "#runtime/RuntimeConfig.ts"
import { ActorStore, type ActorStoreService } from "#runtime/ports/ActorStore.ts"
import * as RedisStore from "#stores/redis/RedisStore.ts"
import * as SqliteStore from "#stores/sqlite/SqliteStore.ts"
import { cartStandIn, KEYS, type StandIn, supabaseStandIn } from "./CapabilityStandIns.ts"
import { REACHED } from "./CrashingStore.ts"
import { eventually } from "./Eventually.ts"
import { CREDENTIALS, ProviderStandIn, type StandInProvider, type WebhookAnswer } from "./ProviderStandIn.ts"
import { freePort, type ServiceProcess, startService } from "./ServiceProcess.ts"

export type Residency = RuntimeConfigService["residency"]
type Environment = Readonly<Record<string, string>>

export interface WorldOptions {
  readonly residency: Residency
  /** `redis://…` without a database; the world empties and uses database `database`. `null`: SQLite in a new folder. */
  readonly redisUrl: string | null
  readonly database?: number
  readonly provider?: StandInProvider
  readonly phones?: ReadonlyArray<string>
  readonly deliveryDate?: string
  /** Added to every process's environment. */
  env?: Environment
}

/** The entry whose store can crash and lie. */
export const CRASHABLE = "test/harness/crashableMain.ts"
const ADMIN_TOKEN = "scenario-admin-token"

/** The texter of most scenarios. */
export const PHONE = "+12025550143"

/** Words that stand for what people write; no process may print them. */
export const MARKED = ["quincebeast", "marzipanfish"] as const

/** A day so far away that the recipes are never due by themselves. */
const FAR = new Date(Date.now() + 9 * 24 * 3600_000).toISOString().slice(0, 10)

/** A zone in which it is about noon, so that quiet hours stay out of a scenario. */
const noonZone = (): string => {
  const ahead = 12 - new Date().getUTCHours()
  return ahead === 0 ? "Etc/GMT" : `Etc/GMT${ahead > 0 ? "-" : "+"}${Math.abs(ahead)}`
}

const CART_ITEMS = [
  { name: "Salmon fillets", quantity: 2, unit: "lb" },
  { name: "Chicken thighs", quantity: 2, unit: "lb" },
  { name: "Sweet potatoes", quantity: 4, unit: "each" },
  { name: "Baby spinach", quantity: 5, unit: "oz" },
  { name: "Black beans", quantity: 2, unit: "can" },
  { name: "Eggs", quantity: 12, unit: "each" }
]

/** Texts in TwiML. */
export const said = (answer: WebhookAnswer): ReadonlyArray<string> =>
  [...answer.text.matchAll(/<Message>(.*?)<\/Message>/gs)].map(([, text]) => text ?? "")

/** An answer that ends the provider's redelivering. */
const isTaken = ({ status }: WebhookAnswer): boolean => status < 500

const openStore = (options: WorldOptions, folder: string) => {
  const layer =
    options.redisUrl === null
      ? SqliteStore.layer({ file: join(folder, "tardigrade.db") })
      : RedisStore.layer({
          url: Redacted.make(databaseUrl(options)),
          commandTimeout: "2 seconds",
          maxReconnectDelay: "100 millis"
        })
  return Effect.map(Layer.build(Layer.provide(layer, Logger.layer([]))), (context) => Context.get(context, ActorStore))
}

const databaseUrl = ({ redisUrl, database = 9 }: WorldOptions): string => `${redisUrl}/${database}`

export class World {
  readonly options: WorldOptions
  readonly standIn: ProviderStandIn
  readonly directory: StandIn
  readonly cart: StandIn
  /** The store as an observer sees it. */
  readonly store: ActorStoreService
  /** The address the provider signs webhooks for. */
  readonly publicUrl: string
  readonly port: number
  readonly #scope: Scope.Closeable
  readonly #folder: string
  readonly #processes: Array<ServiceProcess> = []
  readonly #outputs: Array<() => string> = []
  readonly #secrets = new Set<string>()
  #supervised: Promise<void> | null = null
  #current: ServiceProcess | null = null
  #closing = false
  /** How often a supervised process had to be started again. */
  restarts = 0

  private constructor(
    options: WorldOptions,
    parts: {
      readonly standIn: ProviderStandIn
      readonly directory: StandIn
      readonly cart: StandIn
      readonly store: ActorStoreService
      readonly port: number
      readonly scope: Scope.Closeable
      readonly folder: string
    }
  ) {
    this.options = options
    this.standIn = parts.standIn
    this.directory = parts.directory
    this.cart = parts.cart
    this.store = parts.store
    this.port = parts.port
    this.publicUrl = `http://127.0.0.1:${parts.port}`
    this.#scope = parts.scope
    this.#folder = parts.folder
    const { TWILIO_AUTH_TOKEN, VONAGE_API_SECRET, VONAGE_SIGNATURE_SECRET } = CREDENTIALS
    const keys = [TWILIO_AUTH_TOKEN, VONAGE_API_SECRET, VONAGE_SIGNATURE_SECRET, ADMIN_TOKEN, ...Object.values(KEYS)]
    for (const secret of [...keys, ...MARKED]) this.#secrets.add(secret)
  }

  static async open(options: WorldOptions): Promise<World> {
    if (options.redisUrl !== null) {
      const redis = await createClient({ url: databaseUrl(options), RESP: 2 }).connect()
      await redis.flushDb()
      redis.destroy()
    }
    const folder = mkdtempSync(join(tmpdir(), "tardigrade-scenario-"))
    const scope = Effect.runSync(Scope.make())
    const within = <A, E>(effect: Effect.Effect<A, E, Scope.Scope>) => Effect.runPromise(Scope.provide(effect, scope))
    const phones = options.phones ?? [PHONE]
    const delivery_date = options.deliveryDate ?? FAR
    const rows = phones.map((phone) => ({ phone_number: phone, preferences: {}, ftp_email: "linked@example.com" }))
    const carts = Object.fromEntries(phones.map((phone) => [phone, { items: CART_ITEMS, delivery_date }]))
    const world = new World(options, {
      standIn: await ProviderStandIn.start(),
      directory: await within(supabaseStandIn(rows)),
      cart: await within(cartStandIn(carts)),
      store: await within(openStore(options, folder)),
      port: await freePort(),
      scope,
      folder
    })
    for (const phone of phones) world.#keepSecret(phone)
    return world
  }

  #keepSecret(phone: string): void {
    this.#secrets.add(phone.replace("+", ""))
    this.#secrets.add(phone.slice(-10))
  }

  environment(extra: Environment = {}): Environment {
    const { residency, redisUrl, provider = "twilio", env } = this.options
    return {
      ...this.standIn.environment(provider, this.publicUrl),
      ...(redisUrl === null ? { DATA_DIR: this.#folder } : { REDIS_URL: databaseUrl(this.options) }),
      PORT: String(this.port),
      ACTOR_RESIDENCY: residency,
      ACTOR_CLAIM: "1 second",
      ACTOR_POLL_INTERVAL: "100 millis",
      ADMIN_TOKEN,
      SUPPORT_CONTACT: "help@example.com",
      SMS_TIME_ZONE: noonZone(),
      SMS_MESSAGES_PER_SECOND: "1000",
      USER_DIRECTORY_URL: this.directory.url,
      USER_DIRECTORY_KEY: KEYS.directory,
      ONBOARDING_URL: "https://example.com/start",
      CART_SOURCE_URL: this.cart.url,
      CART_SOURCE_TOKEN: KEYS.cart,
      ...env,
      ...extra
    }
  }

  /** Opens something that ends with the world. */
  within<A, E>(opening: Effect.Effect<A, E, Scope.Scope>): Promise<A> {
    return Effect.runPromise(Scope.provide(opening, this.#scope))
  }

  /** Starts a process on this world. */
  async start(extra: Environment = {}, entry?: string): Promise<ServiceProcess> {
    const started = await startService(this.environment(extra), entry)
    this.#processes.push(started)
    this.#outputs.push(started.output)
    return started
  }

  /** Starts a process, and another one whenever it has died; the later ones without `extra`. */
  supervise(extra: Environment = {}, entry?: string): void {
    const live = async (): Promise<void> => {
      let first = true
      while (!this.#closing) {
        const process = await (first ? this.start(extra, entry) : this.start()).catch((error: unknown) => {
          // Died before it was ready: what it printed is in the error.
          this.#outputs.push(() => String(error))
          if (!String(error).includes(REACHED)) throw error
        })
        first = false
        if (process !== undefined) {
          this.#current = process
          await process.ended
        }
        if (!this.#closing) this.restarts++
      }
    }
    this.#supervised = live()
    this.#supervised.catch(() => undefined)
  }

  /** Answers when a supervised process is there. */
  async supervised(): Promise<ServiceProcess> {
    await eventually("a process", () => this.#current !== null, Boolean)
    return this.current
  }

  /** The supervised process of the moment. */
  get current(): ServiceProcess {
    if (this.#current === null) throw new Error("no process was started yet")
    return this.#current
  }

  /** Kills the supervised process of the moment and answers when its successor is ready. */
  async killCurrent(): Promise<void> {
    const before = await this.supervised()
    await before.kill9()
    await eventually("a successor", () => this.#current !== before, Boolean)
  }

  /** Delivers one text once, at whatever process answers at `url`. */
  deliver(from: string, text: string, id: string, url = this.publicUrl): Promise<WebhookAnswer> {
    const target = { url: `${url}/webhook/sms`, signedFor: `${this.publicUrl}/webhook/sms` }
    return this.standIn.text(this.options.provider ?? "twilio", target, from, text, id)
  }

  /** Delivers one text again and again until it is taken, as providers do. */
  text(from: string, text: string, id: string, url?: string): Promise<WebhookAnswer> {
    return eventually(`an answer to ${id}`, () => this.deliver(from, text, id, url), isTaken)
  }

  /** Texts the provider took for this phone, oldest first, once there are at least `count`. */
  async sms(phone: string, count: number, withinMs?: number): Promise<ReadonlyArray<string>> {
    const taken = () => this.standIn.accepted.filter(({ to }) => to.replace("+", "") === phone.replace("+", ""))
    await eventually(
      `${count} texts`,
      () => taken().length,
      (seen) => seen >= count,
      withinMs
    )
    const texts = taken().map(({ text }) => text)
    for (const text of texts) {
      const token = /recipes\/([\w-]+)\.pdf/.exec(text)?.[1]
      if (token !== undefined) this.#secrets.add(token)
    }
    return texts
  }

  /** The actor's record; `null` when there is none. */
  async record(phone: string): Promise<ActorRecord | null> {
    const stored = await Effect.runPromise(this.store.load(address("conversation", phone)))
    return stored === null ? null : (JSON.parse(stored.record) as ActorRecord)
  }

  /** Waits until the conversation has no effect pending, and answers its record. */
  settled(phone: string, withinMs?: number): Promise<ActorRecord> {
    return eventually(
      "no effect pending",
      () => this.record(phone),
      (record): record is ActorRecord => record !== null && record.outbox.length === 0,
      withinMs
    ) as Promise<ActorRecord>
  }

  read(key: string): Promise<string | null> {
    return Effect.runPromise(this.store.readDocument(key))
  }

  async document(phone: string): Promise<ConversationDocument> {
    const text = await this.read(`conversation:${phone}`)
    if (text === null) throw new Error("there is no document")
    return JSON.parse(text) as ConversationDocument
  }

  /** A counter of a process, summed over the labels that contain `label`. */
  async counter(process: ServiceProcess, name: string, label = ""): Promise<number> {
    const text = await (await fetch(`${process.url}/metrics`)).text()
    const lines = text.split("\n").filter((line) => line.startsWith(name) && line.includes(label))
    return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" ") + 1)), 0)
  }

  /** Runs commands on the world's Redis database. */
  async redis<A>(use: (redis: ReturnType<typeof createClient>) => Promise<A>): Promise<A> {
    const client = createClient({ url: databaseUrl(this.options), RESP: 2 })
    await client.connect()
    try {
      return await use(client as ReturnType<typeof createClient>)
    } finally {
      client.destroy()
    }
  }

  /** Everything that all processes have printed. */
  output(): string {
    return this.#outputs.map((output) => output()).join("\n")
  }

  /** The marked words, numbers and tokens found in a text: must be none in what a process prints. */
  leaks(text: string): ReadonlyArray<string> {
    return [...this.#secrets].filter((secret) => text.includes(secret))
  }

  /** Ends every process and fails when one of them printed what belongs to a person. */
  async close(): Promise<void> {
    this.#closing = true
    for (const process of this.#processes) {
      process.thaw()
      await process.kill9()
    }
    await this.#supervised?.catch(() => undefined)
    for (const process of this.#processes) await process.kill9()
    await this.standIn.stop()
    await Effect.runPromise(Scope.close(this.#scope, Exit.void))
    rmSync(this.#folder, { recursive: true, force: true })
    const leaks = this.leaks(this.output())
    if (leaks.length > 0) throw new Error(`a process printed ${leaks.length} words of a person, such as ${leaks[0]}`)
  }
}
