import { isIP } from 'node:net'

/** One setting: how its text is read, its default, and the words that help and reference pages show. */
export interface Setting<T> {
  readonly kind: string
  readonly default: T
  readonly help: string
  /** `live` settings are re-read on SIGHUP, the others need a restart. */
  readonly when: 'restart' | 'live'
  readonly secret?: boolean
  /** JSON schema of the value as written in the settings file. */
  readonly schema: object
  /** Reads what stands in the file or environment; throws an Error that says what would be right. */
  readonly read: (raw: unknown) => T
  /** The value as a person would write it. */
  readonly show: (value: T) => string
}

interface About<T> {
  default: T
  help: string
  when?: 'restart' | 'live'
  secret?: boolean
}

function setting<T>(
  kind: string,
  schema: object,
  about: About<T>,
  read: (raw: unknown) => T,
  show: (value: T) => string,
): Setting<T> {
  return { when: 'restart', ...about, kind, schema, read, show }
}

/** Free text. */
export function text(about: About<string>): Setting<string> {
  return setting('text', { type: 'string' }, about, readText, (value) => value)
}

/** An address of a web server: scheme and host, no path. Empty: none. */
export function url(about: About<string>): Setting<string> {
  const read = (raw: unknown) => {
    const given = readText(raw)
    if (given === '') return ''
    const found = URL.parse(given)
    if (!found || !/^https?:$/.test(found.protocol) || found.pathname !== '/' || found.search !== '')
      throw new Error('an address such as https://mail.example.org, without a path')
    return found.origin
  }
  return setting('address', { type: 'string', format: 'uri' }, about, read, (value) => value)
}

/** One word of a closed list. */
export function choice<const T extends string>(words: readonly T[], about: About<T>): Setting<T> {
  const read = (raw: unknown) => {
    const word = words.find((each) => each === raw)
    if (!word) throw new Error(`one of ${words.join(', ')}`)
    return word
  }
  return setting(words.join(' | '), { enum: words }, about, read, (value) => value)
}

/** Several words of a closed list; commas part them in the environment. */
export function choices<const T extends string>(words: readonly T[], about: About<T[]>): Setting<T[]> {
  const read = (raw: unknown) =>
    readList(raw).map((each) => {
      const word = words.find((known) => known === each)
      if (!word) throw new Error(`a list of ${words.join(', ')}`)
      return word
    })
  const schema = { type: 'array', items: { enum: words } }
  return setting('list', schema, about, read, (value) => value.join(', '))
}

/** yes or no. */
export function flag(about: About<boolean>): Setting<boolean> {
  const read = (raw: unknown) => {
    if (raw === true || raw === 'true' || raw === 'yes' || raw === '1') return true
    if (raw === false || raw === 'false' || raw === 'no' || raw === '0') return false
    throw new Error('true or false')
  }
  return setting('true | false', { type: 'boolean' }, about, read, String)
}

/** A whole number within bounds. */
export function integer(about: About<number> & { min?: number; max?: number }): Setting<number> {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = about
  const read = (raw: unknown) => readNumber(raw, min, max, true)
  return setting('whole number', { type: 'integer', minimum: min }, about, read, String)
}

/** A number with a fraction, within bounds. */
export function decimal(about: About<number> & { min?: number; max?: number }): Setting<number> {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = about
  const read = (raw: unknown) => readNumber(raw, min, max, false)
  return setting('number', { type: 'number', minimum: min }, about, read, String)
}

/**
 * A span of time, kept in milliseconds; a plain number counts seconds.
 * @param about with `leastMs` and `mostMs`, nothing beyond them but 0, which says never; with `isNeverOff`, not that either
 */
export function duration(
  about: About<number> & { leastMs?: number; mostMs?: number; isNeverOff?: boolean },
): Setting<number> {
  const { leastMs = 0, mostMs = Number.POSITIVE_INFINITY, isNeverOff = false, ...rest } = about
  const read = (raw: unknown) => {
    const ms = readDuration(raw)
    if (ms === 0 && !isNeverOff) return ms
    if (ms >= leastMs && ms <= mostMs) return ms
    const upper = mostMs === Number.POSITIVE_INFINITY ? 'or more' : `to ${showDuration(mostMs)}`
    throw new Error(`${isNeverOff ? '' : '0, or '}a duration of ${showDuration(leastMs)} ${upper}`)
  }
  return setting('duration', { type: ['string', 'number'] }, rest, read, showDuration)
}

/** A list of spans of time; plain numbers count seconds. */
export function durations(about: About<number[]>): Setting<number[]> {
  const read = (raw: unknown) => {
    const list = readList(raw).map(readDuration)
    if (list.length === 0) throw new Error('at least one duration, such as 1m, 2m, 4m')
    return list
  }
  const schema = { type: 'array', items: { type: ['string', 'number'] } }
  return setting('list of durations', schema, about, read, (value) => value.map(showDuration).join(', '))
}

/** A number of bytes; 150MB means 150 x 1,048,576. */
export function bytes(about: About<number>): Setting<number> {
  return setting('bytes', { type: ['string', 'integer'] }, about, readBytes, showBytes)
}

/** A list of texts; commas part them in the environment. */
export function texts(about: About<string[]>): Setting<string[]> {
  return setting(
    'list',
    { type: 'array', items: { type: 'string' } },
    about,
    (raw) => readList(raw).map(readText),
    (value) => value.join(', '),
  )
}

/** Addresses to listen on or ask: `host:port`, IPv6 in brackets. */
export function endpoints(about: About<string[]>): Setting<string[]> {
  const read = (raw: unknown) => readList(raw).map((each) => readEndpoint(readText(each)))
  return setting('list of host:port', { type: 'array', items: { type: 'string' } }, about, read, (value) =>
    value.join(', '),
  )
}

/** Outside lists, one a text: kind, zone, and what each return code weighs. */
export function listSpecs(about: About<string[]>): Setting<string[]> {
  const read = (raw: unknown) => readList(raw).map((each) => readListSpec(readText(each)))
  return setting('list of lists', { type: 'array', items: { type: 'string' } }, about, read, (value) =>
    value.join(', '),
  )
}

/** Providers, one a text: name, address of the feed, next hops. */
export function feeds(about: About<string[]>): Setting<string[]> {
  const read = (raw: unknown) => readList(raw).map((each) => readFeedSpec(readText(each)))
  return setting('list of feeds', { type: 'array', items: { type: 'string' } }, about, read, (value) =>
    value.join(', '),
  )
}

function readFeedSpec(text: string): string {
  const [, url = ''] =
    /^\S.{0,79}? (https?:\/\/\S{1,400})(?: [A-Za-z0-9._:-]{1,253}){1,50}$/.exec(text.trim()) ?? []
  if (!URL.canParse(url))
    throw new Error(
      'NAME URL HOP..., such as "Example Mail https://status.example/api/v2/incidents.json mail.example"',
    )
  return text.trim()
}

/** Places that files are copied to, one a text: a folder, or an address and the file with its token. */
export function copies(about: About<string[]>): Setting<string[]> {
  const read = (raw: unknown) => readList(raw).map((each) => readCopy(readText(each)))
  return setting('list of places', { type: 'array', items: { type: 'string' } }, about, read, (value) =>
    value.join(', '),
  )
}

function readCopy(text: string): string {
  const line = text.trim()
  if (/^\/[^\0]{1,400}$/.test(line)) return line
  const [, place = ''] = /^(https?:\/\/\S{1,400})(?: \/\S{1,400})?$/.exec(line) ?? []
  const url = URL.parse(place)
  const isSafe =
    url?.protocol === 'https:' || ['127.0.0.1', '[::1]', 'localhost'].includes(url?.hostname ?? '')
  if (!isSafe || url?.username !== '' || url.search !== '')
    throw new Error(
      'a folder, such as /mnt/status, or an address and the file with its token, such as "https://files.example/status/ /etc/mailkeep/status.token"',
    )
  return line
}

/** Mailboxes that we can look into, one a text: address, server, file with the password. */
export function mailboxes(about: About<string[]>): Setting<string[]> {
  const read = (raw: unknown) => readList(raw).map((each) => readMailbox(readText(each)))
  return setting('list of mailboxes', { type: 'array', items: { type: 'string' } }, about, read, (value) =>
    value.join(', '),
  )
}

function readMailbox(text: string): string {
  const [, place = ''] =
    /^[^\s@]{1,64}@[^\s@]{1,253} (imaps?:\/\/\S{1,300}) \/\S{1,400}$/.exec(text.trim()) ?? []
  const url = URL.parse(place)
  if (!url || url.username === '' || url.password !== '' || url.hostname === '')
    throw new Error(
      'ADDRESS imaps://USER@HOST:PORT FILE, such as "probe@mail.example imaps://probe@imap.mail.example /etc/mailkeep/probe"; the password stands in the file',
    )
  return text.trim()
}

/** Paces that receivers have told us: `RECEIVER=MESSAGES` a minute. */
export function paces(about: About<string[]>): Setting<string[]> {
  const read = (raw: unknown) => readList(raw).map((each) => readPace(readText(each)))
  return setting('list of paces', { type: 'array', items: { type: 'string' } }, about, read, (value) =>
    value.join(', '),
  )
}

function readPace(text: string): string {
  const found = /^([^\s=]{1,253})\s*=\s*([1-9]\d{0,5})$/.exec(text.trim())
  if (!found) throw new Error('RECEIVER=MESSAGES a minute, such as example.net=60')
  return `${found[1]?.toLowerCase()}=${found[2]}`
}

/** Sockets of other programs: a path, or `host:port`, IPv6 in brackets. */
export function sockets(about: About<string[]>): Setting<string[]> {
  const read = (raw: unknown) => readList(raw).map((each) => readSocket(readText(each)))
  return setting('list of sockets', { type: 'array', items: { type: 'string' } }, about, read, (value) =>
    value.join(', '),
  )
}

/** Networks in CIDR form; a bare address is a network of one. */
export function networks(about: About<string[]>): Setting<string[]> {
  const read = (raw: unknown) => readList(raw).map((each) => readNetwork(readText(each)))
  return setting('list of networks', { type: 'array', items: { type: 'string' } }, about, read, (value) =>
    value.join(', '),
  )
}

function readText(raw: unknown): string {
  if (typeof raw === 'string') return raw
  if (typeof raw === 'number') return String(raw)
  throw new Error('text')
}

function readList(raw: unknown): unknown[] {
  if (Array.isArray(raw)) return raw
  if (raw === null || raw === undefined || raw === '') return []
  if (typeof raw === 'string') return raw.split(',').map((part) => part.trim())
  return [raw]
}

function readNumber(raw: unknown, min: number, max: number, whole: boolean): number {
  const value = typeof raw === 'string' && raw.trim() !== '' ? Number(raw) : raw
  const fits =
    typeof value === 'number' && value >= min && value <= max && (!whole || Number.isInteger(value))
  if (!fits) {
    const upper = max === Number.MAX_SAFE_INTEGER ? '' : ` to ${max}`
    throw new Error(`a ${whole ? 'whole ' : ''}number from ${min}${upper}`)
  }
  return value
}

const unitMs: Record<string, number> = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000 }

function readDuration(raw: unknown): number {
  const found = /^(\d+(?:\.\d+)?)\s*(ms|s|m|min|h|d)?$/.exec(String(raw).trim())
  if (!found) throw new Error('a duration such as 500ms, 20s, 5m, 12h or 7d')
  return Math.round(Number(found[1]) * (unitMs[found[2] ?? 's'] ?? 1000))
}

function showDuration(ms: number): string {
  for (const unit of ['d', 'h', 'm', 's']) {
    const size = unitMs[unit] ?? 1
    if (ms >= size && ms % size === 0) return `${ms / size}${unit}`
  }
  return `${ms}ms`
}

const unitBytes: Record<string, number> = {
  b: 1,
  kb: 1024,
  kib: 1024,
  mb: 1 << 20,
  mib: 1 << 20,
  gb: 1 << 30,
  gib: 1 << 30,
}

function readBytes(raw: unknown): number {
  const found = /^(\d+(?:\.\d+)?)\s*([a-z]+)?$/i.exec(String(raw).trim())
  const unit = unitBytes[(found?.[2] ?? 'b').toLowerCase()]
  if (!found || !unit) throw new Error('a size such as 65536, 64KB, 150MB or 1GB')
  return Math.round(Number(found[1]) * unit)
}

function showBytes(value: number): string {
  for (const unit of ['GB', 'MB', 'KB']) {
    const size = unitBytes[unit.toLowerCase()] ?? 1
    if (value >= size && value % size === 0) return `${value / size}${unit}`
  }
  return String(value)
}

function readEndpoint(raw: string): string {
  const found = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(raw)
  if (!found || Number(found[3]) > 65_535) throw new Error('host:port, such as 127.0.0.1:2525 or [::1]:2525')
  return raw
}

function readListSpec(raw: string): string {
  if (
    /^(?:address|domain(?::[a-z+-]+)?) [a-z0-9._-]+(?: (?:any|&\d{1,3}|127\.[\d.]+(?:-127\.[\d.]+)?)=-?\d{1,4}| test=[a-z0-9._-]+)+$/i.test(
      raw,
    )
  )
    return raw
  throw new Error(
    'a list such as "address bl.example 127.0.0.2=150" or "domain:from+links dbl.example any=100"',
  )
}

function readSocket(raw: string): string {
  if (raw.startsWith('/')) return raw
  try {
    return readEndpoint(raw)
  } catch {
    throw new Error('a socket such as /run/clamav/clamd.ctl, or host:port such as 127.0.0.1:3310')
  }
}

function readNetwork(raw: string): string {
  const [address = '', bits] = raw.split('/')
  const family = isIP(address)
  const most = family === 6 ? 128 : 32
  if (family === 0 || (bits !== undefined && !(/^\d+$/.test(bits) && Number(bits) <= most))) {
    throw new Error('a network such as 192.0.2.0/24, 2001:db8::/32 or one address')
  }
  return bits === undefined ? `${address}/${most}` : raw
}
