import type { AccountStore, IdentityProvider } from '#services/access/account-store.ts'

const freshMs = 5000
const waitMs = 300

/** Ways to sign in that a page offers: from memory, so that a store that is away takes nobody's sign-in page away. */
export class KnownProviders {
  readonly #accounts: Pick<AccountStore, 'providers'>
  #found: readonly IdentityProvider[] = []
  #at = 0

  constructor(accounts: Pick<AccountStore, 'providers'>) {
    this.#accounts = accounts
  }

  /** The provider of a tenant, as a button shows it. */
  async of(tenant: string | null): Promise<readonly { readonly path: string; readonly name: string }[]> {
    if (Date.now() - this.#at > freshMs) {
      const reading = this.#accounts.providers().then(
        (found) => {
          this.#found = found
          this.#at = Date.now()
        },
        () => undefined,
      )
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, waitMs)
      })
      await Promise.race([reading, late])
      clearTimeout(timer)
    }
    return this.#found
      .filter((each) => each.tenant === tenant && !each.isOff)
      .map((each) => ({ path: `/sign-in/with/${encodeURIComponent(each.tenant)}`, name: each.name }))
  }
}
