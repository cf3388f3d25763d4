/**
 * The service as a real process of its own, for scenarios that kill, freeze and restart it. Starts the same `main.ts` an
 * operator starts (or another entry that wraps it), waits for it by asking `/readyz`, and keeps everything it printed.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { createServer } from "node:net"
import { fileURLToPath } from "node:url"

export interface ServiceProcess {
  readonly url: string
  readonly port: number
  readonly pid: number
  /** Everything printed so far, both streams. */
  readonly output: () => string
  readonly kill9: () => Promise<void>
  /** SIGTERM; answers the exit code. */
  readonly stop: () => Promise<number | null>
  readonly freeze: () => void
  readonly thaw: () => void
  /** The exit code once the process has ended, by whatever means. */
  readonly ended: Promise<number | null>
}

const ROOT = fileURLToPath(new URL("../..", import.meta.url))
const started = new Set<ChildProcess>()

process.on("exit", () => {
  for (const child of started) child.kill("SIGKILL")
})

/** A port that was free a moment ago. */
export const freePort = async (): Promise<number> => {
  const server = createServer()
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  server.close()
  await once(server, "close")
  if (address === null || typeof address === "string") throw new Error("no port")
  return address.port
}

const READY_WITHIN_MS = 30_000

/** Starts the service and waits until it is ready, or until it has ended. `env` replaces the environment but PATH. */
export const startService = async (
  env: Readonly<Record<string, string>>,
  entry = "src/app/main.ts"
): Promise<ServiceProcess> => {
  const port = env["PORT"] === undefined ? await freePort() : Number(env["PORT"])
  const child = spawn(process.execPath, [entry], {
    cwd: ROOT,
    env: { PATH: process.env["PATH"], HOST: "127.0.0.1", PORT: String(port), ...env },
    stdio: ["ignore", "pipe", "pipe"]
  })
  started.add(child)
  let output = ""
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()))
  const ended = once(child, "exit").then(([code]) => {
    started.delete(child)
    return code as number | null
  })
  const url = `http://127.0.0.1:${port}`
  const giveUpAt = Date.now() + READY_WITHIN_MS
  while (child.exitCode === null && child.signalCode === null && Date.now() < giveUpAt) {
    const answer = await fetch(`${url}/readyz`).catch(() => null)
    await answer?.arrayBuffer()
    if (answer?.status === 200) {
      return {
        url,
        port,
        pid: child.pid as number,
        output: () => output,
        kill9: async () => {
          child.kill("SIGKILL")
          await ended
        },
        stop: () => {
          child.kill("SIGTERM")
          return ended
        },
        freeze: () => void child.kill("SIGSTOP"),
        thaw: () => void child.kill("SIGCONT"),
        ended
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  child.kill("SIGKILL")
  throw new Error(`the service did not become ready:\n${output}`)
}
