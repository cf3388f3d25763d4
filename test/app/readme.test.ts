/**
 * The README as its reader takes it: the code on its first screen runs as it stands and does what the text beside it says,
 * and every setting the code reads is in the table.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, describe, expect, it } from "vitest"

const root = fileURLToPath(new URL("../..", import.meta.url))
const readme = readFileSync(join(root, "README.md"), "utf8")
/** Inside the project, so that `import … from "tardigrade"` finds it; ignored by git. */
const folder = join(root, "data", `readme-${process.pid}`)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

const run = async (file: string): Promise<string> => {
  const child = spawn(process.execPath, [file], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] })
  let output = ""
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()))
  await once(child, "close")
  return output
}

describe("the trick", () => {
  it("remembers over processes, and its timer fires while none is running", { timeout: 60_000 }, async () => {
    const code = /```ts\n(\/\/ counter\.ts\n[\s\S]*?)```/.exec(readme)?.[1] ?? ""
    expect(code).toContain("after: { 5000:")
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, "counter.ts"), code.replace("5000", "60_000"))
    expect(await run("counter.ts")).toMatch(/\{ n: 1 \}\nfresh/)
    expect(await run("counter.ts")).toMatch(/\{ n: 2 \}\nfresh/)
    rmSync(join(folder, "data"), { recursive: true })
    writeFileSync(join(folder, "counter.ts"), code.replace("5000", "1"))
    expect(await run("counter.ts")).toMatch(/\{ n: 1 \}/)
    expect(await run("counter.ts")).toMatch(/\{ n: 2 \}\nrested/)
  })
})

describe("the settings", () => {
  const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => readFileSync(join(root, "src", name), "utf8"))
    .filter((text) => /from "(?:effect\/Config|#runtime\/SettingRules\.ts)"/.test(text))
  const read = new Set(
    sources.flatMap((text) =>
      [...text.matchAll(/(?:Config\.\w+|\b\w+)\((?:[^()"]*, )?"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)"/g)].map(
        ([, name]) => name
      )
    )
  )

  it.each(["PORT", "REDIS_URL", "TWILIO_AUTH_TOKEN", "ACTOR_CLAIM"])("are found in the code: %s", (name) => {
    expect(read).toContain(name)
  })

  it("are all in the README", () => {
    expect([...read].filter((name) => name !== undefined && !readme.includes(`\`${name}`))).toEqual([])
  })
})
