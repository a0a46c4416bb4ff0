import type { MessagesQuery } from '@mailkeep/contract'
import { type Html, html } from './html.ts'
import { icon, iconSheet } from './icon.ts'
import type { PageAssets } from './page-assets.ts'
import { timeMark } from './time-mark.ts'

export interface Frame {
  readonly title: string
  readonly node: string
  /** The ledger was last read at this moment; null: not yet. */
  readonly completeUpTo: string | null
  readonly query: MessagesQuery
  readonly main: Html
  /** Whether the page is asked for again while it is looked at. */
  readonly live: boolean
}

/** What stands around every page. `who`: the manager who looks; null: nobody has to sign in. */
export function layout(
  { title, node, completeUpTo, query, main, live }: Frame,
  assets: PageAssets,
  who: string | null = null,
): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="${assets.icon.path}">
<link rel="stylesheet" href="${assets.style.path}" integrity="${assets.style.integrity}">
<script type="module" src="${assets.script.path}" integrity="${assets.script.integrity}"></script>
</head>
<body>
${iconSheet}
<a class="skip" href="#messages">Skip to the messages</a>
<header class="top">
<a class="brand" href="/">Mailkeep</a>
<span class="node">${node}</span>
${searchBox(query)}
<p class="fresh" id="fresh">complete up to ${completeUpTo === null ? 'unknown' : timeMark(completeUpTo, 'clock')}</p>
${who !== null && html`<a class="who" href="/account">${who}</a>`}
</header>
<p class="lost" id="lost" role="alert" hidden>${icon('alarm')}<span>The server has not answered since <span id="lost-since"></span>. What you see is as of then.</span></p>
<main id="main" ${live && html`data-live`}>
${main}
</main>
<footer class="keys">Keys: <kbd>/</kbd> search, <kbd>j</kbd> <kbd>k</kbd> next and previous message, <kbd>Enter</kbd> open, <kbd>Esc</kbd> back. Times are yours; hover over one for the exact moment.</footer>
</body>
</html>
`.markup
}

function searchBox({ q, state }: MessagesQuery): Html {
  return html`<form class="search" role="search" action="/" method="get">
<label class="unseen" for="search">Search messages</label>
<input type="search" id="search" name="q" maxlength="200" value="${q ?? ''}" placeholder="Address, id, &lt;Message-ID&gt; or subject" autocomplete="off" spellcheck="false">
${state !== undefined && html`<input type="hidden" name="state" value="${state}">`}
<kbd aria-hidden="true">/</kbd>
</form>`
}
