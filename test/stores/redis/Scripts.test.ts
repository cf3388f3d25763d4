/** The headers of the Lua files say what `Scripts.ts` and the scripts' own text say, so that they cannot rot. */
import { readdirSync } from "node:fs"
import * as Scripts from "#stores/redis/Scripts.ts"
import { describe, expect, it } from "#test/harness/effect.ts"

interface Entry {
  readonly index: string
  readonly name: string
}

/** The first comment block: `-- KEYS[1] name: text`, `-- ARGV[3..] name: text`, `-- reply code: text`, and two more lines. */
const header = (source: string) => {
  const lines = source.slice(0, source.search(/^[^-]/m)).split("\n")
  const entries = (kind: "KEYS" | "ARGV"): ReadonlyArray<Entry> =>
    lines.flatMap((line) => {
      const found = new RegExp(`^-- ${kind}\\[([0-9]+(?:\\.\\.)?)\\] ([^:]+): \\S`).exec(line)
      return found?.[1] === undefined || found[2] === undefined ? [] : [{ index: found[1], name: found[2] }]
    })
  return {
    keys: entries("KEYS"),
    argv: entries("ARGV"),
    replies: lines.flatMap((line) => /^-- reply (\S+): \S/.exec(line)?.[1] ?? []),
    purpose: lines.filter((line) => /^-- purpose: \S/.test(line)),
    complexity: lines.filter((line) => line.startsWith("-- complexity: O(")),
    strays: lines.filter((line) => /^-- (KEYS|ARGV|reply)/.test(line)).length
  }
}

const declared = (names: ReadonlyArray<string>): ReadonlyArray<Entry> =>
  names.map((name, i) =>
    name.endsWith("…") ? { index: `${i + 1}..`, name: name.slice(0, -1) } : { index: `${i + 1}`, name }
  )

describe("Lua scripts", () => {
  it("are exactly the files of the folder", () => {
    const files = readdirSync(new URL("../../../src/stores/redis/lua/", import.meta.url))
    expect(files.toSorted()).toEqual(Scripts.all.map(({ name }) => `${name}.lua`).toSorted())
    expect(files.length).toBeGreaterThan(4)
  })

  for (const script of Scripts.all) {
    describe(script.name, () => {
      const { argv, complexity, keys, purpose, replies, strays } = header(script.source)
      const body = script.source.slice(script.source.search(/^[^-]/m))

      it("documents its purpose, keys, arguments, replies and complexity as declared", () => {
        expect(purpose).toHaveLength(1)
        expect(complexity).toHaveLength(1)
        expect(keys).toEqual(declared(script.keys))
        expect(argv).toEqual(declared(script.argv))
        expect(replies).toEqual(script.replies)
        expect(strays).toBe(keys.length + argv.length + replies.length)
      })

      it("uses every fixed key and argument it documents, and no other", () => {
        for (const [kind, entries] of [
          ["KEYS", keys],
          ["ARGV", argv]
        ] as const) {
          const used = new Set([...body.matchAll(new RegExp(`\\b${kind}\\[([0-9]+)\\]`, "g"))].map((m) => m[1]))
          const fixed = entries.filter(({ index }) => !index.endsWith(".."))
          expect(used).toEqual(new Set(fixed.map(({ index }) => index)))
        }
      })

      it("is short, and never scans or flushes", () => {
        expect(script.source.split("\n").length).toBeLessThanOrEqual(121)
        expect(body).not.toMatch(/'(KEYS|SCAN|FLUSH\w*|RANDOMKEY)'/)
      })
    })
  }
})
