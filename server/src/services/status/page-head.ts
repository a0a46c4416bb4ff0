import { escapeMarkup } from './markup.ts'

/** How every page of status begins, up to its body: no script, light and dark by the wish of the browser. */
export function pageHead(options: {
  /** As people wrote it. */
  readonly title: string
  /** From the page to the folder of the files: empty, or `../`. */
  readonly up: '' | '../'
  /** Further elements, made by us. */
  readonly links?: string
}): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeMarkup(options.title)}</title>
<link rel="stylesheet" href="${options.up}status.css">${options.links ?? ''}
</head>`
}
