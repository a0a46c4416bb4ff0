import { child, childrenOf, parseXml, type XmlElement } from '#ground/mail-reports/xml-tree.ts'
import { OrderError } from '#services/ledger/order-error.ts'

/** What the metadata of a provider says (SAML metadata 2.0, IDPSSODescriptor). */
export interface ProviderMetadata {
  readonly issuer: string
  readonly signInUrl: string
  /** As they stand there. */
  readonly certificates: readonly string[]
}

const redirectBinding = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect'

/** Reads pasted metadata of one provider. @throws OrderError */
export function readProviderMetadata(xml: string): ProviderMetadata {
  const root = parse(xml)
  if (root.name !== 'EntityDescriptor')
    throw new OrderError(
      'wrong',
      'this is not the metadata of one provider: it has to begin with EntityDescriptor',
    )
  const described = child(root, 'IDPSSODescriptor')
  if (!described)
    throw new OrderError(
      'wrong',
      'this is the metadata of a service; the one of the identity provider is needed',
    )
  const way = childrenOf(described, 'SingleSignOnService').find(
    (each) => each.attributes.Binding === redirectBinding,
  )
  const signInUrl = way?.attributes.Location
  if (signInUrl === undefined)
    throw new OrderError('wrong', 'the metadata names no sign-in address for the redirect binding')
  return { issuer: root.attributes.entityID ?? '', signInUrl, certificates: certificatesIn(described) }
}

/** Those it signs with; one without a use is for both (SAML metadata, 2.4.1.1). */
function certificatesIn(described: XmlElement): string[] {
  return childrenOf(described, 'KeyDescriptor')
    .filter(({ attributes: { use } }) => use === undefined || use === 'signing')
    .flatMap((each) => childrenOf(child(each, 'KeyInfo'), 'X509Data'))
    .flatMap((each) => childrenOf(each, 'X509Certificate'))
    .map((each) => each.text)
}

function parse(xml: string): XmlElement {
  // Not in comments either: nobody who means well writes one of these words.
  if (/<!(?:doctype|entity)/i.test(xml))
    throw new OrderError('wrong', 'metadata with a document type is not read')
  try {
    return parseXml(xml)
  } catch {
    throw new OrderError('wrong', 'the metadata cannot be read as XML; paste the file whole')
  }
}
