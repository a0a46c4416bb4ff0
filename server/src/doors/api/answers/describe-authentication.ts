import type { AuthenticationFact } from '@mailkeep/contract'

type Facts = Readonly<Record<string, unknown>>

/** Results of SPF, DKIM, ARC and DMARC, one line each; a check that did not run has none. */
export function describeAuthentication(facts: Facts): AuthenticationFact[] {
  const { spf, dkim, dmarc, arc } = facts
  return [
    ...lineOf('SPF', spf, (each) => ({ domain: text(each.domain), detail: text(each.mechanism) })),
    ...(Array.isArray(dkim) ? dkim : []).flatMap((signature) =>
      lineOf('DKIM', signature, (each) => ({ domain: text(each.domain), detail: text(each.selector) })),
    ),
    ...lineOf('DMARC', dmarc, (each) => ({
      domain: text(each.policyDomain) || text(each.authorDomain),
      detail: text(each.policy) === '' ? '' : `policy ${text(each.policy)}`,
    })),
    ...lineOf('ARC', arc, (each) => ({
      domain: Array.isArray(each.sealers) ? each.sealers.map(String).join(', ') : '',
      detail: '',
    })),
  ]
}

function lineOf(
  method: string,
  fact: unknown,
  describe: (fact: Facts) => { domain: string; detail: string },
): AuthenticationFact[] {
  if (typeof fact !== 'object' || fact === null) return []
  const { domain, detail } = describe(fact as Facts)
  const { result, reason, stale } = fact as Facts
  const more = [detail, text(reason), stale === true ? 'from an old DNS answer' : ''].filter(
    (each) => each !== '',
  )
  return [{ method, result: text(result), domain, detail: more.join(', ') }]
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
