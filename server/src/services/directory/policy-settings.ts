/** The one description of a setting: what is checked, told and offered comes from here. */
export interface PolicySetting {
  /** What it takes, for people. */
  readonly takes: string
  readonly isRight: (value: string) => boolean
  /** All that it takes; absent: other things say what. */
  readonly choices?: readonly string[]
  /** Least and most of a whole number. */
  readonly range?: readonly [least: number, most: number]
  readonly default: string
  readonly help: string
}

const oneOf = (...words: readonly string[]): Pick<PolicySetting, 'takes' | 'isRight' | 'choices'> => ({
  choices: words,
  takes: `one of ${words.join(', ')}`,
  isRight: (value) => words.includes(value),
})

const whole = (least: number, most: number): Pick<PolicySetting, 'takes' | 'isRight' | 'range'> => ({
  range: [least, most],
  takes: `a whole number from ${least} to ${most}`,
  isRight: (value) => /^-?\d{1,6}$/.test(value) && Number(value) >= least && Number(value) <= most,
})

const clockTime: Pick<PolicySetting, 'takes' | 'isRight'> = {
  takes: 'a time of day from 00:00 to 23:59',
  isRight: (value) => /^(?:[01]\d|2[0-3]):[0-5]\d$/.test(value),
}

/** Days of the week as review.days has them. */
export const weekDays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

const someDays: Pick<PolicySetting, 'takes' | 'isRight'> = {
  takes: `days with commas between them, such as ${weekDays.slice(0, 5).join(',')}`,
  isRight: (value) => {
    const days = value.split(',')
    return new Set(days).size === days.length && days.every((each) => weekDays.includes(each as never))
  },
}

const zone: Pick<PolicySetting, 'takes' | 'isRight'> = {
  takes: 'a name of the time zone database, such as Europe/Berlin, or UTC',
  isRight: (value) => {
    try {
      return (
        /^[A-Za-z][\w+/-]{1,63}$/.test(value) && Boolean(new Intl.DateTimeFormat('en', { timeZone: value }))
      )
    } catch {
      return false
    }
  },
}

const visibility: Pick<PolicySetting, 'takes' | 'isRight'> = {
  takes: 'all, or a whole number from 1 to 100000',
  isRight: (value) => value === 'all' || whole(1, 100_000).isRight(value),
}

/** A number of the site's configuration that a level may say otherwise. */
const siteOr = (least: number, most: number): Pick<PolicySetting, 'takes' | 'isRight' | 'default'> => ({
  takes: `site, or a whole number from ${least} to ${most}`,
  isRight: (value) => value === 'site' || whole(least, most).isRight(value),
  default: 'site',
})

const releaseSetting = (what: string, value: 'self' | 'request'): PolicySetting => ({
  ...oneOf('self', 'request', 'manager'),
  default: value,
  help: `Who lets ${what} go: its recipient (self), he after asking (request), or managers.`,
})

/** A part of the platform that is switched on or off for a tenant, a domain, a group or a person (CN-11). */
const product = (value: 'on' | 'off', help: string): PolicySetting => ({
  ...oneOf('on', 'off'),
  default: value,
  help,
})

/** One that may be assigned already, so that its mail is ready for it; nothing obeys it so far. */
const notYet = (what: string): PolicySetting =>
  product(
    'off',
    `${what}: who is to have it is written down; this version has none of it, so nothing changes.`,
  )

/** Days for which a level may keep mail. */
const mostKeptDays = 3650

/** Settings that tenants may make, with what they take and the default. */
export const policySettings: Readonly<Record<string, PolicySetting>> = {
  dmarc: {
    ...oneOf('enforce', 'observe'),
    default: 'enforce',
    help: 'Whether a DMARC policy of reject or quarantine is followed for mail to these recipients.',
  },
  'encrypt-at-rest': {
    ...oneOf('on', 'off'),
    default: 'off',
    help: 'Whether the content of mail to and from these people is encrypted on our disks; lists still show its subject.',
  },
  'flow.badFailures': {
    ...siteOr(1, 100),
    help: 'Failures from which mail flow of a domain is bad, below flow.goodPercent. site: as the site says.',
  },
  'flow.goodPercent': {
    ...siteOr(1, 100),
    help: 'Share of latest deliveries from which mail flow of a domain is good. site: as the site says.',
  },
  'flow.messages': {
    ...siteOr(5, 100),
    help: 'Latest deliveries that tell whether mail of a domain gets through. site: as the site says.',
  },
  'held.days': {
    ...siteOr(1, mostKeptDays),
    help: 'Days that mail is held before it leaves; site: as the site says (spool.keepHeld), and never longer than that.',
  },
  learning: {
    ...oneOf('on', 'off'),
    default: 'on',
    help: 'Whether reports and releases of a customer teach something for its own mail; read at tenants.',
  },
  'outbound.action': {
    ...oneOf('hold', 'refuse'),
    default: 'hold',
    help: 'What becomes of suspicious mail that these people send: it waits for a person, or is refused at once.',
  },
  'outbound.forged-bounces': {
    ...oneOf('mark', 'quarantine', 'refuse'),
    default: 'mark',
    help: 'What becomes of a bounce to the plain address of somebody whose senders are signed (outbound.signed-senders).',
  },
  'outbound.per-hour': {
    ...whole(0, 100_000),
    default: '0',
    help: 'Recipients that one address may write to within an hour; more hear 451 and wait. 0: no limit.',
  },
  'outbound.release': {
    ...oneOf('self', 'code', 'request', 'manager'),
    default: 'self',
    help: 'Who sends held mail of these people: they (self), with a code by mail (code), after asking (request), managers.',
  },
  'outbound.signed-senders': {
    ...oneOf('on', 'off'),
    default: 'off',
    help: 'Whether envelope senders get a signature, so that bounces of mail which others forged are told apart.',
  },
  'outbound.sudden': {
    ...whole(0, 100_000),
    default: '240',
    help: 'Recipients in an hour below which volume alone suspends no mailbox, however new it is. 0: volume never does.',
  },
  'outbound.tolerance': {
    ...whole(1, 100_000),
    default: '200',
    help: 'Score from which mail that these people send is suspicious.',
  },
  'product.filtering': product(
    'on',
    'Filtering of mail that comes in. Off: set aside are viruses, what rules hold, and what cannot be looked at.',
  ),
  'product.mailbox': notYet('Mailboxes'),
  'product.outbound': product(
    'on',
    'Sending through this system. Off: mail that these people send to others is refused, with the reason in words.',
  ),
  'product.review': product(
    'on',
    'Mails about what waits in quarantine, and the page that they lead to. Off: managers alone look after it.',
  ),
  'product.sealed': notYet('Sealed messages'),
  'product.shield': notYet('The shield'),
  'quarantine.days': {
    ...siteOr(1, mostKeptDays),
    help: 'Days that quarantined mail is kept; site: as the site says (spool.keepQuarantined), and never longer than that.',
  },
  recipients: {
    ...oneOf('listed', 'any'),
    default: 'listed',
    help: 'Whether only known users get mail, or every address of the domain; read at domains and above.',
  },
  'release.bulk': releaseSetting('mass mail', 'self'),
  'release.phishing': releaseSetting('phishing', 'request'),
  'release.policy': releaseSetting('what a rule or list has set aside', 'self'),
  'release.spam': releaseSetting('spam', 'self'),
  'release.spoof': releaseSetting('mail with a forged sender', 'request'),
  'release.unscanned': releaseSetting('what could not be scanned', 'request'),
  'returned.days': {
    ...siteOr(1, mostKeptDays),
    help: 'Days that content of returned mail is kept; site: as the site says (spool.keepReturned), never longer.',
  },
  'review.days': {
    ...someDays,
    default: weekDays.join(','),
    help: 'Days on which review mails are sent.',
  },
  'review.every': {
    ...whole(1, 24),
    default: '3',
    help: 'Hours between two review mails; 24: one a day, at review.from.',
  },
  'review.from': {
    ...clockTime,
    default: '08:00',
    help: 'When the first review mail of a day may be sent.',
  },
  'review.lists': {
    ...oneOf('on', 'off'),
    default: 'on',
    help: 'Whether people may allow and block senders for themselves on the review page.',
  },
  'review.mail': {
    ...oneOf('on', 'off'),
    default: 'on',
    help: 'Whether people get mails that say how many messages wait for them; needs console.url.',
  },
  'review.managers': {
    ...oneOf('on', 'off'),
    default: 'on',
    help: 'Whether managers get mails that say how many requests and reports wait for them; read at domains and above.',
  },
  'review.release': {
    ...oneOf('on', 'off'),
    default: 'on',
    help: 'Whether people may let go of mail of their own, or ask for it; see release.*.',
  },
  'review.sign-in': {
    ...oneOf('on', 'off'),
    default: 'on',
    help: 'Whether people may open the review page by a link that comes by mail.',
  },
  'review.until': {
    ...clockTime,
    default: '17:00',
    help: 'When the last review mail of a day may be sent; not after review.from: none is sent.',
  },
  'time-zone': {
    ...zone,
    default: 'UTC',
    help: 'Time zone that review.from, review.until and review.days are meant in.',
  },
  tolerance: {
    ...whole(1, 100_000),
    default: '200',
    help: 'Score from which mail is quarantined.',
  },
  visibility: {
    ...visibility,
    default: 'all',
    help: 'Score up to which people see their own mail in quarantine; above it only managers do.',
  },
}

const weightSetting: PolicySetting = {
  ...whole(-10_000, 10_000),
  default: '',
  help: 'Weight of one finding, such as weight.spf-fail; 0: it is noted and counts for nothing. See findings.md.',
}

/** Beginning of the settings that weigh single findings; the code follows. */
export const weightPrefix = 'weight.'

/** What a setting takes; null: there is none of that name. */
export function policySettingOf(name: string): PolicySetting | null {
  if (name.startsWith(weightPrefix))
    return /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name.slice(weightPrefix.length)) ? weightSetting : null
  return Object.hasOwn(policySettings, name) ? (policySettings[name] ?? null) : null
}

/** Lines of help about all of them. */
export function describePolicySettings(): string {
  const line = (name: string, { takes, default: value, help }: PolicySetting) =>
    `  ${name}: ${takes}; default ${value || 'what the check says'}\n      ${help}`
  return [
    ...Object.entries(policySettings).map(([name, about]) => line(name, about)),
    line(`${weightPrefix}CODE`, weightSetting),
  ].join('\n')
}

/** @throws Error that says what would be right */
export function checkPolicySetting(name: string, value: string): void {
  const known = policySettingOf(name)
  if (!known)
    throw new Error(
      `there is no setting ${name}; there are ${Object.keys(policySettings).join(', ')} and ${weightPrefix}CODE`,
    )
  if (!known.isRight(value)) throw new Error(`${name} must be ${known.takes}`)
}
