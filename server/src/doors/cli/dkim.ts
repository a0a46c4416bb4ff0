import { ownDomain } from '#ground/platform/config/own-domain.ts'
import { zoneText } from '#ground/platform/dns/zone-text.ts'
import { checkKey } from '#services/dkim/check-keys.ts'
import { type DkimOrder, domainInReach, recordOf } from '#services/dkim/dkim-order.ts'
import { type DkimAlgorithm, type DkimKey, dkimAlgorithms } from '#services/dkim/dkim-store.ts'
import { makeKey } from '#services/dkim/make-key.ts'
import { removeKey } from '#services/dkim/remove-key.ts'
import { UseError } from './arguments.ts'
import type { GroupCommand } from './group-command.ts'
import { localTime } from './local-time.ts'
import { orderOf } from './order-of.ts'
import type { Site } from './site.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

const add: SiteCommand = {
  name: 'add',
  summary: 'makes keys that sign mail of a domain',
  help: `Usage: mailkeep dkim add DOMAIN [--algorithm rsa|ed25519]
Makes a key of each algorithm, or of one, and prints the records to put into DNS. Nothing is signed before a record was
found there; the server looks by itself every few minutes. The domain of the site itself, that of its postmaster, can
have keys too: they sign the daily reports.`,
  options: { algorithm: { type: 'string' } },
  async run(site, given, out) {
    const name = oneDomain(given.words)
    const asked = given.text('algorithm')
    if (asked !== undefined && !(dkimAlgorithms as readonly string[]).includes(asked))
      throw new UseError(`--algorithm must be one of ${dkimAlgorithms.join(', ')}`)
    const keys: DkimKey[] = []
    for (const each of dkimAlgorithms)
      if (asked === undefined || asked === each)
        keys.push(await makeKey(dkimOrderOf(site), name, each as DkimAlgorithm))
    const records = keys.map(recordOf)
    const text = records.map((each) => `${each.name}. TXT ${zoneText(each.value)}`).join('\n')
    out.answer({ keys: keys.map(describe) }, `Put into DNS:\n${text}`)
    return 0
  },
}

const list: SiteCommand = {
  name: 'list',
  summary: 'lists keys',
  help: `Usage: mailkeep dkim list [DOMAIN]
Lists keys of a domain, or of all: waiting for its record, active (it signs), or retired (its record stays for now).`,
  options: {},
  async run(site, given, out) {
    const [name] = given.words
    const order = dkimOrderOf(site)
    const keys = await order.dkim.keys(name === undefined ? null : (await domainInReach(order, name)).name)
    const rows = keys.map((each) => [
      each.domain,
      each.selector,
      each.algorithm,
      each.state,
      localTime(each.madeAt),
    ])
    const text =
      rows.length === 0 ? 'There are no keys.' : table(['domain', 'selector', 'kind', 'state', 'made'], rows)
    out.answer({ keys: keys.map(describe) }, text)
    return 0
  },
}

const check: SiteCommand = {
  name: 'check',
  summary: 'looks for the records of keys now',
  help: `Usage: mailkeep dkim check DOMAIN
Looks for the records in DNS now. A key whose record is there signs from now on. Exit code 1: a record is missing.`,
  options: {},
  async run(site, given, out) {
    const order = dkimOrderOf(site)
    const domain = await domainInReach(order, oneDomain(given.words))
    const checked = []
    for (const key of await order.dkim.keys(domain.name))
      if (key.state !== 'retired') checked.push(await checkKey(order, key, domain.tenant))
    if (checked.some((each) => each.changed)) await site.publish()
    const lines = checked.map(({ key, found }) => `${recordOf(key).name}: ${found}; the key is ${key.state}`)
    out.answer(
      { keys: checked.map(({ key, found }) => ({ ...describe(key), found })) },
      lines.length === 0 ? 'There are no keys.' : lines.join('\n'),
    )
    return checked.some((each) => each.found !== 'published') ? 1 : 0
  },
}

const remove: SiteCommand = {
  name: 'remove',
  summary: 'takes a key away',
  help: `Usage: mailkeep dkim remove DOMAIN SELECTOR
Nothing is signed with the key from now on. Leave its record in DNS for some days: receivers may still look for it.`,
  options: {},
  async run(site, given, out) {
    const [name, selector, ...more] = given.words
    if (name === undefined || selector === undefined || more.length > 0)
      throw new UseError('name a domain and a selector')
    const key = await removeKey(dkimOrderOf(site), name, selector)
    await site.publish()
    out.answer(describe(key), `${recordOf(key).name} signs no more.`)
    return 0
  },
}

function dkimOrderOf(site: Site): DkimOrder {
  return {
    ...orderOf(site),
    dkim: site.dkim,
    resolver: site.resolver(),
    ownDomain: ownDomain(site.loaded.config),
  }
}

function describe(key: DkimKey): object {
  const { privateKey: _secret, publicKey: _shown, ...about } = key
  return { ...about, record: recordOf(key) }
}

function oneDomain(words: readonly string[]): string {
  const [name, ...more] = words
  if (name === undefined || more.length > 0) throw new UseError('name one domain')
  return name
}

/** `./mailkeep dkim`. */
export const command: GroupCommand = {
  name: 'dkim',
  summary: 'keys that sign mail: makes, lists, checks, takes away',
  verbs: [add, list, check, remove],
}
