import type { Config } from './settings.ts'

/** The domain in whose name this site itself writes mail: that of its postmaster. */
export function ownDomain(config: Pick<Config, 'site.host' | 'site.postmaster'>): string {
  const postmaster = config['site.postmaster']
  const name = postmaster === '' ? config['site.host'] : postmaster.slice(postmaster.lastIndexOf('@') + 1)
  return name.toLowerCase()
}
