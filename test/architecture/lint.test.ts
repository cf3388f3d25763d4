/**
 * The linter's configuration is code too, and a pattern with a slip in it is silent. Here every house rule meets a file that
 * breaks it, in a copy of the house's folders, and must name it; and one clean file per folder must pass.
 */
import { spawnSync } from "node:child_process"
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join, resolve } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"

const root = resolve(import.meta.dirname, "../..")
const oxlint = join(root, "node_modules/oxlint/bin/oxlint")

interface Violation {
  readonly file: string
  readonly source: string
  readonly rule: string
}

const imports = "eslint(no-restricted-imports)"
const globals = "eslint(no-restricted-globals)"
const properties = "eslint(no-restricted-properties)"
const arrow = (file: string, specifier: string): Violation => ({ file, source: `import "${specifier}"`, rule: imports })
const use = (file: string, source: string, rule: string): Violation => ({ file, source, rule })
const inPure = (source: string, rule: string): ReadonlyArray<Violation> =>
  ["src/domain/A.ts", "src/kernel/A.ts", "machines/m/machine.ts"].map((file) => use(file, source, rule))

const violations: ReadonlyArray<Violation> = [
  arrow("src/domain/A.ts", "#kernel/B.ts"),
  arrow("src/domain/A.ts", "#machines/B.ts"),
  arrow("src/domain/A.ts", "../runtime/B.ts"),
  arrow("machines/m/machine.ts", "#kernel/B.ts"),
  arrow("machines/m/machine.ts", "../../src/runtime/B.ts"),
  arrow("src/kernel/A.ts", "#runtime/B.ts"),
  arrow("src/kernel/A.ts", "../../machines/registry.ts"),
  arrow("src/runtime/A.ts", "#stores/memory/B.ts"),
  arrow("src/runtime/ports/A.ts", "../../app/B.ts"),
  arrow("src/runtime/A.ts", "#machines/registry.ts"),
  arrow("src/stores/memory/A.ts", "#channels/sms/B.ts"),
  arrow("src/stores/memory/A.ts", "../sqlite/B.ts"),
  arrow("src/stores/redis/A.ts", "#stores/memory/B.ts"),
  arrow("src/channels/sms/A.ts", "#stores/memory/B.ts"),
  arrow("src/channels/sms/A.ts", "../http/B.ts"),
  arrow("src/channels/discord/A.ts", "#channels/sms/B.ts"),
  arrow("src/capabilities/A.ts", "#channels/sms/B.ts"),
  arrow("src/capabilities/A.ts", "#app/B.ts"),
  arrow("src/app/A.ts", "#test/harness/effect.ts"),
  arrow("src/app/A.ts", "ioredis"),
  arrow("src/runtime/A.ts", "ioredis"),
  arrow("src/app/A.ts", "discord.js"),
  arrow("src/stores/redis/A.ts", "discord.js"),
  arrow("src/channels/discord/A.ts", "ioredis"),
  arrow("src/app/A.ts", "effect"),
  arrow("test/A.test.ts", "effect"),
  arrow("src/app/A.ts", "@effect/platform-node"),
  arrow("src/app/A.ts", "redis"),
  arrow("src/kernel/A.ts", "effect/Clock"),
  arrow("src/domain/A.ts", "effect/http"),
  arrow("machines/m/machine.ts", "node:crypto"),
  arrow("test/A.test.ts", "@effect/vitest"),
  arrow("test/A.test.ts", "node:timers/promises"),
  use("src/kernel/A.ts", `import type { B } from "#runtime/B.ts"\nexport type C = B`, imports),
  use("src/kernel/A.ts", `export { B } from "#runtime/B.ts"`, imports),
  use("src/kernel/A.ts", `export const load = () => import("#runtime/B.ts")`, imports),
  ...inPure("export const now = Date.now()", globals),
  ...inPure("export const at = new Date()", globals),
  ...inPure("setTimeout(() => {}, 1)", globals),
  ...inPure("export const id = crypto.randomUUID()", globals),
  ...inPure("export const env = process.env", globals),
  ...inPure(`void fetch("/")`, globals),
  ...inPure("export const n = Math.random()", properties),
  use("src/app/A.ts", "const f = async () => 1\nf()", "typescript(no-floating-promises)"),
  use("src/app/A.ts", "export const f = (x: any) => x", "typescript(no-explicit-any)"),
  use("src/app/A.ts", "// @ts-ignore\nexport const f = 1", "typescript(ban-ts-comment)"),
  use("src/app/A.ts", `export const a = 1${"\n//".repeat(400)}`, "eslint(max-lines)"),
  use("test/A.test.ts", "setTimeout(() => {}, 1)", globals),
  use("test/A.test.ts", `import * as Effect from "effect/Effect"\nexport const s = Effect.sleep(1)`, properties),
  use("test/A.test.ts", `import { vi } from "vitest"\nvi.mock("./x.ts")`, properties),
  use("test/A.test.ts", `import { it } from "vitest"\nit.only("x", () => {})`, properties),
  use("test/A.test.ts", `import { it } from "vitest"\nit.skip("x", () => {})`, properties),
  use("test/A.test.ts", `import { describe } from "vitest"\ndescribe.skip("x", () => {})`, properties),
  use("test/harness/A.ts", `import { vi } from "vitest"\nvi.mock("./x.ts")`, properties)
]

const firstLine = ({ source }: Violation): string => source.split("\n", 1)[0] ?? ""

const cycle: ReadonlyArray<readonly [string, string]> = [
  ["src/app/One.ts", `import { two } from "#app/Two.ts"\nexport const one = () => two`],
  ["src/app/Two.ts", `import { one } from "./One.ts"\nexport const two = () => one`]
]

const clean: ReadonlyArray<readonly [string, string]> = [
  ["src/domain/Clean.ts", `import * as Schema from "effect/Schema"\nexport const s = Schema.String`],
  ["machines/m/clean.ts", `import { s } from "#domain/Clean.ts"\nexport const t = s`],
  ["src/kernel/Clean.ts", `import { s } from "#domain/Clean.ts"\nexport const t = s`],
  ["src/runtime/Clean.ts", `import { t } from "#kernel/Clean.ts"\nexport const now = () => [t, Date.now()]`],
  [
    "src/stores/redis/Clean.ts",
    `import { Redis } from "ioredis"\nimport { now } from "#runtime/Clean.ts"\nexport const r = [Redis, now]`
  ],
  ["src/stores/memory/Clean.ts", `import { now } from "../../runtime/Clean.ts"\nexport const m = now`],
  [
    "src/app/Clean.ts",
    `import { m } from "#stores/memory/Clean.ts"\nimport { t } from "#machines/m/clean.ts"\nexport const a = [m, t]`
  ],
  ["test/harness/Clean.ts", "export const soon = (f: () => void) => setTimeout(f, 1)"]
]

interface Report {
  readonly diagnostics: ReadonlyArray<{ readonly code?: string; readonly filename: string }>
}

describe("the linter", () => {
  let house = ""
  const found = new Map<string, ReadonlySet<string>>()
  /** One file per violation: the folder decides which rules apply, the number keeps the names apart. */
  const place = ({ file }: Violation, index: number): string =>
    join(dirname(file), `V${index}${file.endsWith(".test.ts") ? ".test.ts" : ".ts"}`)
  const write = (file: string, source: string): void => {
    mkdirSync(dirname(join(house, file)), { recursive: true })
    writeFileSync(join(house, file), `${source}\n`)
  }

  beforeAll(() => {
    house = mkdtempSync(join(tmpdir(), "lint-"))
    for (const file of [".oxlintrc.json", "tsconfig.json", "package.json"])
      copyFileSync(join(root, file), join(house, file))
    symlinkSync(join(root, "node_modules"), join(house, "node_modules"))
    violations.forEach((violation, index) => write(place(violation, index), violation.source))
    for (const [file, source] of [...cycle, ...clean]) write(file, source)
    const args = [oxlint, "--type-aware", "--deny-warnings", "--format=json", "src", "machines", "test"]
    const run = spawnSync(process.execPath, args, { cwd: house, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 })
    const report = JSON.parse(run.stdout) as Report
    for (const { code, filename } of report.diagnostics) {
      found.set(filename, new Set([...(found.get(filename) ?? []), code ?? "none"]))
    }
  }, 60_000)
  afterAll(() => rmSync(house, { recursive: true, force: true }))

  it.each(violations.map((violation, index) => [index, violation.rule, violation.file, firstLine(violation)] as const))(
    "%i: %s bites in %s: %s",
    (index, rule) => {
      expect([...(found.get(place(violations[index]!, index)) ?? [])]).toContain(rule)
    }
  )

  it("follows the # aliases when it looks for cycles", () => {
    expect([...(found.get("src/app/One.ts") ?? [])]).toContain("import(no-cycle)")
  })

  it.each(clean)("lets %s pass", (file) => {
    expect([...(found.get(file) ?? [])]).toEqual([])
  })
})
