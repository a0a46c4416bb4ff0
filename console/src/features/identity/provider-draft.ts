import type { ProviderView } from '@mailkeep/contract'

type Role = NonNullable<NonNullable<ProviderView['provider']>['newRole']>

/** What stands in the form of a provider. */
export type ProviderDraft = ReturnType<typeof draftOf>

export function draftOf(provider: ProviderView['provider']) {
  return {
    isSaml: (provider?.saml ?? null) !== null,
    name: provider?.name ?? '',
    issuer: provider?.issuer ?? '',
    clientId: provider?.clientId ?? '',
    clientSecret: '',
    metadata: '',
    signInUrl: provider?.saml?.signInUrl ?? '',
    certificates: (provider?.saml?.certificates ?? []).map((each) => toPem(each.base64)).join('\n'),
    takesUnasked: provider?.saml?.takesUnasked ?? false,
    domains: (provider?.domains ?? []).join(' '),
    newRole: (provider?.newRole ?? '') as string,
    trustsFactor: provider?.trustsFactor ?? false,
    isOff: provider?.isOff ?? false,
  }
}

/** Whether enough stands there to be saved. */
export function isWhole(draft: ProviderDraft): boolean {
  const saml = draft.metadata.trim() === '' ? [draft.issuer, draft.signInUrl, draft.certificates] : []
  const needed = draft.isSaml ? saml : [draft.issuer, draft.clientId]
  return [draft.name, ...needed].every((each) => each.trim() !== '')
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

function samlOf({ issuer, metadata, signInUrl, certificates, takesUnasked }: ProviderDraft) {
  if (metadata.trim() !== '') return { saml: { metadata: metadata.trim(), takesUnasked } }
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
