/**
 * What must stay true of the files beside the code: a lock file that installs anywhere from any registry, no trace of the machine
 * the work was done on, and a README that names only commands which exist.
 */
import { describe, expect, it } from "vitest"
import { filesUnder, read } from "./House.ts"

interface Locked {
  readonly version?: string
  readonly resolved?: string
  readonly os?: ReadonlyArray<string>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const lock = JSON.parse(read("package-lock.json")) as { readonly packages: Readonly<Record<string, Locked>> }
const manifest = JSON.parse(read("package.json")) as {
  readonly scripts: Readonly<Record<string, string>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
}

describe("the lock file", () => {
  it("names no registry address", () => {
    expect(Object.keys(lock.packages).filter((name) => lock.packages[name]?.resolved !== undefined)).toEqual([])
    expect(read("package-lock.json")).not.toMatch(/"resolved"|https?:\/\/registry/)
  })

  it.each([
    ["oxlint", "@oxlint/binding-"],
    ["oxlint-tsgolint", "@oxlint-tsgolint/"],
    ["oxfmt", "@oxfmt/binding-"],
    ["oxc-parser", "@oxc-parser/binding-"],
    ["rolldown", "@rolldown/binding-"],
    ["typescript", "@typescript/typescript-"],
    ["@effect/tsgo", "@effect/tsgo-"]
  ])("lists the binaries of %s for Linux, macOS and Windows", (_name, prefix) => {
    const listed = Object.keys(lock.packages).filter((path) => path.startsWith(`node_modules/${prefix}`))
    for (const os of ["linux", "darwin", "win32"]) {
      for (const cpu of ["x64", "arm64"]) {
        expect(listed.filter((path) => path.startsWith(`node_modules/${prefix}${os}-${cpu}`))).not.toEqual([])
      }
    }
  })

  it("leaves out no optional package, which would make `npm ci` refuse it elsewhere", () => {
    const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) =>
          lock.packages[`node_modules/${name}`] === undefined &&
          lock.packages[`${path}/node_modules/${name}`] === undefined
      )
    )
    expect(missing).toEqual([])
  })

  it("agrees with package.json, where every version is exact", () => {
    for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
      expect(version).toMatch(/^\d+\.\d+\.\d+(-[a-z]+\.\d+)?$/)
      expect([name, lock.packages[`node_modules/${name}`]?.version]).toEqual([name, version])
    }
  })
})

describe("the files", () => {
  it("hold no absolute path of a machine", () => {
    const path = /(?:^|[\s"'`(=:,>])\/(?:work|home|root|Users)\/[\w.-]/m
    expect(path.test(["", "home", "somebody"].join("/"))).toBe(true)
    const files = filesUnder(".")
    expect(files.length).toBeGreaterThan(60)
    expect(files.filter((file) => path.test(read(file)))).toEqual([])
  })
})

describe("the README", () => {
  it("names only npm scripts that exist, and the ones a newcomer needs", () => {
    const text = read("README.md")
    const run = [...text.matchAll(/\bnpm run ([\w:-]+)/g)].map((match) => match[1] ?? "")
    const short = [...text.matchAll(/\bnpm (test|start)\b/g)].map((match) => match[1] ?? "")
    const named = [...run, ...short]
    expect(named.filter((name) => manifest.scripts[name] === undefined)).toEqual([])
    for (const needed of ["start", "demo", "test", "verify"]) expect(named).toContain(needed)
  })
})
