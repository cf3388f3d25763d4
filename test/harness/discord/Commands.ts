/**
 * Slash commands as registered, and the options of one as Discord would send them: typed by the registration, with users,
 * roles and channels resolved. What Discord's own client would not let a person enter is an error of the test.
 */
import { FormErrors } from "./ApiError.ts"
import { channelObject } from "./Guilds.ts"
import type { World } from "./World.ts"

export interface CommandOption {
  readonly type: number
  readonly name: string
  readonly description: string
  readonly required?: boolean
  readonly choices?: ReadonlyArray<{ readonly name: string; readonly value: string | number }>
  readonly options?: ReadonlyArray<CommandOption>
  readonly min_value?: number
  readonly max_value?: number
  readonly min_length?: number
  readonly max_length?: number
  readonly [other: string]: unknown
}

/** A command as the application registers it. */
export interface CommandForm {
  readonly name: string
  readonly description: string
  readonly type?: number
  readonly options?: ReadonlyArray<CommandOption>
  readonly [other: string]: unknown
}

export interface Command extends CommandForm {
  readonly id: string
  readonly type: number
}

export type OptionValues = Readonly<Record<string, string | number | boolean>>

const NAME = /^[-_'\p{L}\p{N}]{1,32}$/u
const SUBCOMMAND = 1
const USER = 6
const CHANNEL_OPTION = 7
const ROLE = 8

const checkOptions = (errors: FormErrors, at: string, options: ReadonlyArray<CommandOption>): void => {
  errors.count(`${at}.options`, options, 0, 25)
  for (const [index, option] of options.entries()) {
    const here = `${at}.options.${index}`
    if (!NAME.test(option.name))
      errors.add(`${here}.name`, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    errors.length(`${here}.description`, option.description, 1, 100)
    errors.count(`${here}.choices`, option.choices ?? [], 0, 25)
    checkOptions(errors, here, option.options ?? [])
  }
}

/** Commands by scope: `global`, or a guild's id. */
export class Commands {
  readonly #world: World
  readonly #scopes = new Map<string, ReadonlyArray<Command>>()

  constructor(world: World) {
    this.#world = world
  }

  /** Replaces all commands of a scope. A command keeps its id while it keeps its name. */
  replace(scope: string, wanted: ReadonlyArray<CommandForm>): ReadonlyArray<Command> {
    const errors = new FormErrors()
    if (wanted.length > 100) errors.add("commands", "BASE_TYPE_BAD_LENGTH", "Must be between 0 and 100 in length.")
    for (const [index, command] of wanted.entries()) {
      const { description, name, options } = command
      if (!NAME.test(name) || name.toLowerCase() !== name) {
        errors.add(`${index}.name`, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
      }
      errors.length(`${index}.description`, description, 1, 100)
      checkOptions(errors, String(index), options ?? [])
    }
    errors.refuse()
    const known = this.list(scope)
    const commands = wanted.map((command) => {
      const id = known.find(({ name }) => name === command.name)?.id ?? this.#world.ids.next()
      const { description, name, type = 1 } = command
      return {
        ...command,
        description,
        name,
        type,
        id,
        application_id: this.#world.identity.applicationId,
        version: id
      }
    })
    this.#scopes.set(scope, commands)
    return commands
  }

  list(scope: string): ReadonlyArray<Command> {
    return this.#scopes.get(scope) ?? []
  }

  /** The `data` of a command a person enters. */
  entered(
    guildId: string | undefined,
    name: string,
    subcommand: string | undefined,
    values: OptionValues
  ): Readonly<Record<string, unknown>> {
    const command = [...this.list(guildId ?? ""), ...this.list("global")].find((one) => one.name === name)
    if (command === undefined) throw new Error(`the bot has registered no command /${name}`)
    const sub = command.options?.find((option) => option.type === SUBCOMMAND && option.name === subcommand)
    if (subcommand !== undefined && sub === undefined) throw new Error(`/${name} has no subcommand ${subcommand}`)
    const rows = (sub ?? command).options ?? []
    if (sub === undefined && rows.some(({ type }) => type === SUBCOMMAND))
      throw new Error(`/${name} needs a subcommand`)
    const options = optionsOf(rows, values)
    const resolved = this.#resolved(guildId, options)
    return {
      id: command.id,
      name,
      type: 1,
      ...(guildId !== undefined && this.list(guildId).includes(command) ? { guild_id: guildId } : {}),
      options: sub === undefined ? options : [{ name: sub.name, type: SUBCOMMAND, options }],
      ...(resolved === undefined ? {} : { resolved })
    }
  }

  #resolved(
    guildId: string | undefined,
    options: ReadonlyArray<Entered>
  ): Readonly<Record<string, unknown>> | undefined {
    const of = (type: number) => options.filter((option) => option.type === type).map(({ value }) => String(value))
    const world = this.#world
    const users = Object.fromEntries(of(USER).map((id) => [id, world.user(id)]))
    const members = Object.fromEntries(
      of(USER).flatMap((id) => {
        const member = world.member(guildId, id)
        if (member === undefined || guildId === undefined) return []
        const { deaf: _deaf, mute: _mute, user: _user, ...partial } = world.memberObject(member)
        return [[id, { ...partial, permissions: String(world.permissionsOf(world.guild(guildId), member)) }]]
      })
    )
    const roles = Object.fromEntries(
      of(ROLE).map((id) => [id, guildId === undefined ? undefined : world.guild(guildId).roles.get(id)])
    )
    const channels = Object.fromEntries(of(CHANNEL_OPTION).map((id) => [id, channelObject(world, world.channel(id))]))
    const parts = Object.entries({ users, members, roles, channels }).filter(([, part]) => Object.keys(part).length > 0)
    return parts.length === 0 ? undefined : Object.fromEntries(parts)
  }
}

interface Entered {
  readonly name: string
  readonly type: number
  readonly value: string | number | boolean
}

const optionsOf = (rows: ReadonlyArray<CommandOption>, values: OptionValues): ReadonlyArray<Entered> => {
  for (const name of Object.keys(values)) {
    if (!rows.some((row) => row.name === name)) throw new Error(`the command has no option ${name}`)
  }
  return rows.flatMap((row) => {
    const { choices, name, required, type } = row
    const value = values[name]
    if (value === undefined) {
      if (required === true) throw new Error(`the command needs option ${name}`)
      return []
    }
    if (choices !== undefined && choices.length > 0 && !choices.some((choice) => choice.value === value)) {
      throw new Error(`option ${name} has no choice of that value`)
    }
    const size = typeof value === "string" ? value.length : Number(value)
    const [min, max] = typeof value === "string" ? [row.min_length, row.max_length] : [row.min_value, row.max_value]
    if (size < (min ?? size) || size > (max ?? size)) throw new Error(`option ${name} is out of its bounds`)
    return [{ name, type, value }]
  })
}
