import type { AlarmLine } from '@mailkeep/contract'

const domainPage = (domain: string, tab = '') => `/domains/${domain}${tab && `?tab=${tab}`}`
/** What stands before ` of `: the thing itself, of a domain or tenant. */
const thingOf = (subject: string) => subject.split(' of ')[0] ?? ''
const lastWord = (subject: string) => subject.slice(subject.lastIndexOf(' ') + 1)

const places: Readonly<Record<string, (subject: string) => string>> = {
  'bypass-ends': (domain) => domainPage(domain, 'setup'),
  'bypass-on': (domain) => domainPage(domain, 'setup'),
  'drain-behind': () => '/queue',
  'directory-shrink': (domain) => (domain === '*' ? '/tenants?list=domains' : domainPage(domain, 'people')),
  'dkim-record': (subject) => domainPage(lastWord(subject), 'signing'),
  'domain-report-failures': (domain) => domainPage(domain, 'reports'),
  'import-unfinished': (domain) => domainPage(domain),
  'mail-flow': (domain) => domainPage(domain),
  'mail-loop': (domain) => `/messages?reason=mail-loop&state=held&recipient=${domain}`,
  'next-hop-defers': () => '/queue',
  'next-hop-down': () => '/queue',
  'next-hop-tls': () => '/queue',
  'own-hop-waiting': () => '/queue',
  'reports-undecided': () => '/reported',
  'rule-target-fails': (address) => `/messages?state=held&recipient=${encodeURIComponent(address)}`,
  'sender-suspended': () => '/suspended',
  'sync-shrink': (subject) => `/sync/${thingOf(subject)}`,
  'webhook-paused': (subject) => `/webhooks/${thingOf(subject)}`,
}

/** The page where what an alarm is about can be looked into and mended; null: it has none. */
export function placeOf({ name, subject }: Pick<AlarmLine, 'name' | 'subject'>): string | null {
  return places[name]?.(subject) ?? null
}
