/**
 * Where settings come from. A setting `NAME` is looked for in this order: the variable `NAME`; the file that `NAME_FILE`
 * names; the file `/run/secrets/<name in lower case>` (Docker secrets; the folder is `SECRETS_DIR`). An empty variable
 * counts as absent. A file that is there and cannot be read stops the start.
 */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"

export type Environment = Readonly<Record<string, string | undefined>>

/** Upper-case names only, so that no path can be smuggled into a file name. */
const SETTING = /^[A-Z][A-Z0-9_]*$/

export type LookUp = (name: string) => string | undefined

/** A setting's value by its name. Throws when its file cannot be read. */
export const lookUpIn = (env: Environment): LookUp => {
  const secretsDir = env["SECRETS_DIR"] || "/run/secrets"
  return (name) => {
    const value = env[name]
    if (value !== undefined && value !== "") return value
    const file = env[`${name}_FILE`]
    if (file !== undefined && file !== "") return readSecret(file)
    const mounted = join(secretsDir, name.toLowerCase())
    return existsSync(mounted) ? readSecret(mounted) : undefined
  }
}

export const provider = (env: Environment): ConfigProvider.ConfigProvider => {
  const lookUp = lookUpIn(env)
  return ConfigProvider.make((path) => {
    const [name] = path
    if (path.length !== 1 || typeof name !== "string" || !SETTING.test(name)) return Effect.succeed(undefined)
    return Effect.try({
      try: () => {
        const value = lookUp(name)
        return value === undefined ? undefined : ConfigProvider.makeValue(value)
      },
      catch: (cause) =>
        new ConfigProvider.SourceError({
          message: `${name}: its file (${name}_FILE, or the one in SECRETS_DIR) cannot be read`,
          cause
        })
    })
  })
}

/** Editors and `echo` end a file with a newline; a secret never does. */
const readSecret = (file: string): string => readFileSync(file, "utf8").replace(/\r?\n$/, "")
