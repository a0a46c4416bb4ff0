import { recordOrder } from '#services/directory/directory-order.ts'
import { takeBackSet, takeSet } from '#services/scanners/take-set.ts'
import { UseError } from './arguments.ts'
import type { GroupCommand } from './group-command.ts'
import { orderOf } from './order-of.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

const status: SiteCommand = {
  name: 'status',
  summary: 'shows what each virus scanner has loaded',
  help: `Usage: mailkeep scanners status
Asks each scanner of antivirus.backends to look at twenty clean messages, and shows the set of signatures that it has
loaded and the time for a message.
Exit code 1: one of them does not answer.`,
  options: {},
  async run(site, _given, out) {
    const { scanners, sets } = site.scanners
    const asked = scanners.names().map(async (name) => {
      try {
        return { name, ...(await scanners.prove(name)), away: '' }
      } catch (cause) {
        return {
          name,
          version: '',
          found: [],
          caught: [],
          timesMs: [],
          p95Ms: 0,
          megabytes: 0,
          away: (cause as Error).message,
        }
      }
    })
    const found = await Promise.all(asked)
    const rows = found.map((each) => [
      each.name,
      each.away === '' ? each.version : 'away',
      each.away || `${Math.round(each.p95Ms)} ms`,
    ])
    const sheet = rows.length === 0 ? 'No scanner is set.' : table(['scanner', 'signatures', 'time'], rows)
    out.answer({ scanners: found, current: sets?.current() ?? null, former: sets?.former() ?? null }, sheet)
    return found.some((each) => each.away !== '') ? 1 : 0
  },
}

const take: SiteCommand = {
  name: 'take',
  summary: 'takes a signed bundle of signatures into use',
  help: `Usage: mailkeep scanners take FOLDER [--unproved]
Takes the bundle in a folder into use: signed, whole, newer than the set in use, and proved by one scanner first.
The set in use stays where it fails.
  --unproved  all scanners load it at once, without a proof`,
  options: { unproved: { type: 'boolean' } },
  async run(site, given, out) {
    const [folder, ...more] = given.words
    if (folder === undefined || more.length > 0) throw new UseError('name one folder')
    const taken = await takeSet(site.scanners, folder, given.flag('unproved'))
    if (taken.kind === 'taken') {
      const detail = { version: taken.version, isProved: !given.flag('unproved') }
      await recordOrder(orderOf(site), 'signatures-taken', null, detail)
    }
    out.answer(
      taken,
      taken.kind === 'taken' ? `${taken.version} is in use.` : `${taken.version} is in use already.`,
    )
    return 0
  },
}

const back: SiteCommand = {
  name: 'back',
  summary: 'goes back to the set of signatures before',
  help: `Usage: mailkeep scanners back
Puts the set of signatures before the one in use into force again, in all scanners at once. The one taken back is not
taken again, and mail of the last three days that it had something against is judged anew.`,
  options: {},
  async run(site, _given, out) {
    const version = await takeBackSet(site.scanners)
    await recordOrder(orderOf(site), 'signatures-taken-back', null, { version })
    out.answer({ version }, `${version} is in use again.`)
    return 0
  },
}

/** `./mailkeep scanners`. */
export const command: GroupCommand = {
  name: 'scanners',
  summary: 'shows virus scanners; takes signatures into use and back',
  verbs: [status, take, back],
}
