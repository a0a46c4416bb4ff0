import type { DomainSigner } from '#flow/inspection/domain-signer.ts'
import { RowSeal } from '../database/row-seal.ts'
import { aboutKey } from '../database/sqlite-dkim-store.ts'
import type { SnapshotBook } from './snapshot-book.ts'

/** Domains whose keys are kept open at a time. */
const mostKept = 1000

/** Keys that sign mail, from the last good snapshot; each is opened once. */
export function readSigners(book: SnapshotBook, folder: string): (domain: string) => readonly DomainSigner[] {
  const seal = new RowSeal(folder)
  let version = -1
  const kept = new Map<string, readonly DomainSigner[]>()
  return (domain) => {
    if (version !== book.version() || kept.size > mostKept) {
      version = book.version()
      kept.clear()
    }
    const known = kept.get(domain)
    if (known) return known
    const made = book.signersOf(domain).flatMap(({ selector, sealed }): DomainSigner[] => {
      const privateKey = seal.tryOpen(aboutKey(domain, selector), sealed)
      return privateKey === null ? [] : [{ domain, selector, privateKey }]
    })
    kept.set(domain, made)
    return made
  }
}
