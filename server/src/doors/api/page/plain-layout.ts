import type { BrandFrame } from './brand-frame.ts'
import { type Html, html } from './html.ts'
import { iconSheet } from './icon.ts'
import type { PageAssets } from './page-assets.ts'
import { brandMark, headOf } from './page-frame.ts'

export interface PlainFrame {
  readonly title: string
  readonly main: Html
  /** Whether the script of the sign-in pages is loaded; they work without it. */
  readonly signIn?: boolean
  /** Asks the same address again after this time. */
  readonly refreshSeconds?: number
}

/** The look of the platform. */
const platform: BrandFrame = { name: 'Mailkeep', loginText: '', logo: null, style: null }

/** What stands around a page that asks for something before anything else is shown. */
export function plainLayout(
  { title, main, signIn, refreshSeconds }: PlainFrame,
  assets: PageAssets,
  brand: BrandFrame = platform,
): string {
  const more = html`${refreshSeconds !== undefined && html`<meta http-equiv="refresh" content="${refreshSeconds}">`}
${signIn === true && html`<script type="module" src="${assets.signIn.path}" integrity="${assets.signIn.integrity}"></script>`}`
  return html`${headOf(title, assets.style, assets, brand, more)}
<body>
${iconSheet}
<header class="top"><a class="brand" href="/">${brandMark(brand)}</a></header>
<main class="plain">
${main}
</main>
</body>
</html>
`.markup
}
