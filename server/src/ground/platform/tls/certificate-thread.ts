import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { parentPort, workerData } from 'node:worker_threads'
import forge from 'node-forge'

/** Makes a certificate for our own name in a thread of its own: the library is large, and needed once. */
const { host } = workerData as { host: string }
const { privateKey: key } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})
const signer = forge.pki.privateKeyFromPem(key)
const certificate = forge.pki.createCertificate()
certificate.publicKey = forge.pki.setRsaPublicKey(signer.n, signer.e)
// Positive and without padding, whatever comes: OpenSSL refuses the number else, once in some hundred certificates.
certificate.serialNumber = `4${randomBytes(15).toString('hex').slice(1)}`
certificate.validity.notBefore = new Date(Date.now() - 86_400_000)
certificate.validity.notAfter = new Date(Date.now() + 5 * 365 * 86_400_000)
const name = [{ name: 'commonName', value: host }]
certificate.setSubject(name)
certificate.setIssuer(name)
certificate.setExtensions([{ name: 'subjectAltName', altNames: [{ type: 2, value: host }] }])
certificate.sign(signer, forge.md.sha256.create())
parentPort?.postMessage({ certificate: forge.pki.certificateToPem(certificate), key })
