import { isIP, isIPv4 } from 'node:net'
import type { Check, CheckResult, CheckTools, Finding, InspectedMessage } from '#flow/inspection/check.ts'
import { isAsciiDomain, normaliseDomain } from '#ground/mail/domain.ts'
import { isGenericName } from './generic-name.ts'
import { type ReverseName, reverseName } from './reverse-name.ts'
import { SenderPace } from './sender-pace.ts'

/** Every code of this check; docs/reference/findings.md says what each means. */
export const connectionCodes = [
  'helo-ours',
  'helo-address',
  'helo-no-name',
  'reverse-none',
  'reverse-unconfirmed',
  'reverse-generic',
  'sender-burst',
  'connection-unavailable',
] as const

type Code = (typeof connectionCodes)[number]

/**
 * How a message came: what the client calls itself, what reverse DNS says about it, and how much its sender sends at
 * the moment. Small weights: half the honest world has one of these faults. Clients of one's own network have none.
 */
export function createConnection(): Check {
  const pace = new SenderPace()
  return {
    name: 'connection',
    async run(message, tools) {
      const { ip, mailFrom } = message.arrival
      const rate = pace.note(mailFrom === '' ? `client ${ip}` : mailFrom.toLowerCase(), tools.now())
      const burst = rate.isBurst
        ? [finding('sender-burst', 0, 'The sender sends far more in this minute than before', { ...rate })]
        : []
      // Telephones and office servers of our own people have no names, and need none.
      if (isOwnNetwork(ip) || message.arrival.sender)
        return { findings: burst, facts: { connection: { rate } } }
      return judge(message, tools, burst, rate)
    },
  }
}

async function judge(
  { arrival }: InspectedMessage,
  { settings, resolver }: CheckTools,
  burst: readonly Finding[],
  rate: object,
): Promise<CheckResult> {
  const reverse = await reverseName(arrival.ip, resolver)
  return {
    findings: [...heloFindings(arrival, settings.host), ...reverseFindings(reverse, arrival.ip), ...burst],
    facts: { connection: { reverse, rate } },
  }
}

function heloFindings({ helo, ip }: { readonly helo: string; readonly ip: string }, host: string): Finding[] {
  // No client of a gateway greets without a name: none is known, as in a question of the command scan.
  if (helo === '') return []
  const name = normaliseDomain(helo)
  const evidence = { helo: helo.slice(0, 255) }
  if (name === normaliseDomain(host))
    return [finding('helo-ours', 50, 'The client calls itself by our name', evidence)]
  const literal = /^\[(?:ipv6:)?([^\]]+)\]$/i.exec(helo)?.[1]
  if (isIP(helo) !== 0 || (literal !== undefined && literal !== ip))
    return [
      finding('helo-address', 20, 'The client gives an address that is not its own, or no name', evidence),
    ]
  if (literal !== undefined || (isAsciiDomain(name) && name.includes('.'))) return []
  return [finding('helo-no-name', 10, 'What the client calls itself is no full name of a host', evidence)]
}

/** What could not be looked up is no finding. */
function reverseFindings(reverse: ReverseName, ip: string): Finding[] {
  if (reverse.kind === 'none')
    return [finding('reverse-none', 20, 'The address of the client has no name', { ip })]
  if (reverse.kind === 'unknown') return []
  const { name, kind } = reverse
  if (kind === 'unconfirmed')
    return [
      finding(
        'reverse-unconfirmed',
        10,
        `The name of the client, ${name}, does not lead back to its address`,
        {
          name,
        },
      ),
    ]
  if (!isGenericName(name, ip)) return []
  return [
    finding(
      'reverse-generic',
      10,
      `The name of the client, ${name}, is made of its address, as those of homes are`,
      {
        name,
      },
    ),
  ]
}

function finding(
  code: Code,
  weight: number,
  text: string,
  evidence: Readonly<Record<string, unknown>>,
): Finding {
  return { check: 'connection', code, weight, text: `${text}.`, evidence }
}

/** Addresses that no outside client has (RFC 1918, 4193, 3927, 6598, loopback). */
function isOwnNetwork(ip: string): boolean {
  const v4 = /^(?:::ffff:)?(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1]
  if (v4 !== undefined && isIPv4(v4)) {
    const [a = 0, b = 0] = v4.split('.').map(Number)
    return (
      a === 127 ||
      a === 10 ||
      (a === 172 && b >= 16 && b < 32) ||
      (a === 192 && b === 168) ||
      (a === 169 && b === 254) ||
      (a === 100 && b >= 64 && b < 128)
    )
  }
  return ip === '::1' || /^f[cd]|^fe[89ab]/i.test(ip)
}
