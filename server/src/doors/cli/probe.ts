import { currentProbes } from '#services/watch/current-probes.ts'
import { type Probe, probedComponents } from '#services/watch/probe-store.ts'
import { UseError } from './arguments.ts'
import { clip } from './clip.ts'
import type { GroupCommand } from './group-command.ts'
import { localTime } from './local-time.ts'
import { readCount } from './read-count.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

const list: SiteCommand = {
  name: 'list',
  summary: 'lists what is tried, and how it goes',
  help: `Usage: mailkeep probe list [--component COMPONENT]
Lists the paths that messages and questions of our own take again and again: how the last try went, since when it has
been so, and where one stopped that did not get through. A path of which nothing is heard is unknown.
Components: ${probedComponents.join(', ')}.
Exit code 0: none has failed. 1: one has.`,
  options: { component: { type: 'string' } },
  async run(site, given, out) {
    const component = given.text('component')
    if (component !== undefined) requireComponent(component)
    const all = await currentProbes(site.watch, Date.now())
    const probes = all.filter((each) => component === undefined || each.component === component)
    const rows = probes.map((each) => [
      ...[each.component, clip(each.path, 50), each.result, localTime(each.since), localTime(each.at)],
      ...[tookOf(each), each.stage ?? '', clip(each.words, 80)],
    ])
    const head = ['component', 'path', 'result', 'since', 'last try', 'took', 'stopped at', '']
    out.answer({ probes }, rows.length === 0 ? 'Nothing is tried.' : table(head, rows))
    return probes.some(({ result }) => result === 'failed') ? 1 : 0
  },
}

const show: SiteCommand = {
  name: 'show',
  summary: 'lists the latest tries of one path',
  help: `Usage: mailkeep probe show COMPONENT PATH [--limit N]
Lists the latest tries of a path within a day, newest first, with the time that each stage took. N is 20 if absent.`,
  options: { limit: { type: 'string' } },
  async run(site, given, out) {
    const [component, path, ...more] = given.words
    if (component === undefined || path === undefined || more.length > 0)
      throw new UseError('name a component and a path')
    requireComponent(component)
    const tries = await site.watch.tries(component, path, readCount('limit', given.text('limit'), 20))
    const rows = tries.map((each) => [
      ...[localTime(each.at), each.result, tookOf(each), each.stage ?? ''],
      (each.steps ?? []).map(({ stage, tookMs }) => `${stage} ${tookMs.toFixed(0)} ms`).join(', '),
      clip(each.words, 80),
    ])
    const head = ['at', 'result', 'took', 'stopped at', 'stages', '']
    out.answer({ tries }, rows.length === 0 ? 'It has not been tried within a day.' : table(head, rows))
    return 0
  },
}

function requireComponent(word: string): asserts word is Probe['component'] {
  if (!(probedComponents as readonly string[]).includes(word))
    throw new UseError(`a component is one of ${probedComponents.join(', ')}`)
}

const tookOf = ({ tookMs }: Pick<Probe, 'tookMs'>) => (tookMs === null ? '-' : `${tookMs.toFixed(0)} ms`)

/** `./mailkeep probe` (N-14). */
export const command: GroupCommand = {
  name: 'probe',
  summary: 'what is tried again and again by messages and questions of our own, and how it goes',
  verbs: [list, show],
}
