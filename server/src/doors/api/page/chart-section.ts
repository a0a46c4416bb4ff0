import type { Minute, Overview } from '@mailkeep/contract'
import { formatCount } from './format.ts'
import { type Html, html } from './html.ts'
import { missingMark } from './missing-mark.ts'
import { stateKinds } from './state-mark.ts'
import { timeMark } from './time-mark.ts'

/** From the bottom of a bar to its top. */
const layers = ['delivered', 'sealed', 'waiting', 'quarantined', 'held', 'returned', 'discarded'] as const
type Layer = (typeof layers)[number]

const height = 100

/** The last hour, minute by minute: into which states accepted mail came. */
export function chartSection({ minutes }: Overview): Html {
  return html`<section class="chart" aria-labelledby="chart">
<h2 id="chart">Last 60 minutes <small>what became of accepted mail, in the minute it happened</small></h2>
${minutes.value ? draw(minutes.value) : missingMark(minutes.missing ?? { since: '', why: '' }, 'The last minutes are')}
</section>`
}

function draw(minutes: readonly Minute[]): Html {
  const top = niceTop(Math.max(0, ...minutes.map(grown)))
  const [first, last] = [minutes[0], minutes.at(-1)]
  if (!first || !last) return html``
  const between = [15, 30, 45].map((index) => minutes[index] ?? last)
  return html`<div class="plot">
<div class="scale" aria-hidden="true"><span>${formatCount(top)}</span><span>${top % 2 === 0 ? formatCount(top / 2) : ''}</span><span>0</span></div>
<svg viewBox="0 0 600 ${height}" preserveAspectRatio="none" role="img" aria-label="Deliveries a minute by state; the table below has the figures">
<path class="grid" d="M0 .5H600M0 ${height / 2}H600"/>
${minutes.map((minute, index) => bar(minute, index * 10, top))}
<path class="base" d="M0 ${height}H600"/>
</svg>
<div class="axis" aria-hidden="true">${[first, ...between, last].map((each) => timeMark(each.at, 'clock'))}</div>
</div>
<ul class="legend">${layers.filter((layer) => isShown(layer, minutes)).map((layer) => html`<li class="${stateKinds[layer]}"><i class="swatch ${layer}"></i>${layer} ${formatCount(sum(layer, minutes))}</li>`)}</ul>
${table(minutes)}`
}

function bar(minute: Minute, x: number, top: number): Html | false {
  if (grown(minute) === 0) return false
  let y = height
  const parts = layers.map((layer) => {
    const tall = (Math.max(0, minute[layer]) / top) * height
    y -= tall
    return (
      tall > 0 &&
      html`<rect class="${layer}" x="${x + 1}" y="${round(y)}" width="8" height="${round(tall)}"/>`
    )
  })
  const words = layers.filter((layer) => minute[layer] > 0).map((layer) => `${layer} ${minute[layer]}`)
  return html`<g>${parts}<title>${minute.at.slice(11, 16)} UTC: ${words.join(', ')}</title></g>`
}

function grown(minute: Minute): number {
  return layers.reduce((all, layer) => all + Math.max(0, minute[layer]), 0)
}

function sum(layer: Layer, minutes: readonly Minute[]): number {
  return minutes.reduce((all, minute) => all + Math.max(0, minute[layer]), 0)
}

function isShown(layer: Layer, minutes: readonly Minute[]): boolean {
  return layer === 'delivered' || layer === 'waiting' || sum(layer, minutes) > 0
}

/** The next of 2, 4, 10, 20, 40, 100, ...: halves are whole numbers, and the axis always begins at zero. */
export function niceTop(most: number): number {
  for (let decade = 1; ; decade *= 10)
    for (const step of [2, 4, 10]) if (most <= step * decade) return step * decade
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

function table(minutes: readonly Minute[]): Html {
  const busy = minutes
    .filter((each) => each.accepted !== 0 || layers.some((layer) => each[layer] !== 0))
    .reverse()
  return html`<details class="figures" data-key="figures"><summary>as a table</summary>
${
  busy.length === 0
    ? html`<p class="soft">Nothing happened in this hour.</p>`
    : html`<div class="scroll" tabindex="0" role="region" aria-label="Figures by minute"><table><thead><tr><th scope="col">minute</th><th scope="col">accepted</th>${layers.map((layer) => html`<th scope="col">${layer}</th>`)}</tr></thead>
<tbody>${busy.map((minute) => html`<tr data-key="${minute.at}"><th scope="row">${timeMark(minute.at, 'clock')}</th><td>${formatCount(minute.accepted)}</td>${layers.map((layer) => html`<td>${signed(minute[layer])}</td>`)}</tr>`)}</tbody></table></div>
<p class="soft">By how much each state grew. Waiting shrinks when mail that waited goes on.</p>`
}</details>`
}

function signed(count: number): string {
  return count < 0 ? `−${formatCount(-count)}` : formatCount(count)
}
