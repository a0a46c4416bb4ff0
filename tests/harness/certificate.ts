import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A certificate that its host has signed itself, with its key: as text and as files. */
export interface TestCertificate {
  readonly cert: string
  readonly key: string
  readonly certFile: string
  readonly keyFile: string
}

/** Makes a certificate for a name, or what else it is to prove (`IP:127.0.0.1`), into a folder of the test. */
export function makeCertificate(folder: string, name: string, proves = `DNS:${name}`): TestCertificate {
  const [certFile, keyFile] = [join(folder, `${name}.pem`), join(folder, `${name}.key`)]
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const place = ['-keyout', keyFile, '-out', certFile, '-days', '2']
  const names = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=${proves}`]
  execFileSync('openssl', ['req', '-x509', ...kind, ...place, ...names], { stdio: 'ignore' })
  return { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8'), certFile, keyFile }
}
