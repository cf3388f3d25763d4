/** Commands and what they are taken to mean, of both polarities. */
import type { IntentName } from "#domain/developer/Intent.ts"

type Rows = ReadonlyArray<readonly [text: string, entities?: Readonly<Record<string, unknown>>]>

/** Understood exactly as said, with nothing around it. */
export const EXACT: Readonly<Partial<Record<IntentName, Rows>>> = {
  "inbox.list": [
    ["inbox"],
    ["What's in my inbox?"],
    ["check my inbox"],
    ["summarise my inbox"],
    ["what needs my attention"],
    ["show my notifications"],
    ["list my pull requests"],
    ["inbox of octo/hello", { repo: "octo/hello" }]
  ],
  "pr.summarize": [
    ["summarize PR 123", { pr_number: 123 }],
    ["Summarise pull request 123", { pr_number: 123 }],
    ["summarize pull request one two three", { pr_number: 123 }],
    ["summarize pr one hundred and twenty three", { pr_number: 123 }],
    ["summarize pr one hundred twenty three", { pr_number: 123 }],
    ["summarize pr twelve thirty four", { pr_number: 1234 }],
    ["summarize pr two thousand and seven", { pr_number: 2007 }],
    ["summarize pr forty-two", { pr_number: 42 }],
    ["summarize pr one oh five", { pr_number: 105 }],
    ["summarize PR 1 2 3", { pr_number: 123 }],
    ["summarize 1,234", { pr_number: 1234 }],
    ["summarize p.r. 12", { pr_number: 12 }],
    ["sum up PR-12", { pr_number: 12 }],
    ["summarize it"],
    ["give me a summary of #7 in octo/hello", { pr_number: 7, repo: "octo/hello" }],
    ["summarize octo/Hello.js#7", { pr_number: 7, repo: "octo/Hello.js" }],
    ["summarize https://github.com/octo/hello/pull/7", { pr_number: 7, repo: "octo/hello" }],
    ["summarize octo slash hello number seven", { pr_number: 7, repo: "octo/hello" }],
    ["what is pr 12 about?", { pr_number: 12 }],
    ["tell me about PR 12", { pr_number: 12 }],
    ["what changed in pr 12", { pr_number: 12 }],
    ["describe pr 12", { pr_number: 12 }]
  ],
  "pr.request_review": [
    ["request review from alice on PR 7", { reviewers: ["alice"], pr_number: 7 }],
    ["request review from alice and @Bob", { reviewers: ["alice", "Bob"] }],
    ["request a review from alice, bob and carol on 7", { reviewers: ["alice", "bob", "carol"], pr_number: 7 }],
    ["ask alice to review pr 7", { reviewers: ["alice"], pr_number: 7 }],
    ["ask alice for a review of it", { reviewers: ["alice"] }],
    ["assign bob as reviewer to 12", { reviewers: ["bob"], pr_number: 12 }],
    ["add reviewer octo-cat", { reviewers: ["octo-cat"] }],
    ["request a review from at bob dash smith", { reviewers: ["bob-smith"] }],
    ["request review from at bob and at carol on PR 5", { reviewers: ["bob", "carol"], pr_number: 5 }],
    ["request review"],
    ["request a code review"]
  ],
  "pr.merge": [
    ["merge 12", { pr_number: 12 }],
    ["merge it"],
    ["merge it in this repo"],
    ["merge PR 12 in the repo octo/hello", { pr_number: 12, repo: "octo/hello" }],
    ["merge https://github.com/octo/hello/pull/12/files", { pr_number: 12, repo: "octo/hello" }],
    ["merge 12 in octo dash org slash hello dot js", { pr_number: 12, repo: "octo-org/hello.js" }],
    ["Merge pull request 12 in octo/hello", { pr_number: 12, repo: "octo/hello" }],
    ["squash and merge PR #12", { pr_number: 12, merge_method: "squash" }],
    ["merge 12 by rebase", { pr_number: 12, merge_method: "rebase" }],
    ["merge it with a merge commit", { merge_method: "merge" }]
  ],
  "pr.comment": [
    ["comment on PR 12 saying Looks Good: ship it", { pr_number: 12, body: "Looks Good: ship it" }],
    ['comment on 12: "Nice work, Dave"', { pr_number: 12, body: "Nice work, Dave" }],
    [
      "leave a comment on pr 12 in octo/hello: merge it when green",
      {
        pr_number: 12,
        repo: "octo/hello",
        body: "merge it when green"
      }
    ],
    ["reply saying don't merge 13", { body: "don't merge 13" }],
    [
      "comment on 12 saying see https://github.com/octo/hello/pull/7#note – 1,234 p.r. lines",
      { pr_number: 12, body: "see https://github.com/octo/hello/pull/7#note – 1,234 p.r. lines" }
    ],
    ["comment on 12", { pr_number: 12 }],
    ["comment on 12 saying", { pr_number: 12 }]
  ],
  "checks.status": [
    ["checks"],
    ["are the checks passing on 12?", { pr_number: 12 }],
    ["how are the checks on PR 12", { pr_number: 12 }],
    ["is CI green on pr 5", { pr_number: 5 }],
    ["check status of pr 5", { pr_number: 5 }],
    ["show the failed checks of octo/hello#9", { repo: "octo/hello", pr_number: 9 }],
    ["did the build pass"]
  ],
  "checks.rerun": [
    ["rerun checks"],
    ["rerun the failed checks on 12", { pr_number: 12 }],
    ["re-run CI for #44", { pr_number: 44 }],
    ["re run the tests"],
    ["retry the failed jobs"],
    ["run the checks again"],
    ["rerun it"]
  ],
  "agent.delegate": [
    ["ask the agent to fix the flaky test in PR 12", { instruction: "fix the flaky test in PR 12", pr_number: 12 }],
    ["delegate issue 42 to the agent", { instruction: "issue 42", issue_number: 42 }],
    ["have copilot write the docs", { instruction: "write the docs" }],
    ["tell the agent to merge 12", { instruction: "merge 12", pr_number: 12 }]
  ],
  "agent.status": [["agent status"], ["what is the agent doing"], ["how's the agent doing?"]],
  "agent.pause": [["pause the agent"]],
  "agent.resume": [["resume the agent"]],
  "system.repeat": [["repeat that"], ["Say that again."], ["what did you say?"]],
  "system.next": [["next"], ["next one"], ["go on"], ["what's next"]],
  "system.confirm": [["yes"], ["Yes!"], ["confirm"], ["do it"], ["go ahead"], ["yes, do it"]],
  "system.cancel": [["no"], ["cancel"], ["never mind"], ["Nevermind"], ["don't"], ["no, don't do it"], ["cancel that"]],
  "system.set_profile": [
    ["kitchen mode", { profile: "kitchen" }],
    ["switch to workout mode", { profile: "workout" }],
    ["set my profile to commute", { profile: "commute" }]
  ]
}

/** What must not be acted on. */
export const NEVER: ReadonlyArray<string> = [
  "yesterday",
  "yes no",
  "ok",
  "okay",
  "sure thing",
  "no, wait, yes",
  "yes I was told that he merged it",
  "confirmation",
  "don't merge 12",
  "do not merge 12",
  "never merge 12",
  "dont merge 12",
  "don't forget to merge 12",
  "I can't merge 12",
  "merge when green",
  "merge 12 when the checks pass",
  "merge the pull request of bob",
  "merge bob's pr",
  "merge the latest pr",
  "merge the purple pr 12",
  "merge 12 with bob",
  "merge 12 on kubernetes",
  "merge PR minus three",
  "merge pr dash 12",
  "merge it in 5 minutes",
  "merge it in an hour",
  "rerun bob's checks",
  "rerun the checks of bob",
  "request review from bob at kubernetes",
  "request review from bob dash",
  "yeah no",
  "no yes",
  "yes cancel",
  "yes merge it",
  "merge 12 if it is approved",
  "merge 12 after lunch",
  "merge 12 tomorrow",
  "automatically merge 12",
  "merge 12 once the tests are green",
  "did you merge 12?",
  "was 12 merged",
  "have you merged 12",
  "can I merge 12?",
  "should I merge 12",
  "who can merge 12",
  "undo the merge of 12",
  "merge 12 and 13",
  "merge 12 in octo/hello and octo/bye",
  "squash or rebase and merge 12",
  "merge 12 and request review from bob",
  "summarize 12 and merge it",
  "merge main into the branch of 12",
  "emerge 12",
  "merged 12",
  "submerge pr 12",
  "close pr 12",
  "don't rerun the checks",
  "rerun the checks if they fail",
  "don't ask bob to review 12",
  "don't comment on 12 saying hello",
  "don't tell the agent to fix it",
  "ask the agent later to fix it",
  "stop, don't confirm",
  "do not confirm",
  "cancel the confirmation of 12",
  ""
]
