import { inspect } from "node:util";
// src/core/secret.ts
/**
* Bytes or text that must not be shown: the content of every file read from a host, keys, passphrases.
* Its string, JSON and inspection forms say nothing; `reveal` names the reason in its own line.
*/
var Secret = class {
	#bytes;
	constructor(content) {
		this.#bytes = typeof content === "string" ? Buffer.from(content, "utf8") : content;
	}
	get size() {
		return this.#bytes.length;
	}
	/** @param _reason  why this line needs the content; read by reviewers, not by the program */
	reveal(_reason) {
		return this.#bytes;
	}
	/** As `reveal`, decoded as UTF-8; invalid bytes become U+FFFD. */
	revealText(_reason) {
		return Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.length).toString("utf8");
	}
	toString() {
		return "[secret]";
	}
	toJSON() {
		return "[secret]";
	}
	[inspect.custom]() {
		return "[secret]";
	}
};
export { Secret as t };
