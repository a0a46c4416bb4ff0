import type { SendingProcess } from '#services/alarms/process-store.ts'
import { UseError } from './arguments.ts'
import { clip } from './clip.ts'
import { localTime } from './local-time.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

/** `./mailkeep nodes` (N-02): which processes send mail, and which of them still have to prove themselves. */
export const command: SiteCommand = {
  name: 'nodes',
  summary: 'processes that send mail, and how far each is trusted',
  help: `Usage: mailkeep nodes
Shows the processes that send mail: how much of it each may have, and what does not work where one is on trial.
Exit code 1: one of them is not fit to send.`,
  options: {},
  async run(site, given, out) {
    if (given.words.length > 0) throw new UseError('nodes takes no words')
    const nodes = await site.processes.nodes()
    const rows = nodes.map((each) => [
      each.node,
      String(each.pid),
      localTime(each.startedAt),
      localTime(each.seenAt),
      standingOf(each),
      triesOf(each),
    ])
    const head = ['node', 'process', 'started', 'last heard of', 'mail', 'failed of tried']
    const again = nodes.flatMap(({ node, pid, restart }) =>
      restart === null ? [] : [`Process ${pid} of ${node} was started again: ${restart}`],
    )
    out.answer(
      { nodes },
      rows.length === 0 ? 'No process sends mail.' : [table(head, rows), ...again].join('\n'),
    )
    return nodes.some(({ standing }) => standing !== null && standing.step !== '') ? 1 : 0
  },
}

function standingOf({ standing }: SendingProcess): string {
  if (standing === null || standing.kind === 'full') return 'all'
  if (standing.kind === 'share') return `${standing.percent} %`
  if (standing.kind === 'looking') return 'none yet'
  return standing.step === ''
    ? `none, ${standing.passed} synthetic messages went through`
    : `none: ${standing.step}: ${clip(standing.why, 100)}`
}

function triesOf({ tries }: SendingProcess): string {
  const sum = (what: 'tried' | 'failed') => tries.reduce((total, each) => total + each[what], 0)
  return `${sum('failed')} of ${sum('tried')}`
}
