import { createHash } from 'node:crypto'
import type { EffectiveBrand } from '#services/branding/brand.ts'
import { readableOnDark, readColour } from '#services/branding/contrast.ts'

/** A brand as a page wears it: paths of our own, so that the page needs no style or picture of its own. */
export interface BrandFrame {
  readonly name: string
  readonly loginText: string
  readonly logo: string | null
  readonly style: string | null
}

const darkPanel = [26, 31, 37] as const

export function brandFrame({ name, loginText, logo, accent }: EffectiveBrand): BrandFrame {
  return {
    name,
    loginText,
    logo: logo && `/brand/${encodeURIComponent(logo.tenant)}/logo-${logo.changedAt}`,
    style: accent && `/brand/accent-${accent.slice(1)}.css`,
  }
}

/** The accent for pages light and dark; contrast was looked at when it was set. Null: it is no colour. */
export function accentSheet(hex: string): { readonly content: string; readonly tag: string } | null {
  const colour = readColour(`#${hex}`)
  if (!colour) return null
  const dark = readableOnDark(colour, darkPanel)
  const content = `:root{--accent:#${hex};--brand-accent:#${hex}}
@media (prefers-color-scheme:dark){:root{--accent:${dark};--brand-accent:${dark}}}
[data-mantine-color-scheme="light"]{--accent:#${hex};--brand-accent:#${hex}}
[data-mantine-color-scheme="dark"]{--accent:${dark};--brand-accent:${dark}}
`
  return { content, tag: createHash('sha256').update(content).digest('hex').slice(0, 16) }
}
