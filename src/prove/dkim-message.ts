/**
 * A message signed as PowerMTA would sign it, and checked as a receiver would. By `mailauth`, which knows RSA and
 * Ed25519 and follows the RFCs and their errata; nodemailer, by the same author, signs with RSA only.
 */

import { dkimSign } from "mailauth/lib/dkim/sign.js"
import { dkimVerify } from "mailauth/lib/dkim/verify.js"
import { certain } from "../core/certain.ts"
import { checkSignature } from "./dkim-signature.ts"

export interface SigningKey {
  readonly selector: string
  readonly domain: string
  readonly privateKey: string
}

/** @returns the whole message with its signature on top. @throws Error when the key cannot sign */
export async function signedMessage(
  { selector, domain, privateKey }: SigningKey,
  now: Date,
): Promise<string> {
  const message = [
    `From: drill@${domain}`,
    `To: postmaster@${domain}`,
    "Subject: a drill of pmta-vault",
    `Date: ${now.toUTCString().replace("GMT", "+0000")}`,
    `Message-ID: <${now.getTime()}.drill@${domain}>`,
    "",
    "This message was signed with a key out of a backup. It was never sent.",
    "",
  ].join("\r\n")
  const { signatures, errors } = await dkimSign(message, {
    ...{ signingDomain: domain, selector, privateKey, signTime: now, canonicalization: "relaxed/relaxed" },
    signatureData: [{ signingDomain: domain, selector, privateKey }],
  })
  const [error] = errors ?? []
  if (error !== undefined || signatures === "") throw error?.err ?? new Error("no signature was made")
  return `${signatures}${message}`
}

/**
 * Whether receivers accept the message: the library, with all its rules for records, and a second implementation.
 * @param record     the DNS record that they would find
 * @param publicKey  of the key that was meant to sign, base64
 * @returns null, or why not
 */
export async function verifyMessage(
  message: string,
  record: string,
  publicKey: string,
): Promise<string | null> {
  return checkSignature(message, publicKey) ?? (await verifyByLibrary(message, record))
}

export async function verifyByLibrary(message: string, record: string): Promise<string | null> {
  const { results } = await dkimVerify(message, { resolver: async () => [[record]] })
  // Of a message without any signature there is one result, which says so.
  const { result, comment } = certain(results[0]).status
  if (result === "pass") return null
  return comment ? `${result}: ${comment}` : result
}
