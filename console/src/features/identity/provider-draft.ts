import type { ProviderView } from '@mailkeep/contract'

type Role = NonNullable<NonNullable<ProviderView['provider']>['newRole']>

/** What stands in the form of a provider. */
export type ProviderDraft = ReturnType<typeof draftOf>

export function draftOf(provider: ProviderView['provider']) {
  const saml = provider?.saml ?? null
  return {
    isSaml: saml !== null,
    name: provider?.name ?? '',
    issuer: provider?.issuer ?? '',
    clientId: provider?.clientId ?? '',
    clientSecret: '',
    /** One that is known is shown by its fields. */
    isByMetadata: saml === null,
    metadata: '',
    signInUrl: saml?.signInUrl ?? '',
    certificates: (saml?.certificates ?? []).map((each) => toPem(each.base64)).join('\n'),
    takesUnasked: saml?.takesUnasked ?? false,
    domains: (provider?.domains ?? []).join(' '),
    newRole: (provider?.newRole ?? '') as string,
    trustsFactor: provider?.trustsFactor ?? false,
    isOff: provider?.isOff ?? false,
  }
}

/** Whether people may become managers, and of which domains is not said. */
export function lacksDomains({ newRole, domains }: ProviderDraft): boolean {
  return newRole !== '' && domains.trim() === ''
}

/** Whether enough stands there to be saved. */
export function isWhole(draft: ProviderDraft): boolean {
  return !lacksDomains(draft) && [draft.name, ...neededOf(draft)].every((each) => each.trim() !== '')
}

function neededOf({ isSaml, isByMetadata, ...draft }: ProviderDraft): string[] {
  if (!isSaml) return [draft.issuer, draft.clientId]
  return isByMetadata ? [draft.metadata] : [draft.issuer, draft.signInUrl, draft.certificates]
}

export function bodyOf(draft: ProviderDraft) {
  const { name, domains, newRole, trustsFactor, isOff } = draft
  return {
    name: name.trim(),
    domains: domains.split(/[\s,]+/).filter((each) => each !== ''),
    newRole: newRole === '' ? null : (newRole as Role),
    trustsFactor,
    isOff,
    ...(draft.isSaml ? samlOf(draft) : oidcOf(draft)),
  }
}

function oidcOf({ issuer, clientId, clientSecret }: ProviderDraft) {
  return { issuer: issuer.trim(), clientId: clientId.trim(), ...(clientSecret !== '' && { clientSecret }) }
}

function samlOf({ isByMetadata, issuer, metadata, signInUrl, certificates, takesUnasked }: ProviderDraft) {
  if (isByMetadata) return { saml: { metadata: metadata.trim(), takesUnasked } }
  const list = certificates
    .split(/(?<=-----END CERTIFICATE-----)/)
    .map((each) => each.trim())
    .filter((each) => each !== '')
  return { issuer: issuer.trim(), saml: { signInUrl: signInUrl.trim(), certificates: list, takesUnasked } }
}

function toPem(base64: string): string {
  const lines = base64.match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----'].join('\n')
}
