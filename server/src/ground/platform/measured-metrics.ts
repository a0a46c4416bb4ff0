import type { Metric } from 'prom-client'
import { type MeasuredLine, timeSteps } from './measured-line.ts'

interface Sample {
  readonly value: number
  readonly labels: Readonly<Record<string, string>>
  readonly metricName: string
}

/** The node, and its lines since the start. */
type Read = () => readonly [string, readonly MeasuredLine[]]

/** The times of all stages, as a histogram at `/metrics`. */
export function describeTimes(read: Read): Metric {
  const name = 'mailkeep_stage_seconds'
  return metricOf(
    { name, type: 'histogram', help: 'Time of a stage: accept, inspect, decide, wait, deliver.' },
    () => {
      const [node, lines] = read()
      return lines.filter(({ steps }) => steps.length > 0).flatMap((line) => samplesOf(name, node, line))
    },
  )
}

/** The counts, as a counter at `/metrics`. */
export function describeCounts(read: Read): Metric {
  const name = 'mailkeep_deliveries_total'
  const help =
    'Deliveries by what became of them: accepted, quarantined, held, incomplete, temperror, delivered, deferred, returned; replies by which mail was refused (for now) and rejected (for good).'
  return metricOf({ name, type: 'counter', help }, () => {
    const [node, lines] = read()
    return lines
      .filter(({ steps }) => steps.length === 0)
      .map((line) => ({
        value: line.count,
        labels: { node, what: line.name, ...labelsOf(line) },
        metricName: name,
      }))
  })
}

function samplesOf(name: string, node: string, line: MeasuredLine): Sample[] {
  const labels = { node, stage: line.name, ...labelsOf(line) }
  let sum = 0
  const buckets = line.steps.map((each, index) => {
    sum += each
    const le = index < timeSteps.length ? String((timeSteps[index] ?? 0) / 1000) : '+Inf'
    return { value: sum, labels: { le, ...labels }, metricName: `${name}_bucket` }
  })
  return [
    ...buckets,
    { value: line.sumMs / 1000, labels, metricName: `${name}_sum` },
    { value: line.count, labels, metricName: `${name}_count` },
  ]
}

function labelsOf({ direction, tenants, hop }: MeasuredLine): Record<string, string> {
  return { direction, tenants, ...(hop !== '' && { hop }) }
}

/** What the registry asks of a metric, without the memory that those of the library keep for each set of labels. */
function metricOf(
  head: { readonly name: string; readonly type: string; readonly help: string },
  values: () => Sample[],
): Metric {
  const metric = {
    ...head,
    get: async () => ({ ...head, values: values(), aggregator: 'sum' }),
    reset: () => undefined,
  }
  return metric as unknown as Metric
}
