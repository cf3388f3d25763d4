/**
 * Reads the house as the architecture tests see it: its files, and what each of them imports, found by a real parser in every
 * form an import can take (static, type-only, re-export, dynamic, `import("x").Type`). It resolves aliases and relative paths to
 * files of the house and leaves everything else as the name of a package. It judges nothing; the tests do.
 */
import { readdirSync, readFileSync } from "node:fs"
import { dirname, join, posix, resolve } from "node:path"
import { parseSync, Visitor } from "oxc-parser"

export const root = resolve(import.meta.dirname, "../..")

/** Never looked into: what git ignores, and git itself. */
const outside = new Set([".git", "node_modules", "data", "coverage"])

/** All files under a folder of the house, as paths from its root with forward slashes. */
export const filesUnder = (folder: string): ReadonlyArray<string> =>
  readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => !outside.has(entry.name))
    .flatMap((entry) => {
      const path = posix.join(folder, entry.name)
      return entry.isDirectory() ? filesUnder(path) : entry.isFile() ? [path] : []
    })

export const read = (file: string): string => readFileSync(join(root, file), "utf8")

export const lineCount = (text: string): number => text.split("\n").length - (text.endsWith("\n") ? 1 : 0)

export interface Import {
  readonly from: string
  readonly line: number
  readonly specifier: string
  /** The file of the house it leads to, or `null` for a package. */
  readonly file: string | null
  /** The package, without the path inside it; `node:` modules whole. `null` for a file of the house. */
  readonly package: string | null
}

export interface Source {
  readonly file: string
  readonly imports: ReadonlyArray<Import>
  /** Lines with an `export *`, with or without a name. */
  readonly exportStars: ReadonlyArray<number>
  /** Lines with an `import()` of something that is not a plain string: nobody can check where it leads. */
  readonly unreadable: ReadonlyArray<number>
}

const { imports: aliases } = JSON.parse(read("package.json")) as { readonly imports: Readonly<Record<string, string>> }

const target = (from: string, specifier: string): string | null => {
  if (specifier.startsWith(".")) return posix.join(dirname(from), specifier)
  for (const [alias, path] of Object.entries(aliases)) {
    const prefix = alias.slice(0, -1)
    if (specifier.startsWith(prefix)) return posix.join(path.slice(0, -1), specifier.slice(prefix.length))
  }
  return null
}

const packageOf = (specifier: string): string =>
  specifier.startsWith("node:")
    ? specifier
    : specifier
        .split("/")
        .slice(0, specifier.startsWith("@") ? 2 : 1)
        .join("/")

/** Parses one file. Throws when it does not parse: a file nobody can read has no known imports. */
export const parse = (file: string, text: string = read(file)): Source => {
  const result = parseSync(file, text)
  if (result.errors.length > 0) throw new SyntaxError(`${file} does not parse: ${result.errors[0]?.message}`)
  const lineAt = (offset: number): number => text.slice(0, offset).split("\n").length
  const imports: Array<Import> = []
  const exportStars: Array<number> = []
  const unreadable: Array<number> = []
  const add = (specifier: string, offset: number): void => {
    const resolved = target(file, specifier)
    imports.push({
      from: file,
      line: lineAt(offset),
      specifier,
      file: resolved,
      package: resolved === null ? packageOf(specifier) : null
    })
  }
  new Visitor({
    ImportDeclaration: (node) => add(node.source.value, node.start),
    ExportNamedDeclaration: (node) => {
      if (node.source !== null) add(node.source.value, node.start)
    },
    ExportAllDeclaration: (node) => {
      exportStars.push(lineAt(node.start))
      add(node.source.value, node.start)
    },
    ImportExpression: (node) => {
      if (node.source.type === "Literal" && typeof node.source.value === "string") add(node.source.value, node.start)
      else unreadable.push(lineAt(node.start))
    },
    TSImportType: (node) => add(node.source.value, node.start)
  }).visit(result.program)
  return { file, imports, exportStars, unreadable }
}

/** Every TypeScript file of the house's own folders, parsed. */
export const sources = (): ReadonlyArray<Source> =>
  ["src", "machines", "test"]
    .flatMap(filesUnder)
    .filter((file) => file.endsWith(".ts"))
    .map((file) => parse(file))
