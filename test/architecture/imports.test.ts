/**
 * Who may import whom. The linter says the same from the text of an import; this test says it from where the import leads, so a
 * path the linter's patterns do not foresee is still caught, and it counts what it saw, so an empty house is not a clean one.
 */
import { existsSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { filesUnder, type Import, lineCount, parse, read, root, type Source, sources } from "./House.ts"

/** The least number of files the parser must have seen. Raise it as the house grows. */
const AT_LEAST = 150

const inner = ["domain", "kernel", "runtime"]
const everything = ["domain", "kernel", "runtime", "stores", "channels", "capabilities", "app", "machines"]
const mayImport: Readonly<Record<string, ReadonlyArray<string>>> = {
  domain: ["domain"],
  machines: ["machines", "domain"],
  kernel: ["kernel", "domain"],
  runtime: inner,
  stores: [...inner, "stores"],
  channels: [...inner, "channels"],
  capabilities: [...inner, "capabilities"],
  app: everything,
  test: [...everything, "test"]
}

/** Folders whose subfolders are strangers to each other. */
const siblings = ["src/stores", "src/channels"]

const pure = new Set(["domain", "machines", "kernel"])
const purePackages = new Set(["effect", "xstate", "libphonenumber-js", "sms-segments-calculator"])

/** Packages with one home. Tests may talk to a server behind the product's back; the product may not. */
const homes: ReadonlyArray<readonly [RegExp, RegExp]> = [
  [/^ioredis$/, /^(src\/stores\/redis|test)\//],
  [/^(discord\.js|@discordjs\/.+|discord-api-types)$/, /^(src\/channels\/discord|test)\//],
  [/^@effect\/vitest$/, /^test\/harness\/effect\.ts$/],
  [/^(vitest|fast-check|testcontainers|@xstate\/graph|oxc-parser)$/, /^test\//],
  [/^(redis|@redis\/.+)$/, /^test\//]
]
const barrels = new Set(["effect", "@effect/platform-node", "@effect/platform-node-shared"])

const layerOf = (file: string): string => file.split("/")[file.startsWith("src/") ? 1 : 0] ?? file
const roomOf = (folder: string, file: string): string | null => {
  const parts = file.slice(folder.length + 1).split("/")
  return file.startsWith(`${folder}/`) && parts.length > 1 ? (parts[0] ?? null) : null
}

/** What is wrong with one import; nothing is the usual answer. */
const faults = (it: Import): ReadonlyArray<string> => {
  const where = `${it.from}:${it.line} imports ${it.specifier}`
  const found: Array<string> = []
  const from = layerOf(it.from)
  if (it.file !== null) {
    const allowed = mayImport[from] ?? []
    if (!allowed.includes(layerOf(it.file))) found.push(`${where}: ${from} may import ${allowed.join(", ")}`)
    for (const folder of siblings) {
      const [mine, other] = [roomOf(folder, it.from), roomOf(folder, it.file)]
      if (mine !== null && other !== null && mine !== other) found.push(`${where}: siblings never import each other`)
    }
    return found
  }
  const name = it.package ?? ""
  if (pure.has(from) && !purePackages.has(name)) found.push(`${where}: not on the list of pure packages`)
  if (barrels.has(it.specifier)) found.push(`${where}: import it by module`)
  for (const [pattern, home] of homes) {
    if (pattern.test(name) && !home.test(it.from)) found.push(`${where}: it has one home, and this is not it`)
  }
  return found
}

const all = sources()
const imports = all.flatMap((source) => source.imports)
const each = (pick: (source: Source) => ReadonlyArray<number>): ReadonlyArray<string> =>
  all.flatMap((source) => pick(source).map((line) => `${source.file}:${line}`))

describe("the parser", () => {
  it.each([
    [`import x from "#kernel/A.ts"`, "src/kernel/A.ts"],
    [`import "../kernel/A.ts"`, "src/kernel/A.ts"],
    [`import type { A } from "#kernel/A.ts"`, "src/kernel/A.ts"],
    [`import { type A } from "#kernel/A.ts"`, "src/kernel/A.ts"],
    [`export { A } from "#machines/m/A.ts"`, "machines/m/A.ts"],
    [`export type { A } from "#kernel/A.ts"`, "src/kernel/A.ts"],
    [`export * as A from "#kernel/A.ts"`, "src/kernel/A.ts"],
    [`const f = () => import("#kernel/A.ts")`, "src/kernel/A.ts"],
    [`type T = import("#kernel/A.ts").A`, "src/kernel/A.ts"]
  ])("sees %s", (text, file) => {
    expect(parse("src/domain/X.ts", text).imports.map((found) => found.file)).toEqual([file])
  })

  it("tells packages from files", () => {
    const found = parse(
      "src/domain/X.ts",
      `import "@effect/platform-node/NodeSocket"\nimport "effect/Effect"\nimport "node:fs"`
    )
    expect(found.imports.map((one) => one.package)).toEqual(["@effect/platform-node", "effect", "node:fs"])
  })

  it("reports an import() whose target is not a plain string", () => {
    expect(parse("src/domain/X.ts", "const f = (x: string) => import(x)").unreadable).toEqual([1])
  })
})

describe("the rules", () => {
  it.each([
    ["src/domain/X.ts", "#runtime/A.ts"],
    ["src/domain/X.ts", "../../machines/A.ts"],
    ["machines/m/X.ts", "#kernel/A.ts"],
    ["src/kernel/X.ts", "node:fs"],
    ["src/kernel/X.ts", "some-package"],
    ["src/runtime/X.ts", "#stores/memory/A.ts"],
    ["src/runtime/X.ts", "#machines/registry.ts"],
    ["src/stores/redis/X.ts", "#channels/sms/A.ts"],
    ["src/stores/redis/deep/X.ts", "../../sqlite/A.ts"],
    ["src/channels/sms/X.ts", "../http/A.ts"],
    ["src/capabilities/X.ts", "#stores/memory/A.ts"],
    ["src/app/X.ts", "#test/harness/A.ts"],
    ["src/app/X.ts", "ioredis"],
    ["src/app/X.ts", "discord.js"],
    ["src/app/X.ts", "effect"],
    ["test/X.test.ts", "@effect/vitest"],
    ["src/app/X.ts", "vitest"]
  ])("refuse that %s imports %s", (file, specifier) => {
    expect(parse(file, `import "${specifier}"`).imports.flatMap(faults)).toHaveLength(1)
  })
})

describe("the house", () => {
  it("was looked at, all of it", () => {
    expect(all.length).toBeGreaterThan(AT_LEAST)
    expect(imports.length).toBeGreaterThan(AT_LEAST * 3)
    const layers = new Set(all.map((source) => layerOf(source.file)))
    expect(Object.keys(mayImport).filter((layer) => !layers.has(layer))).toEqual([])
  })

  it("has folders the arrows know, and no others", () => {
    expect(all.filter((source) => mayImport[layerOf(source.file)] === undefined).map((source) => source.file)).toEqual(
      []
    )
  })

  it("holds the arrows", () => {
    expect(imports.flatMap(faults)).toEqual([])
  })

  it("imports files that exist, by their full name", () => {
    const lost = imports.filter((one) => one.file !== null && !existsSync(join(root, one.file)))
    expect(lost.map((one) => `${one.from}:${one.line} ${one.specifier}`)).toEqual([])
  })

  it("imports no package it does not declare", () => {
    const manifest = JSON.parse(read("package.json")) as Record<string, Record<string, string> | undefined>
    const shipped = Object.keys(manifest["dependencies"] ?? {})
    const declared = [...shipped, ...Object.keys(manifest["devDependencies"] ?? {})]
    const unknown = imports.filter(({ from, package: name }) => {
      if (name === null || name.startsWith("node:")) return false
      return !(layerOf(from) === "test" ? declared : shipped).includes(name)
    })
    expect(unknown.map((one) => `${one.from}:${one.line} ${one.specifier}`)).toEqual([])
  })

  it("has no export * and no import() that cannot be read", () => {
    expect(each((source) => source.exportStars)).toEqual([])
    expect(each((source) => (source.file.startsWith("test/") ? [] : source.unreadable))).toEqual([])
  })

  it("keeps its files short: 400 lines, Lua 120", () => {
    const long = ["src", "machines", "test"]
      .flatMap(filesUnder)
      .filter((file) => /\.(ts|lua)$/.test(file))
      .filter((file) => lineCount(read(file)) > (file.endsWith(".lua") ? 120 : 400))
    expect(long).toEqual([])
  })
})
