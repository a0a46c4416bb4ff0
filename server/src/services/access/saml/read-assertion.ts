import { type ProvedIdentity, ProviderRefusal } from '../proved-identity.ts'

/** An element as xml2js gives it: attributes under `$`, text under `_`, elements by name without prefix. */
export interface AssertionElement {
  readonly $?: Readonly<Record<string, string>>
  readonly _?: string
  readonly [name: string]: unknown
}

/** What an assertion says whose signature, time and audience were found right. */
export interface ProvedAssertion {
  readonly id: string
  /** The request that it answers; null: nobody has asked. */
  readonly inResponseTo: string | null
  /** From when on it would be refused for its age (ms). */
  readonly until: number
  readonly identity: ProvedIdentity
}

/** How far clocks may differ. */
export const skewMs = 60_000
/** An answer that was used is remembered until it would be refused for its age. */
const longestLifeMs = 3_600_000

const formats = 'urn:oasis:names:tc:SAML:'
const emailFormat = `${formats}1.1:nameid-format:emailAddress`
const transientFormat = `${formats}2.0:nameid-format:transient`
const bearer = `${formats}2.0:cm:bearer`
const claims = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims'
const emailNames = [
  `${claims}/emailaddress`,
  'urn:oid:0.9.2342.19200300.100.1.3',
  'email',
  'mail',
  'emailAddress',
]
const nameNames = [
  'http://schemas.microsoft.com/identity/claims/displayname',
  'urn:oid:2.16.840.1.113730.3.1.241',
  'displayName',
  'name',
]

/**
 * Reads an assertion that is signed: from whom, to whom, until when, in answer to what, and of whom.
 * @param wanted.issuer entity id of the provider; wanted.acsUrl our address; wanted.at now (ms)
 * @throws ProviderRefusal
 */
export function readAssertion(
  assertion: AssertionElement,
  wanted: { readonly issuer: string; readonly acsUrl: string; readonly at: number },
): ProvedAssertion {
  if (textOf(one(assertion, 'Issuer')) !== wanted.issuer)
    throw new ProviderRefusal(`its answer comes from another issuer than ${wanted.issuer}`)
  if (elements(assertion, 'AuthnStatement').length === 0)
    throw new ProviderRefusal('its answer does not say that anybody has signed in')
  const subject = one(assertion, 'Subject')
  const { inResponseTo, until } = readConfirmation(subject, wanted)
  const { ID: id = '' } = assertion.$ ?? {}
  if (id === '') throw new ProviderRefusal('its answer has no id')
  return { id, inResponseTo, until, identity: readIdentity(assertion, subject, wanted.issuer) }
}

/** The part by which whoever brings the assertion is believed (SAML profiles 2.0, 4.1.4.2). */
function readConfirmation(
  subject: AssertionElement,
  { acsUrl, at }: { readonly acsUrl: string; readonly at: number },
): { readonly inResponseTo: string | null; readonly until: number } {
  const all = elements(subject, 'SubjectConfirmation').filter((each) => each.$?.Method === bearer)
  const [data, ...others] = all.flatMap((each) => elements(each, 'SubjectConfirmationData'))
  if (!data || others.length > 0) throw new ProviderRefusal('its answer is not for whoever brings it')
  const { Recipient: recipient, NotOnOrAfter: end = '', NotBefore: start, InResponseTo: asked } = data.$ ?? {}
  if (recipient !== acsUrl) throw new ProviderRefusal(`its answer is for another address than ${acsUrl}`)
  const until = Date.parse(end) + skewMs
  const isEarly = start !== undefined && !(Date.parse(start) - skewMs <= at)
  if (!(at < until) || isEarly) throw untimely()
  if (until > at + longestLifeMs + 2 * skewMs)
    throw new ProviderRefusal('its answer is good for more than an hour; have it made for less')
  return { inResponseTo: asked ?? null, until }
}

function readIdentity(
  assertion: AssertionElement,
  subject: AssertionElement,
  issuer: string,
): ProvedIdentity {
  const nameId = one(subject, 'NameID')
  const [named, format] = [textOf(nameId), nameId.$?.Format]
  if (named === '' || named.length > 500) throw new ProviderRefusal('its answer names nobody')
  const attributes = new Map(
    elements(assertion, 'AttributeStatement')
      .flatMap((each) => elements(each, 'Attribute'))
      .map((each) => [each.$?.Name ?? '', textOf(elements(each, 'AttributeValue')[0])]),
  )
  const first = (names: readonly string[]) => names.map((each) => attributes.get(each)).find((each) => each)
  const email = (first(emailNames) ?? (format === emailFormat ? named : '')).toLowerCase()
  const isEmail = email.length <= 320 && /^[^\s@]+@[^\s@]+$/.test(email)
  return {
    issuer,
    // A name for one visit knows nobody again; his address has to, at each visit.
    subject: format === transientFormat ? null : named,
    email: isEmail ? email : null,
    name: (first(nameNames) ?? '').slice(0, 200),
  }
}

export const untimely = () =>
  new ProviderRefusal('its answer is over, or not valid yet; its clock and ours may differ')

function elements(within: AssertionElement | undefined, name: string): AssertionElement[] {
  const found = within?.[name]
  return Array.isArray(found) ? found.filter((each) => typeof each === 'object' && each !== null) : []
}

function one(within: AssertionElement, name: string): AssertionElement {
  const [found, ...others] = elements(within, name)
  if (!found || others.length > 0) throw new ProviderRefusal(`its answer has not one ${name}`)
  return found
}

function textOf(element: AssertionElement | undefined): string {
  return typeof element?._ === 'string' ? element._.trim() : ''
}
