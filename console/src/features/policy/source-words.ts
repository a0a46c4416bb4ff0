import type { ValueSource } from '@mailkeep/contract'
import { kindWords } from './level-bar.tsx'

/** Where a value comes from, in words: `domain bakery.example`, `your reseller`. */
export function titleOfSource({ kind, level }: ValueSource): string {
  if (kind === 'default') return kindWords.default
  if (level === null) return `your ${kindWords[kind]}`
  return `${kindWords[kind]} ${level.slice(level.indexOf(':') + 1)}`
}
