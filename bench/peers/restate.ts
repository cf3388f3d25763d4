/**
 * Restate 1.7: a virtual object per actor, its snapshot in the object's state, one exclusive handler; the answer over HTTP is the
 * acknowledgement. Server and handlers run beside this process, whose CPU is only the caller's.
 *
 * **Does:** one handler at a time per object; the state's change and the end of the invocation are one durable step; an accepted
 * call is finished in spite of crashes; durable timers; its log is synced to disk in batches before the answer (stronger than the
 * others here). A call with an idempotency key is one call (not asked for here, it costs more).
 * **Does not:** promise the order of two calls of one caller under way at once (here there never are). The chart's `after` is
 * not scheduled.
 *
 * Tuned: 2 partitions in place of 24, no journal kept after the end, the state comes along with the call, a kept-alive connection
 * for each event in flight, no telemetry. Handlers in the caller's process were tried and are slower.
 */
import { fork, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { Agent, request } from "node:http"
import { createRequire } from "node:module"
import { type AddressInfo, createServer } from "node:net"
import { arch, platform, tmpdir } from "node:os"
import { join } from "node:path"
import { type ChartEvent, endOf, eventAt } from "./chart.ts"
import { type Engine, Missing, type Opened, type Started } from "./engine.ts"

const READY_WITHIN_MS = 20_000

/** The program itself, not its wrapper, which would leave it behind when killed. **Throws** `Missing`. */
const binary = (): string => {
  const servers = createRequire(join(import.meta.dirname, "../servers/package.json"))
  try {
    return servers.resolve(`@restatedev/restate-server-${platform()}-${arch()}/bin/restate-server`)
  } catch {
    throw new Missing(`no restate-server for ${platform()}-${arch()} in bench/servers (npm ci --prefix bench/servers)`)
  }
}

const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, "127.0.0.1")
  await once(probe, "listening")
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, "close")
  return port
}

const agent = new Agent({ keepAlive: true, maxSockets: 256 })

/** One call over a kept-alive connection. **Throws** on everything but success. */
const post = (port: number, path: string, body: object): Promise<string> =>
  new Promise((resolve, reject) => {
    const text = JSON.stringify(body)
    const headers = {
      "content-type": "application/json",
      accept: "application/json",
      "content-length": Buffer.byteLength(text)
    }
    const call = request({ agent, host: "127.0.0.1", port, path, method: "POST", headers }, (answer) => {
      let found = ""
      answer.setEncoding("utf8")
      answer.on("data", (chunk: string) => (found += chunk))
      answer.once("error", reject)
      answer.once("end", () => {
        const status = answer.statusCode ?? 0
        if (status >= 200 && status < 300) resolve(found)
        else reject(new Error(`${path} answered ${status}: ${found.slice(0, 500)}`))
      })
    })
    call.once("error", reject)
    call.end(text)
  })

/** The handlers' process and its port. */
const serve = async (): Promise<{ readonly port: number; readonly stop: () => Promise<void> }> => {
  const child = fork(join(import.meta.dirname, "restateHandlers.ts"), { execArgv: [] })
  const gone = once(child, "exit")
  const port = await Promise.race([once(child, "message"), gone.then(() => [])])
  if (typeof port[0] !== "number") throw new Error("Restate's handlers did not start")
  return {
    port: port[0],
    stop: async () => {
      child.kill()
      await gone
    }
  }
}

/** The server with its data in a temporary folder; nothing is registered yet. */
const launch = async (program: string) => {
  const [ingress, admin, node] = [await freePort(), await freePort(), await freePort()]
  const folder = mkdtempSync(join(tmpdir(), "tardigrade-restate-"))
  const env = {
    ...process.env,
    RESTATE_BASE_DIR: folder,
    RESTATE_LISTEN_MODE: "tcp",
    RESTATE_BIND_IP: "127.0.0.1",
    RESTATE_BIND_PORT: String(node),
    RESTATE_INGRESS__BIND_PORT: String(ingress),
    RESTATE_ADMIN__BIND_PORT: String(admin),
    RESTATE_DEFAULT_NUM_PARTITIONS: "2",
    RESTATE_DISABLE_TELEMETRY: "true",
    DO_NOT_TRACK: "1",
    RESTATE_LOG_FILTER: "error,octocrab=off"
  }
  const child = spawn(program, ["--no-logo"], { cwd: folder, env, stdio: ["ignore", "ignore", "inherit"] })
  const atExit = (): void => void child.kill("SIGKILL")
  process.once("exit", atExit)
  const gone = once(child, "exit")
  const stop = async (): Promise<void> => {
    child.kill("SIGKILL")
    await gone
    process.removeListener("exit", atExit)
    rmSync(folder, { recursive: true, force: true })
  }
  return { child, ingress, admin, stop }
}

/** Tries until it works, the server has ended, or time is up. **Throws** the last failure. */
const untilReady = async (alive: () => boolean, attempt: () => Promise<unknown>): Promise<void> => {
  const until = performance.now() + READY_WITHIN_MS
  for (;;) {
    try {
      await attempt()
      return
    } catch (error) {
      if (!alive() || performance.now() > until) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}

const SNAPSHOTS = "SELECT service_key, value_utf8 FROM state WHERE service_name = 'order' AND key = 'snapshot'"

/** The objects' states as the server's own tables have them. */
const storedStates = async (admin: number, keys: ReadonlyArray<string>): ReturnType<Opened["states"]> => {
  const { rows } = JSON.parse(await post(admin, "/query", { query: SNAPSHOTS })) as {
    readonly rows: ReadonlyArray<{ readonly service_key: string; readonly value_utf8: string }>
  }
  const texts = new Map(rows.map((row) => [row.service_key, JSON.parse(row.value_utf8) as string]))
  return keys.map((key) => endOf(texts.get(key) ?? null))
}

const start = async (): Promise<Started> => {
  const server = await launch(binary())
  const ending = [server.stop]
  const stop = async (): Promise<void> => {
    agent.destroy()
    await Promise.all(ending.map((end) => end()))
  }
  const take = (key: string, event: ChartEvent) => post(server.ingress, `/order/${encodeURIComponent(key)}/take`, event)
  try {
    const service = await serve()
    ending.push(service.stop)
    const uri = `http://127.0.0.1:${service.port}`
    const alive = (): boolean => server.child.exitCode === null
    await untilReady(alive, () => post(server.admin, "/deployments", { uri }))
    await untilReady(alive, () => take("nobody", eventAt(0)))
  } catch (error) {
    await stop()
    throw error
  }
  return {
    open: () =>
      Promise.resolve({
        ask: take,
        states: (keys) => storedStates(server.admin, keys),
        close: () => Promise.resolve()
      }),
    stop
  }
}

export const restate: Engine = {
  name: "Restate 1.7.12, handlers in their own process",
  durable: "log fsync",
  perActor: 2,
  goal: 10,
  start
}
