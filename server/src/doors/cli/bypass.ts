import { bypassRecipe } from '#services/bypass/bypass-recipe.ts'
import { type BypassOrder, beginBypass, endBypass, listBypasses } from '#services/bypass/switch-bypass.ts'
import { type Arguments, UseError } from './arguments.ts'
import type { GroupCommand } from './group-command.ts'
import { localTime } from './local-time.ts'
import { orderOf } from './order-of.ts'
import { readCount } from './read-count.ts'
import type { Site } from './site.ts'
import type { SiteCommand } from './site-command.ts'

const on: SiteCommand = {
  name: 'on',
  summary: 'notes that a domain sends past us, for a day at most',
  help: `Usage: mailkeep bypass on DOMAIN --why TEXT [--hours N]
Notes that the domain's own servers send past us, because our road is in trouble; "bypass steps" says what to do there.
Mail that comes in is taken and watched as ever. It is told two hours before the end, and ends by itself; given again
it runs from now.
  --why    for other managers, and for the audit log
  --hours  until it ends by itself (24, which is the most)`,
  options: { why: { type: 'string' }, hours: { type: 'string' } },
  async run(site, given, out) {
    const hours = readCount('hours', given.text('hours'), 24)
    const why = given.text('why')
    if (why === undefined) throw new UseError('say why, with --why')
    const begun = await beginBypass(bypassOrderOf(site), oneDomain(given), { hours, why })
    out.answer(begun, `${begun.domain} sends past us until ${localTime(begun.until)}.`)
    return 0
  },
}

const off: SiteCommand = {
  name: 'off',
  summary: 'notes that a domain sends through us again',
  help: `Usage: mailkeep bypass off DOMAIN
The domain sends through us again: alarms of its mail flow count from now on.`,
  options: {},
  async run(site, given, out) {
    const domain = oneDomain(given)
    await endBypass(bypassOrderOf(site), domain)
    out.answer({ domain }, `${domain} sends through us again.`)
    return 0
  },
}

const list: SiteCommand = {
  name: 'list',
  summary: 'lists domains that send past us',
  help: `Usage: mailkeep bypass list
Lists domains that send past us, until when, why and by whom.`,
  options: {},
  async run(site, _given, out) {
    const bypasses = await listBypasses(bypassOrderOf(site))
    const lines = bypasses.map(
      ({ domain, until, why, who }) => `${domain}  until ${localTime(until)}, by ${who}: ${why}`,
    )
    out.answer({ bypasses }, lines.length === 0 ? 'No domain sends past us.' : lines.join('\n'))
    return 0
  },
}

const steps: SiteCommand = {
  name: 'steps',
  summary: 'says how a domain sends past us, and how it comes back',
  help: `Usage: mailkeep bypass steps DOMAIN
Says what whoever runs the domain's servers does to send past us, and to come back.`,
  options: {},
  async run(site, given, out) {
    const recipe = bypassRecipe(oneDomain(given), site.loaded.config['site.host'])
    const numbered = (all: readonly string[]) => all.map((each, index) => `${index + 1}. ${each}`)
    out.answer(
      recipe,
      ['To send past us:', ...numbered(recipe.away), '', 'To come back:', ...numbered(recipe.back)].join(
        '\n',
      ),
    )
    return 0
  },
}

function bypassOrderOf(site: Site): BypassOrder {
  return { ...orderOf(site), bypasses: site.bypasses }
}

function oneDomain({ words }: Arguments): string {
  const [domain, ...more] = words
  if (domain === undefined || more.length > 0) throw new UseError('name one domain')
  return domain
}

/** `./mailkeep bypass`. */
export const command: GroupCommand = {
  name: 'bypass',
  summary: 'domains that send past us for a while: begins, ends, lists, says how',
  verbs: [on, off, list, steps],
}
