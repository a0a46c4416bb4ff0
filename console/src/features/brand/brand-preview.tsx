import type { BrandView } from '@mailkeep/contract'
import { Mark } from '../../ui/state-mark.tsx'
import classes from './brand.module.css'
import type { BrandDraft } from './brand-form.tsx'

/** Least contrast of text to its ground (WCAG 2.2, 1.4.3); the server holds to it too. */
const leastContrast = 4.5

/** How the sign-in page would look by what is typed, and whether its colour can be read. */
export function BrandPreview({ view, draft }: { readonly view: BrandView; readonly draft: BrandDraft }) {
  const { inForce } = view
  const accent = draft.accent.trim() || inForce.accent || '#1f56b3'
  const name = draft.name.trim() || inForce.name
  const ratio = contrastToWhite(accent)
  return (
    <div className={classes.preview}>
      <div className={classes.card} aria-hidden>
        {inForce.logo === null ? <b>{name}</b> : <img src={inForce.logo} alt="" />}
        <span className={classes.field}>Name</span>
        <span className={classes.field}>Password</span>
        <span className={classes.button} style={{ background: ratio === null ? undefined : accent }}>
          Sign in
        </span>
        <span className={classes.small}>{draft.loginText.trim() || inForce.loginText}</span>
      </div>
      {ratio === null ? (
        <Mark tone="aside">not a colour as #rrggbb</Mark>
      ) : ratio < leastContrast ? (
        <Mark tone="bad">contrast {ratio.toFixed(1)}: too light for white text; take a darker one</Mark>
      ) : (
        <Mark tone="good">contrast {ratio.toFixed(1)}: can be read</Mark>
      )}
    </div>
  )
}

/** Contrast of white text on a colour, from 1 to 21; null: it is none. */
export function contrastToWhite(hex: string): number | null {
  const found = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex)
  if (!found) return null
  const [red = 0, green = 0, blue = 0] = found.slice(1).map((pair) => {
    const part = Number.parseInt(pair, 16) / 255
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
}
