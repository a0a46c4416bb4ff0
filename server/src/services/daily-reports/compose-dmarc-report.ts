import type { DmarcRow } from '#services/dmarc/dmarc-store.ts'
import type { ReportHead } from './compose-tls-report.ts'

/** A DMARC aggregate report about one policy (RFC 9990), in XML. `tags`: those of its record. */
export function composeDmarcReport(
  domain: string,
  rows: readonly DmarcRow[],
  tags: Readonly<Record<string, string>>,
  head: ReportHead,
): string {
  const begin = Date.parse(`${head.day}T00:00:00Z`) / 1000
  const published = ['adkim', 'aspf', 'p', 'sp', 'np', 'fo'].flatMap((name) =>
    tags[name] === undefined ? [] : [element(name, tags[name])],
  )
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<feedback xmlns="urn:ietf:params:xml:ns:dmarc-2.0">',
    '<report_metadata>',
    element('org_name', head.organization),
    element('email', head.contact),
    element('report_id', head.reportId),
    `<date_range><begin>${begin}</begin><end>${begin + 86_399}</end></date_range>`,
    '</report_metadata>',
    `<policy_published>${element('domain', domain)}${published.join('')}</policy_published>`,
    ...rows.map(describeRow),
    '</feedback>',
    '',
  ].join('\n')
}

function describeRow(row: DmarcRow): string {
  const { ip, messages, disposition, alignedDkim, alignedSpf, authorDomain, mailFromDomain } = row
  const overridden = disposition === 'none' && row.policy !== 'none' && !isPass(row)
  return [
    `<record><row>${element('source_ip', ip)}${element('count', String(messages))}<policy_evaluated>`,
    element('disposition', disposition),
    element('dkim', alignedDkim),
    element('spf', alignedSpf),
    overridden ? '<reason><type>local_policy</type></reason>' : '',
    '</policy_evaluated></row><identifiers>',
    element('header_from', authorDomain),
    mailFromDomain === '' ? '' : element('envelope_from', mailFromDomain),
    `</identifiers><auth_results>${dkimOf(row)}${spfOf(row)}</auth_results></record>`,
  ].join('')
}

function isPass({ alignedDkim, alignedSpf }: DmarcRow): boolean {
  return alignedDkim === 'pass' || alignedSpf === 'pass'
}

/** Rows have signatures as `domain/selector result`, a comma between. */
function dkimOf({ dkim }: DmarcRow): string {
  return dkim
    .split(', ')
    .flatMap((each) => {
      const found = /^([^/\s]*)\/(\S*) (\S+)$/.exec(each)
      if (!found) return []
      const [, domain = '', selector = '', result = ''] = found
      return [
        `<dkim>${element('domain', domain)}${element('selector', selector)}${element('result', result)}</dkim>`,
      ]
    })
    .join('')
}

/** Rows have it as `domain result`. */
function spfOf({ spf }: DmarcRow): string {
  const [domain = '', result = 'none'] = spf.split(' ')
  return `<spf>${element('domain', domain)}<scope>mfrom</scope>${element('result', result || 'none')}</spf>`
}

function element(name: string, value: string): string {
  const safe = value
    .replace(/[^\x20-\x7e\u00a0-\ud7ff\ue000-\ufffd]/g, '?')
    .replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
  return `<${name}>${safe}</${name}>`
}
