import { type Html, html } from './html.ts'

/** A button that the script of the page shows where the browser knows passkeys. @param path where it asks */
export function passkeyMark(path: string, to: string, label: string): Html {
  return html`<div class="passkey" data-passkey="${path}" data-to="${to}" hidden>
<button type="button" class="quiet wide">${label}</button>
<p class="note bad" role="alert" hidden></p>
</div>`
}
