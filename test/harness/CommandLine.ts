/** Runs the operator's command line as a process of its own and answers what a shell would see of it. */
import { spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { once } from "node:events"
import { fileURLToPath } from "node:url"

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface CommandLineOptions {
  /** Replaces the environment but PATH. */
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** The program and what comes before the arguments. Default: this Node on the command line's `main.ts`. */
  readonly program?: readonly [string, ...ReadonlyArray<string>]
}

export const ROOT = fileURLToPath(new URL("../..", import.meta.url))
export const MAIN = `${ROOT}src/app/cli/main.ts`
export const LAUNCHER = `${ROOT}src/app/cli/tardigrade.mjs`

/** Each run compiles the same modules; they are kept for this test process's runs only. */
const compiled = mkdtempSync(join(tmpdir(), "tardigrade-compiled-"))
process.once("exit", () => rmSync(compiled, { recursive: true, force: true }))

/** One run, without a terminal. */
export const tardigrade = async (args: ReadonlyArray<string>, options: CommandLineOptions = {}): Promise<Ended> => {
  const [command, ...before] = options.program ?? [process.execPath, MAIN]
  const child = spawn(command, [...before, ...args], {
    cwd: options.cwd ?? ROOT,
    env: { PATH: process.env["PATH"], NODE_COMPILE_CACHE: compiled, ...options.env },
    stdio: ["ignore", "pipe", "pipe"]
  })
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")])
  return { code: code as number | null, stdout, stderr }
}
