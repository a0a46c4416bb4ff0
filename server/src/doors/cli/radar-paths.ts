import { OrderError } from '#services/ledger/order-error.ts'
import { addPath, removePath } from '#services/radar/write-path.ts'
import { UseError } from './arguments.ts'
import { clip } from './clip.ts'
import { localTime } from './local-time.ts'
import { readCount } from './read-count.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

const mostShown = 1000

export const radarPath: SiteCommand = {
  name: 'path',
  summary: 'makes round trips by a mailbox that answers by itself',
  help: `Usage: mailkeep radar path ADDRESS [--name TEXT] [--every SECONDS]
       mailkeep radar path ADDRESS --remove
Mails a mailbox that answers by itself again and again, and tells when the answers stay away or take long.
  --name   what the way is called
  --every  time between two trips (radar.every)`,
  options: { name: { type: 'string' }, every: { type: 'string' }, remove: { type: 'boolean' } },
  async run(site, given, out) {
    const [address, ...more] = given.words
    if (address === undefined || more.length > 0) throw new UseError('name a mailbox')
    const asker = { who: site.who, ip: '' }
    if (given.flag('remove')) {
      const paths = await site.radar.readRadar.paths(undefined, '', mostShown)
      const found = paths.find((each) => each.address.toLowerCase() === address.toLowerCase())
      if (!found) throw new OrderError('not-found', `there is no path by ${address}`)
      await removePath(site.radar, asker, found)
      out.answer({ removed: found.id }, `No more round trips are made by ${address}.`)
      return 0
    }
    const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase()
    const own = (await site.directory.domains()).find((each) => each.name === domain)
    if (!own) throw new OrderError('not-found', `${domain} is no domain of this site`)
    const usual = site.loaded.config['radar.every']
    const path = await addPath(
      site.radar,
      { ...asker, tenant: own.tenant },
      {
        address,
        name: given.text('name') ?? '',
        everyMs: 1000 * readCount('every', given.text('every'), usual / 1000),
      },
    )
    out.answer({ path }, `A round trip is made by ${path.address} every ${path.everyMs / 1000} seconds.`)
    return 0
  },
}

export const radarPaths: SiteCommand = {
  name: 'paths',
  summary: 'lists the ways that round trips are made by',
  help: `Usage: mailkeep radar paths
Lists the mailboxes that round trips are made by, with the last trip of each.`,
  options: {},
  async run(site, _given, out) {
    const paths = await site.radar.readRadar.paths(undefined, '', mostShown)
    const rows = await Promise.all(
      paths.map(async (each) => {
        const [last] = await site.radar.readRadar.trips(each.id, 0, 1)
        const end = last ? `${last.state} ${localTime(last.startedAt)}` : '-'
        return [each.id, clip(each.address, 40), clip(each.tenant, 20), `${each.everyMs / 1000} s`, end]
      }),
    )
    const text =
      rows.length === 0
        ? 'No round trips are made.'
        : table(['path', 'by', 'tenant', 'every', 'last trip'], rows)
    out.answer({ paths }, text)
    return 0
  },
}

export const radarTrips: SiteCommand = {
  name: 'trips',
  summary: 'lists the round trips of a path',
  help: `Usage: mailkeep radar trips PATH [--limit N]
Lists the round trips of a path, newest first. PATH "": controls of ours, which go through our own door alone.`,
  options: { limit: { type: 'string' } },
  async run(site, given, out) {
    const [path] = given.words
    if (path === undefined) throw new UseError('name a path; see "mailkeep radar paths"')
    const limit = Math.min(1000, readCount('limit', given.text('limit'), 50))
    const trips = await site.radar.readRadar.trips(path, 0, limit)
    const rows = trips.map((each) => [
      localTime(each.startedAt),
      each.state,
      each.repliedAt === null ? '-' : `${((each.repliedAt - each.startedAt) / 1000).toFixed(1)} s`,
      clip(each.says, 60),
    ])
    out.answer({ trips }, rows.length === 0 ? 'There is no trip.' : table(['began', '', 'took', ''], rows))
    return 0
  },
}
