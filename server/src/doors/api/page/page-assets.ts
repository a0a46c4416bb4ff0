import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A file that the page loads. Its address holds its hash, so that it may be kept for ever and is never an old one. */
export interface Asset {
  readonly path: string
  readonly type: string
  readonly content: string
  /** For the integrity attribute. */
  readonly integrity: string
}

export interface PageAssets {
  readonly style: Asset
  readonly icon: Asset
  /** Of the pages for people who look at their own mail. */
  readonly review: Asset
  /** Of the sign-in pages. */
  readonly signIn: Asset
}

/** Reads the files that lie beside this one. */
export function readPageAssets(): PageAssets {
  const style = readAsset('page.css', 'text/css; charset=utf-8')
  const icon = readAsset('icon.svg', 'image/svg+xml')
  const review = readAsset('review.css', 'text/css; charset=utf-8')
  const signIn = readAsset('sign-in.mjs', 'text/javascript; charset=utf-8')
  return { style, icon, review, signIn }
}

function readAsset(name: string, type: string): Asset {
  const content = readFileSync(join(import.meta.dirname, name), 'utf8')
  const digest = createHash('sha256').update(content).digest()
  const [base, extension] = name.split('.')
  return {
    path: `/assets/${base}.${digest.toString('hex').slice(0, 16)}.${extension}`,
    type,
    content,
    integrity: `sha256-${digest.toString('base64')}`,
  }
}
