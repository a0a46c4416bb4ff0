import type { SamlConfig } from '@node-saml/node-saml'
import type { IdentityProvider, SamlSettings } from '../account-store.ts'
import { ProviderRefusal } from '../proved-identity.ts'
import { hashSecret } from '../secret.ts'
import { openResponse } from './open-response.ts'
import {
  type AssertionElement,
  type ProvedAssertion,
  readAssertion,
  skewMs,
  untimely,
} from './read-assertion.ts'
import type { SamlPlace } from './saml-place.ts'

export type SamlProvider = IdentityProvider & { readonly saml: SamlSettings }

/** Where the browser goes to ask, by the redirect binding. @param requestId what the answer has to name */
export async function askBySaml(
  provider: SamlProvider,
  place: SamlPlace,
  requestId: string,
): Promise<string> {
  const { SAML } = await import('@node-saml/node-saml')
  const saml = new SAML({ ...optionsOf(provider, place), generateUniqueId: () => requestId })
  return saml.getAuthorizeUrlAsync('', undefined, {})
}

/**
 * Who was proved by a response: the assertion, or the response around it, is signed by a certificate of the provider,
 * in time, for us. Whether it was asked for, and comes for the first time, is for the caller to see.
 * @param answer the field SAMLResponse @throws ProviderRefusal
 */
export async function checkSamlAnswer(
  provider: SamlProvider,
  place: SamlPlace,
  answer: string,
  at: number,
): Promise<ProvedAssertion> {
  openResponse(answer, place.acsUrl)
  const { SAML } = await import('@node-saml/node-saml')
  const saml = new SAML(optionsOf(provider, place))
  const { profile } = await saml.validatePostResponseAsync({ SAMLResponse: answer }).catch((cause: Error) => {
    throw describe(cause, place)
  })
  // What the library hands out here are the bytes that the signature covers, and nothing beside them.
  const { Assertion: assertion } = (profile?.getAssertion?.() ?? {}) as { Assertion?: AssertionElement }
  if (!assertion) throw new ProviderRefusal('its answer speaks of nobody')
  return readAssertion(assertion, { issuer: provider.issuer, acsUrl: place.acsUrl, at })
}

/** What we are, for the provider: metadata of SAML as XML. */
export async function describeService({ entityId, acsUrl }: SamlPlace): Promise<string> {
  const { generateServiceProviderMetadata } = await import('@node-saml/node-saml')
  return generateServiceProviderMetadata({
    issuer: entityId,
    callbackUrl: acsUrl,
    wantAssertionsSigned: true,
    identifierFormat: null,
    generateUniqueId: () => `_${hashSecret(entityId)}`,
  })
}

function optionsOf({ saml }: SamlProvider, { entityId, acsUrl }: SamlPlace): SamlConfig {
  return {
    entryPoint: saml.signInUrl,
    idpCert: [...saml.certificates],
    issuer: entityId,
    audience: entityId,
    callbackUrl: acsUrl,
    identifierFormat: null,
    disableRequestedAuthnContext: true,
    acceptedClockSkewMs: skewMs,
    // One of both has to be signed: with neither asked for, the library wants the assertion unless the response is.
    wantAssertionsSigned: false,
    wantAuthnResponseSigned: false,
  }
}

/** In our words: those of the library repeat what the answer says. */
function describe(cause: Error, { entityId }: SamlPlace): ProviderRefusal {
  const { name, message } = cause
  const status = /^SAML provider returned (\w{1,40}) error/.exec(message)?.[1]
  if (name === 'SamlStatusError' || status) return new ProviderRefusal(`it says ${status ?? 'no'}`)
  if (/signature/i.test(message))
    return new ProviderRefusal('its answer is not signed by a certificate of the provider that stands here')
  if (/audience/i.test(message))
    return new ProviderRefusal(`its answer is for another service; the audience has to be ${entityId}`)
  if (/expired|not yet valid|NotBefore|NotOnOrAfter|IssueInstant/.test(message)) return untimely()
  return new ProviderRefusal('its answer cannot be used')
}
