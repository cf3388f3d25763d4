/**
 * Finds or makes a real Redis for the suite; a missing one is a failure, never a skip. `findRedis` looks in this order:
 * `TEST_REDIS_URL`, a container where a Docker engine answers, `redis-server` or `valkey-server` on the PATH, and as root
 * on a machine with apt-get it installs `redis-server` and says so. `startRedis` always starts a process of its own, which
 * tests may kill, freeze and start again on the same port and data.
 */
import { spawn, spawnSync, type ChildProcess } from "node:child_process"
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs"
import { request } from "node:http"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"

/** What to run by hand where none of the automatic ways is open. */
const HELP =
  "no Redis for the tests: run `apt-get install redis-server` (or `brew install redis`), or set TEST_REDIS_URL"

const onPath = (name: string): string | undefined =>
  (process.env["PATH"] ?? "")
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK)
        return true
      } catch {
        return false
      }
    })

const serverOnPath = (): string | undefined => onPath("redis-server") ?? onPath("valkey-server")

/** Installs the distribution's package. Fails loudly when apt-get fails. */
const install = (aptGet: string): void => {
  process.stderr.write("tests: no redis-server found, installing the distribution's package with apt-get\n")
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" }
  for (const args of [["update"], ["install", "-y", "--no-install-recommends", "redis-server"]]) {
    const { status } = spawnSync(aptGet, args, { stdio: ["ignore", "ignore", "inherit"], env })
    if (status !== 0) throw new Error(`apt-get ${args[0]} failed; ${HELP}`)
  }
}

/** The server program, installed first where that is possible. Throws with the one command to run otherwise. */
export const serverBinary = (): string => {
  const found = serverOnPath()
  if (found !== undefined) return found
  const aptGet = onPath("apt-get")
  if (aptGet === undefined || process.getuid?.() !== 0) throw new Error(HELP)
  install(aptGet)
  const installed = serverOnPath()
  if (installed === undefined) throw new Error(HELP)
  return installed
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject)
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address()
      if (address === null || typeof address === "string") return reject(new Error("no port"))
      probe.close(() => resolve(address.port))
    })
  })

export interface RedisOptions {
  /** Default `everysec`. `always` makes every answered write survive a power cut. */
  readonly appendfsync?: "everysec" | "always"
  readonly password?: string
  /** Further arguments, as on the command line: `["--maxmemory", "3mb"]`. They win over the defaults. */
  readonly args?: ReadonlyArray<string>
}

export interface RedisServer {
  readonly url: string
  readonly port: number
  /** Ends the process as a power cut of the process would (SIGKILL) and waits until it is gone. */
  readonly kill9: () => Promise<void>
  /** Starts it again on the same port and data. */
  readonly start: () => Promise<void>
  /** Freezes the process (SIGSTOP): connections stay open and nobody answers. */
  readonly pause: () => void
  /** Lets a frozen process go on (SIGCONT). */
  readonly thaw: () => void
  /** Ends the process and removes its data. */
  readonly stop: () => Promise<void>
}

const ended = (child: ChildProcess): Promise<void> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once("exit", () => resolve()))

/** Starts the program and waits for the line with which Redis says that it takes connections. */
const launch = (binary: string, args: ReadonlyArray<string>): Promise<ChildProcess> =>
  new Promise((resolve, reject) => {
    const child = spawn(binary, args, { stdio: ["ignore", "pipe", "inherit"] })
    let output = ""
    child.stdout.on("data", (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-4000)
      if (output.includes("Ready to accept connections")) resolve(child)
    })
    child.once("error", reject)
    child.once("exit", (code) => reject(new Error(`redis-server ended with ${code}: ${output}`)))
  })

/** Starts an own Redis on a free port: append-only file on, `noeviction`, data in a temporary folder. */
export const startRedis = async (options: RedisOptions = {}): Promise<RedisServer> => {
  const binary = serverBinary()
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), "tardigrade-redis-"))
  const args = [
    ...["--port", String(port), "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--databases", "16"],
    ...["--appendonly", "yes", "--appendfsync", options.appendfsync ?? "everysec", "--maxmemory-policy", "noeviction"],
    ...(options.password === undefined ? [] : ["--requirepass", options.password]),
    ...(options.args ?? [])
  ]
  let child = await launch(binary, args)
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal)
    await ended(child)
  }
  // A test run that dies must not leave its servers behind.
  const atExit = (): void => void child.kill("SIGKILL")
  process.once("exit", atExit)
  const credentials = options.password === undefined ? "" : `:${encodeURIComponent(options.password)}@`
  return {
    url: `redis://${credentials}127.0.0.1:${port}`,
    port,
    kill9: () => end("SIGKILL"),
    start: async () => {
      await ended(child)
      child = await launch(binary, args)
    },
    pause: () => void child.kill("SIGSTOP"),
    thaw: () => void child.kill("SIGCONT"),
    stop: async () => {
      await end("SIGKILL")
      process.removeListener("exit", atExit)
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

/** Whether a Docker engine answers on its socket (or at `DOCKER_HOST`). */
const dockerAnswers = (): Promise<boolean> =>
  new Promise((resolve) => {
    const host = process.env["DOCKER_HOST"] ?? "unix:///var/run/docker.sock"
    const target = host.startsWith("unix://")
      ? { socketPath: host.slice("unix://".length) }
      : { hostname: new URL(host).hostname, port: new URL(host).port }
    const ping = request({ ...target, path: "/_ping", timeout: 2000 }, (answer) => {
      answer.resume()
      resolve(answer.statusCode === 200)
    })
    ping.once("timeout", () => ping.destroy())
    ping.once("error", () => resolve(false))
    ping.end()
  })

export interface FoundRedis {
  readonly url: string
  /** Ends what `findRedis` started; leaves a given server alone. */
  readonly stop: () => Promise<void>
}

const inContainer = async (): Promise<FoundRedis> => {
  const { GenericContainer, Wait } = await import("testcontainers")
  const container = await new GenericContainer("redis:7-alpine")
    .withCommand(["redis-server", "--appendonly", "yes", "--maxmemory-policy", "noeviction"])
    .withExposedPorts(6379)
    .withWaitStrategy(Wait.forLogMessage("Ready to accept connections"))
    .start()
  return {
    url: `redis://${container.getHost()}:${container.getMappedPort(6379)}`,
    stop: async () => void (await container.stop())
  }
}

/** One Redis for tests that only need it to be there. Its databases are the tests': they may be emptied. */
export const findRedis = async (): Promise<FoundRedis> => {
  const given = process.env["TEST_REDIS_URL"]
  if (given !== undefined && given !== "") return { url: given, stop: () => Promise.resolve() }
  if (await dockerAnswers()) return inContainer()
  const { url, stop } = await startRedis()
  return { url, stop }
}
