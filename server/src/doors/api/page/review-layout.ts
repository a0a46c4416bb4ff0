import type { BrandFrame } from './brand-frame.ts'
import { type Html, html } from './html.ts'
import { icon, iconSheet } from './icon.ts'
import type { PageAssets } from './page-assets.ts'
import { brandMark, headOf } from './page-frame.ts'

/** A page for somebody who looks at his own mail. */
export interface ReviewFrame {
  readonly title: string
  readonly main: Html
  /** His address; null: nobody is in. */
  readonly who: string | null
  /** Somebody else looks with his eyes. */
  readonly isLook?: boolean
  /** Narrow, for pages that ask for one thing. */
  readonly narrow?: boolean
}

const lookEnd = html`<form method="post" action="/account/view/end"><button class="link">Look with my own eyes</button></form>`

/** What stands around these pages: small, and without any script. */
export function reviewLayout(
  { title, main, who, narrow, isLook }: ReviewFrame,
  assets: PageAssets,
  brand: BrandFrame,
): string {
  const more = html`<meta name="robots" content="noindex">`
  return html`${headOf(title, assets.review, assets, brand, more)}
<body>
${iconSheet}
<header class="top"><span class="brand">${brandMark(brand)}</span>${
    who !== null &&
    html`<span class="who"><bdi>${who}</bdi></span>${isLook === true ? lookEnd : html`<form method="post" action="/review/leave"><button class="link">Leave</button></form>`}`
  }</header>
<main ${narrow === true && html`class="narrow"`}>
${main}
</main>
</body>
</html>
`.markup
}

/** What was done, or why it was not. */
export function reviewNote(kind: 'good' | 'bad', text: Html | string): Html {
  return html`<div class="note ${kind}" role="${kind === 'bad' ? 'alert' : 'status'}">${icon(kind === 'bad' ? 'alarm' : 'delivered')}<div>${text}</div></div>`
}
