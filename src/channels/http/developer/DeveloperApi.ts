/**
 * The developer's API as data: commands, confirmations, actions, contexts. What changes the world outside is only ever proposed
 * here, and runs after one confirmation by its owner, within its time.
 */
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import { RepoName } from "#domain/developer/CodeHost.ts"
import {
  ActionProposed,
  ActionView,
  CommentRequest,
  CreateRequest,
  MergeRequest,
  PendingActionView,
  RerunRequest,
  ReviewRequest
} from "./ActionBodies.ts"
import {
  ActionCommand,
  CommandAnswer,
  CommandRequest,
  ConfirmRequest,
  Inbox,
  SessionContext,
  StatusAnswer
} from "./Bodies.ts"
import { DeveloperOnly } from "./DeveloperKeys.ts"
import { AwayResponse, Conflict, Gone, Invalid, LimitedResponse, NotYours } from "./DeveloperProblems.ts"
import { RequestChecks } from "./RequestChecks.ts"

const describe = (summary: string, description: string) => OpenApi.annotations({ summary, description })

/** Which session a command belongs to; an empty one is ignored. */
const SESSION = /^[A-Za-z0-9._:@-]{0,128}$/
const headers = {
  "x-session-id": Schema.optionalKey(
    Schema.String.check(Schema.isPattern(SESSION, { expected: "at most 128 of A-Z a-z 0-9 . _ : @ -" }))
  ).annotateKey({ description: "Default, also when empty: `{user}:{device}`." })
}
const session = {
  id: Schema.String.check(
    Schema.isPattern(/^[A-Za-z0-9._:@-]{1,128}$/, { expected: "1 to 128 of A-Z a-z 0-9 . _ : @ -" })
  )
}
const token = { token: Schema.String }

/** What any of them may answer. */
const always = [LimitedResponse, AwayResponse, Conflict] as const
const OFF = "404 unless `DEVELOPER_KEYS` or `DEVELOPER_DEV_AUTH` is set."

const CommandsGroup = HttpApiGroup.make("commands")
  .add(
    HttpApiEndpoint.post("command", "/v1/command", {
      headers,
      payload: CommandRequest,
      success: CommandAnswer,
      error: [Invalid, NotYours, ...always]
    }).annotateMerge(
      describe(
        "Say something",
        "What was understood and what came of it. A side effect is proposed: `needs_confirmation`, with its token. `system.confirm` runs your newest open action if it was read out right before in this session; else it reads it out, for the next one to run. `system.cancel` cancels the newest."
      )
    ),
    HttpApiEndpoint.post("confirm", "/v1/commands/confirm", {
      payload: ConfirmRequest,
      success: CommandAnswer,
      error: [Invalid, NotYours, Gone, ...always]
    }).annotateMerge(
      describe(
        "Confirm an action",
        "Runs it, once. Waits up to 10 s for what comes of it. 404 `expired`: too late, unknown, or confirmed before; 403 `not_yours`; 503 `store_unavailable`: ask again with the same idempotency key."
      )
    ),
    HttpApiEndpoint.post("button", "/v1/commands/action", {
      payload: ActionCommand,
      success: CommandAnswer,
      error: [Invalid, NotYours, Gone, ...always]
    }).annotateMerge(describe("Press a card's button", "Confirms or cancels the action of a card."))
  )
  .middleware(RequestChecks)
  .middleware(DeveloperOnly)
  .annotateMerge(OpenApi.annotations({ title: "Commands", description: OFF }))

const proposing = <const Name extends string, const Path extends `/${string}`, S extends Schema.Top>(
  name: Name,
  path: Path,
  payload: S,
  summary: string
) =>
  HttpApiEndpoint.post(name, path, { payload, success: ActionProposed, error: [Invalid, ...always] }).annotateMerge(
    describe(summary, "Proposes it: 202 with `ok: false` and the pending action. It runs after `/v1/commands/confirm`.")
  )

const ActionsGroup = HttpApiGroup.make("actions")
  .add(
    HttpApiEndpoint.get("mine", "/v1/actions", {
      success: Schema.Struct({ actions: Schema.Array(ActionView) }),
      error: [...always]
    }).annotateMerge(describe("My open actions", "Those that can still be confirmed, newest first, at most 50.")),
    HttpApiEndpoint.get("one", "/v1/actions/:token", {
      params: token,
      success: ActionView,
      error: [NotYours, Gone, ...always]
    }).annotateMerge(
      describe(
        "One action",
        "Its state and what came of it, until 24 hours after it was confirmed, cancelled or expired."
      )
    ),
    HttpApiEndpoint.delete("cancel", "/v1/actions/:token", {
      params: token,
      success: ActionView,
      error: [NotYours, Gone, ...always]
    }).annotateMerge(describe("Cancel an action", "While it is pending.")),
    HttpApiEndpoint.post("create", "/v1/actions", {
      payload: CreateRequest,
      success: PendingActionView.pipe(HttpApiSchema.status(201)),
      error: [Invalid, ...always]
    }).annotateMerge(
      describe("Propose an action", "It can be confirmed for `expires_in_seconds` (1-3600), by default for 60.")
    ),
    proposing("requestReview", "/v1/actions/request-review", ReviewRequest, "Request reviewers"),
    proposing("rerunChecks", "/v1/actions/rerun-checks", RerunRequest, "Re-run the checks"),
    proposing("comment", "/v1/actions/comment", CommentRequest, "Comment on a pull request"),
    proposing("merge", "/v1/actions/merge", MergeRequest, "Merge a pull request, by default by squash")
  )
  .middleware(RequestChecks)
  .middleware(DeveloperOnly)
  .annotateMerge(OpenApi.annotations({ title: "Actions", description: OFF }))

const ContextGroup = HttpApiGroup.make("sessionContext")
  .add(
    HttpApiEndpoint.put("setContext", "/v1/sessions/:id/context", {
      params: session,
      payload: SessionContext,
      success: SessionContext,
      error: [Invalid, NotYours, ...always]
    }).annotateMerge(describe("Say what a session is about", "Without a pull request, the one before is forgotten.")),
    HttpApiEndpoint.get("getContext", "/v1/sessions/:id/context", {
      params: session,
      query: {
        fallback_repo: Schema.optionalKey(RepoName.annotate({ expected: "owner/name" }))
      },
      success: SessionContext,
      error: [Invalid, NotYours, Gone, ...always]
    }).annotateMerge(describe("What is a session about", "`fallback_repo` is answered where there is no repository.")),
    HttpApiEndpoint.delete("clearContext", "/v1/sessions/:id/context", {
      params: session,
      success: Schema.Struct({ cleared: Schema.Boolean }),
      error: [Invalid, NotYours, ...always]
    }).annotateMerge(describe("Forget what a session is about", "`cleared` is false when it was about nothing."))
  )
  .middleware(RequestChecks)
  .middleware(DeveloperOnly)
  .annotateMerge(OpenApi.annotations({ title: "Session context", description: OFF }))

const InboxGroup = HttpApiGroup.make("inbox")
  .add(
    HttpApiEndpoint.get("inbox", "/v1/inbox", { success: Inbox, error: [...always] }).annotateMerge(
      describe("What wants attention", "Pull requests, mentions and failing checks, most urgent first.")
    )
  )
  .middleware(RequestChecks)
  .middleware(DeveloperOnly)
  .annotateMerge(OpenApi.annotations({ title: "Inbox", description: OFF }))

const StatusGroup = HttpApiGroup.make("status")
  .add(
    HttpApiEndpoint.get("status", "/v1/status", { success: StatusAnswer }).annotateMerge(
      describe("Is the service there", "Needs no key. Always 200; `unavailable` while the store is away.")
    )
  )
  .annotateMerge(OpenApi.annotations({ title: "Status", description: OFF }))

/**
 * Served when there are developers; the key is asked for before anything else of a request is looked at. A field that no body
 * documents is refused: what it was meant to change would not be done.
 */
export const DeveloperApi = HttpApi.make("developer")
  .add(CommandsGroup, ActionsGroup, ContextGroup, InboxGroup, StatusGroup)
  .annotate(HttpApi.PayloadParseOptions, { onExcessProperty: "error" })
