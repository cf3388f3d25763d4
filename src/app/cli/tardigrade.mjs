#!/usr/bin/env node
/**
 * Starts the operator's command line: `npx tardigrade`. An older Node does not read TypeScript, so there the Node that
 * `npm ci` installed beside the other packages takes over; whatever it is told and answers is passed on.
 */
import { spawn } from "node:child_process"
import { constants } from "node:os"
import { fileURLToPath } from "node:url"

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url))

const handOver = () => {
  const child = spawn(path("../../../node_modules/node/bin/node"), [path("main.ts"), ...process.argv.slice(2)], {
    stdio: "inherit"
  })
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal))
  child.on("error", ({ code }) => {
    console.error(`tardigrade: needs Node 24, and the one that \`npm ci\` installs cannot be started: ${code}`)
    process.exitCode = 1
  })
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal])
  })
}

if (Number(process.versions.node.split(".")[0]) >= 24) await import("./main.ts")
else handOver()
