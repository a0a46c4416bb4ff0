import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { Measures } from './measures.ts'

/** Every figure that this process counts, under names `mailkeep_<folder>_<noun>`; docs/reference/metrics.md lists them. */
export interface Metrics {
  readonly registry: Registry
  /** Times and counts of mail by stage, direction, class of tenant and next hop. */
  readonly measures: Measures
  readonly gatewayRefusals: Counter<'reason'>
  readonly gatewayAccepted: Counter
  readonly gatewayAcceptSeconds: Histogram
  readonly gatewayConnections: Gauge
  readonly storeCommitSeconds: Histogram
  readonly storeCommitCalls: Histogram
  readonly inspectionSeconds: Histogram
  readonly inspectionWaiting: Gauge
  readonly linksFollowed: Counter<'what'>
  readonly linksSkipped: Counter
  readonly linksPending: Gauge
  readonly deliveryOutcomes: Counter<'outcome' | 'direction'>
  readonly deliverySeconds: Histogram
  readonly sendingTries: Counter<'address' | 'result'>
  readonly deliveryUnderWay: Gauge
  readonly subscribersUnreachable: Counter
  readonly diskPercent: Gauge
  readonly alarmsOpen: Gauge<'name'>
  readonly snapshotAge: Gauge
  readonly apiAnswers: Counter<'class'>
  readonly apiAnswerSeconds: Histogram
  readonly syncRuns: Counter<'source' | 'run' | 'outcome'>
  readonly syncSeconds: Histogram<'source'>
}

const latencies = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60]

/** @param node name of this node, for what is measured by node */
export function createMetrics(node = ''): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'mailkeep_', eventLoopMonitoringPrecision: 20 })
  const registers = [registry]
  return {
    registry,
    measures: new Measures(node, registry),
    gatewayRefusals: new Counter({
      registers,
      name: 'mailkeep_gateway_refusals_total',
      help: 'Refused connections, commands and messages, by reason.',
      labelNames: ['reason'],
    }),
    gatewayAccepted: new Counter({
      registers,
      name: 'mailkeep_gateway_accepted_total',
      help: 'Messages answered 250.',
    }),
    gatewayAcceptSeconds: new Histogram({
      registers,
      name: 'mailkeep_gateway_accept_seconds',
      help: 'From the end of a message to its answer.',
      buckets: latencies,
    }),
    gatewayConnections: new Gauge({
      registers,
      name: 'mailkeep_gateway_connections',
      help: 'SMTP connections open now.',
    }),
    storeCommitSeconds: new Histogram({
      registers,
      name: 'mailkeep_store_commit_seconds',
      help: 'Time of a transaction, its sync included.',
      buckets: latencies,
    }),
    storeCommitCalls: new Histogram({
      registers,
      name: 'mailkeep_store_commit_calls',
      help: 'Calls that shared a transaction.',
      buckets: [1, 2, 5, 10, 20, 50, 100, 200],
    }),
    inspectionSeconds: new Histogram({
      registers,
      name: 'mailkeep_inspection_seconds',
      help: 'Time for all checks of a message.',
      buckets: latencies,
    }),
    inspectionWaiting: new Gauge({
      registers,
      name: 'mailkeep_inspection_waiting',
      help: 'Messages waiting for an inspection thread.',
    }),
    ...linkMetrics(registers),
    deliveryOutcomes: new Counter({
      registers,
      name: 'mailkeep_delivery_outcomes_total',
      help: 'Attempts by what they came to.',
      labelNames: ['outcome', 'direction'],
    }),
    sendingTries: new Counter({
      registers,
      name: 'mailkeep_delivery_address_tries_total',
      help: 'Messages that left by an address, by what became of the try.',
      labelNames: ['address', 'result'],
    }),
    deliverySeconds: new Histogram({
      registers,
      name: 'mailkeep_delivery_transit_seconds',
      help: 'From acceptance to delivery.',
      buckets: [...latencies, 300, 3600, 86_400],
    }),
    deliveryUnderWay: new Gauge({
      registers,
      name: 'mailkeep_delivery_under_way',
      help: 'Messages on their way to a next hop now.',
    }),
    diskPercent: new Gauge({
      registers,
      name: 'mailkeep_spool_disk_percent',
      help: 'Use of the disk that holds the spool.',
    }),
    alarmsOpen: new Gauge({
      registers,
      name: 'mailkeep_alarms_open',
      help: 'Open alarms by name.',
      labelNames: ['name'],
    }),
    snapshotAge: new Gauge({
      registers,
      name: 'mailkeep_directory_snapshot_age_seconds',
      help: 'Time since the directory snapshot was found to be true.',
    }),
    ...apiMetrics(registers),
    ...syncMetrics(registers),
    ...subscriberMetrics(registers),
  }
}

function apiMetrics(registers: Registry[]): Pick<Metrics, 'apiAnswers' | 'apiAnswerSeconds'> {
  return {
    apiAnswers: new Counter({
      registers,
      name: 'mailkeep_api_answers_total',
      help: 'Answers of the console and the API, by class of their code.',
      labelNames: ['class'],
    }),
    apiAnswerSeconds: new Histogram({
      registers,
      name: 'mailkeep_api_answer_seconds',
      help: 'From a question to the console or the API to the end of its answer.',
      buckets: latencies,
    }),
  }
}

function syncMetrics(registers: Registry[]): Pick<Metrics, 'syncRuns' | 'syncSeconds'> {
  return {
    syncRuns: new Counter({
      registers,
      name: 'mailkeep_sync_runs_total',
      help: 'Runs of user sync by kind of source, kind of run and what it came to (done, waiting, or the fault).',
      labelNames: ['source', 'run', 'outcome'],
    }),
    syncSeconds: new Histogram({
      registers,
      name: 'mailkeep_sync_seconds',
      help: 'Time of a run of user sync, by kind of source.',
      labelNames: ['source'],
      buckets: [0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600],
    }),
  }
}

function subscriberMetrics(registers: Registry[]): Pick<Metrics, 'subscribersUnreachable'> {
  return {
    subscribersUnreachable: new Counter({
      registers,
      name: 'mailkeep_subscribers_unreachable_total',
      help: 'Subscribers of the status page taken out because nobody is behind their address any more.',
    }),
  }
}

type LinkMetrics = Pick<Metrics, 'linksFollowed' | 'linksSkipped' | 'linksPending'>

function linkMetrics(registers: Registry[]): LinkMetrics {
  return {
    linksFollowed: new Counter({
      registers,
      name: 'mailkeep_links_followed_total',
      help: 'Short links by what following them came to (led, stays, unknown), and messages that heard of it (noted, reopened, late).',
      labelNames: ['what'],
    }),
    linksSkipped: new Counter({
      registers,
      name: 'mailkeep_links_skipped_total',
      help: 'Short links that were not followed because the queue was full.',
    }),
    linksPending: new Gauge({
      registers,
      name: 'mailkeep_links_pending',
      help: 'Short links that wait to be followed.',
    }),
  }
}
