/**
 * Writes the reference pages that grow from the sources: commands, settings, reasons, metrics and the HTTP door.
 * `--check` writes nothing and fails where a page is not what the sources say.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { programRate } from '../server/src/doors/api/access/guard-access.ts'
import { deepest } from '../server/src/doors/api/json-depth.ts'
import type { Command } from '../server/src/doors/cli/command.ts'
import { loadAll } from '../server/src/doors/cli/run-command.ts'
import { transitions } from '../server/src/flow/spool/message-state.ts'
import { reasons } from '../server/src/flow/spool/reasons.ts'
import { bounceClasses } from '../server/src/ground/bounces/bounce-classes.ts'
import { alarmAdvice } from '../server/src/ground/platform/alarm-advice.ts'
import { kindOf } from '../server/src/ground/platform/alarm-kinds.ts'
import type { Setting } from '../server/src/ground/platform/config/setting-types.ts'
import { environmentName, settings } from '../server/src/ground/platform/config/settings.ts'
import { createMetrics } from '../server/src/ground/platform/metrics.ts'
import { commands } from '../server/src/main.ts'
import { privateFaults, publicFaults } from '../server/src/services/status/public-faults.ts'
import { apiSections } from './api-page.ts'
import { layers } from './check-layers.ts'

const root = join(import.meta.dirname, '..')
const note =
  'Made by `scripts/gen-reference.ts` from the sources; `npm run verify` checks that it is up to date.'

/** The pages by their path in the repository. */
export async function referencePages(): Promise<Record<string, string>> {
  return {
    'docs/reference/commands.md': await commandsPage(),
    'docs/reference/settings.md': settingsPage(),
    'docs/reference/reasons.md': reasonsPage(),
    'docs/reference/bounces.md': bouncesPage(),
    'docs/reference/metrics.md': await metricsPage(),
    'docs/reference/alarms.md': alarmsPage(),
    'docs/reference/alarms-on-the-status-page.md': publicAlarmsPage(),
    'docs/reference/api.md': apiPage(),
    'ARCHITECTURE.md': architecturePage(),
  }
}

/** The page as it stands, with the tables that are law elsewhere put between their marks. */
function architecturePage(): string {
  const states = transitions.map(({ from, to, owners, when }) => [from, to, owners.join(', '), when])
  const arrows = Object.entries(layers).map(([name, { values, types }]) => [
    `\`${name}\``,
    values.join(', ') || '(nothing)',
    (types ?? []).join(', '),
  ])
  return withTables('ARCHITECTURE.md', {
    states: markdownTable(['from', 'to', 'asked for by', 'when'], states),
    layers: markdownTable(['folder', 'may import', 'and types of'], arrows),
  })
}

function alarmsPage(): string {
  const rows = Object.entries(alarmAdvice).map(([name, { means, todo }]) => [
    ...[`\`${name}\``, kindOf(name).severity, means, todo],
  ])
  return withTables('docs/reference/alarms.md', {
    alarms: markdownTable(['alarm', 'severity', 'what it means', 'what to do'], rows),
  })
}

/** A page that people write, with each table put in place of the one between its marks. */
function withTables(path: string, tables: Readonly<Record<string, string>>): string {
  return Object.entries(tables).reduce(
    (text, [mark, table]) =>
      text.replace(
        new RegExp(`(<!-- ${mark} -->\n)[^]*?(<!-- end -->)`),
        (_all, begin: string, end: string) => `${begin}\n${table}\n\n${end}`,
      ),
    readIfThere(join(root, path)),
  )
}

function publicAlarmsPage(): string {
  const only = {
    'has-decided': 'those that were more than looked at',
    'own-hop': 'a server of ours (`own=yes`)',
    'own-door': 'our own doors',
    'by-stage': 'the component by the stage that is slow',
    'by-role': 'what no other process does: taking mail, filtering, delivery or the console',
  }
  const turning = Object.entries(publicFaults).map(([name, fault]) => [
    ...[`\`${name}\``, `\`${fault.component}\``, fault.level.replaceAll('_', ' ')],
    fault.only === undefined ? '' : only[fault.only],
  ])
  const others = Object.entries(privateFaults).map(([name, why]) => [`\`${name}\``, why])
  return page(
    'Alarms on the status page',
    `${note}

Which of the [alarms](alarms.md) make a component of the [public page](../operate/status-page.md) *suspected*, after two
bad periods in a row. A page without that part shows it at the whole.`,
    [
      markdownTable(['alarm', 'component', 'level', 'only'], turning),
      'These turn nothing:',
      markdownTable(['alarm', 'why'], others.toSorted()),
    ],
  )
}

function bouncesPage(): string {
  const rows = Object.entries(bounceClasses).map(([name, { meaning, action, hard, waitMs, advice }]) => [
    `\`${name}\``,
    `${meaning}${hard ? ' (hard)' : ''}`,
    action,
    waitMs === 0 ? '' : `${waitMs / 60_000} min`,
    advice,
  ])
  return page(
    'What refusals and bounces mean',
    `${note}

Every reply that did not take a message, and every bounce that comes back, gets one of these words: in the trace, in the
ledger, in the search (\`class=\`), in the figures of *Returned mail*, in the notice to the sender, and in what
\`./mailkeep classify-bounce\` answers. The words of more than seventy receivers are known; where the
words say nothing the status decides (RFC 3463), then the reply code and where in the conversation it came.

Held against bounces of others, where the folder in \`MAILKEEP_SUITES\` has them: 154 of 160 of Postfix, sendmail and Exim
(\`node --test tests/suites/sisimai.test.ts\` names the other six and why), and 50 of 50 replies
(\`node --test tests/suites/bounce-classifier.test.ts\`).

What is done with a refusal (5xx):

- \`final\`: it is the receiver's judgement, and the sender hears of it at once.
- \`other-address\`: it is aimed at the address that we came from. The mail is tried again over others first.
- \`slow\`: we are too fast. The lane slows down and the mail waits.
- \`same-address\`: it is tried again from the same address a while later.
- \`patience\`: it is tried again by the schedule.

A deferral (4xx) never ends mail; its class says how long to wait, and what to slow down. Where a reply names a time,
that is kept to.`,
    [markdownTable(['class', 'what it means', 'what is done', 'wait', 'what the sender is told'], rows)],
  )
}

async function commandsPage(): Promise<string> {
  const sections: string[] = []
  for (const command of await loadAll(commands)) {
    const help = await helpOf(command)
    sections.push(`## ${command.name}\n\n${capital(command.summary)}.\n\n\`\`\`text\n${help.trim()}\n\`\`\``)
  }
  return page(
    'Commands',
    `${note}

\`./mailkeep COMMAND\` works beside a running server. Every command knows \`--help\`; those that work on a site also
\`--json\` (one JSON document on standard output, times in ISO form), \`--config FILE\` and \`--data FOLDER\`. Exit code
0: fine. 1: it found something. 2: wrong use, with a sentence that says what would be right. 70: a fault of its own, or
the database was busy for too long.`,
    sections,
  )
}

async function helpOf(command: Command): Promise<string> {
  let text = ''
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString()
      done()
    },
  })
  await command.run(['--help'], { stdin: process.stdin, stdout: sink, stderr: sink })
  return text
}

function settingsPage(): string {
  const groups = Map.groupBy(Object.entries(settings), ([name]) => name.split('.')[0] ?? '')
  const sections = [...groups].map(([group, entries]) => {
    const rows = entries.map(([name, setting]) => {
      const { kind, help, when } = setting
      return [
        `\`${name}\``,
        kind,
        shownDefault(name, setting as Setting<unknown>),
        when,
        `${help}<br>\`${environmentName(name)}\``,
      ]
    })
    return `## ${group}\n\n${markdownTable(['setting', 'kind', 'default', 'takes effect', 'what it does, and its variable'], rows)}`
  })
  return page(
    'Settings',
    `${note}

Settings stand in \`mailkeep.yaml\`, written with dots (\`gateway.listen: ...\`) or nested. The environment wins over the
file. A wrong setting is refused at the start with its line. \`live\` settings are read anew on SIGHUP, the others at the
next start. \`./mailkeep config explain NAME\` shows a value and where it comes from. Sizes: 1 KB is 1024 bytes.`,
    sections,
  )
}

/** Defaults that depend on the machine are told in words, so that the page is the same everywhere. */
function shownDefault(name: string, setting: Setting<unknown>): string {
  if (setting.default === hostname() && name === 'node.name') return 'host name'
  if (name === 'inspection.threads') return 'one a core, 8 at most'
  const text = setting.show(setting.default)
  return text === '' ? '(empty)' : `\`${text}\``
}

function reasonsPage(): string {
  const rows = Object.entries(reasons).map(([name, meaning]) => [`\`${name}\``, meaning])
  return page(
    'Reasons',
    `${note}

Why a delivery is in its state. The reason is stored with each delivery and each event of the ledger, is shown by
\`./mailkeep trace\`, and selects mail in \`queue\` and \`affected\`. A refusal in the dialogue has a reason of its own
(\`unknown-recipient\`, \`relay-denied\`, the code of a finding in [findings](findings.md), ...).`,
    [markdownTable(['reason', 'meaning'], rows)],
  )
}

async function metricsPage(): Promise<string> {
  const all = await createMetrics().registry.getMetricsAsJSON()
  const isOurs = (name: string) => !/^mailkeep_(nodejs|process)_/.test(name)
  const rows = all
    .filter((each) => isOurs(each.name))
    .map((each) => [`\`${each.name}\``, String(each.type), each.help])
  return page(
    'Metrics',
    `${note}

Served in the Prometheus format at \`/metrics\` of the console's address (\`console.listen\`). Beside these there are the
usual figures of the process and of Node.js under \`mailkeep_process_\` and \`mailkeep_nodejs_\`.`,
    [markdownTable(['metric', 'kind', 'meaning'], rows)],
  )
}

function apiPage(): string {
  return page(
    'HTTP',
    `${note}

Served at \`console.listen\`, under the names localhost, 127.0.0.1 and [::1] and the one of \`console.url\`. From the
first manager on who asks has to say who he is: programs by \`Authorization: Bearer KEY\`, people at \`/sign-in\`
([managers and keys](../operate/managers-and-keys.md)); 401 without, 403 without the right, 404 for what is another
tenant's. \`/health\`, \`/metrics\` on this machine and the MTA-STS policies are open. What is
made or done is a POST with JSON, what is there is changed with PATCH or PUT and removed with DELETE. An address that
takes or needs \`If-Match\` refuses (412) what somebody else has changed meanwhile; any other refuses the field (400),
unless it says \`*\`. What the contract does not name is refused (400), in the query too, and so is a body with more than
${deepest} values within each other; a body of another kind than \`application/json\` is 415, a method that an address does
not take 405 with \`Allow\`. A key that asks more than ${programRate.most.toLocaleString('en')} times at once, or ${programRate.perSecond} times a second for long, hears 429 with
\`Retry-After\`; each process that answers counts for itself. With an \`Idempotency-Key\` whatever changes something is done
once: the same again has the same answer for a day. Where it ended with an error after anything had been changed the same is 409
(\`urn:mailkeep:cut-off\`) for a day, and is not done again: look at what is there, and ask for what is missing with a new key.
Where the server was killed in between it is 409 with \`Retry-After\` for a minute, and then as after an error. Where nothing
had been changed it is done as if it were new, whatever it was refused for. \`Accept\` chooses nothing (RFC 9110,
12.5.1): each address has one kind of answer, or a parameter that names it, and \`Content-Type\` says which; errors are
\`application/problem+json\`, also of what is no HTTP (400), of a header above 8 KiB (431) and of what comes too slowly (408).
\`/api/v1/openapi.json\` is all this for programs.
What stands in a message is shown by its \`/content\`, \`/preview\` and \`/download\` alone, with the right \`content.read\`;
the audit log has each look. Lists have 25 lines a page, 50 at most, and \`next\` leads to the next one. Moments
are UTC as in \`2026-11-21T09:41:12.000Z\`. Answers come within two seconds: a part that its store did not give by then is
\`null\`, and \`missing\` beside it says since when and why. The overview, the queue and a message carry an \`ETag\` of what
they say, for \`If-None-Match\`, and the header \`Mailkeep-Complete-Up-To\` says, also on a 304, up to which moment the
ledger was read.`,
    apiSections(markdownTable),
  )
}

function page(title: string, head: string, sections: readonly string[]): string {
  return `# ${title}\n\n${head}\n\n${sections.join('\n\n')}\n`
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((each) => each.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

if (import.meta.main) {
  const isCheck = process.argv.includes('--check')
  for (const [name, text] of Object.entries(await referencePages())) {
    const path = join(root, name)
    if (!isCheck) writeFileSync(path, text)
    else if (readIfThere(path) !== text) {
      console.error(`${name} is not what the sources say; run node scripts/gen-reference.ts`)
      process.exitCode = 1
    }
  }
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
