import { startApp } from './app.ts'
import { loadConfig } from '#ground/platform/config/load-config.ts'
const { config } = loadConfig(process.env.MAILKEEP_CONFIG ?? null, process.env)
const app = await startApp({ config, folder: process.env.MAILKEEP_DATA ?? './data', roles: (process.env.ROLES ?? 'gateway,inspection,delivery').split(',') as never })
console.log('listening', app.smtpPorts, app.recovery)
process.on('SIGTERM', () => void app.stop())
process.on('SIGINT', () => void app.stop())
