/**
 * `npm run demo:discord`: a member's messages worsen, an alert appears, the service is killed with `kill -9`, the member
 * writes on, and after the restart a responder acknowledges and resolves. The real service and its real Discord client,
 * against a Discord that runs in this process; the embedded store in a temporary folder, loopback only, under a minute.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DiscordStandIn } from "#test/harness/discord/DiscordStandIn.ts"
import { type MessageObject, textOf } from "#test/harness/discord/Objects.ts"
import { TOKEN } from "#test/harness/discord/Options.ts"
import { startService } from "#test/harness/ServiceProcess.ts"

const GUILD = "100000000000000001"
const GENERAL = "200000000000000001"
const CRISIS = "300000000000000001"
const TEAM = "400000000000000001"
const ROBIN = "500000000000000001"
const SASHA = "500000000000000002"
const KIM = "600000000000000001"

const say = (line: string) => console.log(line)
const title = (line: string) => say(`\n\u001b[1m${line}\u001b[0m`)
const kim = (text: string) => say(`  #general  Kim    > ${text}`)
const shown = (where: string, lines: ReadonlyArray<string>) => {
  for (const [index, line] of lines.entries()) say(`  ${(index === 0 ? where : "").padEnd(9)} ${line}`)
}

/** The lines of an embed a reader of the demo wants to see. */
const glimpse = (post: MessageObject): ReadonlyArray<string> => {
  const [embed] = post.embeds
  const fields = (embed?.fields ?? []).filter(({ name }) => !["Member", "Where", "Recommended"].includes(name))
  return [
    ...(post.content === "" ? [] : [post.content]),
    `[${embed?.title ?? ""}]`,
    ...(embed?.description ?? "").split("\n").filter((line) => line !== "```"),
    ...fields.map(({ name, value }) => `${name}: ${value.replaceAll("\n", " ")}`)
  ]
}

const discord = await DiscordStandIn.start({
  guilds: [
    {
      id: GUILD,
      name: "Demo",
      roles: [{ id: TEAM, name: "Crisis team" }],
      channels: [
        { id: GENERAL, name: "general" },
        { id: CRISIS, name: "crisis" }
      ],
      members: [
        { id: ROBIN, name: "Robin", roles: [TEAM] },
        { id: SASHA, name: "Sasha", roles: [TEAM] },
        { id: KIM, name: "Kim" }
      ]
    }
  ]
})
const folder = mkdtempSync(join(tmpdir(), "tardigrade-demo-"))
const start = () =>
  startService({
    DATA_DIR: folder,
    DISCORD_TOKEN: TOKEN,
    DISCORD_API_BASE_URL: discord.apiBaseUrl,
    BOT_DISCORD_GUILD_ID: GUILD,
    BOT_MONITORED_CHANNELS: JSON.stringify([GENERAL]),
    BOT_ALERT_CHANNEL_CRISIS_IDS: JSON.stringify([CRISIS]),
    BOT_CRT_ROLE_IDS: JSON.stringify([TEAM]),
    PLURALKIT_ENABLED: "false",
    ACTOR_CLAIM: "2 seconds"
  })

const writes = (content: string) => {
  kim(content)
  return discord.people.message(GENERAL, { by: KIM, content })
}
const inCrisis = (holds: (post: MessageObject) => boolean) => (post: MessageObject) =>
  post.channel_id === CRISIS && holds(post)
const click = async (who: string, by: string, post: MessageObject, button: "ack" | "resolve") => {
  const [, member = "", message = ""] = /ash_ack:(\d+):(\d+)/.exec(JSON.stringify(post.components)) ?? []
  say(`  #crisis   ${who.padEnd(6)} clicks ${button === "ack" ? "Acknowledge" : "Resolve"}`)
  const interaction = discord.people.clickStale(post.id, `ash_${button}:${member}:${message}`, by)
  const answer = await interaction.answer((shown) => shown.message.content !== "")
  shown("", [`only ${who} sees: ${answer.message.content}`])
}

try {
  title("1. A member's messages worsen. A list of words decides here; with BOT_NLP_BASE_URL a crisis model does.")
  const first = await start()
  await discord.connected()
  writes("long week, who is up for a game?")
  writes("i feel so alone lately")
  writes("honestly everything feels pointless. i can't do this anymore")
  const alert = await discord.posted(
    "the alert",
    inCrisis(() => true)
  )
  await discord.called(`POST /channels/${CRISIS}/messages/${alert.id}/threads`)
  shown("#crisis", glimpse(alert))

  title(`2. kill -9 ${first.pid}. The member writes on; nobody is listening.`)
  await first.kill9()
  writes("nobody would miss me if i was gone")

  title(
    "3. A new process starts on the same folder. Discord replays what was missed; the alert is raised, not doubled."
  )
  const began = performance.now()
  const second = await start()
  const raised = await discord.posted(
    "the raised alert",
    inCrisis((post) => post.id === alert.id && textOf(post).includes("High alert"))
  )
  say(`  ...raised ${((performance.now() - began) / 1000).toFixed(1)} s after the restart began.`)
  shown("#crisis", glimpse(raised))

  title("4. Two responders click on the post of the process that died.")
  await click("Robin", ROBIN, raised, "ack")
  await click("Sasha", SASHA, raised, "ack")
  await click("Robin", ROBIN, raised, "resolve")
  const closed = await discord.posted(
    "the closed alert",
    inCrisis((post) => textOf(post).toLowerCase().includes("resolved"))
  )
  shown("#crisis", [`[${closed.embeds[0]?.title ?? ""}]`])
  const thread = discord.threads()[0]
  if (thread !== undefined) {
    say("  its thread, the alert's log:")
    for (const post of discord.posts(thread.id)) shown("", [`- ${textOf(post).replaceAll("\n", " ")}`])
  }

  title("What this showed")
  const alertPosts = discord.posts(CRISIS).filter(({ embeds }) => embeds.length > 0)
  say(`  - alert posts in #crisis, edited in place, although the process died: ${alertPosts.length};`)
  say("  - what was written while nobody ran was replayed by Discord and handled once;")
  say("  - a button outlives the process that posted it; the second responder learns who was first.")
  say(`  - exit code of the service on SIGTERM: ${await second.stop()}`)
} finally {
  await discord.stop()
  rmSync(folder, { recursive: true, force: true })
}
