import { parseXml, type XmlElement } from '#ground/mail-reports/xml-tree.ts'
import { ProviderRefusal } from '../proved-identity.ts'

/** Real ones have 5 to 40 kB, the largest name hundreds of groups. */
const mostBytes = 131_072
const mostElements = 5000

const signatures = new Set([
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
])
const digests = new Set([
  'http://www.w3.org/2001/04/xmlenc#sha256',
  'http://www.w3.org/2001/04/xmlenc#sha512',
])

/**
 * What has to hold of a response before anything in it is believed: its size and form, one assertion at most, weak
 * algorithms nowhere, and that it was sent to here. Signatures are the library's business.
 * @param answer the field SAMLResponse, base64
 * @throws ProviderRefusal
 */
export function openResponse(answer: string, acsUrl: string): void {
  if (answer.length > mostBytes * 1.5)
    throw new ProviderRefusal('its answer is larger than any that is expected')
  const xml = Buffer.from(answer, 'base64').toString('utf8')
  // No document type, entities, comments or sections: no provider sends them, and each has been a way to be read twofold.
  if (/<!|<\?/.test(xml.replace(/^\uFEFF?\s*<\?xml [^<>]*\?>/, '')))
    throw new ProviderRefusal(
      'its answer has parts that no provider sends: a document type, comments or instructions',
    )
  const root = parse(xml)
  if (root.name !== 'Response') throw new ProviderRefusal('what it has sent is no answer of SAML')
  checkElements([...within(root)])
  const { Destination: destination } = root.attributes
  if (destination !== undefined && destination !== acsUrl)
    throw new ProviderRefusal(`its answer was sent for another address than ${acsUrl}`)
}

function checkElements(all: readonly XmlElement[]): void {
  if (all.length > mostElements)
    throw new ProviderRefusal('its answer has more parts than any that is expected')
  const count = (name: string) => all.filter((each) => each.name === name).length
  if (count('EncryptedAssertion') > 0)
    throw new ProviderRefusal(
      'its answer is encrypted, which is not read here; switch that off at the provider',
    )
  if (count('Assertion') > 1 || count('Response') > 1)
    throw new ProviderRefusal('its answer speaks of more than one person')
  const ids = all.flatMap(({ attributes: { ID, Id, id } }) => ID ?? Id ?? id ?? [])
  if (new Set(ids).size < ids.length) throw new ProviderRefusal('two parts of its answer have the same id')
  const isWeak = ({ name, attributes: { Algorithm: used = '' } }: XmlElement) =>
    (name === 'SignatureMethod' && !signatures.has(used)) || (name === 'DigestMethod' && !digests.has(used))
  if (all.some(isWeak))
    throw new ProviderRefusal('its answer is signed by another algorithm than RSA with SHA-256 or SHA-512')
}

function* within(element: XmlElement): Generator<XmlElement> {
  yield element
  for (const each of element.children) yield* within(each)
}

function parse(xml: string): XmlElement {
  try {
    return parseXml(xml)
  } catch {
    throw new ProviderRefusal('its answer cannot be read')
  }
}
