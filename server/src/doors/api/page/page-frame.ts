import type { BrandFrame } from './brand-frame.ts'
import { type Html, html } from './html.ts'
import type { Asset, PageAssets } from './page-assets.ts'

/**
 * How a page outside of the console begins, up to its body.
 * @param more further elements of its head
 */
export function headOf(
  title: string,
  style: Asset,
  { icon }: PageAssets,
  brand: BrandFrame,
  more: Html,
): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · ${brand.name}</title>
<link rel="icon" href="${icon.path}">
<link rel="stylesheet" href="${style.path}" integrity="${style.integrity}">
${brand.style !== null && html`<link rel="stylesheet" href="${brand.style}">`}
${more}
</head>`
}

/** Whose pages these are: the logo, or the name where there is none. */
export function brandMark({ logo, name }: BrandFrame): Html | string {
  return logo === null ? name : html`<img class="logo" src="${logo}" alt="${name}">`
}
