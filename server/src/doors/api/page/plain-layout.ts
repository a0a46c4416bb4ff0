import type { BrandFrame } from './brand-frame.ts'
import { type Html, html } from './html.ts'
import { iconSheet } from './icon.ts'
import type { PageAssets } from './page-assets.ts'

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
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${refreshSeconds !== undefined && html`<meta http-equiv="refresh" content="${refreshSeconds}">`}
<title>${title} · ${brand.name}</title>
<link rel="icon" href="${assets.icon.path}">
<link rel="stylesheet" href="${assets.style.path}" integrity="${assets.style.integrity}">
${brand.style !== null && html`<link rel="stylesheet" href="${brand.style}">`}
${signIn === true && html`<script type="module" src="${assets.signIn.path}" integrity="${assets.signIn.integrity}"></script>`}
</head>
<body>
${iconSheet}
<header class="top"><a class="brand" href="/">${brand.logo === null ? brand.name : html`<img class="logo" src="${brand.logo}" alt="${brand.name}">`}</a></header>
<main class="plain">
${main}
</main>
</body>
</html>
`.markup
}
