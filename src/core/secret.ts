import { inspect } from "node:util"

/**
 * Bytes or text that must not be shown: the content of every file read from a host, keys, passphrases.
 * Its string, JSON and inspection forms say nothing; `reveal` names the reason in its own line.
 */
export class Secret {
  readonly #bytes: Uint8Array

  constructor(content: Uint8Array | string) {
    this.#bytes = typeof content === "string" ? Buffer.from(content, "utf8") : content
  }

  get size(): number {
    return this.#bytes.length
  }

  /** @param _reason  why this line needs the content; read by reviewers, not by the program */
  reveal(_reason: string): Uint8Array {
    return this.#bytes
  }

  /** As `reveal`, decoded as UTF-8; invalid bytes become U+FFFD. */
  revealText(_reason: string): string {
    return Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.length).toString("utf8")
  }

  toString(): string {
    return "[secret]"
  }

  toJSON(): string {
    return "[secret]"
  }

  [inspect.custom](): string {
    return "[secret]"
  }
}
