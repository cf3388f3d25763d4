/**
 * Running failed checks again: jobs of GitHub's Actions by their workflow run, other services by their check suite. Each run
 * and suite remembers which attempt failed when the action was prepared; one that is past it has been run again already.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { ActionResult } from "#domain/developer/CodeHost.ts"
import { NOT_DONE } from "#domain/developer/PendingAction.ts"
import { final } from "../Capability.ts"
import { ended, factsOf, type GitHubAction, type Named, once, place, readPull } from "./GitHubAction.ts"
import { anything, type CallFailed, type GitHub, type Refused } from "./GitHubCalls.ts"
import * as Shapes from "./GitHubShapes.ts"
import { alreadyDone, counted, done, notDone, pullName } from "./Results.ts"

/** Conclusions that are worth another run. */
const FAILED: ReadonlySet<string | null> = new Set(["failure", "timed_out", "cancelled"])

/** The most runs, and the most suites, of one action: an attempt has to look at each of them in its time. */
const MOST = 20

const Facts = Schema.Struct({
  url: Schema.String,
  runs: Schema.Array(Schema.Struct({ id: Schema.Number, attempt: Schema.Number })),
  suites: Schema.Array(Schema.Struct({ id: Schema.Number, updatedAt: Schema.NullOr(Schema.String) })),
  /** How many failed beyond these. */
  left: Schema.Number
})
const decodeFacts = Schema.decodeUnknownOption(Facts)

type Rerun = Named<"checks.rerun">

const attemptOf = ({ run_attempt = 1 }: Shapes.WorkflowRun): number => run_attempt

/** The newest run of each workflow and event, where it failed. */
const failedRuns = (runs: ReadonlyArray<Shapes.WorkflowRun>): ReadonlyArray<Shapes.WorkflowRun> => {
  const newest = new Map<string, Shapes.WorkflowRun>()
  for (const run of runs) {
    const key = `${run.workflow_id} ${run.event}`
    if ((newest.get(key)?.run_number ?? -1) < run.run_number) newest.set(key, run)
  }
  return [...newest.values()].filter(({ conclusion, status }) => status === "completed" && FAILED.has(conclusion))
}

const failedSuites = (suites: ReadonlyArray<Shapes.CheckSuite>): ReadonlyArray<Shapes.CheckSuite> =>
  suites.filter(
    ({ app, conclusion, status }) => app?.slug !== "github-actions" && status === "completed" && FAILED.has(conclusion)
  )

/** One run or suite: whether it ran by this attempt, was found running, or was refused. */
type Outcome = "done" | "already_done" | "refused"

/** `alone`: a refusal may be told of the whole action. That one of several was not done says nothing of the others. */
const outcomeOf = (
  alone: boolean,
  look: Effect.Effect<boolean, CallFailed>,
  act: Effect.Effect<void, CallFailed>
): Effect.Effect<Outcome, CallFailed> => {
  const found = alreadyDone("", null)
  const lookFor = Effect.map(look, (again) => (again ? found : null))
  const unlessAgain = Effect.map(lookFor, (again) => again ?? notDone("refused", ""))
  const refused = (refusal: Refused): Effect.Effect<ActionResult, CallFailed> => {
    if (!alone) return Effect.catchTag(unlessAgain, "Refused", () => Effect.succeed(notDone("refused", "")))
    return [403, 409, 422].includes(refusal.status) ? unlessAgain : Effect.fail(refusal)
  }
  const run = Effect.as(act, done("", null)).pipe(Effect.catchTag("Refused", refused))
  return once(lookFor, run).pipe(
    Effect.mapError((failure) =>
      !alone && failure._tag === "EffectFailed" && failure.code === NOT_DONE ? final("partly_unknown") : failure
    ),
    Effect.map(({ code }) => code as Outcome)
  )
}

const told = (
  action: Rerun,
  outcomes: ReadonlyArray<Outcome>,
  { left, url }: Pick<typeof Facts.Type, "left" | "url">
): ActionResult => {
  const name = pullName(action)
  const refused = outcomes.filter((outcome) => outcome === "refused").length
  if (refused === outcomes.length) {
    return notDone("not_allowed", `GitHub did not run the failed checks of ${name} again.`, url)
  }
  if (refused > 0) {
    const some = `${outcomes.length - refused} of ${counted(outcomes.length, "failed check")} of ${name}`
    return notDone("partly_done", `Only ${some} run again; GitHub refused the others.`, url)
  }
  const others = left === 0 ? "" : ` ${counted(left, "other")} failed, too: ask again for those.`
  const again = `${counted(outcomes.length, "failed check")} of ${name} will run again.${others}`
  return outcomes.includes("done") ? done(again, url) : alreadyDone(again, url)
}

export const makeRerun = (github: GitHub): GitHubAction<Rerun> => ({
  prepare: (action) =>
    Effect.gen(function* () {
      const pull = yield* readPull(github, action.repo, action.prNumber)
      const over = ended(action, pull)
      if (over !== null) return { result: over }
      const target = place(action.repo)
      const { workflow_runs } = yield* github.read(
        "GET /repos/{owner}/{repo}/actions/runs",
        { ...target, head_sha: pull.head.sha, per_page: 100 },
        Shapes.workflowRuns
      )
      const runs = failedRuns(workflow_runs)
      const suites = yield* github
        .read(
          "GET /repos/{owner}/{repo}/commits/{ref}/check-suites",
          { ...target, ref: pull.head.sha, per_page: 100 },
          Shapes.checkSuites
        )
        .pipe(
          Effect.map(({ check_suites }) => failedSuites(check_suites)),
          // A key that may only see Actions still runs those again.
          Effect.catchTag("Refused", (refusal) => (runs.length > 0 ? Effect.succeed([]) : Effect.fail(refusal)))
        )
      if (runs.length + suites.length === 0) {
        const message = `No check of ${pullName(action)} has failed: there is nothing to run again.`
        return { result: { ok: true, code: "nothing_to_do", message, url: pull.html_url } }
      }
      const facts: typeof Facts.Type = {
        url: pull.html_url,
        runs: runs.slice(0, MOST).map((run) => ({ id: run.id, attempt: attemptOf(run) })),
        suites: suites.slice(0, MOST).map(({ id, updated_at }) => ({ id, updatedAt: updated_at })),
        left: Math.max(0, runs.length - MOST) + Math.max(0, suites.length - MOST)
      }
      return { prepared: { facts: { ...facts } } }
    }),

  perform: (action, prepared) =>
    Effect.gen(function* () {
      const { left, runs, suites, url } = yield* factsOf(prepared, decodeFacts)
      const target = place(action.repo)
      const alone = runs.length + suites.length === 1

      const rerun = ({ attempt, id }: (typeof runs)[number]) => {
        const run = { ...target, run_id: id }
        return outcomeOf(
          alone,
          Effect.map(
            github.read("GET /repos/{owner}/{repo}/actions/runs/{run_id}", run, Shapes.workflowRun),
            (now) => attemptOf(now) !== attempt || now.status !== "completed"
          ),
          github.write("POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun-failed-jobs", run, anything)
        )
      }
      const rerequest = ({ id, updatedAt }: (typeof suites)[number]) => {
        const suite = { ...target, check_suite_id: id }
        return outcomeOf(
          alone,
          Effect.map(
            github.read("GET /repos/{owner}/{repo}/check-suites/{check_suite_id}", suite, Shapes.checkSuite),
            (now) => now.status !== "completed" || now.updated_at !== updatedAt
          ),
          github.write("POST /repos/{owner}/{repo}/check-suites/{check_suite_id}/rerequest", suite, anything)
        )
      }
      const ran = yield* Effect.forEach(runs, rerun)
      const requested = yield* Effect.forEach(suites, rerequest)
      return told(action, [...ran, ...requested], { left, url })
    })
})
