/**
 * `tardigrade retention`: cleans up what has outlived its time, or says what would be. Straight on the store it is done in this
 * process; with `--url` the service's own retention actor does it, and this waits for what it came to.
 */
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { cleanUp } from "#capabilities/CleanUp.ts"
import { NotFound } from "#channels/http/Problems.ts"
import { type CleanUpSummary, type RetentionReport, summaryOf } from "#channels/http/UpkeepReports.ts"
import { RETENTION_REPORT_KEY } from "#domain/ash/RetentionRules.ts"
import { sumOf } from "#domain/RetentionReport.ts"
import { ActorStore } from "#runtime/ports/ActorStore.ts"
import { Url } from "../Flags.ts"
import { type Client, operator } from "../Operator.ts"
import { answer, pairs, plural, table } from "../Output.ts"
import { counting } from "../Progress.ts"
import { settings, store } from "../Straight.ts"
import { badUsage, codeInWords, failed } from "../Trouble.ts"
import { storageInWords } from "./storage.ts"

type Summary = typeof CleanUpSummary.Type
type Status = typeof RetentionReport.Type

const words = (report: Summary): string => {
  const sum = sumOf(report)
  const cells = ({ failed, removed, seen, trimmed, ttlGiven }: typeof sum) =>
    [seen, removed, trimmed, ttlGiven, failed].map(String)
  const rows = Object.entries(report.dataTypes)
    .filter(([, { seen }]) => seen > 0)
    .map(([dataType, counts]) => [dataType, ...cells(counts)])
  return [
    report.dryRun ? "A dry run: nothing was changed. This is what would be done." : "Cleaned up.",
    table(
      ["DATA", "KEYS SEEN", "REMOVED", "ENTRIES TRIMMED", "TTL GIVEN", "REFUSED"],
      [...rows, ["all", ...cells(sum)]]
    ),
    pairs([
      ["keys of no documented form, left alone", String(report.unknownKeys)],
      ["seconds", String(Math.round((Date.parse(report.endedAt) - Date.parse(report.startedAt)) / 1000))]
    ]),
    ...(report.storage === null ? [] : [storageInWords(report.storage)])
  ].join("\n\n")
}

const LastReport = Schema.fromJsonString(
  Schema.Struct({ data_types: Schema.Record(Schema.String, Schema.Struct({ seen: Schema.Int })) })
)

/** About how many keys there are to see: as many as the last time. `null` when nobody knows. */
const expected = Effect.gen(function* () {
  const text = yield* (yield* ActorStore).readDocument(RETENTION_REPORT_KEY)
  const last = Option.getOrNull(Schema.decodeUnknownOption(LastReport)(text))
  return last === null ? null : Object.values(last.data_types).reduce((sum, { seen }) => sum + seen, 0)
})

const here = Effect.fnUntraced(function* (dryRun: boolean) {
  const { retention } = yield* settings
  if (!dryRun && !retention.schedule.enabled) return yield* failed(codeInWords("off"))
  const progress = counting(dryRun ? "looking" : "cleaning up", yield* expected)
  const report = yield* cleanUp({
    rules: retention.rules,
    dryRun,
    onProgress: (done) => {
      const { removed, seen } = sumOf(done)
      return progress.show(`${seen} keys seen, ${removed} ${dryRun ? "to be removed" : "removed"}`, seen)
    }
  }).pipe(Effect.ensuring(progress.end))
  return summaryOf(report)
}, Effect.provide(store))

const POLL = "500 millis"

/** What the retention actor says; nothing when there is none yet. */
const statusOf = (api: Client) =>
  api.upkeep.retention().pipe(
    Effect.catchIf(
      (error) => error instanceof NotFound,
      () => Effect.succeed<Status | null>(null)
    )
  )

const lastOf = (status: Status | null, dryRun: boolean) => (dryRun ? status?.lastDryRun : status?.last) ?? null

const there = Effect.fnUntraced(function* (api: Client, dryRun: boolean) {
  const before = yield* statusOf(api)
  yield* api.upkeep.cleanUp({ payload: { dryRun } })
  const progress = counting("the service is at it", null)
  return yield* Effect.gen(function* () {
    while (true) {
      const now = yield* statusOf(api)
      const last = lastOf(now, dryRun)
      if (last !== null && last.startedAt !== lastOf(before, dryRun)?.startedAt) return last
      if (now?.failed != null && now.failed.at !== before?.failed?.at) {
        return yield* failed(`the service gave up: ${codeInWords(now.failed.code)}`)
      }
      yield* progress.show("", 0)
      yield* Effect.sleep(POLL)
    }
  }).pipe(Effect.ensuring(progress.end))
})

export const retention = Command.make(
  "retention",
  {
    dryRun: Flag.Boolean("dry-run").pipe(
      Flag.withDescription("Change nothing, say what would be"),
      Flag.withDefault(false)
    ),
    run: Flag.Boolean("run").pipe(Flag.withDescription("Clean up now"), Flag.withDefault(false))
  },
  Effect.fn(function* ({ dryRun, run }) {
    if (dryRun === run) return yield* badUsage("give either --dry-run or --run")
    const report = Option.isNone(yield* Url) ? yield* here(dryRun) : yield* there(yield* operator, dryRun)
    yield* answer(report, words)
    const refused = sumOf(report).failed
    if (refused > 0) return yield* failed(`the store refused ${plural(refused, "change")}`)
  })
).pipe(Command.withDescription("Clean up what has outlived its time, or say what would be"))
