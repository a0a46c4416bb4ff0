import type { DomainCheck } from '#services/directory/check-domain.ts'

const marks = { fine: 'ok', missing: 'MISSING', differs: 'DIFFERS', unknown: 'UNKNOWN' } as const

/** The records that a domain should have, for people: each as a line of a zone file, with what was found. */
export function describeRecords({ domain, records, policy }: DomainCheck): string {
  const lines = records.flatMap(({ name, type, value, state, found, purpose }) => [
    `${marks[state].padEnd(8)} ${purpose}`,
    `         ${name}. ${type} ${value}`,
    ...(state === 'fine' || found === '' ? [] : [`         found: ${found}`]),
  ])
  return [
    ...lines,
    '',
    `MTA-STS policy, to be served at ${policy.url} (by us where mta-sts.${domain} points here):`,
    ...policy.text
      .trimEnd()
      .split('\r\n')
      .map((each) => `  ${each}`),
  ].join('\n')
}
