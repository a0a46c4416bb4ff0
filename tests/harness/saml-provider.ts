import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inflateRawSync } from 'node:zlib'
import { SignedXml } from 'xml-crypto'

/** What a provider of SAML says; what is left out is as it should be. */
export interface SamlSaying {
  /** Entity id and address of whom it is for. */
  readonly audience: string
  readonly acsUrl: string
  /** Id of the request; null: nobody has asked. */
  readonly inResponseTo: string | null
  readonly nameId?: string
  readonly nameFormat?: string
  readonly attributes?: Readonly<Record<string, string>>
  readonly recipient?: string
  readonly destination?: string
  readonly issuer?: string
  readonly id?: string
  /** From and until when it holds, in milliseconds from now. */
  readonly fromMs?: number
  readonly untilMs?: number
  /** What is signed; `assertion` where absent. */
  readonly signs?: 'assertion' | 'response' | 'both' | 'nothing'
  readonly algorithm?: 'sha1' | 'sha256' | 'sha512'
  /** Changes the XML before it is signed. */
  readonly before?: (xml: string) => string
  /** Changes it afterwards. */
  readonly after?: (xml: string) => string
}

const format = 'urn:oasis:names:tc:SAML:1.1:nameid-format:'
const more = 'http://www.w3.org/2001/04/xmldsig-more#rsa-'
const algorithms = {
  sha1: ['http://www.w3.org/2000/09/xmldsig#rsa-sha1', 'http://www.w3.org/2000/09/xmldsig#sha1'],
  sha256: [`${more}sha256`, 'http://www.w3.org/2001/04/xmlenc#sha256'],
  sha512: [`${more}sha512`, 'http://www.w3.org/2001/04/xmlenc#sha512'],
} as const

/** A provider of SAML with a key of its own. */
export class TestSamlProvider {
  readonly entityId: string
  readonly signInUrl: string
  /** PEM. */
  readonly certificate: string
  readonly #key: string
  #count = 0

  constructor(entityId = 'https://idp.test/metadata', days = 60) {
    this.entityId = entityId
    this.signInUrl = 'https://idp.test/sign-in?tenant=1'
    const folder = mkdtempSync(join(tmpdir(), 'saml-'))
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
    const subject = ['-subj', '/CN=idp.test', '-days', String(days)]
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, ...subject],
      { stdio: 'ignore' },
    )
    this.#key = readFileSync(key, 'utf8')
    this.certificate = readFileSync(cert, 'utf8')
    rmSync(folder, { recursive: true })
  }

  get bareCertificate(): string {
    return this.certificate.replace(/-----[A-Z ]+-----|\s/g, '')
  }

  metadata(certificates = [this.bareCertificate]): string {
    const keys = certificates.map(
      (each) =>
        `<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>${each}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`,
    )
    const binding = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP'
    return `<?xml version="1.0"?><!-- made by a test --><md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${this.entityId}"><md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">${keys.join('')}<md:SingleSignOnService Binding="${binding}-POST" Location="https://idp.test/post"/><md:SingleSignOnService Binding="${binding}-Redirect" Location="${this.signInUrl.replaceAll('&', '&amp;')}"/></md:IDPSSODescriptor></md:EntityDescriptor>`
  }

  /** The field SAMLResponse. */
  answer(saying: SamlSaying): string {
    const { signs = 'assertion', before = (xml) => xml, after = (xml) => xml } = saying
    let xml = before(this.#compose(saying))
    if (signs === 'assertion' || signs === 'both') xml = this.#sign(xml, 'Assertion', saying)
    if (signs === 'response' || signs === 'both') xml = this.#sign(xml, 'Response', saying)
    return Buffer.from(after(xml)).toString('base64')
  }

  #compose(saying: SamlSaying): string {
    this.#count += 1
    const {
      audience,
      acsUrl,
      inResponseTo,
      nameId = 'person-1',
      nameFormat = `${format}unspecified`,
    } = saying
    const { recipient = acsUrl, destination = acsUrl, issuer = this.entityId } = saying
    const { id = `_a${Date.now()}-${this.#count}`, fromMs = -5000, untilMs = 300_000 } = saying
    const at = (ms: number) => new Date(Date.now() + ms).toISOString()
    const asked = inResponseTo === null ? '' : ` InResponseTo="${inResponseTo}"`
    const attributes = Object.entries(saying.attributes ?? {}).map(
      ([name, value]) =>
        `<saml:Attribute Name="${name}"><saml:AttributeValue>${value}</saml:AttributeValue></saml:Attribute>`,
    )
    const statement = attributes.length
      ? `<saml:AttributeStatement>${attributes.join('')}</saml:AttributeStatement>`
      : ''
    return `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${id}-r" Version="2.0" IssueInstant="${at(0)}" Destination="${destination}"${asked}><saml:Issuer>${issuer}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status><saml:Assertion ID="${id}" Version="2.0" IssueInstant="${at(0)}"><saml:Issuer>${issuer}</saml:Issuer><saml:Subject><saml:NameID Format="${nameFormat}">${nameId}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData Recipient="${recipient}" NotOnOrAfter="${at(untilMs)}"${asked}/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="${at(fromMs)}" NotOnOrAfter="${at(untilMs)}"><saml:AudienceRestriction><saml:Audience>${audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="${at(0)}"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>${statement}</saml:Assertion></samlp:Response>`
  }

  #sign(xml: string, what: 'Assertion' | 'Response', { algorithm = 'sha256' }: SamlSaying): string {
    const [signatureAlgorithm, digestAlgorithm] = algorithms[algorithm]
    const canonical = 'http://www.w3.org/2001/10/xml-exc-c14n#'
    const signer = new SignedXml({
      privateKey: this.#key,
      signatureAlgorithm,
      canonicalizationAlgorithm: canonical,
    })
    const xpath = `//*[local-name(.)='${what}']`
    const transforms = ['http://www.w3.org/2000/09/xmldsig#enveloped-signature', canonical]
    signer.addReference({ xpath, digestAlgorithm, transforms })
    const reference = `${xpath}/*[local-name(.)='Issuer']`
    signer.computeSignature(xml, { prefix: 'ds', location: { reference, action: 'after' } })
    return signer.getSignedXml()
  }
}

/** The request in the address that somebody was sent to. */
export function requestIn(address: string): { readonly xml: string; readonly id: string } {
  const packed = new URL(address).searchParams.get('SAMLRequest') ?? ''
  const xml = inflateRawSync(Buffer.from(packed, 'base64')).toString()
  return { xml, id: / ID="([^"]+)"/.exec(xml)?.[1] ?? '' }
}
