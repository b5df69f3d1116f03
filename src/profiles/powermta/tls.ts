/** Public facts of certificate files: whom they name and until when. */

import { X509Certificate } from "node:crypto"
import type { CapturedFile } from "../../core/file.ts"
import { compareTexts } from "../../core/order.ts"
import type { Facts, Fingerprint } from "../../core/profile.ts"

/** A file with more certificates is a list of authorities: it is shown as count and fingerprint. */
const maxShown = 8
const pemCertificate =
  /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^-]*-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g

/** By path: `certificates` in the order of the file, and whether a private key is there too. */
export function tlsFacts(files: readonly CapturedFile[], fingerprint: Fingerprint): Facts {
  const facts: Record<string, unknown> = {}
  for (const { entry, content } of files.toSorted((a, b) => compareTexts(a.entry.path, b.entry.path))) {
    const bytes = content.reveal("names and dates of a certificate are public")
    facts[entry.path] = fileFacts(bytes, fingerprint)
  }
  return facts
}

function fileFacts(bytes: Uint8Array, fingerprint: Fingerprint): Facts {
  const text = Buffer.from(bytes).toString("latin1")
  const privateKey = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----/.test(text)
  const found = text.match(pemCertificate) ?? []
  if (found.length > maxShown) return { authorities: found.length, privateKey, content: fingerprint(bytes) }
  if (found.length === 0) {
    const der = certificate(Buffer.from(bytes))
    if (!("unreadable" in der)) return { certificates: [der], privateKey }
    // A key without its certificate has no public facts; a changed one must still show.
    return { certificates: [], privateKey, content: fingerprint(bytes) }
  }
  return { certificates: found.map(pem => certificate(pem)), privateKey }
}

function certificate(source: string | Buffer): Facts {
  try {
    const { subject, issuer, validFrom, validTo, subjectAltName, fingerprint256 } = new X509Certificate(
      source,
    )
    return {
      subject: oneLine(subject),
      issuer: oneLine(issuer),
      notBefore: new Date(validFrom).toISOString(),
      notAfter: new Date(validTo).toISOString(),
      names: (subjectAltName ?? "").split(", ").filter(name => name !== ""),
      sha256: fingerprint256.replaceAll(":", "").toLowerCase(),
    }
  } catch {
    return { unreadable: "not a certificate" }
  }
}

function oneLine(name: string | undefined): string {
  return (name ?? "").split("\n").join(", ")
}
