import type { TenantClass } from '#ground/platform/measured-line.ts'
import type { Base } from './base.ts'

const levels: Readonly<Record<string, TenantClass>> = {
  operator: 'operator',
  reseller: 'reseller',
}

/** Writes down, period by period, what this process has measured. Figures for people: no mail depends on them. */
export function noteMeasures({ metrics, stores, config, log }: Base): { stop(): void } {
  const everyMs = config['watch.period']
  const write = async () => {
    const lines = metrics.measures.take()
    const at = Math.floor(Date.now() / everyMs) * everyMs
    if (lines.length > 0) await stores.measures.noteMeasures(config['node.name'], at, lines)
    const tenants = await stores.readDirectory.tenants()
    const classes = tenants.map(({ id, level }) => [id, levels[level] ?? 'customer'] as const)
    metrics.measures.setClasses(new Map(classes))
  }
  const timer = setInterval(
    () =>
      void write().catch((cause: unknown) =>
        log.warn({ cause: String(cause) }, 'what was measured could not be written'),
      ),
    everyMs,
  )
  return { stop: () => clearInterval(timer) }
}
