import { isTemporary, type Resolver } from '#ground/platform/dns/resolver.ts'

/** Texts of a name; null: DNS could not be asked. */
export async function askTexts(name: string, resolver: Resolver): Promise<string[] | null> {
  const answer = await resolver.lookup(name, 'TXT')
  if (isTemporary(answer)) return null
  return answer.status === 'found' ? answer.records.map((segments) => segments.join('')) : []
}
