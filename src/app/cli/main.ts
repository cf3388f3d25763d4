/**
 * The operator's command line: `npx tardigrade`. Looks at alerts, actors, waiting work and numbers, and does the few things an
 * operator does by hand, against a running service (`--url`) or straight on the store. Exit codes: 0 done, 1 failed, 2 called
 * wrongly, 3 no such thing.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Cause from "effect/Cause"
import * as CliConfig from "effect/cli/CliConfig"
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as TerminalCapabilities from "effect/cli/TerminalCapabilities"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import { version } from "#channels/http/ServiceDescription.ts"
import { lookUpIn, provider } from "../Secrets.ts"
import { actor } from "./commands/actor.ts"
import { alerts } from "./commands/alerts.ts"
import { deadLetters } from "./commands/deadLetters.ts"
import { pending } from "./commands/pending.ts"
import { retention } from "./commands/retention.ts"
import { report } from "./commands/report.ts"
import { stats } from "./commands/stats.ts"
import { Json, TokenFile, Url } from "./Flags.ts"
import { endingOf } from "./Trouble.ts"

const tardigrade = Command.make("tardigrade").pipe(
  Command.withDescription(
    "Look at a Tardigrade service and its store, and do by hand what an operator does. Asks the service at --url, or reads the store that REDIS_URL or DATA_DIR name."
  ),
  Command.withSubcommands([alerts, actor, pending, deadLetters, stats, report, retention]),
  Command.withGlobalFlags([Url, TokenFile, Json]),
  Command.withExamples([
    {
      command: "tardigrade alerts --url http://127.0.0.1:3000",
      description: "Open alerts, asked of a running service"
    },
    {
      command: "tardigrade dead-letters replay --all",
      description: "Put everything that was given up on back to work"
    },
    { command: "tardigrade actor show conversation +15551234567 --json", description: "One actor, for a script" }
  ])
)

/** Help that was not asked for belongs beside the error, not among answers. */
const presenter = CliOutput.layerPresenter({
  present: Effect.fnUntraced(function* (event) {
    if (event._tag !== "InvalidInvocation") return yield* CliOutput.defaultPresenter.present(event)
    const formatter = yield* CliOutput.Formatter
    yield* Console.error(formatter.formatErrors(event.errors))
    yield* Console.error(`See: ${event.commandPath.join(" ")} --help`)
  })
})

const environment = Layer.mergeAll(
  NodeServices.layer,
  ConfigProvider.layer(provider(process.env)),
  CliConfig.layer({ builtIns: [GlobalFlag.Help, GlobalFlag.Version, GlobalFlag.Completions, GlobalFlag.LogLevel] }),
  presenter,
  Logger.layer([Logger.withConsoleError(Logger.formatLogFmt)]),
  Layer.succeed(References.MinimumLogLevel, "Warn")
)

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => process.exit(code === "EPIPE" ? 0 : 1))

Command.run(tardigrade, { version }).pipe(
  Effect.scoped,
  Effect.as(0),
  Effect.catchCause((cause) => {
    const { code, line } = endingOf(cause, lookUpIn(process.env))
    const shown = line === null ? Effect.void : Console.error(line.replaceAll(/^/gm, "tardigrade: "))
    return shown.pipe(Effect.andThen(Effect.logDebug(Cause.pretty(cause))), Effect.as(code))
  }),
  Effect.provide(Layer.provideMerge(TerminalCapabilities.layer, environment)),
  NodeRuntime.runMain({
    disableErrorReporting: true,
    teardown: (exit, onExit) => onExit(Exit.isSuccess(exit) && typeof exit.value === "number" ? exit.value : 130)
  })
)
