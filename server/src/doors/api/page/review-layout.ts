import type { BrandFrame } from './brand-frame.ts'
import { type Html, html } from './html.ts'
import { icon, iconSheet } from './icon.ts'
import type { PageAssets } from './page-assets.ts'

/** A page for somebody who looks at his own mail. */
export interface ReviewFrame {
  readonly title: string
  readonly main: Html
  /** His address; null: nobody is in. */
  readonly who: string | null
  /** Narrow, for pages that ask for one thing. */
  readonly narrow?: boolean
}

/** What stands around these pages: small, and without any script. */
export function reviewLayout(
  { title, main, who, narrow }: ReviewFrame,
  assets: PageAssets,
  brand: BrandFrame,
): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title} · ${brand.name}</title>
<link rel="icon" href="${assets.icon.path}">
<link rel="stylesheet" href="${assets.review.path}" integrity="${assets.review.integrity}">
${brand.style !== null && html`<link rel="stylesheet" href="${brand.style}">`}
</head>
<body>
${iconSheet}
<header class="top"><span class="brand">${brand.logo === null ? brand.name : html`<img class="logo" src="${brand.logo}" alt="${brand.name}">`}</span>${
    who !== null &&
    html`<span class="who"><bdi>${who}</bdi></span><form method="post" action="/review/leave"><button class="link">Leave</button></form>`
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
