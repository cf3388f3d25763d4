/** The command line as a shell sees it, where no store and no service is needed. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { version } from "#channels/http/ServiceDescription.ts"
import { afterAll, describe, expect, it } from "#test/harness/effect.ts"
import { LAUNCHER, tardigrade } from "#test/harness/CommandLine.ts"

const folder = mkdtempSync(join(tmpdir(), "tardigrade-cli-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const env = { DATA_DIR: join(folder, "nowhere"), SECRETS_DIR: folder }
const COMMANDS = ["alerts", "actor", "pending", "dead-letters", "stats", "report", "retention"]

/** PATH as it is outside npm: without the pinned Node. */
const outerPath = (process.env["PATH"] ?? "")
  .split(delimiter)
  .filter((entry) => !entry.includes("node_modules"))
  .join(delimiter)

describe("help", () => {
  it("names every command, on standard output", async () => {
    const { code, stderr, stdout } = await tardigrade(["--help"], { env })
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${command} `, "m"))
    for (const flag of ["--url", "--token-file", "--json"]) expect(stdout).toContain(flag)
    expect(stdout).not.toContain("\u001b")
  })

  it("is what one gets who names no command, and needs no store", async () => {
    for (const args of [[], ["actor"], ["dead-letters"]]) {
      const { code, stdout } = await tardigrade(args, { env })
      expect(code).toBe(0)
      expect(stdout).toContain("SUBCOMMANDS")
    }
  })

  it("has colours only where they are wanted", async () => {
    const forced = await tardigrade(["--help"], { env: { ...env, FORCE_COLOR: "1" } })
    expect(forced.stdout).toContain("\u001b[")
    const never = await tardigrade(["--help"], { env: { ...env, FORCE_COLOR: "1", NO_COLOR: "1" } })
    expect(never.stdout).not.toContain("\u001b[")
  })

  it("comes with completions for shells, and a version", async () => {
    for (const shell of ["bash", "zsh", "fish"]) {
      const { code, stdout } = await tardigrade(["--completions", shell], { env })
      expect(code).toBe(0)
      expect(stdout).toContain("dead-letters")
    }
    expect(await tardigrade(["--version"], { env })).toMatchObject({ code: 0, stdout: `tardigrade v${version}\n` })
  })
})

describe("the launcher", () => {
  const program = ["node", LAUNCHER] as const

  it("works under whatever Node is outside, from any folder, and passes on what it is told and answers", async () => {
    const outside = { program, cwd: folder, env: { ...env, PATH: outerPath } }
    expect(await tardigrade(["--version"], outside)).toEqual({
      code: 0,
      stdout: `tardigrade v${version}\n`,
      stderr: ""
    })
    expect(await tardigrade(["no-such-command"], outside)).toMatchObject({ code: 2, stdout: "" })
  })

  it("works under the pinned Node", async () => {
    expect(await tardigrade(["--version"], { program: [process.execPath, LAUNCHER], env })).toMatchObject({ code: 0 })
  })

  it("is what npx finds by the name of the project", { timeout: 60_000 }, async () => {
    const npx = { program: ["npx", "--offline", "tardigrade"] as const, env: { ...env, PATH: outerPath, HOME: folder } }
    const { code, stdout } = await tardigrade(["--help"], npx)
    expect(code).toBe(0)
    expect(stdout).toContain("dead-letters")
  })
})

describe("bad usage", () => {
  it.each([
    ["an unknown command", ["nope"]],
    ["an unknown flag", ["pending", "--nope"]],
    ["a number out of its range", ["alerts", "--days", "0"]],
    ["a word that is none of its", ["alerts", "--state", "closed"]],
    ["an argument too few", ["actor", "show", "alert"]],
    ["an argument too many", ["pending", "x"]],
    ["neither of two", ["dead-letters", "replay"]],
    ["both of two", ["dead-letters", "replay", "x", "--all"]],
    ["neither of two ways to clean up", ["retention"]],
    ["nobody to ask", ["actor", "forget", "alert", "x"]],
    ["no address", ["pending", "--url", "nonsense"]],
    ["no token", ["pending", "--url", "http://127.0.0.1:1"]],
    ["a token file that is not there", ["pending", "--url", "http://127.0.0.1:1", "--token-file", "/no/such/file"]]
  ])("is told for %s: exit code 2, nothing on standard output, no stack", async (_, args) => {
    const { code, stderr, stdout } = await tardigrade(args, { env })
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" })
    expect(stderr).not.toBe("")
    expect(stderr).not.toMatch(/^\s+at /m)
  })
})

describe("without a store or a service", () => {
  it("says where it looked, makes no store, and points to --url", async () => {
    const { code, stderr, stdout } = await tardigrade(["pending"], { env })
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" })
    expect(stderr).toContain(`there is no store at ${join(env.DATA_DIR, "tardigrade.db")}`)
    expect(stderr).toContain("--url")
    expect(readdirSync(folder)).not.toContain("nowhere")
  })

  it("says why the store does not answer", async () => {
    const redis = await tardigrade(["pending"], { env: { ...env, REDIS_URL: "redis://user:hunter2@127.0.0.1:1" } })
    expect(redis).toMatchObject({ code: 1, stdout: "" })
    expect(redis.stderr).toContain("Redis at 127.0.0.1:1")
    expect(redis.stderr).toContain("store redis: connection at ")
    expect(redis.stderr).not.toContain("hunter2")

    writeFileSync(join(folder, "tardigrade.db"), "this is no database, and never was one".repeat(40))
    const sqlite = await tardigrade(["pending"], { env: { ...env, DATA_DIR: folder } })
    expect(sqlite).toMatchObject({ code: 1, stdout: "" })
    expect(sqlite.stderr).toContain("store sqlite: not_a_database at open")
  })

  it("says that no service answers", async () => {
    const { code, stderr } = await tardigrade(["pending", "--url", "http://127.0.0.1:1"], {
      env: { ...env, ADMIN_TOKEN: "a-token" }
    })
    expect(code).toBe(1)
    expect(stderr).toContain("asking the service at http://127.0.0.1:1\n")
    expect(stderr).toContain("no service answers at --url: ECONNREFUSED")
  })

  it("names the setting that is wrong", async () => {
    writeFileSync(join(folder, "tardigrade.db"), "")
    const { code, stderr } = await tardigrade(["pending"], {
      env: { ...env, DATA_DIR: folder, BOT_HISTORY_TTL_DAYS: "0" }
    })
    expect(code).toBe(1)
    expect(stderr).toMatch(/BOT_HISTORY_TTL_DAYS is 0; allowed are whole numbers from 1 to \d+/)
    expect(stderr).not.toMatch(/^\s+at /m)
  })
})
