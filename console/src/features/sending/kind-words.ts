import type { RelayView } from '@mailkeep/contract'

/** How a server is known, for people. */
export const kindWords: Readonly<Record<RelayView['kind'], string>> = {
  network: 'its address',
  certificate: 'its certificate',
  login: 'a login',
}
