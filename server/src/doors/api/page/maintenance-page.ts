import type { Maintenance } from '#ground/platform/maintenance-file.ts'
import { html } from './html.ts'
import type { PlainFrame } from './plain-layout.ts'

/** What stands at every address during maintenance. It asks again by itself, and is then the page that was wanted. */
export function maintenancePage({ until, text }: Maintenance, now: number, path: string): PlainFrame {
  const end = new Date(until).toISOString()
  return {
    title: 'Maintenance',
    refreshSeconds: 20,
    main: html`<section>
<h1>Planned maintenance</h1>
<p>${text || 'We are working on this console.'} Mail flows meanwhile, and nothing is lost.</p>
<p class="soft">${until > now ? html`Until about <time datetime="${end}">${end.slice(0, 10)} ${end.slice(11, 16)} UTC</time>.` : 'It takes longer than planned; we are at it.'} This page looks by itself and goes on to where you wanted to go.</p>
<p><a href="${path}">Look now</a></p>
</section>`,
  }
}
