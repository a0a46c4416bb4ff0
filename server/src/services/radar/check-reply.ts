import { checkBlocklists, checkReverse } from './check-addresses.ts'
import { type CheckResult, type Fault, fault, judged, passed, recordFault, unknown } from './check-result.ts'
import type { LookParts } from './look-parts.ts'
import type { RadarReply } from './radar-store.ts'

/** What is known when the reply has come: the sending side of a domain, beside what DNS has said before. */
export async function checkReply(
  domain: string,
  reply: RadarReply,
  before: readonly CheckResult[],
  parts: LookParts,
): Promise<CheckResult[]> {
  if (reply.kind === 'bounce')
    return before.map((each) => (each.check === 'delivery' ? bounced(reply) : each))
  if (reply.kind === 'mailbox' || reply.kind === 'junk')
    return before.map((each) => (each.check === 'delivery' ? found(each, reply) : each))
  // A server of our own network says nothing about the address that the world sees.
  const ips = parts.mayReach(reply.ip) ? [reply.ip] : []
  const [reverse, listed] = await Promise.all([checkReverse(ips, parts), checkBlocklists(ips, parts)])
  return before.map((each) => {
    switch (each.check) {
      case 'spf':
        return withFault(each, spfFault(domain, reply), `the reply: ${reply.spf?.result ?? 'not judged'}`)
      case 'dkim':
        return dkimOf(domain, reply)
      case 'dmarc':
        return withFault(each, dmarcFault(reply), `the reply: ${reply.dmarc?.result ?? 'not judged'}`)
      case 'tls':
        return withFault(each, tlsFault(reply), `the reply came with ${reply.tls || 'no TLS'}`)
      case 'reverse-dns':
        return reverse
      case 'blocklists':
        return listed
      default:
        return each
    }
  })
}

/** Found in a mailbox that we can look into: nothing was sent back, so nothing more is known of how they send. */
function found(result: CheckResult, { kind, hops }: RadarReply): CheckResult {
  const words = `it lies in ${hops[0]?.by ?? 'the mailbox'}${kind === 'junk' ? ', which is junk there' : ''}`
  return { ...result, found: [...result.found, words] }
}

function bounced({ author, mailFrom }: RadarReply): CheckResult {
  const from = author || mailFrom || 'a server of theirs'
  return judged(
    'delivery',
    [
      fault(
        'mail-refused',
        `the test mail was taken, and then returned by ${from}`,
        'The returned mail says why; mostly the mailbox is gone, full, or forwards to one that refuses.',
      ),
    ],
    '',
  )
}

function withFault(result: CheckResult, more: Fault | null, found: string): CheckResult {
  const beside = { ...result, found: [...result.found, found] }
  if (more === null) return beside
  const says = [...(result.state === 'failed' ? [result.says] : []), more.says].join('; ')
  return { ...beside, state: 'failed', says, faults: [...result.faults, more] }
}

function spfFault(domain: string, { spf, ip }: RadarReply): Fault | null {
  if (spf?.result !== 'fail' && spf?.result !== 'softfail' && spf?.result !== 'neutral') return null
  const term = ip.includes(':') ? `ip6:${ip}` : `ip4:${ip}`
  return recordFault(
    'spf-fails',
    `the reply came from ${ip}, which SPF of ${spf.domain || domain} does not let send`,
    `Put ${term}, or the include of the service that sends from there, before the end of the record.`,
    [spf.domain || domain, 'TXT', term],
  )
}

function dkimOf(domain: string, { dkim, spf }: RadarReply): CheckResult {
  // Without results of any kind the mail was not looked at.
  if (dkim.length === 0 && spf === null) return unknown('dkim', 'the reply was not judged')
  const found = dkim.map(
    ({ domain: by, result, reason }) => `${by} ${result}${reason === '' ? '' : ` (${reason})`}`,
  )
  if (dkim.some((each) => each.result === 'pass'))
    return passed('dkim', 'the reply is signed, and the signature holds', found)
  if (dkim.some((each) => each.result === 'temperror'))
    return unknown('dkim', 'DNS could not be asked', found)
  if (dkim.length === 0)
    return judged(
      'dkim',
      [
        fault(
          'dkim-missing',
          'the reply is not signed',
          `Switch DKIM on where mail of ${domain} leaves, and publish its key.`,
        ),
      ],
      '',
    )
  return judged(
    'dkim',
    [
      fault(
        'dkim-fails',
        `the signature of the reply does not hold: ${dkim[0]?.reason || dkim[0]?.result}`,
        'Compare the key in DNS with the one that signs; if they fit, look for what changes mail after it was signed (footers, disclaimers).',
      ),
    ],
    '',
    found,
  )
}

function dmarcFault({ dmarc }: RadarReply): Fault | null {
  if (dmarc?.result !== 'fail') return null
  return fault(
    'dmarc-fails',
    'the reply fails DMARC: neither SPF nor a signature speaks for the domain of its author',
    'Let mail be signed with the domain that stands in From, or sent with an envelope of that domain.',
  )
}

function tlsFault({ tls }: RadarReply): Fault | null {
  if (tls !== '') return null
  return fault(
    'tls-missing',
    'the reply came without encryption',
    'Let the server that sends use STARTTLS where it is offered (Postfix: smtp_tls_security_level = may).',
  )
}
