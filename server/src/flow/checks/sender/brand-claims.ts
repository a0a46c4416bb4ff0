import type { Finding } from '#flow/inspection/check.ts'
import type { MessageContent } from '#flow/inspection/message-content.ts'
import { type ContentClaims, callsElsewhere, callsHome, readClaims } from './brand-content.ts'
import { type Brand, brandsOfHost, type Mention, mentionsIn } from './brands.ts'
import { wordsOf } from './phrases.ts'
import { createFinding } from './sender-finding.ts'
import type { SenderView } from './sender-view.ts'
import { accountPhrases, serviceWords } from './vocabulary.ts'

/**
 * Whoever writes in the name of a well-known brand from elsewhere. Naming a brand is no claim: newsletters write about
 * them, shops take their payments and send with their vans. What counts is the sender's name, a subject about an
 * account there, and a text that speaks as the brand; the last two reach a verdict only together.
 */
export function findBrandClaims(view: SenderView, content: MessageContent): Finding[] {
  const owners = brandsOfHost(view.author.host)
  const claims = readClaims(content)
  const named = mentionsIn(view.author.name)
  const inSubject = accountPhrases.isIn(wordsOf(view.subject)) ? mentionsIn(view.subject) : []
  let gravest: Finding[] = []
  for (const brand of new Set(
    [...named, ...inSubject].map(({ value }) => value).concat([...claims.spoken, ...claims.pictured]),
  )) {
    if (owners.includes(brand) || isServerOf(brand, view)) continue
    const findings = claimsOf(brand, view, claims, named, inSubject)
    if (sum(findings) > sum(gravest)) gravest = findings
  }
  return owners.length > 0 ? gravest.map(asHouseOfRepute) : gravest
}

/** Mail servers of every firm that runs Exchange report under this name, each from its own domain. */
function isServerOf({ name }: Brand, { author }: SenderView): boolean {
  return name === 'Microsoft' && /^(?:postmaster|microsoftexchange[0-9a-f]{32})$/.test(author.local)
}

function claimsOf(
  brand: Brand,
  view: SenderView,
  claims: ContentClaims,
  named: readonly Mention[],
  inSubject: readonly Mention[],
): Finding[] {
  const inName = named.find(({ value }) => value === brand)
  const subject = inSubject.find(({ value }) => value === brand)
  // Agencies and services write of accounts that their customers have elsewhere, and lead to themselves.
  const isBold = Boolean(inName) || view.author.free || callsElsewhere(claims, brand, view.author).length > 0
  return [
    ...(inName ? judgeName(inName, view) : []),
    ...(subject ? judgeSubject(subject, view, isBold) : []),
    ...judgeContent(brand, view, claims, isBold, inName !== undefined || subject !== undefined),
  ]
}

function judgeName(mention: Mention, { author, list }: SenderView): Finding[] {
  const { value: brand, disguised } = mention
  const evidence = { brand: brand.name, name: author.name.slice(0, 200), host: author.host }
  if (disguised)
    return [
      createFinding(
        'brand-name-disguised',
        200,
        `The sender's name imitates ${brand.name} with look-alike letters, but the message comes from ${author.host}.`,
        evidence,
      ),
    ]
  const words = wordsOf(author.name)
  const rest = words.filter((_, i) => i < mention.at || i >= mention.at + mention.length)
  const isCompany = rest.every((each) => serviceWords.has(each) || /^\d+$/.test(each))
  const isBare = rest.length === 0 && mention.length === wordsOf(brand.name).length
  if (brand.common && !isCompany) return []
  // "DocuSign via Jane Roe", "Jane Roe via Dropbox": the service sends, says the name.
  const isVia = words[mention.at - 1] === 'via' || words[mention.at + mention.length] === 'via'
  const weight = isVia ? 120 : !isCompany ? 20 : brand.common && isBare ? 50 : 160 + (author.free ? 40 : 0)
  const shown = list ? Math.min(weight, 20) : weight
  return [
    createFinding(
      'brand-name',
      shown,
      `The sender calls itself "${author.name.slice(0, 80)}", but ${author.host} does not belong to ${brand.name}.`,
      evidence,
    ),
  ]
}

/** Shops and forwarders write about payments and parcels of others; about an account at a bank nobody else does. */
function isNamedByOthers({ group }: Brand): boolean {
  return group === 'payment' || group === 'parcels' || group === 'shops'
}

function judgeSubject(
  { value: brand, disguised }: Mention,
  { subject, author, list, bulk }: SenderView,
  isBold: boolean,
): Finding[] {
  if (brand.common && !disguised) return []
  const full = list || (bulk && !isBold) ? 0 : bulk || isNamedByOthers(brand) ? 40 : 60
  const weight = disguised ? 120 : isBold ? full : Math.min(full, 30)
  return [
    createFinding(
      'brand-subject',
      weight,
      `The subject is about an account or order at ${brand.name}, but ${author.host} does not belong to it.`,
      { brand: brand.name, subject: subject.slice(0, 200), host: author.host },
    ),
  ]
}

function judgeContent(
  brand: Brand,
  view: SenderView,
  claims: ContentClaims,
  isBold: boolean,
  isNamed: boolean,
): Finding[] {
  const isSpoken = claims.spoken.has(brand)
  const isPictured = claims.pictured.has(brand)
  if ((!isSpoken && !isPictured) || callsHome(claims, brand)) return []
  const elsewhere = callsElsewhere(claims, brand, view.author)
  // A picture alone is an advertisement, a list of partners, a screenshot.
  if (!isSpoken && !isNamed && elsewhere.length === 0) return []
  const full = (isSpoken ? (isBold ? 60 : 40) : 0) + (isPictured ? 40 : 0) + (elsewhere.length > 0 ? 40 : 0)
  const weight = Math.round(full * (view.list || view.bulk ? 0.4 : isNamedByOthers(brand) ? 0.7 : 1))
  return [
    createFinding(
      'brand-content',
      weight,
      `The text ${isSpoken ? `speaks in the name of ${brand.name}` : `shows the logo of ${brand.name}`}${elsewhere[0] ? ` and wants something done at ${elsewhere[0].slice(0, 80)}` : ''}, but comes from ${view.author.host}.`,
      {
        brand: brand.name,
        spoken: isSpoken,
        pictured: isPictured,
        calls: elsewhere.slice(0, 5),
        host: view.author.host,
      },
    ),
  ]
}

/** What comes from another well-known house is more likely about the brand than in its name. */
function asHouseOfRepute(finding: Finding): Finding {
  return { ...finding, weight: finding.code === 'brand-subject' ? 0 : Math.round(finding.weight / 4) }
}

function sum(findings: readonly Finding[]): number {
  return findings.reduce((total, { weight }) => total + weight, 0)
}
