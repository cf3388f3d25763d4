/**
 * The last line of a run is read by machines, so it is tested as they see it: a real vitest, started over small suites with the
 * house's reporter, and the last line and exit code it leaves behind.
 */
import { spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, it } from "vitest"
import { root } from "./House.ts"

const good = `it("a", () => {})\nit("b", () => {})`
const bad = `it("c", () => { throw new Error("no") })`
const broken = `throw new Error("this file does not load")`
const left = ["it", "skip"].join(".")

let folder = ""
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "closing-"))
  mkdirSync(join(folder, "suite"))
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

it.each([
  ["a good suite", { good }, "tests: 2 passed, 0 failed, 0 skipped", 0],
  ["a failing test", { good, bad }, "tests: 2 passed, 1 failed, 0 skipped", 1],
  ["a file that does not load", { good, broken }, "tests: 2 passed, 1 failed, 0 skipped", 1],
  ["a skipped test", { good, left: `${left}("d", () => {})` }, "tests: 2 passed, 0 failed, 1 skipped", 1],
  ["no test at all", {}, "tests: 0 passed, 0 failed, 0 skipped", 1]
])("closes %s with its line and exit code", (_name, suite, line, code) => {
  for (const [name, text] of Object.entries(suite)) {
    writeFileSync(join(folder, "suite", `${name}.test.mjs`), `import { it } from "vitest"\n${text}\n`)
  }
  const reporter = join(root, "test/harness/ClosingLine.ts")
  const args = [join(root, "node_modules/vitest/vitest.mjs"), "run", "--reporter=default", `--reporter=${reporter}`]
  const run = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8", env: { ...process.env, CI: "true" } })
  expect(run.stdout.trimEnd().split("\n").at(-1)).toBe(line)
  expect(run.status).toBe(code)
})
