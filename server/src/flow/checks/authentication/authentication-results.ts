import type { Authentication } from './verify-message.ts'

/**
 * The results as Authentication-Results and ARC-Authentication-Results carry them after the authserv-id
 * (RFC 8601, 2.2): `spf=pass smtp.mailfrom=...;\r\n\tdkim=...`. Reasons stay out: they hold words of the sender.
 * @param ip of the client, for arc (RFC 8617, 6)
 */
export function formatResults(authentication: Authentication, mailFrom: string, ip: string): string {
  const { spf, dkim, arc, dmarc } = authentication
  const parts: string[] = []
  const identity =
    spf.identity === 'helo'
      ? property('smtp.helo', spf.domain)
      : property('smtp.mailfrom', addressOr(mailFrom, spf.domain))
  parts.push(`spf=${spf.result}${identity}`)
  if (dkim.length === 0) parts.push('dkim=none')
  for (const each of dkim) {
    const properties = [
      property('header.d', each.domain),
      property('header.s', each.selector),
      property('header.a', each.algorithm),
      property('header.b', each.prefix),
    ]
    parts.push(`dkim=${each.result}${properties.join('')}`)
  }
  if (dmarc === null) parts.push('dmarc=none')
  else
    parts.push(
      `dmarc=${dmarc.result}${property('header.from', dmarc.authorDomain)}${property('policy.dmarc', dmarc.policy)}`,
    )
  // RFC 8617 has no word for a chain that could not be checked, so nothing is said of it then.
  if (arc.result === 'pass' || arc.result === 'fail')
    parts.push(`arc=${arc.result}${property('smtp.remote-ip', ip)}`)
  return parts.join(';\r\n\t')
}

/** The whole field, without its last line end. */
export function formatAuthenticationResults(host: string, results: string): string {
  return `Authentication-Results: ${host};\r\n\t${results}`
}

const token = /^[!#$%&'*+\-.0-9A-Z^_`a-z{|}~]+$/
const address = /^[!#$%&'*+\-/0-9=?A-Z^_`a-z{|}~.]+@[A-Za-z0-9.-]+$/

/** The address where it needs no quoting, else its domain. */
function addressOr(mailFrom: string, domain: string): string {
  return mailFrom.length <= 320 && address.test(mailFrom) ? mailFrom : domain
}

/** One property, with a blank before it; nothing where the value is missing or would need more than quotes. */
function property(name: string, value: string | null): string {
  if (!value || value.length > 320 || !/^[\x20-\x7e]+$/.test(value)) return ''
  if (token.test(value) || address.test(value)) return ` ${name}=${value}`
  return ` ${name}="${value.replace(/["\\]/g, '\\$&')}"`
}
