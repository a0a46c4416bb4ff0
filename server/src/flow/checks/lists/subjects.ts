import { isIP } from 'node:net'
import type { InspectedMessage } from '#flow/inspection/check.ts'
import { parseAddressList } from '#ground/mail/address-list.ts'
import { isAsciiDomain, normaliseDomain } from '#ground/mail/domain.ts'
import { fieldValue } from '#ground/mail/header.ts'
import { registrableDomain } from '#ground/mail/registrable-domain.ts'
import type { Place } from './list-spec.ts'

/** Domains of each place; each of them may be a question to every list. */
const mostFrom = 5
const mostLinks = 12
/** Links looked at for their hosts. */
const mostHrefs = 2000

/** Registered domains by where they stand in a message, each once. */
export async function domainsOf(
  message: InspectedMessage,
): Promise<Readonly<Record<Place, readonly string[]>>> {
  const { mailFrom, helo } = message.arrival
  return {
    'mail-from': registered([afterAt(mailFrom)], 1),
    from: registered(authors(message), mostFrom),
    helo: registered([helo], 1),
    links: registered(await linkHosts(message), mostLinks),
  }
}

function registered(hosts: readonly string[], most: number): string[] {
  const found = new Set<string>()
  for (const host of hosts) {
    const name = normaliseDomain(host)
    const domain = registrableDomain(name)?.domain ?? name
    if (isAsciiDomain(domain)) found.add(domain)
    if (found.size >= most) break
  }
  return [...found]
}

function authors({ header }: InspectedMessage): string[] {
  return header
    .filter((field) => field.name === 'from')
    .slice(0, mostFrom)
    .flatMap((field) => parseAddressList(fieldValue(field), mostFrom))
    .flatMap(({ address }) => (address === null ? [] : [afterAt(address)]))
}

function afterAt(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1)
}

async function linkHosts(message: InspectedMessage): Promise<string[]> {
  const { texts } = await message.content()
  const hosts = new Set<string>()
  for (const { html, text } of texts) {
    const hrefs = html ? [...html.links, ...html.forms].map(hrefOf) : hrefsIn(text)
    for (const href of hrefs.slice(0, mostHrefs)) {
      const host = hostOf(href)
      if (host !== null) hosts.add(host)
    }
  }
  return [...hosts]
}

function hrefOf(each: { readonly href: string } | { readonly action: string }): string {
  return 'href' in each ? each.href : each.action
}

/** Texts that people's programs make links of. */
function hrefsIn(text: string): string[] {
  const found: string[] = []
  for (const match of text.matchAll(/\bhttps?:\/\/[^\s<>"')\]]{1,500}/gi)) {
    found.push(match[0])
    if (found.length >= mostHrefs) break
  }
  return found
}

function hostOf(href: string): string | null {
  const host = /^https?:\/\/(?:[^/?#@\s]{0,200}@)?([^/?#:@\s]{1,255})/i.exec(href)?.[1]
  return host === undefined || isIP(host) !== 0 ? null : host
}
