/**
 * A store and any number of service processes that share it, for scenarios that kill, freeze and restart them. What stands
 * around the processes (a provider, a Discord) is its subclasses' business. Everything a process printed is kept, and
 * `close` fails when a secret is in it: words of a person, a number, an id or a token.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import { createClient } from "redis"
import type { ActorAddress } from "#domain/ActorAddress.ts"
import type { ActorRecord } from "#kernel/ActorRecord.ts"
import type { RuntimeConfigService } from "#runtime/RuntimeConfig.ts"
import { ActorStore, type ActorStoreService } from "#runtime/ports/ActorStore.ts"
import { Housekeeping, type HousekeepingService } from "#runtime/ports/Housekeeping.ts"
import * as RedisStore from "#stores/redis/RedisStore.ts"
import * as SqliteStore from "#stores/sqlite/SqliteStore.ts"
import { REACHED } from "./CrashingStore.ts"
import { eventually } from "./Eventually.ts"
import { freePort, type ServiceProcess, startService } from "./ServiceProcess.ts"

export type Residency = RuntimeConfigService["residency"]
export type Environment = Readonly<Record<string, string>>

export interface ProcessOptions {
  readonly residency: Residency
  /** `redis://…` without a database; the world empties and uses database `database`. `null`: SQLite in a new folder. */
  readonly redisUrl: string | null
  readonly database?: number
  /** Added to every process's environment. */
  env?: Environment
}

/** The entry whose store can crash and lie. */
export const CRASHABLE = "test/harness/crashableMain.ts"

/** Words that stand for what people write; no process may print them. */
export const MARKED = ["quincebeast", "marzipanfish"] as const

const ADMIN_TOKEN = "scenario-admin-token"

const databaseUrl = ({ redisUrl, database = 9 }: ProcessOptions): string => `${redisUrl}/${database}`

const openStore = (options: ProcessOptions, folder: string) => {
  const layer =
    options.redisUrl === null
      ? SqliteStore.layer({ file: join(folder, "tardigrade.db") })
      : RedisStore.layer({
          url: Redacted.make(databaseUrl(options)),
          commandTimeout: "2 seconds",
          maxReconnectDelay: "100 millis"
        })
  return Effect.map(Layer.build(Layer.provide(layer, Logger.layer([]))), (context) => ({
    store: Context.get(context, ActorStore),
    keeping: Context.get(context, Housekeeping)
  }))
}

/** A store for one world, and what ends with it. */
export interface Ground {
  readonly store: ActorStoreService
  readonly keeping: HousekeepingService
  readonly port: number
  readonly scope: Scope.Closeable
  readonly folder: string
}

/** Empties the database or makes a folder, and opens the store as an observer sees it. */
export const openGround = async (options: ProcessOptions): Promise<Ground> => {
  if (options.redisUrl !== null) {
    const redis = await createClient({ url: databaseUrl(options), RESP: 2 }).connect()
    await redis.flushDb()
    redis.destroy()
  }
  const folder = mkdtempSync(join(tmpdir(), "tardigrade-scenario-"))
  const scope = Effect.runSync(Scope.make())
  const opened = await Effect.runPromise(Scope.provide(openStore(options, folder), scope))
  return { ...opened, port: await freePort(), scope, folder }
}

export abstract class ProcessWorld<Options extends ProcessOptions> {
  readonly options: Options
  /** The store as an observer sees it. */
  readonly store: ActorStoreService
  /** Its keys, as an observer looks through them. */
  readonly keeping: HousekeepingService
  /** Where processes answer unless they are given another port. */
  readonly port: number
  readonly #scope: Scope.Closeable
  readonly #folder: string
  readonly #processes: Array<ServiceProcess> = []
  readonly #outputs: Array<() => string> = []
  readonly #secrets = new Set<string>([ADMIN_TOKEN, ...MARKED])
  #supervised: Promise<void> | null = null
  #current: ServiceProcess | null = null
  #closing = false
  /** How often a supervised process had to be started again. */
  restarts = 0

  protected constructor(options: Options, ground: Ground) {
    this.options = options
    this.store = ground.store
    this.keeping = ground.keeping
    this.port = ground.port
    this.#scope = ground.scope
    this.#folder = ground.folder
  }

  /** What the world around adds to a process's environment. */
  protected abstract surroundings(): Environment

  /** Ends what stands around the processes, once they are dead. */
  protected abstract endSurroundings(): Promise<void>

  /** No process may print this. */
  keepSecret(...secrets: ReadonlyArray<string>): void {
    for (const secret of secrets) this.#secrets.add(secret)
  }

  environment(extra: Environment = {}): Environment {
    const { residency, redisUrl, env } = this.options
    return {
      ...(redisUrl === null ? { DATA_DIR: this.#folder } : { REDIS_URL: databaseUrl(this.options) }),
      PORT: String(this.port),
      ACTOR_RESIDENCY: residency,
      ACTOR_CLAIM: "1 second",
      ACTOR_POLL_INTERVAL: "100 millis",
      ADMIN_TOKEN,
      ...this.surroundings(),
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
          // It was still starting when the world began to close.
          if (this.#closing) await process.kill9()
          await process.ended
        }
        if (!this.#closing) this.restarts++
      }
    }
    this.#supervised = live()
    this.#supervised.catch(() => undefined)
  }

  /** Waits for something, but no longer than the supervision goes well. */
  async supervising<A>(wait: Promise<A>): Promise<A> {
    const failure = this.#supervised?.then(() => wait)
    return Promise.race(failure === undefined ? [wait] : [wait, failure])
  }

  /** Answers when a supervised process is there. */
  async supervised(): Promise<ServiceProcess> {
    await this.supervising(eventually("a process", () => this.#current !== null, Boolean))
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

  /** An actor's record; `null` when there is none. */
  async recordOf(address: ActorAddress): Promise<ActorRecord | null> {
    const stored = await Effect.runPromise(this.store.load(address))
    return stored === null ? null : (JSON.parse(stored.record) as ActorRecord)
  }

  /** Waits until an actor has no effect pending, and answers its record. */
  settledRecord(address: ActorAddress, withinMs?: number): Promise<ActorRecord> {
    return eventually(
      "no effect pending",
      () => this.recordOf(address),
      (record): record is ActorRecord => record !== null && record.outbox.length === 0,
      withinMs
    ) as Promise<ActorRecord>
  }

  read(key: string): Promise<string | null> {
    return Effect.runPromise(this.store.readDocument(key))
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

  /** Every key of the world's Redis database with its time to live in milliseconds, by name. */
  keys(): Promise<ReadonlyArray<{ readonly key: string; readonly ttl: number }>> {
    return this.redis(async (redis) => {
      const keys: Array<string> = []
      for await (const found of redis.scanIterator()) keys.push(...[found].flat())
      return Promise.all(keys.toSorted().map(async (key) => ({ key, ttl: await redis.pTTL(key) })))
    })
  }

  /** Everything that all processes have printed. */
  output(): string {
    return this.#outputs.map((output) => output()).join("\n")
  }

  /** The secrets found in a text: must be none in what a process prints. */
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
    await this.endSurroundings()
    await Effect.runPromise(Scope.close(this.#scope, Exit.void))
    rmSync(this.#folder, { recursive: true, force: true })
    const leaks = this.leaks(this.output())
    if (leaks.length > 0) throw new Error(`a process printed ${leaks.length} words of a person, such as ${leaks[0]}`)
  }
}
