import type { NodeFacts, Overview } from '@mailkeep/contract'
import { formatBytes, formatCount } from './format.ts'
import { type Html, html } from './html.ts'
import { timeMark } from './time-mark.ts'

/** How this node is. */
export function nodeSection(node: NodeFacts, { newestEventAt }: Overview): Html {
  const unknown = html`<span class="unknown">unknown</span>`
  return html`<section class="facts" aria-labelledby="node">
<h2 id="node">This node</h2>
<dl>
<dt>Name</dt><dd><bdi>${node.name}</bdi></dd>
<dt>Version</dt><dd>${node.version}</dd>
<dt>Running since</dt><dd>${timeMark(node.startedAt)}</dd>
<dt>Roles</dt><dd>${node.roles.join(', ')}</dd>
<dt>Waiting</dt><dd>${node.waiting === null ? unknown : formatCount(node.waiting)}</dd>
<dt>Newest event</dt><dd>${newestEventAt.missing ? unknown : newestEventAt.value === null ? 'none yet' : timeMark(newestEventAt.value)}</dd>
<dt>Directory snapshot</dt><dd>${node.snapshotCheckedAt === null ? html`<span class="unknown">there is none yet</span>` : html`checked ${timeMark(node.snapshotCheckedAt)}`}</dd>
<dt>Disk</dt><dd>${node.diskPercent} % full, ${formatBytes(node.diskFreeBytes)} free</dd>
</dl>
</section>`
}
