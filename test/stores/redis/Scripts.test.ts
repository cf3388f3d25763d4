/** The headers of the Lua files say what `Scripts.ts` and the scripts' own text say, so that they cannot rot. */
import { readdirSync, readFileSync } from "node:fs"
import type { Projection } from "#domain/Projection.ts"
import { encode } from "#stores/redis/Batch.ts"
import * as Scripts from "#stores/redis/Scripts.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { add, append, first } from "../Commits.ts"

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

const folder = new URL("../../../src/stores/redis/lua/", import.meta.url)
const textOf = (name: string): string => readFileSync(new URL(`${name}.lua`, folder), "utf8")
const parts = [...new Set(Scripts.all.flatMap((script) => script.parts))]

/** Arguments of a commit of one actor before its projections: three of the call, eleven of the actor. */
const BEFORE_PROJECTIONS = 14

/** An example of every projection, with the words its header has for the values in it. */
const EXAMPLES: Readonly<Record<string, readonly [Projection, Readonly<Record<string, unknown>>]>> = {
  put: [
    { op: "put", key: "k", value: "the text", ttlMs: 5 },
    { ttl: 5, value: "the text" }
  ],
  delete: [{ op: "delete", key: "k" }, {}],
  add: [
    add(1.5, "m", { keep: 7, minScore: 0.25, ttlMs: 5, replaces: { field: "id", value: "9" } }),
    { ttl: 5, score: 1.5, member: "m", keep: 7, minScore: 0.25, replacedField: "id", replacedValue: "9" }
  ],
  remove: [
    { op: "removeFromSortedSet", key: "k", field: "id", values: ["1", "2"] },
    { field: "id", count: 2, values: ["1", "2"] }
  ],
  append: [append(["1", "2", "3"], { keep: 7, ttlMs: 5 }), { ttl: 5, keep: 7, count: 3, values: ["1", "2", "3"] }]
}

const declared = (names: ReadonlyArray<string>): ReadonlyArray<Entry> =>
  names.map((name, i) =>
    name.endsWith("…") ? { index: `${i + 1}..`, name: name.slice(0, -1) } : { index: `${i + 1}`, name }
  )

describe("Lua scripts", () => {
  it("are exactly the files of the folder", () => {
    const files = readdirSync(folder)
    expect(files.toSorted()).toEqual(
      [...Scripts.all.map(({ name }) => name), ...parts].map((n) => `${n}.lua`).toSorted()
    )
    expect(files.length).toBeGreaterThan(4)
  })

  for (const script of Scripts.all) {
    describe(script.name, () => {
      const text = textOf(script.name)
      const { argv, complexity, keys, purpose, replies, strays } = header(text)
      const body = text.slice(text.search(/^[^-]/m))

      it("is its file, after the parts it names", () => {
        expect(script.source).toBe([...script.parts.map(textOf), text].join(""))
      })

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
        expect(text.split("\n").length).toBeLessThanOrEqual(121)
        expect(body).not.toMatch(/'(KEYS|SCAN|FLUSH\w*|RANDOMKEY)'/)
      })
    })
  }

  it("share parts that are short, say what they are for, and never scan or flush", () => {
    for (const name of parts) {
      const text = textOf(name)
      const { argv, complexity, keys, purpose, replies } = header(text)
      expect([purpose.length, complexity.length]).toEqual([1, 1])
      // A part has no keys and arguments of its own.
      expect([...argv, ...keys, ...replies]).toEqual([])
      expect(text).not.toMatch(/\b(KEYS|ARGV)\[[0-9]+\]/)
      expect(text).not.toMatch(/'(KEYS|SCAN|FLUSH\w*|RANDOMKEY)'/)
      expect(text.split("\n").length).toBeLessThanOrEqual(121)
    }
  })

  it("say of every projection what is sent of it", () => {
    const lines = [...textOf("projections").matchAll(/^-- projection (\w+): (.*)$/gm)]
    expect(lines.map(([, word]) => word).toSorted()).toEqual(Object.keys(EXAMPLES).toSorted())
    for (const [, word = "", names = ""] of lines) {
      const [projection, values] = EXAMPLES[word] ?? []
      const sent = encode([first({ projections: projection === undefined ? [] : [projection] })]).argv.slice(
        BEFORE_PROJECTIONS
      )
      const said = names === "nothing more" ? [] : names.split(", ").flatMap((name) => values?.[name])
      expect(sent).toEqual(word === "put" ? said : [word, ...said])
    }
  })
})
