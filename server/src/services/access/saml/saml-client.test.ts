import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { requestIn, type SamlSaying, TestSamlProvider } from '../../../../../tests/harness/saml-provider.ts'
import { ProviderRefusal } from '../proved-identity.ts'
import { askBySaml, checkSamlAnswer, describeService, type SamlProvider } from './saml-client.ts'

const place = {
  entityId: 'https://mail.test/sign-in/with/one/saml/metadata',
  acsUrl: 'https://mail.test/acs',
}
const idp = new TestSamlProvider()
const other = new TestSamlProvider()
const claims = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims'

const providerWith = (certificates: readonly string[]): SamlProvider => ({
  tenant: 'one',
  name: 'Login',
  issuer: idp.entityId,
  clientId: '',
  clientSecret: '',
  saml: { signInUrl: idp.signInUrl, certificates, takesUnasked: false },
  domains: [],
  newRole: null,
  trustsFactor: false,
  isOff: false,
  changedAt: 0,
})
const provider = providerWith([idp.bareCertificate])
const good: SamlSaying = { audience: place.entityId, acsUrl: place.acsUrl, inResponseTo: '_q' }
const check = (answer: string, by = provider) => checkSamlAnswer(by, place, answer, Date.now())
const refuses = (saying: Partial<SamlSaying>, words: RegExp, from = idp) =>
  assert.rejects(check(from.answer({ ...good, ...saying })), (cause: Error) => {
    assert.ok(cause instanceof ProviderRefusal, String(cause.stack))
    assert.match(cause.message, words)
    assert.doesNotMatch(cause.message, /<|evil/, 'nothing of the answer is repeated')
    return true
  })

describe('an answer by SAML', () => {
  test('is asked for by a redirect that names us, our address and the id to be named', async () => {
    const url = await askBySaml(provider, place, '_abc')
    assert.ok(url.startsWith(idp.signInUrl))
    const { xml, id } = requestIn(url)
    assert.equal(id, '_abc')
    for (const each of [place.entityId, place.acsUrl]) assert.ok(xml.includes(each), each)
    const metadata = await describeService(place)
    for (const each of [place.entityId, place.acsUrl]) assert.ok(metadata.includes(each), each)
  })

  test('tells who has signed in, whether the assertion is signed, the response, or both', async () => {
    for (const signs of ['assertion', 'response', 'both'] as const) {
      const attributes = { [`${claims}/emailaddress`]: 'Mia@One.test', displayName: 'Mia &amp; Co' }
      const proved = await check(idp.answer({ ...good, signs, attributes, id: `_${signs}` }))
      assert.deepEqual(
        [proved.id, proved.inResponseTo, proved.identity],
        [
          `_${signs}`,
          '_q',
          { issuer: idp.entityId, subject: 'person-1', email: 'mia@one.test', name: 'Mia & Co' },
        ],
      )
    }
    assert.ok((await check(idp.answer({ ...good, algorithm: 'sha512' }))).until > Date.now())
  })

  test('a name that is an address is one; a name for one visit is no subject', async () => {
    const [email, once] = ['1.1:nameid-format:emailAddress', '2.0:nameid-format:transient'].map(
      (each) => `urn:oasis:names:tc:SAML:${each}`,
    ) as [string, string]
    const named = await check(idp.answer({ ...good, nameId: 'Mia@one.test', nameFormat: email }))
    assert.deepEqual([named.identity.email, named.identity.subject], ['mia@one.test', 'Mia@one.test'])
    const visit = await check(
      idp.answer({ ...good, nameId: '_x81', nameFormat: once, attributes: { mail: 'mia@one.test' } }),
    )
    assert.equal(visit.identity.subject, null)
    const plain = await check(idp.answer({ ...good, nameId: 'mia@one.test' }))
    assert.equal(plain.identity.email, null, 'what merely looks like an address is not said to be one')
  })

  test('of two certificates either will do, while the provider changes them', async () => {
    const both = providerWith([other.bareCertificate, idp.bareCertificate])
    assert.equal((await check(idp.answer(good), both)).inResponseTo, '_q')
    assert.equal((await check(other.answer(good), both)).inResponseTo, '_q')
  })

  test('without a signature, by another key, or changed after it was signed: nothing', async () => {
    await refuses({ signs: 'nothing' }, /not signed/)
    await refuses({}, /not signed/, other)
    await refuses({ signs: 'both' }, /not signed/, other)
    await refuses({ after: (xml) => xml.replace('person-1', 'evil') }, /not signed/)
    await refuses({ signs: 'response', after: (xml) => xml.replace('person-1', 'evil') }, /not signed/)
    await refuses({ algorithm: 'sha1' }, /another algorithm/)
  })

  test('a second assertion around, beside or below the signed one: nothing', async () => {
    const assertionIn = (xml: string) => /<saml:Assertion .*<\/saml:Assertion>/s.exec(xml)?.[0] ?? ''
    const evil = (xml: string) =>
      assertionIn(xml)
        .replace(/<ds:Signature.*<\/ds:Signature>/s, '')
        .replace('person-1', 'evil')
        .replace(/ ID="[^"]+"/, ' ID="_evil"')
    for (const wrap of [
      (xml: string) => xml.replace('<saml:Assertion ', `${evil(xml)}<saml:Assertion `),
      (xml: string) => xml.replace('</samlp:Response>', `${evil(xml)}</samlp:Response>`),
      (xml: string) =>
        xml.replace(
          assertionIn(xml),
          evil(xml).replace('</saml:Issuer>', `</saml:Issuer><x>${assertionIn(xml)}</x>`),
        ),
      (xml: string) =>
        xml.replace(
          assertionIn(xml),
          evil(xml).replace(
            '</saml:Issuer>',
            `</saml:Issuer><samlp:Extensions>${assertionIn(xml)}</samlp:Extensions>`,
          ),
        ),
    ])
      await refuses({ after: wrap }, /more than one person/)
    // The same id twice, so that the signature could be taken for either.
    const same = (xml: string) =>
      xml.replace('<samlp:Status>', `<samlp:Status ID="${/Assertion ID="([^"]+)"/.exec(xml)?.[1]}">`)
    await refuses({ after: same }, /same id/)
  })

  test('comments, a document type, entities, instructions: nothing, whoever has signed them', async () => {
    const named = (nameId: string): Partial<SamlSaying> => ({ nameId })
    await refuses(named('mia@one.test<!-- x -->.evil.test'), /no provider sends/)
    await refuses({ after: (xml) => xml.replace('person-1', 'per<!---->son-1') }, /no provider sends/)
    await refuses(named('<![CDATA[mia]]>'), /no provider sends/)
    const bomb = '<!DOCTYPE r [<!ENTITY a "evil"><!ENTITY b "&a;&a;&a;&a;">]>'
    await refuses({ after: (xml) => bomb + xml.replace('person-1', '&b;') }, /no provider sends/)
    await refuses({ after: (xml) => `<?xml version="1.0"?><?evil x?>${xml}` }, /no provider sends/)
    await refuses({ after: () => 'evil' }, /cannot be read|no answer of SAML/)
    await refuses({ after: () => '' }, /cannot be read|no answer of SAML/)
  })

  test('for another service, another address, from another issuer, without a confirmation: nothing', async () => {
    await refuses({ audience: 'https://evil.test' }, /another service/)
    await refuses({ recipient: 'https://evil.test' }, /another address/)
    await refuses({ destination: 'https://evil.test' }, /another address/)
    await refuses({ issuer: 'https://evil.test' }, /another issuer/)
    await refuses(
      { before: (xml) => xml.replace(/<saml:Conditions.*<\/saml:Conditions>/, '') },
      /cannot be used|another/,
    )
    await refuses({ before: (xml) => xml.replace('cm:bearer', 'cm:sender-vouches') }, /whoever brings/)
    await refuses(
      { before: (xml) => xml.replace(/<saml:AuthnStatement.*<\/saml:AuthnStatement>/, '') },
      /signed in/,
    )
    await refuses({ before: (xml) => xml.replace(/<saml:NameID.*<\/saml:NameID>/, '') }, /NameID/)
  })

  test('that is over, not valid yet, or has no end: nothing; a minute apart is borne', async () => {
    await refuses({ fromMs: -600_000, untilMs: -61_000 }, /is over/)
    await refuses({ fromMs: 120_000 }, /is over, or not valid yet/)
    await refuses({ before: (xml) => xml.replaceAll(/ NotOnOrAfter="[^"]+"/g, '') }, /is over/)
    await refuses(
      { before: (xml) => xml.replace(/ NotOnOrAfter="[^"]+"/, ' NotOnOrAfter="evil"') },
      /is over/,
    )
    assert.ok(await check(idp.answer({ ...good, fromMs: 30_000, untilMs: 600_000 })))
  })

  test('too large, too deep, too many parts, encrypted: nothing, and quickly', async () => {
    const padded = (more: string) => ({
      after: (xml: string) => xml.replace('</samlp:Response>', `${more}</samlp:Response>`),
    })
    await refuses(padded(`<x>${'a'.repeat(200_000)}</x>`), /larger/)
    await refuses(padded('<x>'.repeat(5000) + '</x>'.repeat(5000)), /cannot be read/)
    await refuses(padded('<x/>'.repeat(6000)), /more parts/)
    await refuses(padded('<saml:EncryptedAssertion/>'), /encrypted/)
  })

  test('that says no is told as a no, without what else stands in it', async () => {
    const no = (xml: string) =>
      xml
        .replace(/<saml:Assertion .*<\/saml:Assertion>/s, '')
        .replace('status:Success"/>', 'status:Responder"/><samlp:StatusMessage>evil</samlp:StatusMessage>')
    await refuses({ signs: 'nothing', after: no }, /it says Responder/)
  })
})
