/** The parts of GitHub's answers that are read. An answer without them is refused; what else it holds is ignored. */
import * as Schema from "effect/Schema"

const Named = Schema.Struct({ login: Schema.String })

const Pull = Schema.Struct({
  number: Schema.Number,
  title: Schema.String,
  state: Schema.Literals(["open", "closed"]),
  merged: Schema.Boolean,
  /** `null`: GitHub is still working it out. */
  mergeable: Schema.NullOr(Schema.Boolean),
  draft: Schema.optionalKey(Schema.Boolean),
  additions: Schema.Number,
  deletions: Schema.Number,
  changed_files: Schema.Number,
  html_url: Schema.String,
  user: Schema.NullOr(Named),
  head: Schema.Struct({ sha: Schema.String })
})
export type Pull = typeof Pull.Type
export const pull = Schema.decodeUnknownOption(Pull)

export const merged = Schema.decodeUnknownOption(Schema.Struct({ merged: Schema.Literal(true) }))

const Comment = Schema.Struct({ html_url: Schema.String, body: Schema.optionalKey(Schema.NullOr(Schema.String)) })
export const comment = Schema.decodeUnknownOption(Comment)
export const comments = Schema.decodeUnknownOption(Schema.Array(Comment))

const Requested = Schema.Struct({
  requested_reviewers: Schema.NullOr(Schema.Array(Named)),
  requested_teams: Schema.NullOr(Schema.Array(Schema.Struct({ slug: Schema.String })))
})
export type Requested = typeof Requested.Type
export const requested = Schema.decodeUnknownOption(Requested)

const WorkflowRun = Schema.Struct({
  id: Schema.Number,
  workflow_id: Schema.Number,
  event: Schema.String,
  run_number: Schema.Number,
  run_attempt: Schema.optionalKey(Schema.Number),
  status: Schema.NullOr(Schema.String),
  conclusion: Schema.NullOr(Schema.String)
})
export type WorkflowRun = typeof WorkflowRun.Type
export const workflowRun = Schema.decodeUnknownOption(WorkflowRun)
export const workflowRuns = Schema.decodeUnknownOption(Schema.Struct({ workflow_runs: Schema.Array(WorkflowRun) }))

const CheckSuite = Schema.Struct({
  id: Schema.Number,
  status: Schema.NullOr(Schema.String),
  conclusion: Schema.NullOr(Schema.String),
  updated_at: Schema.NullOr(Schema.String),
  app: Schema.NullOr(Schema.Struct({ slug: Schema.optionalKey(Schema.String) }))
})
export type CheckSuite = typeof CheckSuite.Type
export const checkSuite = Schema.decodeUnknownOption(CheckSuite)
export const checkSuites = Schema.decodeUnknownOption(Schema.Struct({ check_suites: Schema.Array(CheckSuite) }))

export const checkRuns = Schema.decodeUnknownOption(
  Schema.Struct({
    check_runs: Schema.Array(
      Schema.Struct({
        name: Schema.String,
        status: Schema.String,
        conclusion: Schema.NullOr(Schema.String)
      })
    )
  })
)

export const combinedStatus = Schema.decodeUnknownOption(
  Schema.Struct({ statuses: Schema.Array(Schema.Struct({ context: Schema.String, state: Schema.String })) })
)

export const found = Schema.decodeUnknownOption(
  Schema.Struct({
    items: Schema.Array(
      Schema.Struct({
        number: Schema.Number,
        title: Schema.String,
        html_url: Schema.String,
        repository_url: Schema.String,
        draft: Schema.optionalKey(Schema.Boolean),
        user: Schema.NullOr(Named)
      })
    )
  })
)
