import { expect, test } from "vitest"
import { saysSecret } from "../../../src/profiles/powermta/secrets.ts"
import { talk, withLetter } from "../../../src/profiles/powermta/talk.ts"

const words = [
  ...[
    "passw",
    "Pass: x",
    "pass = x",
    "passphrase",
    "PASSCODE",
    "pw",
    "pwd",
    "secret",
    "Token",
    "apikey",
    "API key",
  ],
  ...[
    "api-key",
    "api_key",
    "credential",
    "private key",
    "access_key",
    "encryption-key",
    "signingkey",
    "bearer",
  ],
  ...["Authorization", "contrase", "senha", "mot de passe", "basic"],
]

function mayTalk(text: string): boolean {
  let letters = 0
  return [...text].some(char => {
    letters = withLetter(letters, char.charCodeAt(0))
    return talk[letters] === 1
  })
}

// Three letters save the search for all the words: a remark with one of them must never be left out.
test("a remark that speaks of secrets is searched for them, wherever it does", () => {
  for (const word of words) {
    for (const text of [word, word.toUpperCase(), `x ${word}`, `${word} x`, `(${word})`, `a1-${word}.b`]) {
      if (saysSecret(text)) expect(mayTalk(text), text).toBe(true)
    }
    expect([word, `x ${word}`].some(saysSecret), word).toBe(true)
  }
})
